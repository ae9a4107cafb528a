import { createHash } from 'node:crypto'
import type { Policy, PolicyDecision, PolicyOutcome, PolicyRule } from '@aiops/contract/model/policy'
import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import { compileExpression, type PolicyExpression } from './expression.ts'
import type { PolicyInput } from './policy-input.ts'

/** A policy with its expressions compiled. */
export type CompiledPolicy = Policy & { compiled: ReadonlyMap<string, PolicyExpression> }

/** What a program beside the rules says; it can only tighten. */
export type ProgramVerdict = { deny: readonly string[]; require: readonly string[] }

/** Throws VALIDATION_FAILED with the rule's name. Rules of one name: the later one stands. */
export function compilePolicy(
  content: { limits: Readonly<Record<string, number>>; rules: readonly PolicyRule[] },
  source: string,
  loadedMs: number,
): CompiledPolicy {
  const limits = { ...content.limits }
  const rules = content.rules.map((rule) => ({ ...rule }))
  return {
    ...{ limits, rules, source, loaded_at: isoTime(loadedMs) },
    version: sha256({ limits, rules }).slice(0, 12),
    compiled: new Map(rules.map((rule) => [rule.name, compileExpression(rule.when)])),
  }
}

/**
 * DENY before REQUIRE_APPROVAL before ALLOW. An expression that fails counts as true. `overridden`: an emergency's override is in force,
 * and rules that allow it are said and do not count; one that denies is never passed.
 */
export function evaluatePolicy(
  policy: CompiledPolicy,
  input: PolicyInput,
  options: { overridden: boolean; nowMs: number; program?: ProgramVerdict | undefined },
): PolicyDecision {
  const rules: PolicyDecision['rules'] = []
  let needed = 0
  for (const rule of policy.rules) {
    const reason = spoken(policy, rule, input)
    if (reason === undefined) continue
    const overridden = options.overridden && rule.overridable && rule.outcome !== 'DENY'
    rules.push({ name: rule.name, outcome: rule.outcome, reason, overridden })
    if (!overridden && rule.outcome === 'REQUIRE_APPROVAL') needed = Math.max(needed, rule.approvals)
  }
  for (const reason of options.program?.deny ?? [])
    rules.push({ name: 'program', outcome: 'DENY', reason: reason.slice(0, 1_000), overridden: false })
  for (const reason of options.program?.require ?? []) {
    rules.push({
      ...{ name: 'program', outcome: 'REQUIRE_APPROVAL', overridden: false },
      reason: reason.slice(0, 1_000),
    })
    needed = Math.max(needed, 1)
  }
  const outcome: PolicyOutcome = rules.some((rule) => rule.outcome === 'DENY')
    ? 'DENY'
    : needed > 0
      ? 'REQUIRE_APPROVAL'
      : 'ALLOW'
  return {
    ...{ outcome, approvals_needed: outcome === 'REQUIRE_APPROVAL' ? needed : 0, rules },
    policy_version: policy.version,
    inputs_sha256: sha256(input),
    at: isoTime(options.nowMs),
  }
}

export const sha256 = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex')

/** Why the rule speaks; undefined: it does not. */
function spoken(policy: CompiledPolicy, rule: PolicyRule, input: PolicyInput): string | undefined {
  try {
    const holds = policy.compiled.get(rule.name)
    if (holds && !holds({ ...input, limits: policy.limits })) return undefined
    return rule.description
  } catch (error) {
    const why = (messageOf(error).split('\n')[0] ?? '').slice(0, 200)
    return `${rule.description} It could not be worked out (${why}), which counts as true.`
  }
}
