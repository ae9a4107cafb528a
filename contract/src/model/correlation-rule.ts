import { z } from 'zod'
import { Alert } from './alert.ts'
import { Time } from './time.ts'

/**
 * GROUP: signals that match and agree in `by` are one incident. SEPARATE: what matches joins nothing but what matches too and agrees in
 * `by`. SUPPRESS: stored and shown as suppressed, opens and worsens no incident. INHIBIT: suppressed while a signal that fits
 * `source_when` and agrees in `by` is firing. ROUTE: its incident carries `route`.
 */
export const CorrelationAction = z.enum(['GROUP', 'SEPARATE', 'SUPPRESS', 'INHIBIT', 'ROUTE'])
export type CorrelationAction = z.infer<typeof CorrelationAction>

/** ALERTMANAGER: taken over from its configuration, and changed here from then on. FILE: of a document, changed there. */
export const CorrelationOrigin = z.enum(['API', 'FILE', 'ALERTMANAGER'])
export type CorrelationOrigin = z.infer<typeof CorrelationOrigin>

export const CorrelationRuleInput = z.object({
  /** Unique within a tenant. */
  name: z.string().min(1).max(128),
  enabled: z.boolean().default(true),
  /** Smaller ones have their say first; of equal ones the name decides. */
  order: z.number().int().min(0).max(1_000_000).default(1_000),
  /**
   * CEL over one signal: `labels`, `annotations`, `name`, `severity`, `entity`, `service`, `source`, `kind` (ALERT or ANOMALY). What
   * cannot be worked out, as a label that is absent, is no match. `labels.get("x")` is empty for an absent label; `s.matches("re")` is
   * RE2 and fits anywhere, `s.fits("re")` is anchored at both ends.
   */
  when: z.string().min(1).max(2_000),
  action: CorrelationAction,
  /** Labels that must be equal; absent counts as empty, as in Alertmanager. GROUP, SEPARATE, INHIBIT. */
  by: z.array(z.string().min(1).max(256)).max(16).default([]),
  /** INHIBIT: what must be firing. */
  source_when: z.string().max(2_000).default(''),
  /** ROUTE: the receiver or team. */
  route: z.string().max(128).default(''),
  comment: z.string().max(4_096).default(''),
})
export type CorrelationRuleInput = z.infer<typeof CorrelationRuleInput>

export const CorrelationRule = CorrelationRuleInput.extend({
  id: z.string(),
  origin: CorrelationOrigin,
  created_by: z.string(),
  updated_at: Time,
  /** Signals it decided on since the platform started to count, repetitions of a firing alert not counted. */
  hits: z.object({ count: z.number().int(), last_at: Time.nullable() }),
})
export type CorrelationRule = z.infer<typeof CorrelationRule>

/** What a rule would have met among the alerts that are stored. */
export const CorrelationRulePreview = z.object({
  from: Time,
  to: Time,
  /** Alerts that were looked at; the newest only where `truncated`. */
  examined: z.number().int(),
  truncated: z.boolean(),
  /** They fit `when`. */
  matched: z.number().int(),
  /** INHIBIT: they fit `source_when`. */
  sources: z.number().int(),
  /** SUPPRESS, INHIBIT: they would have been held back. */
  held: z.number().int(),
  /** GROUP, SEPARATE: into so many groups. */
  groups: z.number().int(),
  /** The newest first, at most 20. */
  examples: z.array(z.object({ alert: Alert, sentence: z.string() })),
})
export type CorrelationRulePreview = z.infer<typeof CorrelationRulePreview>

/** Part of a configuration that is not taken over, and why. */
export const NotTaken = z.object({
  /** Where it stands: `route.routes[2].group_interval`. */
  place: z.string(),
  why: z.string(),
})
export type NotTaken = z.infer<typeof NotTaken>
