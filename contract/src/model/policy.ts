import { z } from 'zod'
import { Time } from './time.ts'

export const PolicyOutcome = z.enum(['ALLOW', 'REQUIRE_APPROVAL', 'DENY'])
export type PolicyOutcome = z.infer<typeof PolicyOutcome>

/** `when` is CEL over `plan`, `decision`, `deployment` and `context`; an expression that fails counts as true: nothing passes by error. */
export const PolicyRule = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  description: z.string().max(1_000),
  when: z.string().min(1).max(4_000),
  outcome: z.enum(['REQUIRE_APPROVAL', 'DENY']),
  /** Of REQUIRE_APPROVAL: how many people, none of them the author. */
  approvals: z.number().int().min(1).max(10).default(1),
  /** An emergency may pass it: only economic rules say yes. */
  overridable: z.boolean().default(false),
})
export type PolicyRule = z.infer<typeof PolicyRule>

/** One policy, versioned by its content. */
export const Policy = z.object({
  version: z.string(),
  /** Named values that rules use as `limits.x`. */
  limits: z.record(z.string(), z.number()),
  rules: z.array(PolicyRule),
  /** Where it comes from: the shipped one, a file, a repository at a commit. */
  source: z.string(),
  loaded_at: Time,
})
export type Policy = z.infer<typeof Policy>

export const PolicyDecision = z.object({
  outcome: PolicyOutcome,
  approvals_needed: z.number().int(),
  /** Each rule that spoke, and in words why. */
  rules: z.array(
    z.object({ name: z.string(), outcome: PolicyOutcome, reason: z.string(), overridden: z.boolean() }),
  ),
  policy_version: z.string(),
  /** SHA-256 of the canonical JSON of all that was looked at. */
  inputs_sha256: z.string(),
  at: Time,
})
export type PolicyDecision = z.infer<typeof PolicyDecision>
