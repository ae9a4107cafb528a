import { z } from 'zod'
import { Labels, Matcher } from '../model/label.ts'
import { Silence, SilenceState } from '../model/silence.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf } from './page.ts'

const params = z.object({ id: z.string().min(1).max(64) })

export const silence = operations({
  listSilences: {
    method: 'GET',
    path: '/api/v1/silences',
    tag: 'silences',
    permission: 'incidents:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Silences: active ones first, then pending, then expired.',
    query: z.object({
      state: listOf(SilenceState),
      limit: z.coerce.number().int().min(1).max(10_000).default(100),
    }),
    response: z.object({ silences: z.array(Silence), total: z.number().int() }),
  },
  createSilence: {
    method: 'POST',
    path: '/api/v1/silences',
    tag: 'silences',
    permission: 'incidents:write',
    status: 201,
    errors: ['INVALID_REQUEST', 'VALIDATION_FAILED', 'NOT_FOUND', 'CONFLICT'],
    summary:
      'Create a silence, or change the one that `id` names: where its matchers or its start change, it expires and a new one takes its place.',
    body: z.object({
      id: z.string().min(1).max(64).optional(),
      matchers: z.array(Matcher).min(1).max(64),
      starts_at: Time.optional(),
      ends_at: Time,
      created_by: z.string().max(256).optional(),
      comment: z.string().min(1).max(4_096),
      annotations: Labels.optional(),
    }),
    response: Silence,
  },
  getSilence: {
    method: 'GET',
    path: '/api/v1/silences/{id}',
    tag: 'silences',
    permission: 'incidents:read',
    errors: ['NOT_FOUND'],
    params,
    summary: 'One silence.',
    response: Silence,
  },
  expireSilence: {
    method: 'DELETE',
    path: '/api/v1/silences/{id}',
    tag: 'silences',
    permission: 'incidents:write',
    errors: ['NOT_FOUND'],
    params,
    summary: 'End a silence now; what it covered and still fires is correlated at once.',
    response: Silence,
  },
})
