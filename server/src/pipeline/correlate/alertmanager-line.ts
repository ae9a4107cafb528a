import type { Alert } from '@aiops/contract/model/alert'
import { entityOf } from '@aiops/contract/model/entity'
import { Labels } from '@aiops/contract/model/label'
import { severityOf } from '@aiops/contract/model/severity'
import { defaultTenant } from '@aiops/contract/model/tenant'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'

/** One recorded Alertmanager webhook, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
const Line = z.object({
  received_at: Time,
  payload: z.object({
    alerts: z.array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: Labels,
        annotations: Labels.default({}),
        startsAt: Time,
        endsAt: Time.optional(),
        fingerprint: z.string().default(''),
      }),
    ),
  }),
})

export type RecordedAlert = { eventId: string; receivedMs: number; alert: Alert }

/** The alerts of one line, in order. Throws INVALID_REQUEST naming the line. `event_id` is an annotation, else made of what identifies it. */
export function readAlertmanagerLine(text: string, lineNumber: number): RecordedAlert[] {
  const line = Line.safeParse(parseJson(text, lineNumber))
  if (!line.success) {
    const issue = line.error.issues[0]
    throw new Fault(
      'INVALID_REQUEST',
      `Line ${lineNumber} is no {received_at, payload} of an Alertmanager webhook: ${issue?.path.join('.')} ${issue?.message}.`,
    )
  }
  const { received_at: receivedAt, payload } = line.data
  return payload.alerts.map((one) => {
    const fingerprint = one.fingerprint || fingerprintOf(one.labels)
    const entity = entityOf(one.labels)
    const id = `${fingerprint} ${one.startsAt}`
    const alert: Alert = {
      id,
      tenant_id: defaultTenant,
      fingerprint,
      source: 'alertmanager',
      name: one.labels.alertname ?? 'alert',
      severity: severityOf(one.labels.severity),
      status: one.status === 'firing' ? 'FIRING' : 'RESOLVED',
      message: one.annotations.summary ?? one.annotations.description ?? '',
      labels: one.labels,
      annotations: one.annotations,
      ...(entity === undefined ? {} : { entity }),
      starts_at: one.startsAt,
      ends_at: one.status === 'resolved' ? (one.endsAt ?? receivedAt) : null,
      received_at: receivedAt,
      incident_id: null,
    }
    return {
      eventId: one.annotations.event_id ?? `${id} ${one.status}`,
      receivedMs: Date.parse(receivedAt),
      alert,
    }
  })
}

function parseJson(text: string, lineNumber: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Fault('INVALID_REQUEST', `Line ${lineNumber} is not JSON.`, { cause: error })
  }
}

const fingerprintOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
