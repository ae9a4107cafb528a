import { z } from 'zod'
import { EmergencyReview } from './decision.ts'
import { PlanSummary } from './plan.ts'
import { PolicyDecision } from './policy.ts'
import { ServiceName } from './provider.ts'
import { Time } from './time.ts'

/**
 * PROPOSED → REQUESTED (branch and merge request) → PLANNED → AWAITING_APPROVAL or APPROVED → MERGED → APPLYING → VERIFYING → KEPT,
 * or REVERTING → REVERTED. DENIED by the policy, CLOSED by a person, FAILED with what is to be done.
 */
export const DeploymentState = z.enum([
  'PROPOSED',
  'REQUESTED',
  'PLANNED',
  'AWAITING_APPROVAL',
  'APPROVED',
  'MERGED',
  'APPLYING',
  'VERIFYING',
  'KEPT',
  'REVERTING',
  'REVERTED',
  'DENIED',
  'CLOSED',
  'FAILED',
])
export type DeploymentState = z.infer<typeof DeploymentState>
export const finalDeploymentStates: readonly DeploymentState[] = [
  'KEPT',
  'REVERTED',
  'DENIED',
  'CLOSED',
  'FAILED',
]

/** A variable of an infrastructure repository, as it was and as it should be. */
export const VariableChange = z.object({
  file: z.string().max(500),
  variable: z.string().max(200),
  /** null: the file sets it to null, or its commit has not been looked at yet. */
  before: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  after: z.union([z.string(), z.number(), z.boolean()]).nullable(),
})
export type VariableChange = z.infer<typeof VariableChange>

/** Bound to exactly what was seen: another head or another plan needs another one. */
export const DeploymentApproval = z.object({
  by: z.string(),
  at: Time,
  head_sha: z.string(),
  plan_sha256: z.string(),
  /** POLICY: nobody had to; FORGE: in the merge request; API: here. */
  via: z.enum(['POLICY', 'FORGE', 'API']),
  comment: z.string().nullable(),
})
export type DeploymentApproval = z.infer<typeof DeploymentApproval>

export const DeploymentStep = z.object({
  at: Time,
  state: DeploymentState,
  actor: z.string(),
  message: z.string(),
})
export type DeploymentStep = z.infer<typeof DeploymentStep>

/** What was watched after an apply, and how it came out. */
export const VerificationCheck = z.object({
  name: z.string(),
  /** PromQL that gave the values. */
  query: z.string().nullable(),
  before: z.number().nullable(),
  after: z.number().nullable(),
  limit: z.string(),
  /** null: there was nothing to read. */
  passed: z.boolean().nullable(),
})
export type VerificationCheck = z.infer<typeof VerificationCheck>

/** One change through Git. */
export const Deployment = z.object({
  id: z.string(),
  service: ServiceName,
  title: z.string(),
  explanation: z.string(),
  /** Who proposed it: `aiops-bot` for a decision of the platform's own. */
  author: z.string(),
  /** Who proposed it on their own judgement where the author is the platform: they approve it as little as an author does. */
  proposed_by: z.string().nullable().optional(),
  state: DeploymentState,
  repository: z.string(),
  stack: z.string(),
  changes: z.array(VariableChange),
  decision_id: z.string().nullable(),
  emergency: z.boolean(),
  /** Of an emergency: when the override ends, and by when it is to be reviewed. */
  override: z
    .object({
      signals: z.array(z.string()),
      expires_at: Time,
      review_by: Time,
      reviewed_by: z.string().nullable(),
    })
    .nullable(),
  /** Of an emergency, once the platform has looked at what came of it: was it right, and what to change. */
  review: EmergencyReview.optional(),
  branch: z.string().nullable(),
  head_sha: z.string().nullable(),
  merge_request: z.object({ number: z.number().int(), url: z.string() }).nullable(),
  plan: PlanSummary.nullable(),
  /** In words, where no plan was run: there is no engine here. */
  no_plan_reason: z.string().nullable(),
  policy: PolicyDecision.nullable(),
  approvals: z.array(DeploymentApproval),
  merged_sha: z.string().nullable(),
  verification: z.array(VerificationCheck),
  verify_until: Time.nullable(),
  /** The deployment that takes this one back, or that this one takes back. */
  reverts: z.string().nullable(),
  reverted_by: z.string().nullable(),
  failure: z.string().nullable(),
  created_at: Time,
  updated_at: Time,
  steps: z.array(DeploymentStep),
})
export type Deployment = z.infer<typeof Deployment>
