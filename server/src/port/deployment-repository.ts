import type { Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import type { DriftCheck } from '@aiops/contract/model/drift'
import type { PolicyOutcome } from '@aiops/contract/model/policy'
import type { TenantId } from '@aiops/contract/model/tenant'

/** What was decided, as policies see it. */
export type DecisionFigures = {
  confidence: number | null
  calibrated: boolean
  saving_monthly_usd: { p10: number; p50: number; p90: number } | null
  cost_delta_percent: number | null
}

/** What only the flow needs to go on after a crash. Times are Unix milliseconds. */
export type DeploymentWork = {
  /** Branch of the repository that the change goes to. */
  target: string
  /** Its commit that the change was made on; null: not begun. */
  baseSha: string | null
  decision: DecisionFigures | null
  evidence: Record<string, unknown>
  place: { provider: string; region: string | null; instance: string | null } | null
  plan: {
    /** Of the files that were planned. */
    filesSha256: string
    /** Of the target. */
    targetSha: string
    madeMs: number
    /** Approvals that the request had before this plan could be seen; null: not looked yet. */
    approvalsBefore: readonly string[] | null
  } | null
  /** An apply was begun; whether it was done is to be looked up. `refused`: the engine would not have this plan; `problem`: it failed. */
  apply: { planSha256: string; atMs: number; refused: boolean; problem: string | null } | null
  outputs: Record<string, unknown> | null
  /** Who wants to know where the service runs now has been told. */
  told: boolean
  /** Looks in a row that found a check outside of its limit. */
  failedLooks: number
  /** The final state it is going to, and what of it is still to be done outside. */
  ending: { state: DeploymentState; message: string; closes: boolean } | null
  /** Failures in a row of what is outside. */
  failures: number
  /** Why it waits, in words; null: it does not. */
  waiting: string | null
  /** When it is to be looked at next. */
  dueMs: number
  /** Hours of age that were told as stale already. */
  staleHours: number
  reviewReminded: boolean
  /** Comments of its merge request up to this number were looked at; none: not one. */
  notesTo?: number
}

export type StoredDeployment = {
  tenant: TenantId
  /** Goes up by one with each change. */
  revision: number
  deployment: Deployment
  work: DeploymentWork
}

/** `cleanFilesSha256`: the stack's files when nothing was otherwise last; null: that was never seen. */
export type StoredDrift = DriftCheck & { cleanFilesSha256: string | null }

export type KillSwitch = { on: boolean; by: string | null; at: string | null; reason: string | null }

/** What an apply may begin under, looked at in the same transaction that begins it. */
export type ApplyClaim = {
  atMs: number
  /** At most so many applies since; null: no limit. */
  limit: { sinceMs: number; max: number } | null
}

/**
 * Deployments, who drives them, the kill switch and what was last seen of drift. Every change is a compare-and-swap on `revision`.
 * Durability: what resolved is on disk. At most one deployment of a service of a repository is under way; one that is REVERTING or
 * final is not. A lease says which process drives one: it ends by itself, and a swap in its name fails once somebody else has it.
 */
export interface DeploymentRepository {
  /** Same id again: nothing. CONFLICT: one of the service is under way, or `openMax` are (null: no limit). */
  insert(stored: StoredDeployment, openMax: number | null): Promise<void>
  /**
   * Stores it with `revision` + 1 where what is stored has `revision`. MOVED: it has not, or another holder has the lease. STOPPED: the
   * kill switch is on. LIMIT: too many were applied. A claim notes when it was applied.
   */
  swap(
    stored: StoredDeployment,
    options: { holder: string | null; claim?: ApplyClaim },
  ): Promise<'SWAPPED' | 'MOVED' | 'STOPPED' | 'LIMIT'>
  get(tenant: TenantId, id: string): Promise<StoredDeployment | undefined>
  /** Newest first. Times are both inclusive. */
  list(
    tenant: TenantId,
    filter: {
      services: readonly string[]
      states: readonly DeploymentState[]
      startMs?: number | undefined
      endMs?: number | undefined
      limit: number
      offset: number
    },
  ): Promise<{ deployments: Deployment[]; total: number }>
  /** Of all tenants, not final and due, the longest due first. */
  due(nowMs: number, limit: number): Promise<{ tenant: TenantId; id: string }[]>
  /** Undefined where another holder has it. What it gives is as stored after the lease began. */
  acquire(
    tenant: TenantId,
    id: string,
    lease: { holder: string; nowMs: number; untilMs: number },
  ): Promise<StoredDeployment | undefined>
  release(tenant: TenantId, id: string, holder: string): Promise<void>
  /** How many are under way, and how many were applied since. */
  counts(tenant: TenantId, sinceMs: number): Promise<{ open: number; applied: number }>
  /** Emergencies whose override nobody has reviewed, of all tenants. */
  unreviewed(limit: number): Promise<StoredDeployment[]>
  /** How often the policy's last word on a deployment was each. */
  said(tenant: TenantId): Promise<Record<PolicyOutcome, number> & { overridden: number }>
  killSwitch(tenant: TenantId): Promise<KillSwitch>
  setKillSwitch(tenant: TenantId, to: KillSwitch): Promise<void>
  saveDrift(tenant: TenantId, check: StoredDrift): Promise<void>
  drift(tenant: TenantId): Promise<StoredDrift[]>
}

/** Whether one holds the place of its service. */
export const holdsService = (state: DeploymentState): boolean =>
  !['KEPT', 'REVERTING', 'REVERTED', 'DENIED', 'CLOSED', 'FAILED'].includes(state)
export const isFinal = (state: DeploymentState): boolean =>
  ['KEPT', 'REVERTED', 'DENIED', 'CLOSED', 'FAILED'].includes(state)
