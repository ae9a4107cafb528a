import type { TenantId } from '@aiops/contract/model/tenant'
import type { CommitStatus, MergeRequestState } from './forge.ts'

export type StoredProject = {
  name: string
  /** Of the tenant, from 1; never given twice. */
  number: number
  description: string
  defaultBranch: string
  approvalsRequired: number
  createdMs: number
}

export type StoredProtection = { pattern: string; push: 'NOBODY' | 'APPROVERS' }

export type StoredMergeRequest = {
  /** Of the project, from 1; never given twice. */
  number: number
  title: string
  description: string
  source: string
  target: string
  /** While it is open, what was seen last; afterwards, what it ended with. */
  headSha: string
  /** Since when that has been seen as its head. */
  headMs: number
  state: MergeRequestState
  labels: readonly string[]
  author: string
  createdMs: number
  updatedMs: number
  mergedSha: string | null
  mergedBy: string | null
  mergedMs: number | null
}

export type StoredApproval = { by: string; headSha: string; atMs: number }

export type StoredNote = {
  id: string
  /** Of the project, from 1; never given twice. */
  number: number
  /** One note of a request has a key; null for what people write. */
  key: string | null
  author: string
  text: string
  createdMs: number
  updatedMs: number
}

export type StoredStatus = CommitStatus & { by: string; atMs: number }

export type StoredHook = {
  /** Of the project, from 1; never given twice. */
  number: number
  url: string
  /** Sealed, or the name of a secret of the configuration; null for none. */
  sealedToken: string | null
  events: readonly ('PUSH' | 'MERGE_REQUEST' | 'NOTE')[]
  createdMs: number
}

/** Who brought a commit to a branch by Git. */
export type StoredPush = { sha: string; by: string; atMs: number }

/** What the local forge knows beside its repositories. `project` is a name within the tenant. */
export interface ForgeRepository {
  /** Throws CONFLICT where the tenant has one of this name. */
  insertProject(tenant: TenantId, project: Omit<StoredProject, 'number'>): Promise<StoredProject>
  project(tenant: TenantId, name: string): Promise<StoredProject | undefined>
  /** By name. */
  projects(tenant: TenantId): Promise<StoredProject[]>

  /** Inserts or replaces by pattern. */
  protect(tenant: TenantId, project: string, protection: StoredProtection): Promise<void>
  /** False where there was none. */
  unprotect(tenant: TenantId, project: string, pattern: string): Promise<boolean>
  /** By pattern. */
  protections(tenant: TenantId, project: string): Promise<StoredProtection[]>

  /** Gives out the next number. Throws CONFLICT where one of this source and target is open. */
  insertRequest(
    tenant: TenantId,
    project: string,
    request: Omit<StoredMergeRequest, 'number'>,
  ): Promise<StoredMergeRequest>
  /** Compare and swap on the state: undefined, and nothing changed, where it is not `from`, or there is no such request. */
  changeRequest(
    tenant: TenantId,
    project: string,
    number: number,
    from: MergeRequestState,
    change: Partial<Omit<StoredMergeRequest, 'number' | 'source' | 'target' | 'author' | 'createdMs'>>,
  ): Promise<StoredMergeRequest | undefined>
  request(tenant: TenantId, project: string, number: number): Promise<StoredMergeRequest | undefined>
  /** The one that is open. */
  openRequest(
    tenant: TenantId,
    project: string,
    source: string,
    target: string,
  ): Promise<StoredMergeRequest | undefined>
  /** Newest first. */
  requests(
    tenant: TenantId,
    project: string,
    filter: {
      state?: MergeRequestState | undefined
      source?: string | undefined
      target?: string | undefined
      sourcePrefix?: string | undefined
      limit: number
      offset?: number
    },
  ): Promise<{ requests: StoredMergeRequest[]; total: number }>

  /** One a login; the newest stands. */
  approve(tenant: TenantId, project: string, number: number, approval: StoredApproval): Promise<void>
  /** False where there was none. */
  unapprove(tenant: TenantId, project: string, number: number, by: string): Promise<boolean>
  /** Oldest first. */
  approvals(tenant: TenantId, project: string, number: number): Promise<StoredApproval[]>

  /** A note with a key, or the id of one that is there, replaces that, which keeps its id, number and time of making. Gives what is stored. */
  saveNote(
    tenant: TenantId,
    project: string,
    number: number,
    note: Omit<StoredNote, 'number'>,
  ): Promise<StoredNote>
  /** Oldest first, the newest `limit` of them. */
  notes(tenant: TenantId, project: string, number: number, limit: number): Promise<StoredNote[]>

  /** The newest of its context stands. */
  setStatus(tenant: TenantId, project: string, sha: string, status: StoredStatus): Promise<void>
  /** By context. */
  statuses(tenant: TenantId, project: string, sha: string): Promise<StoredStatus[]>

  insertHook(tenant: TenantId, project: string, hook: Omit<StoredHook, 'number'>): Promise<StoredHook>
  deleteHook(tenant: TenantId, project: string, number: number): Promise<boolean>
  hooks(tenant: TenantId, project: string): Promise<StoredHook[]>

  recordPush(tenant: TenantId, project: string, push: StoredPush): Promise<void>
  /** Who pushed any of these commits. */
  pushers(tenant: TenantId, project: string, shas: readonly string[]): Promise<string[]>
}
