import { z } from 'zod'
import { Time } from './time.ts'

/** Of a repository of the local forge. */
export const ForgeProjectName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9_-]|\.(?!\.|git$)){0,62}$/,
    'lower-case letters, digits, dashes, underscores and single dots, at most 63 characters, not ending in .git',
  )
export type ForgeProjectName = z.infer<typeof ForgeProjectName>

/** Of a commit: hexadecimal, whole. */
export const CommitSha = z.string().regex(/^[0-9a-f]{40}$/, 'the whole hash of a commit, 40 hex digits')
export type CommitSha = z.infer<typeof CommitSha>

/** `pattern` is a branch, or several where it holds `*`. Who is named may push; a force-push is always refused. */
export const ProtectedBranch = z.object({
  pattern: z.string(),
  push: z.enum(['NOBODY', 'APPROVERS']),
})
export type ProtectedBranch = z.infer<typeof ProtectedBranch>

export const ForgeProject = z.object({
  name: ForgeProjectName,
  number: z.number().int(),
  description: z.string(),
  default_branch: z.string(),
  /** Newest commit of the default branch; null while the repository is empty. */
  head_sha: CommitSha.nullable(),
  /** For `git clone`. */
  clone_url: z.string(),
  protected_branches: z.array(ProtectedBranch),
  /** Of people other than the author, of the commit that is merged. */
  approvals_required: z.number().int(),
  open_merge_requests: z.number().int(),
  created_at: Time,
})
export type ForgeProject = z.infer<typeof ForgeProject>

export const MergeRequestState = z.enum(['OPEN', 'MERGED', 'CLOSED'])
export type MergeRequestState = z.infer<typeof MergeRequestState>

/** Titles, descriptions, names and texts are what somebody wrote. */
export const MergeRequest = z.object({
  project: ForgeProjectName,
  number: z.number().int(),
  title: z.string(),
  description: z.string(),
  source: z.string(),
  target: z.string(),
  head_sha: CommitSha,
  state: MergeRequestState,
  labels: z.array(z.string()),
  author: z.string(),
  created_at: Time,
  updated_at: Time,
  /** The commit on the target that it became. */
  merged_sha: CommitSha.nullable(),
  merged_by: z.string().nullable(),
  merged_at: Time.nullable(),
})
export type MergeRequest = z.infer<typeof MergeRequest>

export const MergeRequestApproval = z.object({
  by: z.string(),
  /** What they had before them. */
  head_sha: CommitSha,
  at: Time,
  /** false: the branch has moved on since. */
  counts: z.boolean(),
})
export type MergeRequestApproval = z.infer<typeof MergeRequestApproval>

export const MergeRequestCommit = z.object({
  sha: CommitSha,
  title: z.string(),
  message: z.string(),
  /** As the commit says, which nobody has checked. */
  author: z.string(),
  committed_at: Time,
})
export type MergeRequestCommit = z.infer<typeof MergeRequestCommit>

export const MergeRequestStatus = z.object({
  context: z.string(),
  state: z.enum(['PENDING', 'RUNNING', 'SUCCESS', 'FAILURE']),
  description: z.string(),
  url: z.string().nullable(),
  by: z.string(),
  at: Time,
})
export type MergeRequestStatus = z.infer<typeof MergeRequestStatus>

export const MergeRequestNote = z.object({
  id: z.string(),
  author: z.string(),
  text: z.string(),
  created_at: Time,
  updated_at: Time,
})
export type MergeRequestNote = z.infer<typeof MergeRequestNote>

export const MergeRequestDetail = MergeRequest.extend({
  /** Newest first, 250 at most. */
  commits: z.array(MergeRequestCommit),
  /** Of the head. */
  statuses: z.array(MergeRequestStatus),
  approvals: z.array(MergeRequestApproval),
  approvals_required: z.number().int(),
  /** Oldest first. */
  notes: z.array(MergeRequestNote),
  /** Whether it merges without conflict; null where it is not open. */
  mergeable: z.boolean().nullable(),
  /** Sentences on why it cannot be merged now; empty: it can. */
  blocked_by: z.array(z.string()),
  /** Whether who asks may approve it, and if not why. */
  approvable: z.boolean(),
  not_approvable_because: z.string().nullable(),
})
export type MergeRequestDetail = z.infer<typeof MergeRequestDetail>

/** `kind` ` `: context, `+`: added, `-`: removed. Line numbers count from 1 and are null on the side that lacks the line. */
export const DiffLine = z.object({
  kind: z.enum(['CONTEXT', 'ADDED', 'REMOVED']),
  text: z.string(),
  old_line: z.number().int().nullable(),
  new_line: z.number().int().nullable(),
})
export type DiffLine = z.infer<typeof DiffLine>

export const DiffHunk = z.object({
  old_start: z.number().int(),
  old_lines: z.number().int(),
  new_start: z.number().int(),
  new_lines: z.number().int(),
  /** What git found around it, such as the name of a block. */
  section: z.string(),
  lines: z.array(DiffLine),
})
export type DiffHunk = z.infer<typeof DiffHunk>

export const DiffFile = z.object({
  /** Where it was; null for one that is new. */
  old_path: z.string().nullable(),
  /** Where it is; null for one that is gone. */
  new_path: z.string().nullable(),
  change: z.enum(['ADDED', 'CHANGED', 'DELETED', 'RENAMED', 'MODE']),
  binary: z.boolean(),
  added: z.number().int(),
  removed: z.number().int(),
  hunks: z.array(DiffHunk),
  /** Its lines are not all here. */
  truncated: z.boolean(),
})
export type DiffFile = z.infer<typeof DiffFile>

export const MergeRequestDiff = z.object({
  /** From here, where both branches were one, ... */
  base_sha: CommitSha.nullable(),
  /** ... to here. */
  head_sha: CommitSha,
  files: z.array(DiffFile),
  /** Files that are changed, shown here or not. */
  files_total: z.number().int(),
  truncated: z.boolean(),
})
export type MergeRequestDiff = z.infer<typeof MergeRequestDiff>

export const TreeEntry = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(['FILE', 'FOLDER', 'LINK', 'SUBMODULE']),
  size_bytes: z.number().int().nullable(),
})
export type TreeEntry = z.infer<typeof TreeEntry>

export const ForgeFile = z.object({
  path: z.string(),
  sha: CommitSha,
  size_bytes: z.number().int(),
  /** null where it is no text, or larger than 1 MiB. */
  content: z.string().nullable(),
})
export type ForgeFile = z.infer<typeof ForgeFile>
