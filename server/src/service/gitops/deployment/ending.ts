import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../../kernel/assert.ts'
import { isFault } from '../../../kernel/fault.ts'
import { type Drive, endAs, save, wait } from './drive.ts'
import { botName, newDeployment } from './record.ts'

/** Its request is closed and its branch taken away, as far as they are still ours; then it is what it was to be. */
export async function finish(drive: Drive): Promise<void> {
  const { repository, current, deps } = drive
  const { deployment } = current
  const ending = must(current.work.ending, 'looked at before')
  const { branch } = deployment
  const { merge_request, head_sha } = branch === null ? deployment : await standing(drive, branch)
  let { state, message } = ending
  let failure = deployment.failure
  if (merge_request && ending.closes) {
    const found = await repository.forge.mergeRequest(merge_request.number)
    if (found?.state === 'OPEN') await repository.forge.close(merge_request.number)
    if (found?.state === 'MERGED' && deployment.merged_sha === null) {
      state = 'FAILED'
      failure = `It was merged while it was being given up (${message}). Nothing of it is applied: revert it.`
      message = failure
      await save(drive, { deployment: { merged_sha: found.mergedSha, failure } }, { anyway: false })
    }
  }
  if (branch !== null && head_sha !== null && state !== 'FAILED') await dropBranch(drive, branch, head_sha)
  await deps.vault.delete(current.tenant, deployment.id)
  await save(drive, {
    deployment: { state, failure },
    work: { ending: null, waiting: null, failures: 0 },
    said: { message },
  })
  if (state === 'FAILED' || state === 'DENIED')
    await deps.alert(current.tenant, {
      ...{ name: 'DeploymentNotDone', severity: state === 'FAILED' ? 'warning' : 'info' },
      ...{ service: deployment.service, deploymentId: deployment.id },
      summary: `${deployment.title}: ${message}`,
    })
}

/** The one that takes back is named before it is made, so that a crash makes no second one. */
export async function beginRevert(drive: Drive, why: string, actor = botName): Promise<void> {
  const { deps } = drive
  const { deployment } = drive.current
  if (deployment.reverts !== null)
    return endAs(drive, 'FAILED', why, {
      failure: `${why} It takes back another one, so it is left to a person.`,
    })
  const nowMs = deps.clock.now()
  await save(
    drive,
    {
      deployment: { state: 'REVERTING', reverted_by: deps.random.uuid(nowMs), failure: why },
      work: { dueMs: nowMs, waiting: null },
      said: { message: why, actor },
    },
    { anyway: true },
  )
}

/** REVERTING → REVERTED once the one that takes it back is kept. */
export async function revert(drive: Drive): Promise<void> {
  const { deps, config } = drive
  const { tenant, deployment, work } = drive.current
  const id = must(deployment.reverted_by, 'named when it began')
  const known = await deps.deployments.get(tenant, id)
  if (!known) return propose(drive, id)
  const { state } = known.deployment
  if (state === 'KEPT') return endAs(drive, 'REVERTED', `Taken back by ${id}.`)
  if (['DENIED', 'CLOSED', 'FAILED', 'REVERTED'].includes(state)) {
    const failure =
      `${deployment.failure ?? ''} Taking it back ended as ${state} (${id}): it still runs.`.trim()
    return endAs(drive, 'FAILED', failure, { failure })
  }
  await wait(drive, work.waiting, durationMs(config.poll_interval))
}

/** A change that undoes, variable by variable; through the same gate. */
async function propose(drive: Drive, id: string): Promise<void> {
  const { deps } = drive
  const { tenant, deployment, work } = drive.current
  const actor = deployment.steps.findLast(({ state }) => state === 'REVERTING')?.actor ?? botName
  const made = newDeployment(
    tenant,
    {
      ...{ id, service: deployment.service, title: `Revert: ${deployment.title}`.slice(0, 200) },
      ...{ repository: deployment.repository, stack: deployment.stack, reverts: deployment.id },
      ...{ author: actor, explanation: deployment.failure ?? '', decision_id: deployment.decision_id },
      // Changes are of variables that the file has: null before is what the file said.
      changes: deployment.changes.map((change) => ({
        ...change,
        before: change.after,
        after: change.before,
      })),
    },
    { evidence: { reverts: deployment.id, verification: deployment.verification }, target: work.target },
    deps.clock.now(),
  )
  try {
    await deps.deployments.insert(made, null)
    deps.changed(made)
  } catch (error) {
    if (!isFault(error) || error.code !== 'CONFLICT') throw error
    return wait(drive, 'Another deployment of the service is under way; it is taken back after that.')
  }
  await wait(drive, `Taken back by ${id}.`)
}

/** A call that was cut off may have made a branch and a request that the record does not name. */
async function standing(
  { repository: { forge }, current }: Drive,
  branch: string,
): Promise<{ merge_request: { number: number } | null; head_sha: string | null }> {
  const { merge_request, head_sha } = current.deployment
  if (merge_request && head_sha) return { merge_request, head_sha }
  const [found] = await forge.mergeRequests({ sourcePrefix: branch, state: 'OPEN', limit: 1 })
  return { merge_request: found ?? merge_request, head_sha: head_sha ?? (await forge.head(branch)) ?? null }
}

async function dropBranch({ repository }: Drive, branch: string, sha: string): Promise<void> {
  try {
    await repository.forge.deleteBranch(branch, sha)
  } catch (error) {
    // Gone already, or somebody else's by now.
    if (!isFault(error) || (error.code !== 'NOT_FOUND' && error.code !== 'CONFLICT')) throw error
  }
}
