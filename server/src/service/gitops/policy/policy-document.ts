import { Policy, PolicyOutcome, PolicyRule } from '@aiops/contract/model/policy'
import { parse } from 'yaml'
import { z } from 'zod'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import { defaultLimits, defaultRules } from './default-policy.ts'
import { type CompiledPolicy, compilePolicy, evaluatePolicy } from './evaluate.ts'
import { type PolicyInput, unknownContext, unknownDeployment } from './policy-input.ts'

const lengthMax = 1_000_000

const PolicyTest = z.strictObject({
  name: z.string().max(200),
  /** What is left out is unknown. */
  input: z.strictObject({
    plan: z.record(z.string(), z.unknown()).nullable().default(null),
    decision: z.record(z.string(), z.unknown()).nullable().default(null),
    deployment: z.record(z.string(), z.unknown()).default({}),
    context: z.record(z.string(), z.unknown()).default({}),
  }),
  overridden: z.boolean().default(false),
  expect: z.strictObject({
    outcome: PolicyOutcome,
    approvals: z.number().int().optional(),
    /** Rules that must have spoken, among others. */
    rules: z.array(z.string()).optional(),
  }),
})
export type PolicyTest = z.infer<typeof PolicyTest>

const Document = z.strictObject({
  /** Whether the shipped limits and rules stand beneath these; a rule of the same name replaces the shipped one. */
  extends: z.enum(['default', 'none']).default('default'),
  limits: Policy.shape.limits.default({}),
  rules: z.array(PolicyRule).max(200).default([]),
  /** Names of shipped rules that do not apply here. */
  without: z.array(z.string()).default([]),
  tests: z.array(PolicyTest).max(500).default([]),
})

export type LoadedPolicy = { policy: CompiledPolicy; tests: readonly PolicyTest[] }

export const defaultPolicy = (nowMs: number): LoadedPolicy => ({
  policy: compilePolicy({ limits: defaultLimits, rules: defaultRules }, 'shipped', nowMs),
  tests: [],
})

/** A policy file in YAML. Throws VALIDATION_FAILED with the place of what is wrong. */
export function readPolicy(text: string, source: string, nowMs: number): LoadedPolicy {
  if (text.length > lengthMax) throw invalid(source, `has more than ${lengthMax} characters`)
  let raw: unknown
  try {
    raw = parse(text, { maxAliasCount: 20 })
  } catch (error) {
    throw invalid(source, messageOf(error).split('\n')[0] ?? '')
  }
  const read = Document.safeParse(raw ?? {})
  if (!read.success)
    throw invalid(source, read.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '))
  const { extends: base, limits, rules, without, tests } = read.data
  const beneath = base === 'default' ? defaultRules : []
  const unknown = without.find((name) => !beneath.some((rule) => rule.name === name))
  if (unknown !== undefined) throw invalid(source, `takes out ${unknown}, which is no shipped rule`)
  const replaced = new Set([...without, ...rules.map(({ name }) => name)])
  if (new Set(rules.map(({ name }) => name)).size < rules.length) throw invalid(source, 'names a rule twice')
  const content = {
    limits: { ...(base === 'default' ? defaultLimits : {}), ...limits },
    rules: [...beneath.filter(({ name }) => !replaced.has(name)), ...rules],
  }
  return { policy: compilePolicy(content, source, nowMs), tests }
}

/** Runs each test over the policy; `failed` says what came instead. */
export function runPolicyTests({ policy, tests }: LoadedPolicy): { passed: number; failed: string[] } {
  const failed = tests.flatMap((test) => {
    const said = evaluatePolicy(policy, inputOf(test.input), { overridden: test.overridden, nowMs: 0 })
    const { outcome, approvals, rules = [] } = test.expect
    const spoke = said.rules.map(({ name }) => name)
    const isRight =
      said.outcome === outcome &&
      (approvals === undefined || approvals === said.approvals_needed) &&
      rules.every((name) => spoke.includes(name))
    return isRight
      ? []
      : [
          `${test.name}: ${said.outcome} with ${said.approvals_needed} approvals (${spoke.join(', ') || 'no rule'}), expected ${outcome}`,
        ]
  })
  return { passed: tests.length - failed.length, failed }
}

/** Loose JSON over what is unknown; rules meet what is wrong in it as an error, which counts as true. */
export const inputOf = (loose: {
  plan: unknown
  decision: unknown
  deployment: object
  context: object
}): PolicyInput => ({
  plan: loose.plan as PolicyInput['plan'],
  decision: loose.decision as PolicyInput['decision'],
  deployment: { ...unknownDeployment, ...loose.deployment },
  context: { ...unknownContext, ...loose.context },
})

const invalid = (source: string, what: string): Fault =>
  new Fault('VALIDATION_FAILED', `The policy ${source}: ${what}.`)
