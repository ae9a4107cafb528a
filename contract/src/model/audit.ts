import { z } from 'zod'
import { TenantId } from './tenant.ts'

export const AuditOutcome = z.enum(['SUCCESS', 'FAILURE', 'DENIED'])
export type AuditOutcome = z.infer<typeof AuditOutcome>

/** Who did what, when, to what, and how it ended. Never changed once written. */
export const AuditEntry = z.object({
  /** From 1 without gaps, over all tenants. */
  sequence: z.number().int(),
  at: z.string(),
  tenant_id: TenantId,
  actor: z.string(),
  action: z.string(),
  resource: z.string(),
  outcome: AuditOutcome,
  details: z.record(z.string(), z.unknown()),
  /**
   * SHA-256 of `previous_hash` (its 32 bytes) and the entry in canonical JSON (RFC 8785): action, actor, at, details, outcome, resource,
   * sequence, and tenant_id as `tenant`.
   */
  hash: z.string(),
  previous_hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** What the chain was at a moment, signed with Ed25519, kept outside the database. */
export const AuditCheckpoint = z.object({
  sequence: z.number().int(),
  hash: z.string(),
  time: z.string(),
  key_id: z.string(),
  /** Base64. */
  signature: z.string(),
})
export type AuditCheckpoint = z.infer<typeof AuditCheckpoint>

export const AuditFindingKind = z.enum([
  'EDITED',
  'DELETED',
  'REORDERED',
  'TRUNCATED',
  'REWRITTEN',
  'CHECKPOINT_FORGED',
])
export type AuditFindingKind = z.infer<typeof AuditFindingKind>

export const AuditFinding = z.object({
  kind: AuditFindingKind,
  /** The entry that is wrong, or the first that may be. */
  sequence: z.number().int(),
  sentence: z.string(),
})
export type AuditFinding = z.infer<typeof AuditFinding>

/**
 * WHOLE: every link fits, and every checkpoint is signed and fits. BROKEN: something was changed. UNPROVEN: the links fit, but no
 * checkpoint could be tried, so that a log that was rewritten or cut off at its end would look the same.
 */
export const AuditStatus = z.enum(['WHOLE', 'BROKEN', 'UNPROVEN'])
export type AuditStatus = z.infer<typeof AuditStatus>

export const AuditVerification = z.object({
  status: AuditStatus,
  sentence: z.string(),
  /** Number of the newest entry. */
  entries: z.number().int(),
  /** Up to here every link fits, and a good checkpoint says so. */
  good_to: z.number().int(),
  /** The first entry that is wrong or may be; null where only checkpoints are. */
  first_bad: z.number().int().nullable(),
  findings: z.array(AuditFinding),
  findings_left_out: z.number().int(),
  /** Checkpoints whose signature and hash were tried. */
  checkpoints: z.number().int(),
  last_checkpoint: AuditCheckpoint.nullable(),
  /** Entries after the last good checkpoint: their links fit, but if the newest of them were cut off nobody could tell. */
  not_sealed: z.number().int(),
  /** What could not be verified, and why. */
  notices: z.array(z.string()),
  verified_at: z.string(),
  seconds: z.number(),
})
export type AuditVerification = z.infer<typeof AuditVerification>
