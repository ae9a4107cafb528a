import { createHash, createHmac } from 'node:crypto'
import type { Notification, NotificationKind } from '../../port/notifier.ts'

/** Names of events as the specification writes them. */
const types: Readonly<Record<NotificationKind, string>> = {
  INCIDENT_OPENED: 'incident.created',
  INCIDENT_UPDATED: 'incident.updated',
  INCIDENT_RESOLVED: 'incident.resolved',
  DIAGNOSED: 'incident.diagnosed',
  ESCALATED: 'incident.escalated',
  APPROVAL_NEEDED: 'remediation.approval_needed',
  REMEDIATION_ENDED: 'remediation.ended',
  MAINTENANCE_ENDING: 'maintenance.ending',
}

/**
 * A message as Standard Webhooks has it (https://github.com/standard-webhooks/standard-webhooks): `webhook-signature` is the HMAC-SHA256 of
 * `id.timestamp.body`. `webhook-id` is the same however often one message is sent; the timestamp is that of the attempt. A secret that
 * begins with `whsec_` is base64, any other is taken byte by byte.
 */
export function standardMessage(
  { kind, incident, sentence, url, idempotencyKey }: Notification,
  secret: string,
  nowMs: number,
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify({
    type: types[kind],
    timestamp: incident?.updated_at ?? new Date(nowMs).toISOString(),
    data: { incident, sentence, url },
  })
  // No full stop may stand in an id: it is what parts are signed with.
  const id = `msg_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`
  const seconds = String(Math.floor(nowMs / 1_000))
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret)
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` },
  }
}
