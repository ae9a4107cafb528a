/** `content` is text; null deletes the file. */
export type FileChange = { path: string; content: string | null }
export type RepositoryFile = { path: string; content: string }

export type ForgeApproval = {
  /** Login of who approved. */
  by: string
  /** What they had before them; null where the forge does not say. */
  headSha: string | null
  atMs: number
}

export type MergeRequestState = 'OPEN' | 'MERGED' | 'CLOSED'

export type ForgeMergeRequest = {
  number: number
  title: string
  description: string
  source: string
  target: string
  headSha: string
  state: MergeRequestState
  labels: readonly string[]
  author: string
  url: string
  createdMs: number
  updatedMs: number
  /** Of the commit on the target that it became. */
  mergedSha: string | null
  /** false: conflicts, or the forge forbids it; null: not worked out yet. */
  mergeable: boolean | null
  approvals: readonly ForgeApproval[]
}

/** A comment of somebody under a merge request. */
export type ForgeNote = {
  /** Goes up within one forge. */
  number: number
  /** Login of who wrote it. */
  by: string
  text: string
  atMs: number
  /** It is not as it was first written; at some forges others than its author may do that. */
  edited: boolean
}

export type CommitStatus = {
  context: string
  state: 'PENDING' | 'RUNNING' | 'SUCCESS' | 'FAILURE'
  /** At most 140 characters reach every forge. */
  description: string
  url?: string
}

/**
 * One repository at one forge: what a change through Git needs, and no more. Names, texts and files of a repository are strangers' words.
 *
 * - Idempotent: each write may be repeated after a crash. `commit` with the same branch, parent and files gives what is there; a merge request
 *   of a branch that has one that is open is that one; a note replaces the one with its key.
 * - Guarded: what depends on what somebody saw names it (`from`, `headSha`) and is refused with CONFLICT where it has moved on.
 * - Failure: NOT_FOUND, CONFLICT, PERMISSION_DENIED (protected branch, token), UPSTREAM_FAILED (the forge's fault; may be tried again).
 * - Bound: a file up to 1 MiB, a tree up to 2,000 files and 16 MiB, 1,000 branches or requests in a list.
 */
export interface Forge {
  readonly kind: 'LOCAL' | 'GITLAB' | 'GITHUB' | 'GITEA'
  /** The login under which the platform acts: its own requests are never approved by it. */
  self(): Promise<string>
  defaultBranch(): Promise<string>
  /** Its newest commit; undefined where there is no such branch. */
  head(branch: string): Promise<string | undefined>
  branches(prefix: string): Promise<{ name: string; sha: string; committedMs: number }[]>
  deleteBranch(branch: string, sha: string): Promise<void>
  /** At a branch or a commit. */
  readFile(ref: string, path: string): Promise<string | undefined>
  /** Text files below a folder, sorted by path; others are left out. */
  tree(ref: string, folder: string): Promise<RepositoryFile[]>
  /** One commit on top of `from.sha`; the branch is made where it does not exist, and must stand at `from.sha` where it does. */
  commit(input: {
    branch: string
    from: { branch: string; sha: string }
    message: string
    files: readonly FileChange[]
  }): Promise<{ sha: string }>
  openMergeRequest(input: {
    source: string
    target: string
    title: string
    description: string
    labels: readonly string[]
  }): Promise<ForgeMergeRequest>
  mergeRequest(number: number): Promise<ForgeMergeRequest | undefined>
  /** Newest first. `sourcePrefix`: whose branch begins so. */
  mergeRequests(filter: {
    state?: MergeRequestState
    sourcePrefix?: string
    limit: number
  }): Promise<ForgeMergeRequest[]>
  describe(number: number, change: { title?: string; description?: string }): Promise<void>
  close(number: number): Promise<void>
  /** `key`: a note of ours with that key is replaced. */
  note(number: number, key: string, text: string): Promise<void>
  /** Comments with a number above `after`, oldest first, at most 100 of the first 1,000; none of the platform's own or the forge's. */
  notes(number: number, after: number): Promise<ForgeNote[]>
  setStatus(sha: string, status: CommitStatus): Promise<void>
  /** Refused with CONFLICT unless the head is `headSha`. Gives the commit on the target. */
  merge(number: number, headSha: string, message: string): Promise<{ sha: string }>
}
