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
