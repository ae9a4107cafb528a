import { createHash } from 'node:crypto'
import { isoTime } from '../../../kernel/clock.ts'
import type {
  StoredHook,
  StoredMergeRequest,
  StoredNote,
  StoredProject,
  StoredProtection,
  StoredStatus,
} from '../../../port/forge-repository.ts'
import type { GitCommit, GitDiffFile, GitEntry } from '../../../port/git-repositories.ts'

/** Documents as GitLab's API has them: the fields that its clients read, and no others that would have to be made up. */

export const stateNames = { OPEN: 'opened', MERGED: 'merged', CLOSED: 'closed' } as const
const statusNames = { PENDING: 'pending', RUNNING: 'running', SUCCESS: 'success', FAILURE: 'failed' } as const

/** People have names here and no numbers; clients want one, so it is made of the name. */
const userNumber = (name: string): number =>
  createHash('sha256').update(name).digest().readUInt32BE() % 2_000_000_000

export const userForm = (name: string) => ({ id: userNumber(name), username: name, name, state: 'active' })

export function projectForm(tenant: string, project: StoredProject, publicUrl: string, isEmpty: boolean) {
  const url = `${publicUrl}/git/${project.name}.git`
  return {
    id: project.number,
    name: project.name,
    path: project.name,
    description: project.description,
    path_with_namespace: `${tenant}/${project.name}`,
    default_branch: isEmpty ? null : project.defaultBranch,
    empty_repo: isEmpty,
    visibility: 'private',
    archived: false,
    http_url_to_repo: url,
    web_url: `${publicUrl}/merge-requests/${project.name}`,
    created_at: isoTime(project.createdMs),
    merge_method: 'merge',
    approvals_before_merge: project.approvalsRequired,
  }
}

export const commitForm = (commit: GitCommit) => ({
  id: commit.sha,
  short_id: commit.sha.slice(0, 8),
  title: commit.message.split('\n')[0] ?? '',
  message: commit.message,
  author_name: commit.author,
  author_email: commit.email,
  authored_date: isoTime(commit.committedMs),
  committed_date: isoTime(commit.committedMs),
  created_at: isoTime(commit.committedMs),
  parent_ids: commit.parents,
})

type BranchInput = { name: string; sha: string; committedMs: number }
export const branchForm = (
  { name, sha, committedMs }: BranchInput,
  isProtected: boolean,
  isDefault: boolean,
) => ({
  name,
  commit: {
    ...{ id: sha, short_id: sha.slice(0, 8) },
    ...{ committed_date: isoTime(committedMs), created_at: isoTime(committedMs) },
  },
  protected: isProtected,
  default: isDefault,
  merged: false,
  developers_can_push: !isProtected,
  can_push: !isProtected,
})

export const entryForm = ({ path, type, sha, mode }: GitEntry) => ({
  id: sha,
  name: path.slice(path.lastIndexOf('/') + 1),
  type: type === 'FOLDER' ? 'tree' : type === 'SUBMODULE' ? 'commit' : 'blob',
  path,
  mode,
})

export const diffForm = (file: GitDiffFile) => ({
  old_path: file.oldPath ?? file.newPath,
  new_path: file.newPath ?? file.oldPath,
  a_mode: file.oldMode,
  b_mode: file.newMode,
  new_file: file.change === 'ADDED',
  renamed_file: file.change === 'RENAMED',
  deleted_file: file.change === 'DELETED',
  too_large: file.truncated,
  diff: file.patch,
})

/** `status` is GitLab's `detailed_merge_status`. */
export function requestForm(
  request: StoredMergeRequest,
  project: StoredProject,
  publicUrl: string,
  status: string,
) {
  const { number, mergedBy, mergedMs } = request
  return {
    ...{ id: project.number * 1_000_000 + number, iid: number, project_id: project.number },
    ...{ title: request.title, description: request.description, state: stateNames[request.state] },
    created_at: isoTime(request.createdMs),
    updated_at: isoTime(request.updatedMs),
    merged_by: mergedBy === null ? null : userForm(mergedBy),
    merge_user: mergedBy === null ? null : userForm(mergedBy),
    merged_at: mergedMs === null ? null : isoTime(mergedMs),
    ...{ target_branch: request.target, source_branch: request.source },
    ...{ source_project_id: project.number, target_project_id: project.number },
    author: userForm(request.author),
    ...{ labels: request.labels, draft: false, sha: request.headSha },
    ...{ merge_commit_sha: request.mergedSha, squash_commit_sha: null, squash: false },
    ...{ detailed_merge_status: status, has_conflicts: status === 'conflict' },
    merge_status:
      status === 'unchecked' ? 'unchecked' : status === 'conflict' ? 'cannot_be_merged' : 'can_be_merged',
    web_url: `${publicUrl}/merge-requests/${project.name}/${number}`,
    references: { short: `!${number}`, relative: `!${number}`, full: `${project.name}!${number}` },
  }
}

export const noteForm = ({ number, author, text, createdMs, updatedMs }: StoredNote, request: number) => ({
  ...{ id: number, body: text, author: userForm(author), system: false },
  ...{ created_at: isoTime(createdMs), updated_at: isoTime(updatedMs) },
  ...{ noteable_type: 'MergeRequest', noteable_iid: request, resolvable: false },
})

export const statusForm = (sha: string, { context, state, description, url, by, atMs }: StoredStatus) => ({
  ...{ sha, name: context, status: statusNames[state], description, target_url: url ?? null },
  ...{ created_at: isoTime(atMs), author: userForm(by), allow_failure: false },
})

const level = { NOBODY: 0, APPROVERS: 40 } as const
const levelNames = { NOBODY: 'No one', APPROVERS: 'Maintainers' } as const

export const protectionForm = ({ pattern, push }: StoredProtection) => ({
  name: pattern,
  push_access_levels: [{ access_level: level[push], access_level_description: levelNames[push] }],
  merge_access_levels: [{ access_level: 40, access_level_description: 'Maintainers' }],
  allow_force_push: false,
})

export const hookForm = ({ number, url, events, createdMs }: StoredHook, project: StoredProject) => ({
  ...{ id: number, url, project_id: project.number, created_at: isoTime(createdMs) },
  push_events: events.includes('PUSH'),
  merge_requests_events: events.includes('MERGE_REQUEST'),
  note_events: events.includes('NOTE'),
  enable_ssl_verification: true,
})
