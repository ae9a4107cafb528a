import { Fault } from '../../kernel/fault.ts'
import type { Forge } from '../../port/forge.ts'
import { type GitRepository, isBranchName, isFilePath } from '../../port/git-repositories.ts'
import type { HookEvent } from './hook-payload.ts'
import type { ForgeDeps, ForgeProjects } from './index.ts'

const noSha = '0'.repeat(40)

export type CommitParts = Pick<ForgeDeps, 'git' | 'clock' | 'records'> & {
  projects: ForgeProjects
  tell(tenant: string, project: string, event: HookEvent): void
}
type Input = Parameters<Forge['commit']>[0]

/** A commit without a push: on top of what was seen, and the same one again where it is there already. */
export function createCommit({ git, clock, records, projects, tell }: CommitParts) {
  return async (by: string, tenant: string, project: string, input: Input): Promise<{ sha: string }> => {
    const { branch, from, message, files } = input
    check(input)
    if (await projects.isProtected(tenant, project, branch))
      throw new Fault(
        'PERMISSION_DENIED',
        `${branch} is a protected branch: commit to another one and open a merge request.`,
      )
    const repository = git.open({ tenant, project })
    if ((await repository.resolve(from.sha)) !== from.sha)
      throw new Fault('CONFLICT', `There is no commit ${from.sha.slice(0, 40)} in ${project} any more.`)
    const author = { name: by, email: `${by}@aiops.invalid` }
    const atMs = clock.now()
    const written = await repository.write({ parent: from.sha, files, message, author, atMs })
    if (written.unchanged)
      throw new Fault('VALIDATION_FAILED', 'The files are as they were: there is nothing to commit.')
    const there = await repository.head(branch)
    const stands = there === undefined || there === from.sha
    if (stands && (await repository.moveBranch(branch, written.sha, there ?? null))) {
      await records.recordPush(tenant, project, { sha: written.sha, by, atMs })
      const event = { ref: `refs/heads/${branch}`, from: there ?? noSha, to: written.sha }
      tell(tenant, project, { kind: 'PUSH', ...event, by })
      return { sha: written.sha }
    }
    return same(repository, branch, from.sha, written.tree)
  }
}

function check({ branch, files }: Input): void {
  if (!isBranchName(branch))
    throw new Fault('VALIDATION_FAILED', `${JSON.stringify(branch.slice(0, 100))} is no name for a branch.`)
  const bad = files.find(({ path }) => !isFilePath(path))
  if (bad)
    throw new Fault('VALIDATION_FAILED', `${JSON.stringify(bad.path.slice(0, 100))} is no path for a file.`)
}

/** What stands there, where it is this very change on top of `parent`. */
async function same(repository: GitRepository, branch: string, parent: string, tree: string) {
  const now = await repository.head(branch)
  const [newest] = now === undefined ? [] : await repository.log(now, { limit: 1 })
  const ours = newest?.parents.length === 1 && newest.parents[0] === parent
  if (newest && ours && (await repository.treeOf(newest.sha)) === tree) return { sha: newest.sha }
  throw new Fault(
    'CONFLICT',
    now === undefined
      ? `A branch of another name stands in the way of ${branch}.`
      : `${branch} has moved on to ${now.slice(0, 12)}.`,
  )
}
