import { z } from 'zod'
import { EntityId } from './entity.ts'
import { Runbook } from './runbook.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

export const RemediationStatus = z.enum([
  'PENDING_APPROVAL',
  'APPROVED',
  'REJECTED',
  'RUNNING',
  'VERIFYING',
  'ROLLING_BACK',
  'COMPLETED',
  'FAILED',
  'ROLLED_BACK',
  /** A step was begun, the process died, and nobody knows whether it took effect: a person decides. */
  'UNKNOWN_OUTCOME',
])
export type RemediationStatus = z.infer<typeof RemediationStatus>

export const StepResult = z.object({
  phase: z.enum(['STEP', 'VERIFY', 'ROLLBACK']),
  order: z.number().int(),
  name: z.string(),
  status: z.enum(['STARTED', 'SUCCESS', 'FAILED', 'SKIPPED', 'UNKNOWN']),
  output: z.string().optional(),
  error: z.string().optional(),
  attempts: z.number().int(),
  started_at: Time,
  ended_at: Time.nullable(),
})
export type StepResult = z.infer<typeof StepResult>

/** One run of a runbook for an incident: proposed, decided, run, verified or rolled back. */
export const Remediation = z.object({
  id: z.string(),
  tenant_id: TenantId,
  incident_id: z.string(),
  runbook_id: z.string(),
  runbook_version: z.number().int(),
  runbook_name: z.string(),
  entity: EntityId,
  status: RemediationStatus,
  reason: z.string(),
  requested_at: Time,
  requested_by: z.string(),
  decided_at: Time.nullable(),
  decided_by: z.string().nullable(),
  comment: z.string().nullable(),
  started_at: Time.nullable(),
  completed_at: Time.nullable(),
  current_step: z.number().int(),
  total_steps: z.number().int(),
  /** What will run, with templates filled in, so that an approver sees exactly that. */
  plan: z.array(
    z.object({ phase: z.enum(['STEP', 'VERIFY', 'ROLLBACK']), name: z.string(), sentence: z.string() }),
  ),
  /** The runbook as it was when proposed: what runs is this, whatever becomes of its file. */
  definition: Runbook.optional(),
  /** SHA-256 of the steps with templates filled in, secrets by name. An approval holds for exactly these. */
  plan_hash: z.string().optional(),
  step_results: z.array(StepResult),
  error: z.string().nullable(),
})
export type Remediation = z.infer<typeof Remediation>
