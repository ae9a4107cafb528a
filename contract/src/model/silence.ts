import { z } from 'zod'
import { Labels, Matcher } from './label.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

export const SilenceState = z.enum(['PENDING', 'ACTIVE', 'EXPIRED'])
export type SilenceState = z.infer<typeof SilenceState>

/**
 * From `starts_at` until `ends_at`, alerts and anomalies whose labels fit all matchers are stored and shown as suppressed: they open
 * and worsen no incident. A label that is absent counts as empty, as in Alertmanager.
 */
export const Silence = z.object({
  id: z.string(),
  tenant_id: TenantId,
  matchers: z.array(Matcher).min(1),
  starts_at: Time,
  ends_at: Time,
  created_by: z.string(),
  comment: z.string(),
  annotations: Labels,
  state: SilenceState,
  updated_at: Time,
})
export type Silence = z.infer<typeof Silence>

/** One entry of an alert's or anomaly's `silenced_by`. `source`: the alert or anomaly whose firing inhibits it. */
export type HeldBack =
  | { by: 'SILENCE'; silence: string }
  | { by: 'RULE'; rule: string; source: null }
  | { by: 'INHIBITION'; rule: string; source: string }

/** Reads an entry: a silence's id, `rule:ID` of a SUPPRESS rule, or `rule:ID:SOURCE` of an INHIBIT rule. */
export function heldBack(entry: string): HeldBack {
  if (!entry.startsWith('rule:')) return { by: 'SILENCE', silence: entry }
  const [, rule = '', ...source] = entry.split(':')
  return source.length === 0
    ? { by: 'RULE', rule, source: null }
    : { by: 'INHIBITION', rule, source: source.join(':') }
}
