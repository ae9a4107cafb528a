import { z } from 'zod'
import { Alert, AlertStatus } from '../model/alert.ts'
import { Labels } from '../model/label.ts'
import { operations } from './operation.ts'
import { listOf, TimeRange } from './page.ts'

export const alert = operations({
  ingestAlerts: {
    method: 'POST',
    path: '/api/v1/alerts/ingest',
    tag: 'alerts',
    permission: 'telemetry:write',
    status: 202,
    errors: [
      'INVALID_REQUEST',
      'VALIDATION_FAILED',
      'TENANT_UNKNOWN',
      'BODY_TOO_LARGE',
      'QUEUE_FULL',
      'STORAGE_UNAVAILABLE',
    ],
    summary: 'Alerts as plain JSON. They are stored before the answer.',
    body: z.object({
      source: z.string().min(1).max(256),
      alerts: z
        .array(
          z.object({
            name: z.string().min(1).max(512),
            severity: z.string().max(64),
            status: z
              .string()
              .transform((s) => s.toUpperCase())
              .pipe(AlertStatus),
            message: z.string().max(65_536),
            labels: Labels.default({}),
            annotations: Labels.default({}),
            starts_at: z.iso.datetime({ offset: true }).optional(),
            ends_at: z.iso.datetime({ offset: true }).nullish(),
            fingerprint: z.string().max(128).optional(),
          }),
        )
        .min(1)
        .max(1_000),
    }),
    response: z.object({
      accepted: z.number().int(),
      rejected: z.number().int(),
      alert_ids: z.array(z.string()),
    }),
  },
  listAlerts: {
    method: 'GET',
    path: '/api/v1/alerts',
    tag: 'alerts',
    permission: 'telemetry:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Alerts received, newest first.',
    query: z.object({
      state: AlertStatus.optional(),
      severity: listOf(z.string()),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    response: z.object({
      alerts: z.array(Alert),
      total: z.number().int(),
      by_severity: z.record(z.string(), z.number().int()),
    }),
  },
  listAlertHistory: {
    method: 'GET',
    path: '/api/v1/alerts/history',
    tag: 'alerts',
    permission: 'telemetry:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'Alerts received within a time range, fired and resolved, newest first; the last 24 hours unless said.',
    query: TimeRange.extend({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    response: z.object({ alerts: z.array(Alert), total: z.number().int() }),
  },
  getAlert: {
    method: 'GET',
    path: '/api/v1/alerts/{fingerprint}',
    tag: 'alerts',
    permission: 'telemetry:read',
    errors: ['NOT_FOUND'],
    summary: 'The alert of a fingerprint, as it fired last.',
    params: z.object({ fingerprint: z.string().min(1).max(128) }),
    response: Alert,
  },
})
