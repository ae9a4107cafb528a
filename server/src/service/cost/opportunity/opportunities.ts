import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Turn } from '../../../kernel/turn.ts'
import type { ComputeDeps } from '../allocation/compute.ts'
import { clusterOf, keyOf } from '../allocation/directory.ts'
import type { CostConfig } from '../config.ts'
import type { CostDeps } from '../index.ts'
import { consolidation } from './consolidate.ts'
import type { FoundOpportunity } from './found.ts'
import { idleUse } from './idle.ts'
import { rightSizing } from './right-size.ts'
import { snapshotOf } from './snapshot.ts'
import { spotUse } from './spot.ts'
import { usageHistory } from './usage-history.ts'

type Found = { opportunities: FoundOpportunity[]; notices: string[] }
export type Opportunities = { list(tenant: TenantId): Promise<Found>; stop(): Promise<void> }

const [hourMs, sliceMs] = [3_600_000, 21_600_000]
/** What is listed of one tenant. */
const listedMax = 500

/** What could be saved, looked for when it is asked for and then kept for a while; asked for twice at once, it is looked for once. */
export function createOpportunities(
  deps: CostDeps & { computing: ComputeDeps },
  config: CostConfig,
): Opportunities {
  const { clock } = deps
  const keptMs = durationMs(config.opportunity.interval)
  const kept = new Map<TenantId, { madeMs: number; made: Found }>()
  const running = new Map<TenantId, Promise<Found>>()
  const look = async (tenant: TenantId): Promise<Found> => {
    try {
      const made = await lookFor(deps, config, tenant)
      kept.set(tenant, { madeMs: clock.monotonic(), made })
      return made
    } finally {
      running.delete(tenant)
    }
  }
  return {
    async list(tenant) {
      const there = kept.get(tenant)
      if (there && clock.monotonic() - there.madeMs < keptMs) return there.made
      const run = running.get(tenant) ?? look(tenant)
      running.set(tenant, run)
      return run
    },
    async stop() {
      await Promise.allSettled(running.values())
    },
  }
}

async function lookFor(
  deps: CostDeps & { computing: ComputeDeps },
  config: CostConfig,
  tenant: TenantId,
): Promise<Found> {
  const { opportunity } = config
  const snapshot = await snapshotOf({ ...deps.computing, clock: deps.clock }, config, tenant)
  const historyMs = durationMs(opportunity.history)
  const endMs = Math.floor(snapshot.atMs / 900_000) * 900_000
  const startMs = endMs - Math.ceil(historyMs / sliceMs) * sliceMs
  const turn = new Turn(deps.clock)
  const usages = await usageHistory(deps, config, tenant, { startMs, endMs }, turn)
  const sized = rightSizing(snapshot, usages, {
    headroom: opportunity.headroom,
    historyHoursMin: durationMs(opportunity.history_min) / hourMs,
  })
  const gpus = await deps.query(
    tenant,
    `max by (cluster, cluster_id, namespace, pod) (max_over_time(DCGM_FI_DEV_GPU_UTIL{pod!=""}[${Math.round(historyMs / 1_000)}s])) == 0`,
    snapshot.atMs,
  )
  const gpuIdle = new Set(
    gpus.map(({ labels }) => keyOf(clusterOf(labels), labels.namespace ?? '', labels.pod ?? '')),
  )
  const all = [
    ...sized.found,
    ...consolidation(snapshot),
    ...spotUse(snapshot),
    ...idleUse(snapshot, usages, gpuIdle, { historyHours: historyMs / hourMs }),
  ]
  const opportunities = all
    .filter(({ saving_monthly_usd: saving }) => saving.p50 >= opportunity.saving_monthly_usd_min)
    .toSorted((a, b) => b.saving_monthly_usd.p50 - a.saving_monthly_usd.p50)
  return {
    opportunities: opportunities.slice(0, listedMax),
    notices: [
      ...(snapshot.containers.length === 0
        ? ['No source tells of containers: nothing can be said of what could be saved.']
        : []),
      ...sized.notices,
      ...(opportunities.length > 1 ? ['Savings are each by themselves: they do not add up.'] : []),
    ],
  }
}
