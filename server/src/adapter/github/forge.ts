import { Fault } from '../../kernel/fault.ts'
import type { Forge } from '../../port/forge.ts'
import { ForgeApi, type ForgeApiDeps } from '../../port/forge-api.ts'
import { GithubPulls } from './pulls.ts'
import { GithubRepository } from './repository.ts'

export type GithubSettings = {
  /** `https://github.com`, or an Enterprise Server's address, with or without `/api/v3`. */
  url: string
  /** `owner/repository`. */
  project: string
  tokenSecret: string
  defaultBranch?: string | undefined
  /** For tokens of apps, which may not ask who they are: `name[bot]`. */
  login?: string | undefined
}

/** Commits are built as objects and the branch is moved forward only, so a branch of others is never overwritten. */
export function createGithubForge(deps: ForgeApiDeps, settings: GithubSettings): Forge {
  const [owner = '', name = '', ...more] = settings.project.split('/')
  if (owner === '' || name === '' || more.length > 0)
    throw new Fault(
      'CONFIG_INVALID',
      `"${settings.project}" is no GitHub repository; write owner/repository.`,
    )
  const root = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`
  const api = new ForgeApi(deps, {
    name: 'GitHub',
    url: apiOf(settings.url),
    tokenSecret: settings.tokenSecret,
    root,
    headers: (token) => ({ authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' }),
  })
  const repository = new GithubRepository(api, root, settings.defaultBranch)
  const pulls = new GithubPulls(api, root, owner, settings.login)
  return {
    kind: 'GITHUB',
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

export function apiOf(address: string): string {
  const url = address.replace(/\/+$/, '')
  const host = URL.parse(url)?.hostname
  if (host === 'github.com' || host === 'www.github.com') return 'https://api.github.com'
  return host === 'api.github.com' || url.endsWith('/api/v3') ? url : `${url}/api/v3`
}
