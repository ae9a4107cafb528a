import { finalDeploymentStates } from '@aiops/contract/model/deployment'
import { durationMs } from '@aiops/contract/model/time'
import { must } from '../../../kernel/assert.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import type { ForgeMergeRequest } from '../../../port/forge.ts'
import { type Drive, endAs, save, wait } from './drive.ts'
import { commitMessage, requestDescription } from './evidence.ts'
import { editedFiles } from './stack-files.ts'

/** PROPOSED → REQUESTED: a branch, one commit, a merge request. Each is made again after a crash, which gives the one that is there. */
export async function request(drive: Drive): Promise<void> {
  const { repository, current } = drive
  const { forge } = repository
  const { deployment, work } = current
  const kill = await drive.deps.deployments.killSwitch(current.tenant)
  if (kill.on) return wait(drive, `The kill switch is on: ${kill.reason ?? 'no reason was given'}.`)
  if (work.baseSha === null) return begin(drive)
  const branch = must(deployment.branch, 'named when it began')
  if (deployment.head_sha === null) {
    if (!(await hasRoom(drive, branch))) return
    const { files } = await editedFiles(drive, work.baseSha)
    const from = { branch: work.target, sha: work.baseSha }
    try {
      const { sha } = await forge.commit({ branch, from, message: commitMessage(current), files })
      return void (await save(drive, { deployment: { head_sha: sha } }))
    } catch (error) {
      if (!isFault(error) || error.code !== 'CONFLICT') throw error
      return endAs(drive, 'FAILED', `The branch ${branch} holds somebody else's commits.`, {
        failure: `The branch ${branch} was changed by somebody else; nothing was merged.`,
      })
    }
  }
  await closeOrphans(drive, branch)
  const { number, url } = await forge.openMergeRequest({
    ...{ source: branch, target: work.target, title: deployment.title },
    ...{ description: requestDescription(current), labels: ['ai-generated', 'infrastructure'] },
  })
  await save(drive, {
    deployment: { merge_request: { number, url }, state: 'REQUESTED' },
    said: { message: `Merge request ${number} is open.` },
  })
}

/**
 * A call that hung at the forge for longer than a lease may have opened a request that no record names. Nobody is to merge it, so it is
 * closed before the service gets another one. Only what our own records know the branch of is touched.
 */
async function closeOrphans(drive: Drive, branch: string): Promise<void> {
  const { deps, repository, config, current } = drive
  const { service } = current.deployment
  const sourcePrefix = `${config.branch_prefix}${slug(service)}-`
  const open = await repository.forge.mergeRequests({ state: 'OPEN', sourcePrefix, limit: 100 })
  const others = open.filter(({ source }) => source !== branch)
  if (others.length === 0) return
  const filter = { services: [service], states: [], limit: 1_000, offset: 0 }
  const { deployments } = await deps.deployments.list(current.tenant, filter)
  const known = new Map(deployments.map((one) => [one.branch, one]))
  for (const { number, source } of others) {
    const of = known.get(source)
    if (!of || of.repository !== current.deployment.repository) continue
    const isRight = of.merge_request === null || of.merge_request.number === number
    if (finalDeploymentStates.includes(of.state) || !isRight) await repository.forge.close(number)
  }
}

/** What its request is at the forge now; undefined: it was dealt with, there is nothing more to do with it here. */
export async function lookAtRequest(drive: Drive): Promise<ForgeMergeRequest | undefined> {
  const { repository, current } = drive
  const { deployment } = current
  const { number } = must(deployment.merge_request, 'requested before')
  const found = await repository.forge.mergeRequest(number)
  if (!found) {
    await endAs(drive, 'FAILED', `The forge has no merge request ${number} any more.`, {
      failure: `The forge has no merge request ${number} any more.`,
    })
    return undefined
  }
  if (found.state === 'CLOSED') {
    await endAs(drive, 'CLOSED', `Merge request ${number} was closed at the forge.`)
    return undefined
  }
  const isOurs = found.headSha === deployment.head_sha && found.source === deployment.branch
  if (!isOurs || found.target !== current.work.target) {
    const failure =
      'The head of the merge request is not the commit that was made here; what was approved was another one. Nothing of it is applied.'
    await endAs(drive, 'FAILED', failure, { failure })
    return undefined
  }
  return found
}

/** The commit to stand on is written down first: it makes every try after that the same one. */
async function begin(drive: Drive): Promise<void> {
  const { repository, config, current } = drive
  const { deployment } = current
  const target = repository.target ?? (await repository.forge.defaultBranch())
  const baseSha = await repository.forge.head(target)
  if (baseSha === undefined) {
    const failure = `The repository has no branch ${target}.`
    return endAs(drive, 'FAILED', failure, { failure })
  }
  const edited = await editedFiles(drive, baseSha).catch((error: unknown) => {
    // Not a failure of the outside: the file, or the variable in it, is not there, or is none that can be set.
    if (isFault(error) && ['NOT_FOUND', 'INVALID_REQUEST', 'VALIDATION_FAILED'].includes(error.code))
      return messageOf(error)
    throw error
  })
  if (typeof edited === 'string') {
    const failure = `The change cannot be made: ${edited}`
    return endAs(drive, 'FAILED', failure, { failure })
  }
  const { files, before } = edited
  if (files.length === 0)
    return endAs(drive, 'CLOSED', `${target} says so already; there is nothing to change.`)
  const changes = deployment.changes.map((change) => ({
    ...change,
    before: before.get(`${change.file}\n${change.variable}`) ?? null,
  }))
  const branch = `${config.branch_prefix}${slug(deployment.service)}-${deployment.id.slice(-12)}`
  await save(drive, { deployment: { changes, branch }, work: { target, baseSha } })
}

/** Branches that were left behind count too: nobody is to be buried in them. */
async function hasRoom(drive: Drive, branch: string): Promise<boolean> {
  const { repository, config, current } = drive
  if (current.deployment.reverts !== null) return true
  const branches = await repository.forge.branches(config.branch_prefix)
  if (branches.length < config.open_max || branches.some(({ name }) => name === branch)) return true
  await wait(
    drive,
    `The repository has ${branches.length} branches that begin with ${config.branch_prefix}, and may have ${config.open_max}. Merge or delete one.`,
    durationMs(config.poll_interval) * 4,
  )
  return false
}

const slug = (service: string): string =>
  service
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'service'
