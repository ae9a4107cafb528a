import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../../kernel/assert.ts'
import { messageOf } from '../../../kernel/fault.ts'
import { isFinal, type StoredDeployment } from '../../../port/deployment-repository.ts'
import { apply, merge, resumeApply } from './apply.ts'
import { obey } from './command.ts'
import type { DeploymentConfig } from './config.ts'
import { type Drive, endAs, Moved, save } from './drive.ts'
import { finish, revert } from './ending.ts'
import { stateNote } from './evidence.ts'
import type { FlowDeps } from './flow-deps.ts'
import { pass } from './gate.ts'
import { plan, showPlan } from './planning.ts'
import { request } from './request.ts'
import { verify } from './verification.ts'

/** Steps in one go; a deployment that needs more goes on at the next look. */
const stepsMax = 40
/** Failures of the outside in a row, about four hours, after which a person is needed. */
const failuresMax = 20
const waitMsMax = 900_000

/**
 * Drives one deployment as far as it goes now, under a lease. What a step does outside is written down before, or can be found again
 * after; so whoever goes on after a crash does nothing twice. Failures of the outside are tried again later, less and less often.
 */
export async function drive(
  deps: FlowDeps,
  config: DeploymentConfig,
  one: { tenant: TenantId; id: string; holder: string; signal: AbortSignal },
): Promise<void> {
  const leaseMs = durationMs(config.lease)
  const lease = () => {
    const nowMs = deps.clock.now()
    return { holder: one.holder, nowMs, untilMs: nowMs + leaseMs }
  }
  const current = await deps.deployments.acquire(one.tenant, one.id, lease())
  if (!current) return
  const cancel = deps.clock.every(leaseMs / 3, () => {
    deps.deployments.acquire(one.tenant, one.id, lease()).catch(() => undefined)
  })
  try {
    await steps(deps, config, one, current)
  } finally {
    cancel()
    await deps.deployments.release(one.tenant, one.id, one.holder)
  }
}

async function steps(
  deps: FlowDeps,
  config: DeploymentConfig,
  one: { holder: string; signal: AbortSignal },
  current: StoredDeployment,
): Promise<void> {
  const { repository: name, stack: stackName } = current.deployment
  const repository = deps.repository(current.tenant, name)
  const stack = repository?.stacks.find((each) => each.name === stackName)
  if (!repository || !stack) {
    deps.log.warn(
      { deployment: current.deployment.id, repository: name },
      'a deployment of a repository that is not configured waits',
    )
    return
  }
  const driven: Drive = { deps, config, holder: one.holder, repository, stack, signal: one.signal, current }
  for (let count = 0; count < stepsMax && !one.signal.aborted; count += 1) {
    const { revision, deployment } = driven.current
    const isDue = driven.current.work.dueMs <= deps.clock.now()
    if (isFinal(deployment.state) || !isDue) break
    try {
      if (count === 0) await obey(driven)
      await step(driven)
      if (driven.current.revision === revision) break
      await report(driven, deployment.state)
    } catch (error) {
      if (error instanceof Moved) {
        // Another holder's, or a person's change: either way what is stored now is what counts.
        const fresh = await again(driven)
        if (!fresh) return
        driven.current = fresh
      } else {
        await failed(driven, error)
        break
      }
    }
  }
}

async function step(driven: Drive): Promise<void> {
  const { deployment, work } = driven.current
  if (work.ending) return finish(driven)
  switch (deployment.state) {
    case 'PROPOSED':
      return request(driven)
    case 'REQUESTED':
      return plan(driven)
    case 'PLANNED':
      if (await showPlan(driven)) await pass(driven)
      return
    case 'AWAITING_APPROVAL':
      return void (await pass(driven))
    case 'APPROVED':
      return merge(driven)
    case 'MERGED':
      return apply(driven)
    case 'APPLYING':
      return resumeApply(driven)
    case 'VERIFYING':
      return verify(driven)
    case 'REVERTING':
      return revert(driven)
  }
}

/** As it is stored now, where the lease is still ours. */
function again({ deps, config, holder, current }: Drive): Promise<StoredDeployment | undefined> {
  const nowMs = deps.clock.now()
  const untilMs = nowMs + durationMs(config.lease)
  const { tenant, deployment } = current
  return deps.deployments.acquire(tenant, deployment.id, { holder, nowMs, untilMs })
}

async function failed(driven: Drive, error: unknown): Promise<void> {
  const { deps, config, current } = driven
  const failures = current.work.failures + 1
  const message = messageOf(error).slice(0, 1_000)
  deps.log.warn(
    { deployment: current.deployment.id, failures, problem: message },
    'a step of a deployment failed',
  )
  try {
    const isHopeless = failures >= failuresMax && current.work.ending === null
    if (isHopeless) {
      const doubt =
        current.deployment.state === 'APPLYING' ? ' Whether it was applied is not known: look at a plan.' : ''
      const failure = `${failures} failures in a row, the last one: ${message}.${doubt}`
      return await endAs(driven, 'FAILED', failure, { failure })
    }
    const delayMs = Math.min(durationMs(config.poll_interval) * 2 ** Math.min(failures - 1, 10), waitMsMax)
    const dueMs = deps.clock.now() + delayMs * (0.75 + deps.random.next() * 0.5)
    await save(driven, { work: { failures, waiting: message, dueMs } })
  } catch (second) {
    if (!(second instanceof Moved)) throw second
  }
}

/** The request says where it stands. It is told again at the next change, so a failure is only noted. */
async function report(driven: Drive, before: string): Promise<void> {
  const { deps, repository, current } = driven
  const { deployment } = current
  if (!deployment.merge_request || deployment.state === before) return
  try {
    await repository.forge.note(deployment.merge_request.number, 'aiops', stateNote(current))
    await repository.forge.setStatus(must(deployment.head_sha, 'requested before'), {
      ...{ context: 'aiops/deployment', state: statusOf(deployment.state) },
      description: (deployment.steps.at(-1)?.message ?? deployment.state).slice(0, 140),
    })
  } catch (error) {
    deps.log.debug({ deployment: deployment.id, problem: messageOf(error) }, 'the forge could not be told')
  }
}

const statusOf = (state: string): 'PENDING' | 'RUNNING' | 'SUCCESS' | 'FAILURE' =>
  state === 'DENIED' || state === 'FAILED' || state === 'CLOSED'
    ? 'FAILURE'
    : state === 'APPROVED' || state === 'MERGED' || state === 'KEPT' || state === 'VERIFYING'
      ? 'SUCCESS'
      : state === 'AWAITING_APPROVAL'
        ? 'PENDING'
        : 'RUNNING'
