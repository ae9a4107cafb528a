import { createHash } from 'node:crypto'
import type { TenantId } from '@aiops/contract/model/tenant'
import { canonicalJson } from '../kernel/canonical-json.ts'

export type AuditRecord = {
  at: string
  tenant: TenantId
  actor: string
  action: string
  resource: string
  outcome: 'SUCCESS' | 'FAILURE' | 'DENIED'
  details: Record<string, unknown>
}

/** One link of the chain as it is stored. `body` is the text that the hash covers. */
export type AuditLink = { sequence: number; tenant: string; hash: string; body: string }

/** What stands before the first entry. */
export const noHash = '0'.repeat(64)

/** The text of an entry: the record and its number, in canonical form, so that no entry can stand in the place of another. */
export const auditText = (record: AuditRecord, sequence: number): string =>
  canonicalJson({ ...record, sequence })

/** h(n) = SHA-256(h(n-1) ‖ entry(n)), in hex; the hash before as its 32 bytes. */
export const auditHash = (before: string, body: string): string =>
  createHash('sha256').update(Buffer.from(before, 'hex')).update(body).digest('hex')

/** Entries that were written before their text held their number were chained so. They stay as they are. */
export const formerHash = (before: string, sequence: number, body: string): string =>
  createHash('sha256')
    .update(`${before === noHash ? '' : before}\n${sequence}\n${body}`)
    .digest('hex')
