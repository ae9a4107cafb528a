import { z } from 'zod'
import {
  CorrelationAction,
  CorrelationOrigin,
  CorrelationRule,
  CorrelationRuleInput,
  CorrelationRulePreview,
  NotTaken,
} from '../model/correlation-rule.ts'
import { MaintenanceWindow } from '../model/maintenance.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf } from './page.ts'

const params = z.object({ id: z.string().min(1).max(64) })
const Problem = z.object({ file: z.string(), message: z.string() })

export const correlationRule = operations({
  listCorrelationRules: {
    method: 'GET',
    path: '/api/v1/correlation/rules',
    tag: 'correlation',
    permission: 'correlation:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'Correlation rules in the order in which they have their say. `problems` names documents that cannot be used.',
    query: Page.extend({
      action: listOf(CorrelationAction),
      origin: listOf(CorrelationOrigin),
      /** Part of a name, a condition, a route or a comment. */
      search: z.string().max(200).optional(),
    }),
    response: pageOf(CorrelationRule).extend({ problems: z.array(Problem) }),
  },
  createCorrelationRule: {
    method: 'POST',
    path: '/api/v1/correlation/rules',
    tag: 'correlation',
    permission: 'correlation:write',
    status: 201,
    errors: ['VALIDATION_FAILED', 'CONFLICT'],
    summary: 'Make a rule. What is firing is looked at again at once.',
    body: CorrelationRuleInput,
    response: CorrelationRule,
  },
  previewCorrelationRule: {
    method: 'POST',
    path: '/api/v1/correlation/rules/preview',
    tag: 'correlation',
    permission: 'correlation:read',
    errors: ['VALIDATION_FAILED'],
    summary:
      'What a rule would have met among the stored alerts, without making it; the last 24 hours unless a time is given.',
    body: z.object({ rule: CorrelationRuleInput, start: Time.optional(), end: Time.optional() }),
    response: CorrelationRulePreview,
  },
  importAlertmanagerConfiguration: {
    method: 'POST',
    path: '/api/v1/correlation/rules/import/alertmanager',
    tag: 'correlation',
    permission: 'correlation:write',
    errors: ['VALIDATION_FAILED', 'CONFLICT'],
    summary:
      "Rules and maintenance windows from an Alertmanager's configuration: inhibit_rules, the route tree and its mute times. The same part again replaces what was made of it. `not_taken` names every part that is left, and why.",
    body: z.object({ yaml: z.string().min(1).max(1_000_000), dry_run: z.boolean().default(false) }),
    response: z.object({
      dry_run: z.boolean(),
      rules: z.array(CorrelationRule),
      windows: z.array(MaintenanceWindow),
      not_taken: z.array(NotTaken),
    }),
  },
  getCorrelationRule: {
    method: 'GET',
    path: '/api/v1/correlation/rules/{id}',
    tag: 'correlation',
    permission: 'correlation:read',
    errors: ['NOT_FOUND'],
    summary: 'One rule.',
    params,
    response: CorrelationRule,
  },
  updateCorrelationRule: {
    method: 'PUT',
    path: '/api/v1/correlation/rules/{id}',
    tag: 'correlation',
    permission: 'correlation:write',
    errors: ['VALIDATION_FAILED', 'NOT_FOUND', 'CONFLICT'],
    summary: 'Change a rule; what is firing is looked at again at once. One of a document is changed there.',
    params,
    body: CorrelationRuleInput,
    response: CorrelationRule,
  },
  deleteCorrelationRule: {
    method: 'DELETE',
    path: '/api/v1/correlation/rules/{id}',
    tag: 'correlation',
    permission: 'correlation:write',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
    summary: 'Remove a rule; what it held back and still fires is correlated at once.',
    params,
    response: z.null(),
  },
})
