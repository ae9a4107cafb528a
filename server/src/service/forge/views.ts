import type { MergeRequest, MergeRequestNote } from '@aiops/contract/model/merge-request'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { StoredMergeRequest, StoredNote } from '../../port/forge-repository.ts'
import type { GitRepositories } from '../../port/git-repositories.ts'
import { diffView } from './diff-view.ts'
import type { ForgeProjects, ForgeRequests, ForgeViews } from './index.ts'

const entriesMax = 2_000

export type ViewParts = { git: GitRepositories; projects: ForgeProjects; requests: ForgeRequests }

export function createForgeViews({ git, projects, requests }: ViewParts): ForgeViews {
  async function must(tenant: string, project: string, number: number): Promise<StoredMergeRequest> {
    await projects.find(tenant, project)
    const found = await requests.get(tenant, project, number)
    if (!found) throw new Fault('NOT_FOUND', `There is no merge request ${number} in ${project}.`)
    return found
  }
  /** A branch or a whole hash; without one the default branch. */
  async function place(tenant: string, project: string, ref: string) {
    const asked = ref === '' ? (await projects.find(tenant, project)).defaultBranch : ref
    if (ref !== '') await projects.find(tenant, project)
    return { ref: asked, sha: await git.open({ tenant, project }).resolve(asked) }
  }

  const views: ForgeViews = {
    request: (_tenant, project, request) => requestView(project, request),
    note: noteView,
    async detail(caller, project, number) {
      const { tenant } = caller
      const request = await must(tenant, project, number)
      const at = [tenant, project] as const
      const [commits, statuses, approvals, notes, mergeable, blocked] = await Promise.all([
        requests.commits(...at, request),
        requests.statuses(...at, request.headSha),
        requests.approvals(...at, request),
        requests.notes(...at, number),
        requests.mergeable(...at, request),
        requests.blockedBy(...at, request),
      ])
      const denied = caller.permissions.includes('deployments:approve')
        ? await requests.notApprovable(caller.actor, ...at, request)
        : 'Approving needs the permission deployments:approve.'
      return {
        ...requestView(project, request),
        commits: commits.map(({ sha, author, committedMs, message }) => ({
          ...{ sha, title: message.split('\n')[0] ?? '', message, author },
          committed_at: isoTime(committedMs),
        })),
        statuses: statuses.map(({ context, state, description, url, by, atMs }) => ({
          ...{ context, state, description, url: url ?? null, by, at: isoTime(atMs) },
        })),
        approvals: approvals.map(({ by, headSha, atMs, counts }) => ({
          ...{ by, head_sha: headSha, at: isoTime(atMs), counts },
        })),
        approvals_required: (await projects.find(tenant, project)).approvalsRequired,
        notes: notes.map(noteView),
        ...{ mergeable, blocked_by: blocked },
        ...{ approvable: denied === undefined, not_approvable_because: denied ?? null },
      }
    },
    async diff(tenant, project, number) {
      const { headSha, target, mergedSha } = await must(tenant, project, number)
      const repository = git.open({ tenant, project })
      const [merge] = mergedSha ? await repository.log(mergedSha, { limit: 1 }) : []
      const onto = merge ? merge.parents[0] : await repository.head(target)
      if (!onto || (await repository.resolve(headSha)) === undefined)
        throw new Fault('NOT_FOUND', 'The commits of this merge request are no longer there.')
      return diffView(await repository.diff(onto, headSha), headSha)
    },
    async tree(tenant, project, { ref, path }) {
      const { ref: asked, sha } = await place(tenant, project, ref)
      const folder = path.replace(/\/$/, '')
      // A repository that is empty has nothing in it, which is no failure.
      if (!sha && ref === '' && folder === '')
        return { ref: asked, sha: null, path: '', entries: [], truncated: false }
      const found = sha && (await git.open({ tenant, project }).list(sha, folder, entriesMax))
      if (!sha || !found)
        throw new Fault(
          'NOT_FOUND',
          `There is no ${folder === '' ? asked.slice(0, 200) : `folder ${folder.slice(0, 200)}`} in ${project}.`,
        )
      const entries = found.entries.map(({ path: whole, type, sizeBytes }) => ({
        ...{ name: whole.slice(whole.lastIndexOf('/') + 1), path: whole, type, size_bytes: sizeBytes },
      }))
      return { ref: asked, sha, path: folder, entries, truncated: found.truncated }
    },
    async file(tenant, project, { ref, path }) {
      const { sha } = await place(tenant, project, ref)
      const bytes = sha && (await git.open({ tenant, project }).readFile(sha, path))
      if (!sha || !bytes) throw new Fault('NOT_FOUND', `There is no file ${path.slice(0, 200)} there.`)
      return { path, sha, size_bytes: bytes.length, content: textOf(bytes) }
    },
  }
  return views
}

function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const requestView = (project: string, request: StoredMergeRequest): MergeRequest => ({
  ...{ project, number: request.number, title: request.title, description: request.description },
  ...{ source: request.source, target: request.target, head_sha: request.headSha, state: request.state },
  ...{ labels: [...request.labels], author: request.author },
  created_at: isoTime(request.createdMs),
  updated_at: isoTime(request.updatedMs),
  ...{ merged_sha: request.mergedSha, merged_by: request.mergedBy },
  merged_at: request.mergedMs === null ? null : isoTime(request.mergedMs),
})

const noteView = ({ id, author, text, createdMs, updatedMs }: StoredNote): MergeRequestNote => ({
  ...{ id, author, text, created_at: isoTime(createdMs), updated_at: isoTime(updatedMs) },
})
