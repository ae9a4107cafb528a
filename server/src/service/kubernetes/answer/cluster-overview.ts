import type { ClusterOverview } from '@aiops/contract/model/kubernetes'
import type { Severity } from '@aiops/contract/model/severity'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { WatchedCluster } from '../watched-cluster.ts'
import { type OverviewCounts, overviewCounts } from './overview.ts'

/** A cluster's inside at a glance; of one that is not watched, why not. */
export function* overviewOf(
  id: string,
  watched: Pick<WatchedCluster, 'watch' | 'memory' | 'keeper' | 'isListed'> | undefined,
  reason: string,
): Stepwise<ClusterOverview> {
  if (!watched) return { ...nothing, cluster_id: id, message: reason }
  const kinds = watched.watch.state()
  const failing = kinds.filter(({ state }) => state === 'FAILING')
  const counts = yield* countsOf(watched.memory)
  const findings: Partial<Record<Severity, number>> = {}
  for (const { severity } of watched.keeper.findings) findings[severity] = (findings[severity] ?? 0) + 1
  return {
    cluster_id: id,
    watch: failing.length > 0 ? 'FAILING' : watched.isListed ? 'WATCHING' : 'STARTING',
    message: failing[0]?.message ?? '',
    ...{ kinds, memory: watched.memory.state(), ...counts, findings },
  }
}

/** Of large clusters: counted once for all who ask within so long, so that open pages cost next to nothing. */
const countsKeptMs = 2_000
const largePods = 1_000
const kept = new WeakMap<WatchedCluster['memory'], { atMs: number; counts: OverviewCounts }>()

function* countsOf(memory: WatchedCluster['memory']): Stepwise<OverviewCounts> {
  const view = memory.view()
  const known = kept.get(memory)
  if (known && view.timeMs - known.atMs < countsKeptMs && view.timeMs >= known.atMs) return known.counts
  const counts = yield* overviewCounts(view)
  if (counts.pods.total >= largePods) kept.set(memory, { atMs: view.timeMs, counts })
  return counts
}

/** Of a cluster that was added only now. */
export const startingOverview = (id: string): ClusterOverview => ({
  ...{ ...nothing, cluster_id: id, watch: 'STARTING', message: 'It was added only now.' },
})

const nothing: Omit<ClusterOverview, 'cluster_id' | 'message'> = {
  ...{
    watch: 'OFF',
    kinds: [],
    memory: null,
    namespaces: 0,
    namespace_names: [],
    warning_events_last_hour: 0,
    findings: {},
  },
  nodes: { total: 0, ready: 0, cordoned: 0 },
  pods: { total: 0, by_phase: {}, not_ready: 0, restarts: 0 },
  workloads: { total: 0, unavailable: 0 },
}
