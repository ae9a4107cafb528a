import { isoTime } from '../../kernel/clock.ts'
import type {
  StoredHook,
  StoredMergeRequest,
  StoredNote,
  StoredProject,
} from '../../port/forge-repository.ts'

type RequestAction = 'open' | 'close' | 'reopen' | 'update' | 'approved' | 'unapproved' | 'merge'

export type HookEvent =
  | { kind: 'PUSH'; ref: string; from: string; to: string; by: string }
  | { kind: 'MERGE_REQUEST'; action: RequestAction; request: StoredMergeRequest; by: string }
  | { kind: 'NOTE'; request: StoredMergeRequest; note: StoredNote; by: string }

const noSha = '0'.repeat(40)

/** `X-Gitlab-Event` of each kind. */
export const hookHeader: Record<StoredHook['events'][number], string> = {
  PUSH: 'Push Hook',
  MERGE_REQUEST: 'Merge Request Hook',
  NOTE: 'Note Hook',
}

/** States as GitLab names them. */
export const gitlabState = { OPEN: 'opened', MERGED: 'merged', CLOSED: 'closed' } as const

/** The bodies of GitLab's webhooks, as far as there is something to say; `checkout_sha` is null where a branch was deleted. */
export function hookPayload(
  event: HookEvent,
  tenant: string,
  project: StoredProject,
  publicUrl: string,
): Record<string, unknown> {
  const web = `${publicUrl}/git/${project.name}.git`
  const about = {
    id: project.number,
    name: project.name,
    description: project.description,
    path_with_namespace: `${tenant}/${project.name}`,
    default_branch: project.defaultBranch,
    git_http_url: web,
    http_url: web,
  }
  if (event.kind === 'PUSH') {
    const { ref, from, to, by } = event
    return {
      ...{ object_kind: 'push', event_name: 'push', before: from, after: to, ref, ref_protected: false },
      ...{ checkout_sha: to === noSha ? null : to, user_username: by, user_name: by },
      ...{ project_id: project.number, project: about },
    }
  }
  const user = { id: null, username: event.by, name: event.by }
  const request = requestAttributes(event.request, project, publicUrl)
  if (event.kind === 'NOTE') {
    const { id, text, createdMs, updatedMs } = event.note
    return {
      ...{ object_kind: 'note', event_type: 'note', user, project_id: project.number, project: about },
      object_attributes: {
        ...{ id, note: text, noteable_type: 'MergeRequest' },
        ...{ created_at: isoTime(createdMs), updated_at: isoTime(updatedMs), url: request.url },
      },
      merge_request: request,
    }
  }
  return {
    ...{ object_kind: 'merge_request', event_type: 'merge_request', user, project: about },
    object_attributes: { ...request, action: event.action },
    labels: event.request.labels.map((title) => ({ title })),
  }
}

const requestAttributes = (request: StoredMergeRequest, project: StoredProject, publicUrl: string) => ({
  id: request.number,
  iid: request.number,
  title: request.title,
  description: request.description,
  state: gitlabState[request.state],
  source_branch: request.source,
  target_branch: request.target,
  source_project_id: project.number,
  target_project_id: project.number,
  last_commit: { id: request.headSha },
  merge_commit_sha: request.mergedSha,
  created_at: isoTime(request.createdMs),
  updated_at: isoTime(request.updatedMs),
  url: requestUrl(publicUrl, project.name, request.number),
})

export const requestUrl = (publicUrl: string, project: string, number: number): string =>
  `${publicUrl}/merge-requests/${project}/${number}`
