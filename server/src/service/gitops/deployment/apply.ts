import { createHash } from 'node:crypto'
import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../../kernel/assert.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import { type Drive, endAs, planAgain, save, wait } from './drive.ts'
import { beginRevert } from './ending.ts'
import { holdsBack, pass } from './gate.ts'
import { keepPlan, runPlan } from './planning.ts'
import { stackFiles } from './stack-files.ts'
import { measure } from './verification.ts'

const hourMs = 3_600_000
export const waitingForPipeline =
  'Merged. Nothing applies it here: it waits for your pipeline to say that it has.'

/** APPROVED → MERGED, guarded by the head that was approved. A merge that was done before a crash is found by the gate. */
export async function merge(drive: Drive): Promise<void> {
  if (!(await pass(drive))) return
  const { deployment } = drive.current
  if (deployment.state === 'MERGED') return
  const { number } = must(deployment.merge_request, 'requested before')
  const head = must(deployment.head_sha, 'committed before')
  const by = deployment.approvals.map(({ by: name }) => name).join(', ')
  const message = `${deployment.title}\n\nDeployment ${deployment.id}, plan ${deployment.plan?.sha256 ?? 'none'}, approved by ${by}.`
  try {
    const { sha } = await drive.repository.forge.merge(number, head, message)
    await save(
      drive,
      { deployment: { state: 'MERGED', merged_sha: sha }, said: { message: `Merged as ${sha}.` } },
      { anyway: true },
    )
    await audit(drive, 'mergeDeployment', { head_sha: head, merged_sha: sha })
  } catch (error) {
    if (!isFault(error) || error.code !== 'CONFLICT') throw error
    const now = await drive.repository.forge.mergeRequest(number)
    if (now?.state === 'OPEN' && now.headSha === head && now.mergeable === false) {
      const failure = `It conflicts with ${drive.current.work.target} by now; propose it again.`
      return endAs(drive, 'FAILED', failure, { failure })
    }
    // Its head moved, or the forge asks for more: the gate says which, or a person sees it.
    await wait(drive, `The forge did not merge it: ${messageOf(error)}`)
  }
}

/** MERGED → APPLYING → VERIFYING. That it begins is stored first, in one transaction with the kill switch and the limit of an hour. */
export async function apply(drive: Drive): Promise<void> {
  if (drive.current.deployment.plan === null) return wait(drive, waitingForPipeline)
  if (!(await pass(drive))) return
  const { deps, config } = drive
  const { deployment } = drive.current
  if (deployment.state !== 'MERGED') return
  const plan = must(deployment.plan, 'looked at before')
  const verification = await measure(drive)
  const held = await holdsBack(drive)
  if (held !== undefined) return wait(drive, held)
  const atMs = deps.clock.now()
  const max = config.applies_per_hour_max
  const claimed = await save(
    drive,
    {
      deployment: { state: 'APPLYING', verification },
      work: {
        ...{ waiting: null, failures: 0, dueMs: atMs },
        apply: { planSha256: plan.sha256, atMs, refused: false, problem: null },
      },
      said: { message: `Applies plan ${plan.sha256}.` },
    },
    { claim: { atMs, limit: deployment.reverts === null ? { sinceMs: atMs - hourMs, max } : null } },
  )
  if (claimed === 'STOPPED') return wait(drive, 'The kill switch is on.')
  if (claimed === 'LIMIT')
    return wait(drive, `${max} were applied within the last hour, which is as many as may be.`)
  await applyPlan(drive)
}

/**
 * APPLYING, found after a crash or a failure. A new plan says whether it was done: no changes, and it was. Where the engine was never
 * reached, the same approved plan goes through the gate again, and the engine refuses it if the state is another one by now.
 */
export async function resumeApply(drive: Drive): Promise<void> {
  const begun = must(drive.current.work.apply, 'begun before')
  const found = await stackFiles(drive)
  const isSame = found.holds && found.sha256 === drive.current.work.plan?.filesSha256
  if (!isSame)
    return planAgain(
      drive,
      'The target moved while it was applied, so what is left to be done is planned anew.',
    )
  const made = await runPlan(drive, found)
  if (!made) return
  if (!made.hasChanges) return applied(drive, outputsOf(made.json))
  const { merged_sha } = drive.current.deployment
  if (begun.problem !== null) return beginRevert(drive, `The apply failed: ${begun.problem}`)
  if (begun.refused) return keepPlan(drive, found, made, merged_sha)
  await save(drive, {
    deployment: { state: 'MERGED' },
    work: { apply: null, dueMs: drive.deps.clock.now() },
    said: { message: 'The apply was cut off before it began; the same plan goes through the gate again.' },
  })
}

async function applyPlan(drive: Drive): Promise<void> {
  const { deps, config, stack } = drive
  const { tenant, deployment, work } = drive.current
  const sha256 = must(deployment.plan, 'claimed with it').sha256
  const found = await stackFiles(drive)
  const file = await deps.vault.get(tenant, deployment.id, sha256)
  const isIt = file !== undefined && createHash('sha256').update(file).digest('hex') === sha256
  if (!isIt || !found.holds || found.sha256 !== work.plan?.filesSha256)
    return planAgain(
      drive,
      isIt
        ? 'The target has just moved; it is planned again.'
        : 'The plan file is not there any more; it is planned again.',
    )
  const engine = must(deps.engine, 'it has planned')
  const given = deps.stackOf(tenant, deployment.repository, stack, found.files)
  const signal = AbortSignal.any([drive.signal, AbortSignal.timeout(durationMs(config.run_timeout))])
  try {
    const { outputs } = await engine.apply(given, file, signal)
    await audit(drive, 'applyDeployment', { plan_sha256: sha256, merged_sha: deployment.merged_sha })
    await applied(drive, outputs)
  } catch (error) {
    if (!isFault(error)) throw error
    const refused = error.code === 'CONFLICT'
    const problem = error.code === 'PLAN_FAILED' ? messageOf(error).slice(0, 1_000) : null
    await save(
      drive,
      {
        work: {
          apply: { ...must(drive.current.work.apply, 'claimed'), refused, problem },
          ...{ dueMs: deps.clock.now(), waiting: messageOf(error).slice(0, 1_000) },
        },
        said: {
          message: refused
            ? `The engine refused the plan: ${messageOf(error)}`
            : `The apply failed: ${messageOf(error)}`,
        },
      },
      { anyway: true },
    )
  }
}

async function applied(drive: Drive, outputs: Readonly<Record<string, unknown>>): Promise<void> {
  const { deps, config, current } = drive
  const nowMs = deps.clock.now()
  // What takes back is not taken back again.
  const windowMs = current.deployment.reverts === null ? durationMs(config.verify_window) : 0
  await save(
    drive,
    {
      deployment: { state: 'VERIFYING', verify_until: new Date(nowMs + windowMs).toISOString() },
      work: { outputs: { ...outputs }, dueMs: nowMs, waiting: null, failures: 0, failedLooks: 0 },
      said: { message: 'Applied.' },
    },
    { anyway: true },
  )
}

const audit = (drive: Drive, action: string, details: Record<string, unknown>): Promise<void> =>
  drive.deps.audit(drive.current.tenant, 'aiops-bot', action, drive.current.deployment, 'SUCCESS', details)

/** Of plan JSON: what the outputs are where nothing changes. */
function outputsOf(json: unknown): Record<string, unknown> {
  const planned = (json as { planned_values?: { outputs?: unknown } } | null)?.planned_values?.outputs
  if (planned === null || typeof planned !== 'object') return {}
  return Object.fromEntries(
    Object.entries(planned).flatMap(([name, output]) => {
      const one = output as { value?: unknown; sensitive?: boolean } | null
      return one && one.sensitive !== true ? [[name, one.value]] : []
    }),
  )
}
