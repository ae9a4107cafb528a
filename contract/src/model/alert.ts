import { z } from 'zod'
import { EntityId } from './entity.ts'
import { Labels } from './label.ts'
import { Severity } from './severity.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

export const AlertStatus = z.enum(['FIRING', 'RESOLVED'])
export type AlertStatus = z.infer<typeof AlertStatus>

/** An alert of somebody else's. The same fingerprint and start is the same alert, whatever its status. */
export const Alert = z.object({
  id: z.string(),
  tenant_id: TenantId,
  fingerprint: z.string(),
  source: z.string(),
  name: z.string(),
  severity: Severity,
  status: AlertStatus,
  message: z.string(),
  labels: Labels,
  annotations: Labels,
  entity: EntityId.optional(),
  starts_at: Time,
  ends_at: Time.nullable(),
  received_at: Time,
  /** Resolves by itself then, unless its sender repeats it: Alertmanager's `endsAt`, or its resolve timeout. */
  expires_at: Time.optional(),
  /** What holds it back, or did when it ended: ids of silences, and references of rules (`heldBack`); absent for nothing. */
  silenced_by: z.array(z.string()).optional(),
  generator_url: z.string().optional(),
  incident_id: z.string().nullable(),
})
export type Alert = z.infer<typeof Alert>
