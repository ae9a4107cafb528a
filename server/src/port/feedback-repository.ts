import type { Feedback, FeedbackState, FeedbackTarget, FeedbackVerdict } from '@aiops/contract/model/feedback'
import type { TenantId } from '@aiops/contract/model/tenant'

/** Whether a finding was real, or whether its cause was right: one label of each person for each. */
export type FeedbackQuestion = 'DETECTION' | 'CAUSE'

export type FeedbackFilter = {
  target?: FeedbackTarget | undefined
  targetId?: string | undefined
  user?: string | undefined
  /** Name of the first labelled series. */
  metric?: string | undefined
  /** Empty: all. */
  verdicts: readonly FeedbackVerdict[]
  states: readonly FeedbackState[]
  /** When it was last given, both inclusive. */
  startMs?: number | undefined
  endMs?: number | undefined
}

export type FeedbackTally = { verdict: FeedbackVerdict; state: FeedbackState; count: number }

/** What people say of findings. A resolved write is on disk. */
export interface FeedbackRepository {
  /** Inserts, or replaces the label of the same person on the same question of the same target, whose id it must have. */
  save(feedback: Feedback): Promise<void>
  get(tenant: TenantId, id: string): Promise<Feedback | undefined>
  delete(tenant: TenantId, id: string): Promise<boolean>
  /** All of one target. */
  ofTarget(tenant: TenantId, target: FeedbackTarget, targetId: string): Promise<Feedback[]>
  /** Newest first; `tally` counts all that fit, by verdict and state, `users` who gave them. */
  list(
    tenant: TenantId,
    filter: FeedbackFilter & { limit: number; offset: number },
  ): Promise<{ labels: Feedback[]; tally: FeedbackTally[]; users: number }>
  /** Another label was given at this time, whether it is new or takes another's place. */
  addSubmission(tenant: TenantId, user: string, atMs: number): Promise<void>
  /** Times of a user's submissions after `sinceMs`, oldest first; at most `limit`. */
  submissions(tenant: TenantId, user: string, sinceMs: number, limit: number): Promise<number[]>
  /** Forgets submissions before, of all tenants. */
  pruneSubmissions(beforeMs: number): Promise<void>
}

export const questionOf = (verdict: FeedbackVerdict): FeedbackQuestion =>
  verdict === 'CAUSE_RIGHT' || verdict === 'CAUSE_WRONG' ? 'CAUSE' : 'DETECTION'
