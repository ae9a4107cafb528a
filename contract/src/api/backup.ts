import { z } from 'zod'
import { Backup } from '../model/backup.ts'
import { operations } from './operation.ts'

export const backup = operations({
  createBackup: {
    method: 'POST',
    path: '/api/v1/backups',
    tag: 'system',
    permission: 'system:admin',
    errors: ['INVALID_REQUEST', 'VALIDATION_FAILED', 'CONFLICT', 'STORAGE_UNAVAILABLE'],
    status: 202,
    summary:
      'Begins a backup of the whole data folder, all tenants, while everything goes on: `to` is a folder on this machine (`folder:/path`) or `s3://bucket/prefix`. One at a time; getBackup tells when it is done. For administrators of the first tenant.',
    body: z.object({ to: z.string().min(1).max(1_024) }),
    response: Backup,
  },
  listBackups: {
    method: 'GET',
    path: '/api/v1/backups',
    tag: 'system',
    permission: 'system:admin',
    errors: [],
    summary: 'Backups begun since the start, the newest first; at most 16.',
    response: z.object({ backups: z.array(Backup) }),
  },
  getBackup: {
    method: 'GET',
    path: '/api/v1/backups/{id}',
    tag: 'system',
    permission: 'system:admin',
    errors: ['NOT_FOUND'],
    summary: 'A backup begun since the start.',
    params: z.object({ id: z.string().max(64) }),
    response: Backup,
  },
})
