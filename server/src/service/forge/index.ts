/** Forge: repositories with merge requests, approvals of the very commit, protected branches and webhooks, on this machine alone. */
import type {
  ForgeFile,
  ForgeProject,
  MergeRequest,
  MergeRequestDetail,
  MergeRequestDiff,
  MergeRequestNote,
  TreeEntry,
} from '@aiops/contract/model/merge-request'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { Forge, MergeRequestState } from '../../port/forge.ts'
import type {
  ForgeRepository,
  StoredApproval,
  StoredHook,
  StoredMergeRequest,
  StoredNote,
  StoredProject,
  StoredProtection,
  StoredStatus,
} from '../../port/forge-repository.ts'
import type { GitAnswer, GitCommit, GitDiff, GitRepositories } from '../../port/git-repositories.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { SecretStore } from '../../port/secret-store.ts'

export type ForgeDeps = {
  records: ForgeRepository
  git: GitRepositories
  /** Behind the outbound guard. */
  http: HttpClient
  /** Seals the tokens of webhooks. */
  secrets: Pick<SecretStore, 'seal' | 'open'>
  /** What the platform itself did, for the audit log; what people do is there already. */
  audit(
    caller: Caller,
    action: string,
    resource: string,
    outcome: 'SUCCESS' | 'FAILURE',
    details: Record<string, unknown>,
  ): Promise<void>
  publicUrl: () => string
  /** Something happened to a repository, by whom: at once, beside the webhooks. */
  told?(tenant: string, project: string, by: string): void
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export type RequestFilter = {
  state?: MergeRequestState | undefined
  source?: string | undefined
  target?: string | undefined
  sourcePrefix?: string | undefined
  limit: number
  offset?: number
}

export interface ForgeProjects {
  /** Version of the git program; null: there is none that can be used. */
  version(): Promise<string | null>
  list(tenant: string): Promise<ForgeProject[]>
  /** By name, number or `tenant/name`. Throws NOT_FOUND. */
  find(tenant: string, id: string): Promise<StoredProject>
  view(tenant: string, project: StoredProject): Promise<ForgeProject>
  create(caller: Caller, input: Omit<StoredProject, 'number' | 'createdMs'>): Promise<StoredProject>
  protections(tenant: string, project: string): Promise<StoredProtection[]>
  protect(tenant: string, project: string, protection: StoredProtection): Promise<void>
  unprotect(tenant: string, project: string, pattern: string): Promise<boolean>
  isProtected(tenant: string, project: string, branch: string): Promise<boolean>
  hooks(tenant: string, project: string): Promise<StoredHook[]>
  addHook(
    tenant: string,
    project: string,
    hook: { url: string; token: string | null; events: StoredHook['events'] },
  ): Promise<StoredHook>
  deleteHook(tenant: string, project: string, number: number): Promise<boolean>
}

export interface ForgeRequests {
  open(
    by: string,
    tenant: string,
    project: string,
    input: {
      source: string
      target: string
      title: string
      description: string
      labels: readonly string[]
    },
  ): Promise<{ request: StoredMergeRequest; isNew: boolean }>
  /** With the head as it is now. */
  get(tenant: string, project: string, number: number): Promise<StoredMergeRequest | undefined>
  list(
    tenant: string,
    project: string,
    filter: RequestFilter,
  ): Promise<{ requests: StoredMergeRequest[]; total: number }>
  describe(
    tenant: string,
    project: string,
    number: number,
    change: { title?: string; description?: string; labels?: readonly string[] },
  ): Promise<StoredMergeRequest>
  close(by: string, tenant: string, project: string, number: number): Promise<StoredMergeRequest>
  reopen(by: string, tenant: string, project: string, number: number): Promise<StoredMergeRequest>
  approvals(
    tenant: string,
    project: string,
    request: StoredMergeRequest,
  ): Promise<(StoredApproval & { counts: boolean })[]>
  /** Why this person may not approve it; undefined: they may. */
  notApprovable(
    by: string,
    tenant: string,
    project: string,
    request: StoredMergeRequest,
  ): Promise<string | undefined>
  /** Guarded by the head that was seen. */
  approve(
    by: string,
    tenant: string,
    project: string,
    number: number,
    headSha: string,
  ): Promise<StoredMergeRequest>
  unapprove(by: string, tenant: string, project: string, number: number): Promise<StoredMergeRequest>
  /** Why it cannot be merged by people now. */
  blockedBy(tenant: string, project: string, request: StoredMergeRequest): Promise<string[]>
  mergeable(tenant: string, project: string, request: StoredMergeRequest): Promise<boolean | null>
  /** `rule` PEOPLE: only what nothing blocks; POLICY: the platform, whose own policy has decided. */
  merge(
    by: string,
    tenant: string,
    project: string,
    number: number,
    options: { headSha: string; message?: string; rule: 'PEOPLE' | 'POLICY' },
  ): Promise<StoredMergeRequest>
  notes(tenant: string, project: string, number: number): Promise<StoredNote[]>
  note(
    by: string,
    tenant: string,
    project: string,
    number: number,
    text: string,
    key: string | null,
  ): Promise<StoredNote>
  /** Only its author changes a note. */
  editNote(
    by: string,
    tenant: string,
    project: string,
    number: number,
    noteNumber: number,
    text: string,
  ): Promise<StoredNote>
  statuses(tenant: string, project: string, sha: string): Promise<StoredStatus[]>
  setStatus(
    by: string,
    tenant: string,
    project: string,
    sha: string,
    status: Omit<StoredStatus, 'by' | 'atMs'>,
  ): Promise<StoredStatus>
  commits(tenant: string, project: string, request: StoredMergeRequest): Promise<GitCommit[]>
}

/** What people see of it, as the contract has it. */
export interface ForgeViews {
  request(tenant: string, project: string, request: StoredMergeRequest): MergeRequest
  detail(caller: Caller, project: string, number: number): Promise<MergeRequestDetail>
  diff(tenant: string, project: string, number: number): Promise<MergeRequestDiff>
  note(note: StoredNote): MergeRequestNote
  tree(
    tenant: string,
    project: string,
    at: { ref: string; path: string },
  ): Promise<{ ref: string; sha: string | null; path: string; entries: TreeEntry[]; truncated: boolean }>
  file(tenant: string, project: string, at: { ref: string; path: string }): Promise<ForgeFile>
}

export type GitAsked = {
  project: string
  step: 'ADVERTISE' | 'UPLOAD_PACK' | 'RECEIVE_PACK'
  service: 'git-upload-pack' | 'git-receive-pack'
  headers: Readonly<Record<string, string | undefined>>
  body: Uint8Array | null
  signal: AbortSignal
}

/** What a push asked for; `refused` says why nothing of it was taken. */
export type PushSummary = { refs: readonly string[]; refused: readonly string[] }

export interface ForgeService extends Lifecycle {
  readonly enabled: boolean
  /** Under which the platform acts. */
  readonly login: string
  readonly pushBytesMax: number
  readonly projects: ForgeProjects
  readonly requests: ForgeRequests
  readonly views: ForgeViews
  /** Branches, files and differences, by plain names. */
  readonly git: GitRepositories
  /** One request of Git's smart HTTP protocol. What a push may not do, git is told in its own form. */
  exchange(caller: Caller, asked: GitAsked): Promise<GitAnswer & { push?: PushSummary }>
  branches(
    tenant: string,
    project: string,
    prefix: string,
  ): Promise<{ name: string; sha: string; committedMs: number }[]>
  createBranch(caller: Caller, project: string, branch: string, ref: string): Promise<string>
  deleteBranch(caller: Caller, project: string, branch: string): Promise<void>
  compare(
    tenant: string,
    project: string,
    from: string,
    to: string,
  ): Promise<{ commits: GitCommit[]; diff: GitDiff }>
  /** Somebody's commit without a push, as the port has it. */
  commit(caller: Caller, project: string, input: Parameters<Forge['commit']>[0]): Promise<{ sha: string }>
  /** The platform's own door to one repository. */
  open(tenant: string, project: string): Forge
  /** Resolves when no webhook is on its way. */
  idle(): Promise<void>
}

export { ForgeConfig } from './config.ts'
export { createForge } from './forge.ts'
