import { Fault } from '../../kernel/fault.ts'
import type { Forge } from '../../port/forge.ts'
import { ForgeApi, type ForgeApiDeps } from '../../port/forge-api.ts'
import { GiteaPulls } from './pulls.ts'
import { GiteaRepository } from './repository.ts'

export type GiteaSettings = {
  /** Where people see it, with its path where it has one. */
  url: string
  /** `owner/repository`. */
  project: string
  tokenSecret: string
  defaultBranch?: string | undefined
}

/**
 * What Gitea cannot guard: a commit to a branch that exists is guarded by the files it changes (their blob ids), not by the branch, so a
 * commit of others to other files may slip in between; that is found afterwards and told as CONFLICT. The same holds between the look at
 * a branch and its deletion.
 */
export function createGiteaForge(deps: ForgeApiDeps, settings: GiteaSettings): Forge {
  const [owner = '', name = '', ...more] = settings.project.split('/')
  if (owner === '' || name === '' || more.length > 0)
    throw new Fault('CONFIG_INVALID', `"${settings.project}" is no Gitea repository; write owner/repository.`)
  const root = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`
  const api = new ForgeApi(deps, {
    name: 'Gitea',
    url: `${settings.url.replace(/\/+$/, '')}/api/v1`,
    tokenSecret: settings.tokenSecret,
    root,
    headers: (token) => ({ authorization: `token ${token}` }),
  })
  const repository = new GiteaRepository(api, root, settings.defaultBranch)
  const pulls = new GiteaPulls(api, root)
  return {
    kind: 'GITEA',
    self: () => pulls.self(),
    defaultBranch: () => repository.defaultBranch(),
    head: (branch) => repository.head(branch),
    branches: (prefix) => repository.branches(prefix),
    deleteBranch: (branch, sha) => repository.deleteBranch(branch, sha),
    readFile: (ref, path) => repository.readFile(ref, path),
    tree: (ref, folder) => repository.tree(ref, folder),
    commit: (input) => repository.commit(input),
    openMergeRequest: (input) => pulls.open(input),
    mergeRequest: (number) => pulls.get(number),
    mergeRequests: (filter) => pulls.list(filter),
    describe: (number, change) => pulls.describe(number, change),
    close: (number) => pulls.close(number),
    note: (number, key, text) => pulls.note(number, key, text),
    notes: (number, after) => pulls.notes(number, after),
    setStatus: (sha, status) => repository.setStatus(sha, status),
    merge: (number, headSha, message) => pulls.merge(number, headSha, message),
  }
}
