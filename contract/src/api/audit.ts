import { z } from 'zod'
import { AuditCheckpoint, AuditEntry, AuditOutcome, AuditVerification } from '../model/audit.ts'
import { operations } from './operation.ts'
import { TimeRange } from './page.ts'

/** Which entries; each that is given must fit. Of a text a part will do, whatever its case. */
export const AuditQuery = TimeRange.extend({
  actor: z.string().max(200).optional(),
  action: z.string().max(200).optional(),
  resource: z.string().max(500).optional(),
  outcome: AuditOutcome.optional(),
  /** In the actor, the action, the resource or the details. */
  text: z.string().max(200).optional(),
})

/** JSON lines, the newest first; a stream, so no operation. */
export const auditExportPath = '/api/v1/audit/export'

export const audit = operations({
  listAudit: {
    method: 'GET',
    path: '/api/v1/audit',
    tag: 'audit',
    permission: 'audit:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Who did what, when and with which outcome; the newest first.',
    query: AuditQuery.extend({
      /** Goes on: only entries with a smaller number. */
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      entries: z.array(AuditEntry),
      /** `before` of the next page, which may come with fewer entries than were asked for; null at the end. */
      next: z.number().int().nullable(),
    }),
  },
  verifyAudit: {
    method: 'GET',
    path: '/api/v1/audit/verify',
    tag: 'audit',
    permission: 'audit:read',
    errors: ['STORAGE_UNAVAILABLE'],
    summary:
      'Whether the audit log is as it was written: every link of its chain, and every signed checkpoint.',
    query: z.object({
      /** false: the last verification will do, if it is younger than five minutes. */
      fresh: z.stringbool().default(true),
    }),
    response: AuditVerification,
  },
  listAuditCheckpoints: {
    method: 'GET',
    path: '/api/v1/audit/checkpoints',
    tag: 'audit',
    permission: 'audit:read',
    errors: ['STORAGE_UNAVAILABLE'],
    summary: 'The newest signed checkpoints, and the public keys that try them.',
    query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    response: z.object({
      checkpoints: z.array(AuditCheckpoint),
      /** Of the key that signs now. */
      key_id: z.string(),
      /** PEM, of every key that has signed here. */
      public_keys: z.string(),
    }),
  },
})
