import { Fault, messageOf } from '../../kernel/fault.ts'
import type { Forge, ForgeMergeRequest } from '../../port/forge.ts'
import { newNotes } from '../../port/forge-note.ts'
import type { StoredMergeRequest } from '../../port/forge-repository.ts'
import type { createCommit } from './commit.ts'
import { requestUrl } from './hook-payload.ts'
import type { ForgeDeps, ForgeProjects, ForgeRequests } from './index.ts'

const listMax = 1_000

export type LocalForgeParts = Pick<ForgeDeps, 'git' | 'audit' | 'publicUrl'> & {
  commit: ReturnType<typeof createCommit>
  projects: ForgeProjects
  requests: ForgeRequests
  login: string
}

/** The platform's own door to one repository of the local forge. */
export function openLocalForge(parts: LocalForgeParts, tenant: string, project: string): Forge {
  const { git, projects, requests, login, publicUrl, commit } = parts
  const repository = git.open({ tenant, project })
  const at = [tenant, project] as const

  /** What the platform does is in the audit log, done or failed. */
  async function audited<T>(
    action: string,
    details: Record<string, unknown>,
    task: () => Promise<T>,
  ): Promise<T> {
    const write = (outcome: 'SUCCESS' | 'FAILURE', more: Record<string, unknown>) =>
      parts.audit({ actor: login, tenant, permissions: [] }, action, `forge/${project}`, outcome, {
        ...details,
        ...more,
      })
    try {
      const result = await task()
      await write('SUCCESS', {})
      return result
    } catch (error) {
      await write('FAILURE', { error: messageOf(error) })
      throw error
    }
  }

  /** Whether it merges is worked out for one, and not for each of a list. */
  async function seen(request: StoredMergeRequest, one = true): Promise<ForgeMergeRequest> {
    const { number, title, description, source, target, headSha, state, labels, author } = request
    const approvals = await requests.approvals(tenant, project, request)
    return {
      ...{ number, title, description, source, target, headSha, state, labels, author },
      ...{ createdMs: request.createdMs, updatedMs: request.updatedMs, mergedSha: request.mergedSha },
      url: requestUrl(publicUrl(), project, number),
      mergeable: one ? await requests.mergeable(tenant, project, request) : null,
      approvals: approvals
        .filter(({ by }) => by !== login)
        .map(({ by, headSha: sha, atMs }) => ({ by, headSha: sha, atMs })),
    }
  }

  return {
    kind: 'LOCAL',
    self: async () => login,
    defaultBranch: async () => (await projects.find(tenant, project)).defaultBranch,
    head: (branch) => repository.head(branch),
    branches: (prefix) => repository.branches(prefix, listMax),
    async deleteBranch(branch, sha) {
      const there = await repository.head(branch)
      if (there === undefined) return
      if (await projects.isProtected(tenant, project, branch))
        throw new Fault('PERMISSION_DENIED', `${branch} is protected.`)
      if (there !== sha || !(await repository.moveBranch(branch, null, sha)))
        throw new Fault('CONFLICT', `${branch} has moved on to ${there.slice(0, 12)}.`)
    },
    async readFile(ref, path) {
      const bytes = await repository.readFile(ref, path)
      return bytes?.toString('utf8')
    },
    tree: (ref, folder) => repository.tree(ref, folder.replace(/\/$/, '')),
    commit: (input) =>
      audited(
        'commitToForge',
        {
          branch: input.branch,
          from: input.from.sha,
          files: input.files.map(({ path }) => path).slice(0, 50),
        },
        () => commit(login, tenant, project, input),
      ),
    openMergeRequest: async (input) => seen((await requests.open(login, ...at, input)).request),
    async mergeRequest(number) {
      const request = await requests.get(...at, number)
      return request && seen(request)
    },
    async mergeRequests({ state, sourcePrefix, limit }) {
      const found = await requests.list(...at, { state, sourcePrefix, limit: Math.min(limit, listMax) })
      const all: ForgeMergeRequest[] = []
      for (const request of found.requests) all.push(await seen(request, false))
      return all
    },
    async describe(number, change) {
      await requests.describe(...at, number, change)
    },
    async close(number) {
      await requests.close(login, ...at, number)
    },
    async note(number, key, text) {
      await requests.note(login, ...at, number, text, key)
    },
    async notes(number, after) {
      const notes = await requests.notes(...at, number)
      const seen = notes.map(({ author, text, createdMs, updatedMs, ...note }) => ({
        ...{ number: note.number, by: author, text, atMs: createdMs, edited: updatedMs !== createdMs },
      }))
      return newNotes(seen, after, login)
    },
    async setStatus(sha, status) {
      await requests.setStatus(login, ...at, sha, status)
    },
    merge: (number, headSha, message) =>
      audited('mergeByForge', { number, head_sha: headSha }, async () => {
        const merged = await requests.merge(login, ...at, number, { headSha, message, rule: 'POLICY' })
        return { sha: merged.mergedSha ?? headSha }
      }),
  }
}
