import type { FileChange, RepositoryFile } from './forge.ts'

/** Where a repository lies: tenant and project are validated names, never paths. */
export type RepositoryKey = { tenant: string; project: string }

export type GitAuthor = { name: string; email: string }

export type GitCommit = {
  sha: string
  parents: readonly string[]
  author: string
  email: string
  committedMs: number
  message: string
}

export type GitEntry = {
  path: string
  type: 'FILE' | 'FOLDER' | 'LINK' | 'SUBMODULE'
  sizeBytes: number | null
  sha: string
  mode: string
}

export type GitDiffFile = {
  oldPath: string | null
  newPath: string | null
  change: 'ADDED' | 'CHANGED' | 'DELETED' | 'RENAMED' | 'MODE'
  oldMode: string
  newMode: string
  binary: boolean
  added: number
  removed: number
  /** Unified hunks as git writes them, from the first `@@`; empty where there are none or they were too many. */
  patch: string
  truncated: boolean
}

export type GitDiff = { baseSha: string | null; files: GitDiffFile[]; filesTotal: number; truncated: boolean }

/** Plain text in, plain text out; names of refs are branches (`main`) or whole hashes, never git's expressions. */
export interface GitRepository {
  /** Its newest commit; undefined where there is no such branch. */
  head(branch: string): Promise<string | undefined>
  /** The commit of a branch or a whole hash; undefined where there is none. */
  resolve(ref: string): Promise<string | undefined>
  /** By name, at most `limit`. */
  branches(prefix: string, limit: number): Promise<{ name: string; sha: string; committedMs: number }[]>
  /** Makes, moves or (null) deletes a branch that stands at `from` (null: that is not there). False where it stands elsewhere. */
  moveBranch(branch: string, to: string | null, from: string | null): Promise<boolean>
  /** Keeps a commit from being cleaned away when its branch goes. */
  keep(name: string, sha: string): Promise<void>
  /** At most 1 MiB; undefined where there is no such file. */
  readFile(ref: string, path: string): Promise<Buffer | undefined>
  /** What lies in one folder, by name; undefined where the folder is not. */
  list(
    ref: string,
    folder: string,
    limit: number,
    recursive?: boolean,
  ): Promise<{ entries: GitEntry[]; truncated: boolean } | undefined>
  /** Text files below a folder, by path; BODY_TOO_LARGE beyond 2,000 files or 16 MiB. */
  tree(ref: string, folder: string): Promise<RepositoryFile[]>
  /** Writes the commit and points no branch at it. The same input gives the same hash. `unchanged`: the files are as they were. */
  write(input: {
    parent: string | null
    files: readonly FileChange[]
    message: string
    author: GitAuthor
    atMs: number
  }): Promise<{ sha: string; tree: string; unchanged: boolean }>
  treeOf(commit: string): Promise<string | undefined>
  /** The commit that joins two, which no branch points at; undefined where they conflict. */
  join(input: {
    target: string
    source: string
    message: string
    author: GitAuthor
    atMs: number
  }): Promise<string | undefined>
  mergeable(target: string, source: string): Promise<boolean>
  isAncestor(ancestor: string, descendant: string): Promise<boolean>
  mergeBase(a: string, b: string): Promise<string | undefined>
  /** The first commit between the two which has `parent` as a parent beside the first; undefined where there is none. */
  joinOf(parent: string, from: string, to: string): Promise<string | undefined>
  /** At most 1 MiB; undefined where there is none of this hash. */
  readBlob(sha: string): Promise<Buffer | undefined>
  /** Newest first; without those that `not` has, and of those only what changed `path`. */
  log(ref: string, options: { not?: string; path?: string; limit: number }): Promise<GitCommit[]>
  /** From where both were one to `to`. At most 300 files, 1 MiB of lines. */
  diff(from: string, to: string): Promise<GitDiff>
}

/** One step of Git's smart HTTP protocol. */
export type GitExchange = {
  step: 'ADVERTISE' | 'UPLOAD_PACK' | 'RECEIVE_PACK'
  service: 'git-upload-pack' | 'git-receive-pack'
  /** Who asks; for reflogs and hooks of git. */
  user: string
  headers: Readonly<Record<string, string | undefined>>
  body: Uint8Array | null
  /** Whole names of refs that git itself refuses to change in this exchange. */
  refused: readonly string[]
  /** No branch may be set back in this exchange. */
  forwardOnly: boolean
  signal: AbortSignal
}
export type GitAnswer = {
  status: number
  headers: Record<string, string>
  body: ReadableStream<Uint8Array> | null
  /** Resolves when the program has ended, whether the body was read or not. */
  done: Promise<void>
}

/**
 * Bare repositories on this machine, by the git program.
 *
 * - Order: writes to one branch are compare-and-swap; nothing else is ordered.
 * - Failure: NOT_READY where there is no git program or it is older than 2.38, NOT_FOUND (repository), VALIDATION_FAILED (names of branches
 *   and paths), TIMEOUT, UPSTREAM_FAILED (git failed; its first line).
 * - Bound: 8 programs and 8 exchanges at once, 64 of each that wait (QUEUE_FULL), a program 30 s, an exchange 5 min.
 * - No working tree, no hook, no configuration but ours; a program ends with what asked for it.
 */
export interface GitRepositories {
  /** undefined: there is none that can be used. Looked up once a minute at most. */
  version(): Promise<string | undefined>
  exists(key: RepositoryKey): Promise<boolean>
  /** Makes an empty one where there is none. */
  create(key: RepositoryKey, defaultBranch: string): Promise<void>
  open(key: RepositoryKey): GitRepository
  exchange(key: RepositoryKey, exchange: GitExchange): Promise<GitAnswer>
  /** Packs what has piled up. */
  tidy(key: RepositoryKey): Promise<void>
}

/** A branch of a repository or the last part of a ref's name, as git-check-ref-format(1) has it, and never one that reads as an option. */
export const isBranchName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 200 &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  !/[\u0000-\u0020\u007f~^:?*[\\]/.test(name) &&
  // Marks that turn the direction of writing show one branch as another.
  !/[\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(name) &&
  !name.includes('..') &&
  !name.includes('@{') &&
  name !== '@' &&
  name !== 'HEAD' &&
  !name.endsWith('.') &&
  !name.startsWith('-') &&
  !/^[0-9a-f]{40}$/.test(name) &&
  name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))

/** A file's path inside a repository: relative, without steps up, empty parts, control characters or anything that git keeps for itself. */
export const isFilePath = (path: string): boolean =>
  path.length > 0 &&
  path.length <= 1_024 &&
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  !/[\u0000-\u001f\u007f\\]/.test(path) &&
  path.isWellFormed() &&
  !path.startsWith('-') &&
  path
    .split('/')
    .every(
      (part) =>
        part !== '' && part !== '.' && part !== '..' && !/^\.?git(~1)?$/i.test(part.replace(/[\s.]+$/u, '')),
    )
