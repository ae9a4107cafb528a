import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { messageOf } from '../../../kernel/fault.ts'
import { createRepeated, type Repeated } from '../../../kernel/repeated.ts'
import { isFinal } from '../../../port/deployment-repository.ts'
import type { DeploymentConfig } from './config.ts'
import { drive } from './flow.ts'
import type { FlowDeps } from './flow-deps.ts'
import { notice } from './notices.ts'
import { change } from './person.ts'

/** Deployments under way in this process at once; others wait for the next look. */
const drivesMax = 4
/** How often something is looked for that has fallen due. */
const lookEveryMs = 1_000
/** Or a quarter of the time within which an override is to be reviewed, if that is less. */
const noticeEveryMs = 300_000

/** Drives what is due. A plan or an apply that takes long holds up nobody else. */
export function createDriver(
  deps: FlowDeps,
  config: DeploymentConfig,
  tenants: readonly TenantId[],
): Repeated & { look(tenant: TenantId, id: string): Promise<void> } {
  const { clock, log } = deps
  const stopping = new AbortController()
  const holder = deps.random.uuid(clock.now())
  const under = new Map<string, Promise<void>>()
  /** Of these under way: something happened that they may have read too early. */
  const missed = new Set<string>()
  const start = (tenant: TenantId, id: string): void => {
    const driven = drive(deps, config, { tenant, id, holder, signal: stopping.signal })
      .catch((error) =>
        log.warn({ deployment: id, problem: messageOf(error) }, 'a deployment could not be driven'),
      )
      .finally(() => {
        under.delete(id)
        if (missed.delete(id) && !stopping.signal.aborted)
          look(tenant, id).catch((error) =>
            log.warn({ deployment: id, problem: messageOf(error) }, 'a deployment could not be looked at'),
          )
      })
    under.set(id, driven)
  }
  /**
   * Makes one that waits due now. One that is under way is looked at again when it stands still: changing its record meanwhile would only
   * make it begin its step anew.
   */
  async function look(tenant: TenantId, id: string): Promise<void> {
    if (under.has(id)) return void missed.add(id)
    await change(deps, tenant, id, ({ deployment, work }) =>
      isFinal(deployment.state) || work.dueMs <= clock.now() ? {} : { work: { dueMs: clock.now() } },
    )
    repeated.now()
  }
  const repeated = createRepeated(
    clock,
    lookEveryMs,
    async () => {
      const due = await deps.deployments.due(clock.now(), drivesMax * 4)
      for (const { tenant, id } of due)
        if (under.size < drivesMax && !under.has(id) && tenants.includes(tenant)) start(tenant, id)
    },
    (error) => log.warn({ problem: messageOf(error) }, 'deployments could not be looked at'),
  )
  const notices = createRepeated(
    clock,
    Math.min(noticeEveryMs, durationMs(config.emergency_review) / 4),
    () => notice(deps, config, tenants),
    (error) => log.warn({ problem: messageOf(error) }, 'stale deployments could not be told'),
  )
  // Whoever starts after a crash finds leases of the dead; they end by themselves.
  log.debug({ lease_ms: durationMs(config.lease) }, 'deployments are driven')
  return {
    look,
    now: () => repeated.now(),
    async start() {
      await repeated.start()
      await notices.start()
    },
    async stop() {
      await notices.stop()
      await repeated.stop()
      stopping.abort(new Error('stopping'))
      await Promise.all(under.values())
    },
  }
}
