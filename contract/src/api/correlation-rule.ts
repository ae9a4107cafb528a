import { z } from 'zod'
import {
  CorrelationAction,
  CorrelationOrigin,
  CorrelationRule,
  CorrelationRuleInput,
  CorrelationRulePreview,
  NotTaken,
  RuleDeed,
  RuleEffect,
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
      'What a rule would have met among the stored alerts and anomalies, without making it, the last 24 hours unless a time is given; and which open incidents it would join, part or route. `id`: the rule that it would take the place of.',
    body: z.object({
      rule: CorrelationRuleInput,
      id: z.string().min(1).max(64).optional(),
      start: Time.optional(),
      end: Time.optional(),
    }),
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
  getCorrelationRuleEffect: {
    method: 'GET',
    path: '/api/v1/correlation/rules/{id}/incidents',
    tag: 'correlation',
    permission: 'correlation:read',
    errors: ['NOT_FOUND'],
    summary: 'Open incidents that a rule would join or part. Nothing is changed.',
    params,
    response: RuleEffect,
  },
  applyCorrelationRule: {
    method: 'POST',
    path: '/api/v1/correlation/rules/{id}/incidents',
    tag: 'correlation',
    permission: 'incidents:write',
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary:
      'Join and part open incidents as a rule says, each by a merge or split with the rule as its reason. Only `incidents` are changed: what touches another is left, with its reason.',
    params,
    body: z.object({ incidents: z.array(z.string().min(1).max(64)).min(1).max(500) }),
    response: z.object({
      /** In the order in which it was done. */
      done: z.array(RuleDeed),
      /** `incident` as it was asked for. */
      skipped: z.array(z.object({ incident: z.string(), why: z.string() })),
    }),
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
