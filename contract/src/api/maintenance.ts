import { z } from 'zod'
import { Matcher } from '../model/label.ts'
import {
  MaintenanceWindow,
  MaintenanceWindowInput,
  Occurrence,
  SilencePreview,
} from '../model/maintenance.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf } from './page.ts'

const params = z.object({ id: z.string().min(1).max(64) })

export const maintenance = operations({
  listMaintenance: {
    method: 'GET',
    path: '/api/v1/maintenance',
    tag: 'maintenance',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'Maintenance windows: those going on first, then the soonest to begin, then those that have ended.',
    query: Page.extend({
      state: listOf(z.enum(['PENDING', 'ACTIVE', 'ENDED'])),
      /** Part of a name or a comment. */
      search: z.string().max(200).optional(),
    }),
    response: pageOf(MaintenanceWindow),
  },
  createMaintenance: {
    method: 'POST',
    path: '/api/v1/maintenance',
    tag: 'maintenance',
    permission: 'incidents:write',
    status: 201,
    errors: ['VALIDATION_FAILED', 'INVALID_REQUEST', 'CONFLICT'],
    summary: 'Plan maintenance, once or again and again. Each occurrence is a silence.',
    body: MaintenanceWindowInput,
    response: MaintenanceWindow,
  },
  previewMaintenance: {
    method: 'POST',
    path: '/api/v1/maintenance/preview',
    tag: 'maintenance',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED', 'INVALID_REQUEST'],
    summary: 'When a window would be, and what it would hide, without planning it.',
    body: MaintenanceWindowInput,
    response: SilencePreview.extend({
      /** Those going on or to come, at most 10. */
      occurrences: z.array(Occurrence),
    }),
  },
  getMaintenance: {
    method: 'GET',
    path: '/api/v1/maintenance/{id}',
    tag: 'maintenance',
    permission: 'incidents:read',
    errors: ['NOT_FOUND'],
    summary: 'One window, with its next occurrences.',
    params,
    response: MaintenanceWindow.extend({ occurrences: z.array(Occurrence) }),
  },
  updateMaintenance: {
    method: 'PUT',
    path: '/api/v1/maintenance/{id}',
    tag: 'maintenance',
    permission: 'incidents:write',
    errors: ['VALIDATION_FAILED', 'INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT'],
    summary: 'Change a window; silences of occurrences that no longer are end now.',
    params,
    body: MaintenanceWindowInput,
    response: MaintenanceWindow,
  },
  deleteMaintenance: {
    method: 'DELETE',
    path: '/api/v1/maintenance/{id}',
    tag: 'maintenance',
    permission: 'incidents:write',
    status: 204,
    errors: ['NOT_FOUND'],
    summary: 'Remove a window; its silences end now.',
    params,
    response: z.null(),
  },
  previewSilence: {
    method: 'POST',
    path: '/api/v1/silences/preview',
    tag: 'silences',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED', 'INVALID_REQUEST'],
    summary: 'What a silence of these matchers would hide, without making it.',
    body: z.object({ matchers: z.array(Matcher).min(1).max(64) }),
    response: SilencePreview,
  },
})
