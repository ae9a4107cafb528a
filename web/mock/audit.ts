/** The audit log of the stand-in: some entries, one refused and one failed, and a chain that is whole. */
import { createHash } from 'node:crypto'
import type { AuditEntry, AuditVerification } from '@aiops/contract/model/audit'

const entriesMax = 60
const minuteMs = 60_000
const hashOf = (sequence: number): string => createHash('sha256').update(String(sequence)).digest('hex')
const deeds = [
  ['dana', 'incident.acknowledge', 'incident/42'],
  ['system', 'remediation.propose', 'incident/42'],
  ['ben', 'remediation.approve', 'remediation/rem-1'],
  ['ana', 'silence.create', 'silence/night-of-patches'],
  ['api-key/exporter', 'audit.export', 'audit'],
] as const

export function auditHandlers(empty: boolean) {
  const beganMs = Date.now()
  const entries = empty ? [] : Array.from({ length: entriesMax }, (_, i) => entryOf(entriesMax - i, beganMs))
  return {
    listAudit: () => ({ entries, next: null }),
    verifyAudit: (): AuditVerification => ({
      ...{ status: 'WHOLE', sentence: 'Every link fits, and every checkpoint is signed and fits.' },
      ...{ entries: entries.length, good_to: entries.length, first_bad: null, findings: [] },
      ...{ findings_left_out: 0, checkpoints: 3, last_checkpoint: null, not_sealed: 0, notices: [] },
      ...{ verified_at: new Date(beganMs).toISOString(), seconds: 0.02 },
    }),
    listAuditCheckpoints: () => ({ checkpoints: [], key_id: 'key-1', public_keys: '' }),
  }
}

function entryOf(sequence: number, beganMs: number): AuditEntry {
  const [actor, action, resource] = deeds[sequence % deeds.length] ?? deeds[0]
  return {
    ...{ sequence, at: new Date(beganMs - (entriesMax - sequence) * minuteMs).toISOString() },
    ...{ tenant_id: 'default', actor, action, resource },
    outcome: sequence % 17 === 0 ? 'DENIED' : sequence % 23 === 0 ? 'FAILURE' : 'SUCCESS',
    details: { comment: 'Looking at it.' },
    ...{ hash: hashOf(sequence), previous_hash: hashOf(sequence - 1) },
  }
}
