import { durationMs } from '@aiops/contract/model/time'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { retry } from '../../kernel/retry.ts'
import { Semaphore } from '../../kernel/semaphore.ts'
import type { StoredHook, StoredProject } from '../../port/forge-repository.ts'
import type { ForgeConfig } from './config.ts'
import { type HookEvent, hookHeader, hookPayload } from './hook-payload.ts'
import type { ForgeDeps } from './index.ts'

const underWayMax = 1_000
const parallelMax = 4
const answerBytesMax = 65_536
const firstDelayMs = 1_000
const delayMsMax = 60_000

export interface HookDelivery {
  /** Returns at once; what is told and not yet taken is lost with the process, so whoever must know also asks. */
  tell(tenant: string, project: string, event: HookEvent): void
  idle(): Promise<void>
  stop(): Promise<void>
}

/** Webhooks in GitLab's form, each tried a few times, in no order. */
export function createHookDelivery(deps: ForgeDeps, config: ForgeConfig): HookDelivery {
  const { records, http, secrets, clock, random, log, metrics, publicUrl } = deps
  const outcomes = metrics.counter(
    'aiops_forge_webhooks_total',
    'Webhooks of the local forge, by how they ended.',
    ['outcome'],
  )
  const slots = new Semaphore(parallelMax)
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()

  function send(tenant: string, project: StoredProject, hook: StoredHook, event: HookEvent): Promise<void> {
    const uuid = random.uuid(clock.now())
    const policy = {
      ...{ attemptsMax: config.hook_attempts_max, delayMs: firstDelayMs, delayMsMax },
      retriable: (error: unknown) =>
        !stopping.signal.aborted && !(error instanceof Fault && error.code === 'PERMISSION_DENIED'),
    }
    const attempt = async (): Promise<void> => {
      const token =
        hook.sealedToken === null
          ? null
          : await secrets.open(hook.sealedToken, { tenant, id: `forge-hook/${project.name}` })
      const { status } = await http.send({
        method: 'POST',
        url: hook.url,
        headers: {
          'content-type': 'application/json',
          'x-gitlab-event': hookHeader[event.kind],
          'x-gitlab-event-uuid': uuid,
          ...(token ? { 'x-gitlab-token': token.toString('utf8') } : {}),
        },
        body: Buffer.from(JSON.stringify(hookPayload(event, tenant, project, publicUrl()))),
        ...{ timeoutMs: durationMs(config.hook_timeout), bytesMax: answerBytesMax, signal: stopping.signal },
      })
      if (status >= 300) throw new Fault('UPSTREAM_FAILED', `It answered ${status}.`)
    }
    // While one waits for its next try others go: what never answers holds nobody up.
    const tried = (): Promise<void> => slots.run(attempt, stopping.signal)
    return retry(clock, random, policy, tried, stopping.signal)
  }

  async function deliver(tenant: string, name: string, event: HookEvent): Promise<void> {
    const hooks = (await records.hooks(tenant, name)).filter(({ events }) => events.includes(event.kind))
    const project = hooks.length > 0 ? await records.project(tenant, name) : undefined
    if (!project) return
    for (const hook of hooks) {
      try {
        await send(tenant, project, hook, event)
        outcomes.inc({ outcome: 'taken' })
      } catch (error) {
        outcomes.inc({ outcome: 'failed' })
        log.warn(
          { project: name, hook: hook.number, error: messageOf(error) },
          'a webhook of the forge was not taken',
        )
      }
    }
  }

  return {
    tell(tenant, project, event) {
      if (stopping.signal.aborted) return
      if (underWay.size >= underWayMax) return outcomes.inc({ outcome: 'dropped' })
      const task = deliver(tenant, project, event)
        .catch((error: unknown) =>
          log.warn({ project, error: messageOf(error) }, 'webhooks of the forge could not be looked up'),
        )
        .finally(() => underWay.delete(task))
      underWay.add(task)
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    async stop() {
      stopping.abort(new Fault('NOT_READY', 'The platform is stopping.'))
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
