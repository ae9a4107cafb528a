import type { Forge } from '../../port/forge.ts'
import { ForgeApi, type ForgeApiDeps } from '../../port/forge-api.ts'
import { GitlabMergeRequests } from './merge-requests.ts'
import { GitlabRepository } from './repository.ts'

export type GitlabSettings = {
  /** Where people see it: `https://gitlab.example`, with its path where it has one. */
  url: string
  /** `group/project`, or its number. */
  project: string
  tokenSecret: string
  defaultBranch?: string | undefined
  /** An approval counts for the commit that stood when it was given; GitLab itself does not say which one was seen. */
  trustApprovalTime?: boolean | undefined
}

/**
 * What GitLab cannot guard: a commit to a branch that exists is guarded by its files (`last_commit_id`), not by the branch, so a commit of
 * others to other files may slip in between; that is found afterwards and told as CONFLICT. The same holds between the look at a branch
 * and its deletion.
 */
export function createGitlabForge(deps: ForgeApiDeps, settings: GitlabSettings): Forge {
  const root = `/projects/${encodeURIComponent(settings.project)}`
  const api = new ForgeApi(deps, {
    name: 'GitLab',
    url: `${settings.url.replace(/\/+$/, '')}/api/v4`,
    tokenSecret: settings.tokenSecret,
    root,
    headers: (token) => ({ 'private-token': token }),
  })
  const repository = new GitlabRepository(api, root, settings.defaultBranch)
  const requests = new GitlabMergeRequests(api, root, settings.trustApprovalTime ?? false)
  return {
    kind: 'GITLAB',
    self: () => requests.self(),
    defaultBranch: () => repository.defaultBranch(),
    head: (branch) => repository.head(branch),
    branches: (prefix) => repository.branches(prefix),
    deleteBranch: (branch, sha) => repository.deleteBranch(branch, sha),
    readFile: (ref, path) => repository.readFile(ref, path),
    tree: (ref, folder) => repository.tree(ref, folder),
    commit: (input) => repository.commit(input),
    openMergeRequest: (input) => requests.open(input),
    mergeRequest: (number) => requests.get(number),
    mergeRequests: (filter) => requests.list(filter),
    describe: (number, change) => requests.describe(number, change),
    close: (number) => requests.close(number),
    note: (number, key, text) => requests.note(number, key, text),
    notes: (number, after) => requests.notes(number, after),
    setStatus: (sha, status) => repository.setStatus(sha, status),
    merge: (number, headSha, message) => requests.merge(number, headSha, message),
  }
}
