import { z } from 'zod'
import { Alert, AlertStatus } from '../model/alert.ts'
import { EntityId } from '../model/entity.ts'
import { RuleNoise } from '../model/rule-noise.ts'
import { Severity } from '../model/severity.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf, repeated } from './page.ts'

const counts = z.record(z.string(), z.number().int())

/**
 * How many of the list are of each kind, every filter but its own applied; kinds of which there are none are left out, and of names and
 * services the 50 with most alerts are told. '' stands for alerts that name no service.
 */
export const AlertFacets = z.object({
  state: z.partialRecord(AlertStatus, z.number().int()),
  severity: z.partialRecord(Severity, z.number().int()),
  source: counts,
  name: counts,
  service: counts,
})
export type AlertFacets = z.infer<typeof AlertFacets>

/** `name=value`, or `name!=value`; an absent label counts as empty, as in Alertmanager. */
export const LabelCondition = z
  .string()
  .max(2_048)
  .regex(/^[A-Za-z_][\w.\-/:]*!?=/, 'label=value or label!=value, for example region=eu')

/** What alerts are sought by, each at most once. */
export const soughtAlert = {
  entity: EntityId.optional(),
  fingerprint: z.string().min(1).max(128).optional(),
  silenced: z.enum(['yes', 'no']).optional(),
  /** Whether it belongs to one, or the id of the one. */
  incident: z.string().min(1).max(64).optional(),
  /** Within the name, message, source, entity, link, labels or annotations; A to Z in either case. */
  text: z.string().max(200).optional(),
  /**
   * CEL, true for what is looked for: `labels.region == "eu" && severity in ["CRITICAL", "HIGH"] && name.startsWith("Disk")`. It sees
   * what rules of correlation see: labels, annotations, name, severity, entity, service, source, kind.
   */
  cel: z.string().min(1).max(2_000).optional(),
  /** When it was last received: from, included, and to, excluded. */
  start_time: z.iso.datetime({ offset: true }).optional(),
  end_time: z.iso.datetime({ offset: true }).optional(),
}

export const alertSearch = operations({
  searchAlerts: {
    method: 'GET',
    path: '/api/v1/alerts/search',
    tag: 'alerts',
    permission: 'telemetry:read',
    errors: ['VALIDATION_FAILED'],
    summary: 'Alerts that fit all conditions, by page, with how many there are of each kind.',
    query: Page.extend({
      state: listOf(AlertStatus),
      severity: listOf(Severity),
      source: repeated(z.string().max(256)),
      name: repeated(z.string().max(512)),
      service: repeated(z.string().max(512)),
      /** All must fit. */
      label: repeated(LabelCondition),
      ...soughtAlert,
      /** Newest received first; most severe first; or those that fire first, longest first. */
      sort: z.enum(['-received_at', '-severity', 'starts_at']).default('-received_at'),
      /** `no` where another page of the same list is asked for: null comes sooner. */
      facets: z.enum(['yes', 'no']).default('yes'),
    }).refine(({ label }) => label.length <= 20, 'At most 20 labels.'),
    response: pageOf(Alert).extend({
      facets: AlertFacets.nullable(),
      /** What the counts and pages leave out and why; absent where they leave nothing out. */
      incomplete: z.string().optional(),
    }),
  },
  listRuleNoise: {
    method: 'GET',
    path: '/api/v1/alerts/noise',
    tag: 'alerts',
    permission: 'telemetry:read',
    errors: ['VALIDATION_FAILED', 'INVALID_REQUEST'],
    summary: 'How noisy each alert rule is, worst first, and what to do about it.',
    query: z.object({
      duration: z
        .string()
        .regex(/^[0-9]{1,4}[smhdw]$/)
        .default('7d'),
      source: repeated(z.string().max(256)),
      limit: z.coerce.number().int().min(1).max(500).default(200),
    }),
    response: z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      rules: z.array(RuleNoise),
      /** Rules that fired, also those beyond `limit`. */
      total: z.number().int(),
      firings: z.number().int(),
      /** There were more alerts than are read: only the newest are counted, from `from` on. */
      truncated: z.boolean(),
    }),
  },
})
