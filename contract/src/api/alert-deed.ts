import { z } from 'zod'
import { AlertStatus } from '../model/alert.ts'
import { IncidentName } from '../model/correlation-rule.ts'
import { Severity } from '../model/severity.ts'
import { LabelCondition, soughtAlert } from './alert-search.ts'
import { operations } from './operation.ts'

/** Alerts that one deed may be done to: chosen by id, or all that a filter fits. */
export const deedLimits = { idsMax: 1_000, fittingMax: 5_000 } as const

/** As `searchAlerts` has it; in JSON. */
const Filter = z.strictObject({
  state: z.array(AlertStatus).max(2).default([]),
  severity: z.array(Severity).max(5).default([]),
  source: z.array(z.string().max(256)).max(100).default([]),
  name: z.array(z.string().max(512)).max(100).default([]),
  service: z.array(z.string().max(512)).max(100).default([]),
  label: z.array(LabelCondition).max(20).default([]),
  ...soughtAlert,
})

/** ACKNOWLEDGE: their incidents are. JOIN: they are members of `into` then. TAKE_OUT: of no incident that they are in now. */
export const AlertDeed = z.enum(['ACKNOWLEDGE', 'JOIN', 'TAKE_OUT'])
export type AlertDeed = z.infer<typeof AlertDeed>

/** UNCHANGED: it is so already. */
export const DeedOutcome = z.enum(['DONE', 'UNCHANGED', 'FAILED'])
export type DeedOutcome = z.infer<typeof DeedOutcome>

/** What became of the alerts of one incident, or with null of those that are in none. */
export const DeedResult = z.object({
  incident: IncidentName.nullable(),
  outcome: DeedOutcome,
  /** A sentence; empty where DONE says all. */
  why: z.string(),
  ids: z.array(z.string()),
})
export type DeedResult = z.infer<typeof DeedResult>

/** What is done to many alerts at once. */
export const alertDeed = operations({
  actOnAlerts: {
    method: 'POST',
    path: '/api/v1/alerts/act',
    tag: 'alerts',
    permission: 'incidents:write',
    errors: ['VALIDATION_FAILED', 'INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT'],
    summary:
      'Acknowledge alerts, join them to an incident or take them out of theirs: those of `ids`, or all that fit `filter`, 5,000 at most. `dry_run` counts them and says what would become of each. A filter needs `count_max`, the count that was seen: where more fit by now, nothing is done.',
    body: z.object({
      action: AlertDeed,
      /** Either these or a filter. */
      ids: z.array(z.string().min(1).max(64)).min(1).max(deedLimits.idsMax).optional(),
      filter: Filter.optional(),
      /** With a filter, but for `dry_run`. */
      count_max: z.number().int().min(1).max(deedLimits.fittingMax).optional(),
      /** JOIN alone: an incident's id or number. */
      into: z.string().min(1).max(64).optional(),
      comment: z.string().max(4_096).optional(),
      dry_run: z.boolean().default(false),
    }),
    response: z.object({
      dry_run: z.boolean(),
      /** Alerts that were found, and what became, or would become, of them. */
      matched: z.number().int(),
      done: z.number().int(),
      unchanged: z.number().int(),
      failed: z.number().int(),
      /** FAILED ones first. */
      results: z.array(DeedResult),
      /** Of `ids`: there are no such alerts. */
      missing: z.array(z.string()),
    }),
  },
})
