import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../../kernel/assert.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import type { EnginePlan } from '../../../port/plan-engine.ts'
import { approvalKey } from './approval.ts'
import { type Drive, endAs, nowIso, save, wait } from './drive.ts'
import { stateNote } from './evidence.ts'
import { botName } from './record.ts'
import { lookAtRequest } from './request.ts'
import { type StackFiles, stackFiles } from './stack-files.ts'

export const noEngine = 'No plan was run: neither OpenTofu nor Terraform is on this machine.'

/** REQUESTED → PLANNED: the stack's files with this change are validated and planned. Without an engine that is said. */
export async function plan(drive: Drive): Promise<void> {
  const request = await lookAtRequest(drive)
  if (!request) return
  const found = await stackFiles(drive)
  if (request.state === 'MERGED' && !found.holds) return lost(drive)
  const merged_sha = request.state === 'MERGED' ? request.mergedSha : null
  const described = await drive.deps.engine?.describe()
  if (!drive.deps.engine || !described) {
    await save(
      drive,
      {
        deployment: { state: 'PLANNED', plan: null, no_plan_reason: noEngine, approvals: [], merged_sha },
        work: planWork(drive, found),
        said: { message: noEngine },
      },
      { anyway: true },
    )
    return
  }
  const made = await runPlan(drive, found)
  if (made) await keepPlan(drive, found, made, merged_sha)
}

/** PLANNED: what it shows is put before those who review, and approvals from before that are not of it. */
export async function showPlan(drive: Drive): Promise<boolean> {
  const { repository, current } = drive
  const { deployment, work } = current
  const made = must(work.plan, 'planned before')
  if (made.approvalsBefore !== null) return true
  const request = await lookAtRequest(drive)
  if (!request) return false
  const { number } = must(deployment.merge_request, 'requested before')
  await repository.forge.note(number, 'aiops', stateNote(current))
  await save(drive, {
    work: { plan: { ...made, approvalsBefore: request.approvals.map(approvalKey) } },
  })
  return true
}

/** Plans the files; undefined: it could not be, and the deployment waits or has ended. */
export async function runPlan(drive: Drive, found: StackFiles): Promise<EnginePlan | undefined> {
  const { deps, config, current, stack } = drive
  const engine = must(deps.engine, 'looked at before')
  const { tenant, deployment } = current
  const given = deps.stackOf(tenant, deployment.repository, stack, found.files)
  const signal = AbortSignal.any([drive.signal, AbortSignal.timeout(durationMs(config.run_timeout))])
  try {
    const { valid, diagnostics } = await engine.validate(given, signal)
    if (!valid && deployment.state === 'REQUESTED') {
      const first = diagnostics.find(({ severity }) => severity === 'ERROR')
      const failure = `The configuration is not valid: ${first?.summary ?? 'no reason was given'}.`
      await endAs(drive, 'FAILED', failure, { failure })
      return undefined
    }
    return await engine.plan(given, {}, signal)
  } catch (error) {
    if (isFault(error) && error.code === 'CONFLICT') {
      if (await freed(drive)) return undefined
      await wait(drive, `The state of ${stack.name} is locked: ${messageOf(error)}`)
      return undefined
    }
    const isTheirs = isFault(error) && error.code === 'PLAN_FAILED' && deployment.state === 'REQUESTED'
    if (!isTheirs) throw error
    const failure = `The plan failed: ${messageOf(error)}`
    await endAs(drive, 'FAILED', failure, { failure })
    return undefined
  }
}

/** A run of ours that died with its process has left the lock; where it surely goes on no more, it is planned again at once. */
async function freed(drive: Drive): Promise<boolean> {
  const { deps, current, stack } = drive
  const described = await deps.engine?.describe()
  if (!described?.endsWithProcess || !deps.unlock) return false
  const { tenant, deployment } = current
  const { released } = await deps.unlock(tenant, deployment.repository, stack.name, botName)
  if (released)
    await save(drive, {
      work: { dueMs: deps.clock.now(), waiting: null },
      said: { message: 'The lock of a run that died with the platform is given back.' },
    })
  return released
}

/** The plan file is put away before the record names it. */
export async function keepPlan(
  drive: Drive,
  found: StackFiles,
  made: EnginePlan,
  merged_sha: string | null,
): Promise<void> {
  const { deps, current } = drive
  const { tenant, deployment } = current
  const described = must(await deps.engine?.describe(), 'it has just planned')
  await deps.vault.put(tenant, deployment.id, made.sha256, made.file)
  const summary = await deps.readPlan(tenant, {
    ...{ json: made.json, sha256: made.sha256 },
    ...{ engine: described.name, version: described.version },
  })
  const { creates, updates, replaces, deletes } = summary.summary
  await save(
    drive,
    {
      deployment: {
        ...{ state: 'PLANNED', plan: summary, no_plan_reason: null, policy: null, approvals: [], merged_sha },
      },
      work: { ...planWork(drive, found), apply: null },
      said: {
        message: `Planned: ${creates} to create, ${updates} to change, ${replaces} to replace, ${deletes} to delete.`,
      },
    },
    { anyway: true },
  )
}

/** The request was merged and the target says something else by now. */
export async function lost(drive: Drive): Promise<void> {
  const failure = `${drive.current.work.target} does not hold this change any more; nothing of it is applied.`
  await endAs(drive, 'FAILED', failure, { failure })
}

function planWork(drive: Drive, found: StackFiles) {
  const madeMs = Date.parse(nowIso(drive))
  const plan = { filesSha256: found.sha256, targetSha: found.targetSha, madeMs, approvalsBefore: null }
  return { plan, waiting: null, failures: 0, dueMs: madeMs }
}
