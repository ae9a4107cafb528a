import { z } from 'zod'
import { Alert } from './alert.ts'
import { Anomaly } from './anomaly.ts'
import { Incident, MemberKind } from './incident.ts'
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

export const IncidentName = Incident.pick({ id: true, number: true, title: true, severity: true })
export type IncidentName = z.infer<typeof IncidentName>

/**
 * What a rule says of incidents that are open. Routes follow by themselves as the rule is put in force; nothing is joined or parted
 * unless somebody asks for it.
 */
export const RuleEffect = z.object({
  /** Open incidents that were looked at; the last changed alone where `truncated`. */
  examined: z.number().int(),
  truncated: z.boolean(),
  /** The oldest goes on. */
  joins: z.array(z.object({ into: IncidentName, from: z.array(IncidentName).min(1), why: z.string() })),
  /** So many members leave it: into an incident that is theirs already, or, with null, into a new one. */
  parts: z.array(
    z.object({
      incident: IncidentName,
      members: z.number().int(),
      into: IncidentName.nullable(),
      why: z.string(),
    }),
  ),
  routes: z.array(
    z.object({ incident: IncidentName, from: z.string().nullable(), to: z.string().nullable() }),
  ),
  /** They stay as they are though the rule says otherwise, and why. */
  left: z.array(z.object({ incident: IncidentName, why: z.string() })),
})
export type RuleEffect = z.infer<typeof RuleEffect>

/**
 * MERGED: `incident` is now part of `into`; a split of `members` from it undoes that. SPLIT: `members` of `incident` are now in `into`;
 * merging it back undoes that.
 */
export const RuleDeed = z.object({
  act: z.enum(['MERGED', 'SPLIT']),
  incident: IncidentName,
  into: IncidentName,
  /** Ids of those that changed their incident. */
  members: z.array(z.string()),
})
export type RuleDeed = z.infer<typeof RuleDeed>

/** What a rule would have met among what is stored. */
export const CorrelationRulePreview = z.object({
  from: Time,
  to: Time,
  /** Alerts and anomalies that were looked at; the newest only where `truncated`. */
  examined: z.number().int(),
  truncated: z.boolean(),
  /** They fit `when`. */
  matched: z.number().int(),
  /** Those of the two above that are anomalies. */
  anomalies: z.object({ examined: z.number().int(), matched: z.number().int() }),
  /** INHIBIT: they fit `source_when`. */
  sources: z.number().int(),
  /** SUPPRESS, INHIBIT: they would have been held back. */
  held: z.number().int(),
  /** GROUP, SEPARATE: into so many groups. */
  groups: z.number().int(),
  /** The newest first, at most 20. */
  examples: z.array(
    z.object({
      kind: MemberKind,
      alert: Alert.nullable(),
      anomaly: Anomaly.nullable(),
      sentence: z.string(),
    }),
  ),
  /** What it says of incidents that are open now, beside the rules that are in force. */
  incidents: RuleEffect,
})
export type CorrelationRulePreview = z.infer<typeof CorrelationRulePreview>

/** Part of a configuration that is not taken over, and why. */
export const NotTaken = z.object({
  /** Where it stands: `route.routes[2].group_interval`. */
  place: z.string(),
  why: z.string(),
})
export type NotTaken = z.infer<typeof NotTaken>
