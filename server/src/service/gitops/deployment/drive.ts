import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import type { ApplyClaim, StoredDeployment } from '../../../port/deployment-repository.ts'
import type { DeploymentConfig } from './config.ts'
import type { FlowDeps, Repository, StackSettings } from './flow-deps.ts'
import { type Change, changedRecord, tells } from './record.ts'

/** Somebody else has changed the record, or drives it: what is in hand is dropped, and looked for again by whoever goes on. */
export class Moved extends Error {}

/** One process driving one deployment under its lease. */
export type Drive = {
  readonly deps: FlowDeps
  readonly config: DeploymentConfig
  readonly holder: string
  readonly repository: Repository
  readonly stack: StackSettings
  readonly signal: AbortSignal
  /** As it was stored last. */
  current: StoredDeployment
}

/**
 * Stores a change; throws Moved where somebody else was first. `anyway`: the result of something long, which stands beside what others
 * changed meanwhile as long as the state is the same.
 */
export async function save(
  drive: Drive,
  change: Change,
  options: { anyway?: boolean; claim?: ApplyClaim } = {},
): Promise<'SWAPPED' | 'STOPPED' | 'LIMIT'> {
  const { deps, holder } = drive
  for (let attempt = 0; ; attempt += 1) {
    const next = changedRecord(drive.current, change, deps.clock.now())
    const { claim } = options
    const result = await deps.deployments.swap(next, { holder, ...(claim ? { claim } : {}) })
    if (result === 'SWAPPED') {
      drive.current = { ...next, revision: next.revision + 1 }
      if (tells(change)) deps.changed(drive.current)
    }
    if (result !== 'MOVED') return result
    const { tenant, deployment } = drive.current
    const fresh = await deps.deployments.get(tenant, deployment.id)
    const isSame = fresh?.deployment.state === deployment.state && fresh.work.ending === null
    if (!options.anyway || !fresh || !isSame || attempt >= 3) throw new Moved()
    drive.current = fresh
  }
}

/** To be looked at again after `delayMs`, and in words why. */
export async function wait(drive: Drive, waiting: string | null, delayMs?: number): Promise<void> {
  const { deps, config, current } = drive
  const dueMs = deps.clock.now() + (delayMs ?? durationMs(config.poll_interval))
  const said = waiting !== null && waiting !== current.work.waiting ? { said: { message: waiting } } : {}
  await save(drive, { work: { dueMs, waiting, failures: 0 }, ...said })
}

/** On the way to a final state: what is left outside is put away first. */
export async function endAs(
  drive: Drive,
  state: DeploymentState,
  message: string,
  more: Partial<Deployment> = {},
): Promise<void> {
  const closes = state === 'CLOSED' || state === 'DENIED' || state === 'FAILED'
  await save(
    drive,
    { deployment: more, work: { ending: { state, message, closes }, dueMs: drive.deps.clock.now() } },
    { anyway: true },
  )
}

/** Back to before the plan: what was approved was another one. */
export async function planAgain(drive: Drive, why: string): Promise<void> {
  await save(
    drive,
    {
      deployment: { state: 'REQUESTED', plan: null, policy: null, approvals: [], no_plan_reason: null },
      work: { plan: null, apply: null, dueMs: drive.deps.clock.now(), waiting: null },
      said: { message: why },
    },
    { anyway: true },
  )
}

export const nowIso = ({ deps }: Drive): string => isoTime(deps.clock.now())
