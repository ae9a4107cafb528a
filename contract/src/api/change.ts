import { z } from 'zod'
import { Change, ChangeInput, ChangeKind, ChangeSource } from '../model/change.ts'
import { EntityId } from '../model/entity.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf, TimeRange } from './page.ts'

/** Where delivery systems post their webhooks, each in its own form and with its own proof instead of an API key. */
export const changeHookPath = '/api/v1/changes/hooks/{sender}'

export const change = operations({
  recordChange: {
    method: 'POST',
    path: '/api/v1/changes',
    tag: 'changes',
    permission: 'topology:write',
    status: 201,
    errors: ['VALIDATION_FAILED'],
    summary:
      'Tell of a deployment, a feature flag or another change, so that it is weighed when something breaks afterwards. The same `id` again changes nothing.',
    body: ChangeInput,
    response: Change,
  },
  listChanges: {
    method: 'GET',
    path: '/api/v1/changes',
    tag: 'changes',
    permission: 'topology:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'What was changed, newest first: told over the API and by delivery systems, and seen in watched clusters.',
    query: Page.extend(TimeRange.shape).extend({
      entity: EntityId.optional(),
      kind: listOf(ChangeKind),
      source: listOf(ChangeSource),
      cluster_id: z.string().max(128).optional(),
    }),
    response: pageOf(Change),
  },
})
