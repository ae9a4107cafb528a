import { z } from 'zod'
import { SloInput, SloPoint, SloState, SloView } from '../model/slo.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf, TimeRange } from './page.ts'

const params = z.object({ id: z.string().min(1).max(64) })
const Problem = z.object({ file: z.string(), message: z.string() })

export const slo = operations({
  listSlos: {
    method: 'GET',
    path: '/api/v1/slos',
    tag: 'slos',
    permission: 'slos:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'Service level objectives with how they stand: those that are exhausted or burn first, then by name. `problems` names documents that cannot be used.',
    query: Page.extend({
      service: z.string().max(200).optional(),
      team: z.string().max(128).optional(),
      state: listOf(SloState),
      /** Part of a name, a service or a team. */
      search: z.string().max(200).optional(),
    }),
    response: pageOf(SloView).extend({ problems: z.array(Problem) }),
  },
  createSlo: {
    method: 'POST',
    path: '/api/v1/slos',
    tag: 'slos',
    permission: 'slos:write',
    status: 201,
    errors: ['VALIDATION_FAILED', 'INVALID_PROMQL', 'CONFLICT'],
    summary: 'Set an objective. Its queries are tried at once; `status.notices` says what has no data.',
    body: SloInput,
    response: SloView,
  },
  checkSlo: {
    method: 'POST',
    path: '/api/v1/slos/check',
    tag: 'slos',
    permission: 'slos:read',
    errors: ['VALIDATION_FAILED', 'INVALID_PROMQL'],
    summary:
      'What an objective would be, without setting it: how it stood over the last hour, and what has no data.',
    body: SloInput,
    response: SloView,
  },
  getSlo: {
    method: 'GET',
    path: '/api/v1/slos/{id}',
    tag: 'slos',
    permission: 'slos:read',
    errors: ['NOT_FOUND'],
    summary: 'One objective: how it stands, and the course of its budget over its window.',
    params,
    response: SloView.extend({ history: z.array(SloPoint) }),
  },
  getSloHistory: {
    method: 'GET',
    path: '/api/v1/slos/{id}/history',
    tag: 'slos',
    permission: 'slos:read',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary:
      'The course of a budget and of its errors over a time; the window of the objective unless given.',
    params,
    query: TimeRange.extend({ points: z.coerce.number().int().min(2).max(1_000).default(200) }),
    response: z.object({ slo_id: z.string(), points: z.array(SloPoint) }),
  },
  updateSlo: {
    method: 'PUT',
    path: '/api/v1/slos/{id}',
    tag: 'slos',
    permission: 'slos:write',
    errors: ['VALIDATION_FAILED', 'INVALID_PROMQL', 'NOT_FOUND', 'CONFLICT'],
    summary:
      'Change an objective. With another indicator it is counted anew. One of a document is changed there.',
    params,
    body: SloInput,
    response: SloView,
  },
  deleteSlo: {
    method: 'DELETE',
    path: '/api/v1/slos/{id}',
    tag: 'slos',
    permission: 'slos:write',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Remove an objective; its alerts end. What was recorded of it stays.',
    params,
    response: z.null(),
  },
})
