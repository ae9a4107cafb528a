import { z } from 'zod'
import { AlertPreset } from '../model/alert-preset.ts'
import { Silence } from '../model/silence.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'

/** Saved searches of the alert list, and what is done to a selection of it. */
export const alertPreset = operations({
  listAlertPresets: {
    method: 'GET',
    path: '/api/v1/alerts/presets',
    tag: 'alerts',
    permission: 'incidents:read',
    errors: [],
    summary: 'Saved alert searches: your own and those that are shared, by name.',
    response: z.object({ presets: z.array(AlertPreset) }),
  },
  createAlertPreset: {
    method: 'POST',
    path: '/api/v1/alerts/presets',
    tag: 'alerts',
    permission: 'incidents:read',
    status: 201,
    errors: ['VALIDATION_FAILED', 'CONFLICT', 'PERMISSION_DENIED'],
    summary: 'Save an alert search under a name: for yourself, or, with incidents:write, for everybody.',
    body: z.object({
      name: z.string().trim().min(1).max(120),
      search: z.string().max(4_096),
      shared: z.boolean().default(false),
    }),
    response: AlertPreset,
  },
  deleteAlertPreset: {
    method: 'DELETE',
    path: '/api/v1/alerts/presets/{id}',
    tag: 'alerts',
    permission: 'incidents:read',
    status: 204,
    params: z.object({ id: z.string().min(1).max(64) }),
    errors: ['NOT_FOUND', 'PERMISSION_DENIED'],
    summary: 'Delete a saved alert search: your own, or, with incidents:write, a shared one.',
    response: z.null(),
  },
  bulkAlerts: {
    method: 'POST',
    path: '/api/v1/alerts/bulk',
    tag: 'alerts',
    permission: 'incidents:write',
    errors: ['VALIDATION_FAILED', 'INVALID_REQUEST', 'CONFLICT'],
    summary: 'Silence a selection of alerts: exactly these, each by all of its labels.',
    body: z.object({
      action: z.literal('SILENCE'),
      ids: z.array(z.string().min(1).max(64)).min(1).max(200),
      ends_at: Time,
      comment: z.string().trim().min(1).max(4_096),
    }),
    response: z.object({
      /** One for each different set of labels. */
      silences: z.array(Silence),
      /** Of the alerts asked for: those covered, and those that are not there. */
      covered: z.number().int(),
      missing: z.array(z.string()),
    }),
  },
})
