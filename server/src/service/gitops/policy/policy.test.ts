import type { PlanSummary } from '@aiops/contract/model/plan'
import { describe, expect, it } from 'vitest'
import { defaultLimits, defaultRules } from './default-policy.ts'
import { compilePolicy, evaluatePolicy } from './evaluate.ts'
import { compileExpression, type PolicyVariables } from './expression.ts'
import { defaultPolicy, inputOf, readPolicy, runPolicyTests } from './policy-document.ts'
import type { PolicyInput } from './policy-input.ts'

const plan = (more: object = {}): PlanSummary =>
  ({
    ...{ engine: 'OPENTOFU', version: '1', sha256: 'ab', changes: [], stateful: [], drift: [] },
    ...{ outputs_changed: [], services: ['cart'], executes: [] },
    summary: { creates: 1, updates: 0, replaces: 0, deletes: 1, forgets: 0, no_ops: 0 },
    cost: { hourly_delta_usd: -0.1, known_hourly_delta_usd: -0.1, known: [], unknown: [], source: 'book' },
    ...more,
  }) as unknown as PlanSummary
const atRisk = {
  ...{ address: 'aws_db_instance.a', type: 'aws_db_instance', action: 'REPLACE', at_risk: true },
  ...{ reason: 'a database', service: null },
}
const decision = {
  ...{ confidence: 0.9, calibrated: true, cost_delta_percent: -20 },
  saving_monthly_usd: { p10: 20, p50: 80, p90: 100 },
}
const input = (more: Partial<PolicyInput> = {}): PolicyInput =>
  inputOf({
    ...{ plan: plan(), decision, deployment: { bot: true, author: 'aiops-bot' } },
    ...{ context: { prices_stale: false }, ...more },
  })
const shipped = defaultPolicy(0).policy
const judge = (given: PolicyInput, overridden = false) =>
  evaluatePolicy(shipped, given, { overridden, nowMs: 0 })
const spoken = (given: PolicyInput) => judge(given).rules.map(({ name }) => name)

describe('the shipped policy', () => {
  it('lets a sure, calibrated, cheaper, stateless change pass', () => {
    expect(judge(input())).toMatchObject({ outcome: 'ALLOW', approvals_needed: 0, rules: [] })
  })

  it('denies what puts data at risk by the plan alone; what is said of it changes nothing', () => {
    const given = input({
      plan: plan({ stateful: [atRisk] }),
      deployment: { ...input().deployment, affects_stateful: false, emergency: true } as never,
    })
    for (const overridden of [false, true]) expect(judge(given, overridden).outcome).toBe('DENY')
  })

  it('denies a plan that runs programs, and one that takes from a service that holds data', () => {
    expect(judge(input({ plan: plan({ executes: [{ address: 'x', what: 'local-exec' }] }) })).outcome).toBe(
      'DENY',
    )
    const context = { ...input().context, stateful: true }
    expect(judge(input({ context })).outcome).toBe('DENY')
  })

  it('never lets anything pass without a plan, a decision, calibration, or fresh prices', () => {
    expect(spoken(input({ plan: null }))).toContain('no-plan')
    expect(spoken(input({ decision: null }))).toContain('no-decision')
    expect(spoken(input({ decision: { ...decision, calibrated: false } }))).toContain('uncalibrated')
    for (const prices_stale of [true, null])
      expect(spoken(input({ context: { ...input().context, prices_stale } }))).toContain('stale-prices')
  })

  it('holds the described limits at their edges', () => {
    const of = (more: object) => spoken(input({ decision: { ...decision, ...more } }))
    expect(of({ cost_delta_percent: 4.99 })).toEqual([])
    expect(of({ cost_delta_percent: 5 })).toEqual(['cost-delta'])
    expect(of({ cost_delta_percent: null })).toEqual(['cost-delta'])
    expect(of({ confidence: 0.85 })).toEqual(['confidence'])
    expect(of({ confidence: 0.8501 })).toEqual([])
    expect(of({ confidence: null })).toEqual(['confidence'])
    expect(of({ saving_monthly_usd: { p10: 0, p50: 80, p90: 90 } })).toEqual(['saving'])
    expect(of({ saving_monthly_usd: { p10: 1, p50: 49.9, p90: 90 } })).toEqual(['saving'])
  })

  it('lets an emergency pass economic rules only, and says which', () => {
    const given = input({ decision: { ...decision, confidence: 0.5, cost_delta_percent: 40 } })
    expect(judge(given).outcome).toBe('REQUIRE_APPROVAL')
    const said = judge(given, true)
    expect(said.outcome).toBe('ALLOW')
    expect(said.rules).toMatchObject([
      { name: 'cost-delta', overridden: true },
      { name: 'confidence', overridden: true },
    ])
    expect(judge(input({ plan: null }), true).outcome).toBe('REQUIRE_APPROVAL')
    const economic = ['cost-delta', 'plan-cost', 'confidence', 'uncalibrated', 'saving', 'stale-prices']
    expect(defaultRules.filter(({ overridable }) => overridable).map(({ name }) => name)).toEqual(economic)
  })

  it('asks two people of tier 1', () => {
    expect(judge(input({ context: { ...input().context, tier: 1 } })).approvals_needed).toBe(2)
  })

  it('takes what cannot be worked out for true', () => {
    const broken = input({ plan: { summary: 'none' } as never })
    const said = judge(broken)
    expect(said.outcome).toBe('DENY')
    expect(said.rules[0]?.reason).toContain('counts as true')
  })

  it('can only be tightened by a program', () => {
    const program = { deny: [], require: ['look at it'] }
    const said = evaluatePolicy(shipped, input(), { overridden: true, nowMs: 0, program })
    expect(said).toMatchObject({ outcome: 'REQUIRE_APPROVAL', approvals_needed: 1 })
    const denied = { deny: ['no'], require: [] }
    expect(evaluatePolicy(shipped, input(), { overridden: true, nowMs: 0, program: denied }).outcome).toBe(
      'DENY',
    )
    const silent = { deny: [], require: [] }
    const risky = input({ plan: plan({ stateful: [atRisk] }) })
    expect(evaluatePolicy(shipped, risky, { overridden: false, nowMs: 0, program: silent }).outcome).toBe(
      'DENY',
    )
  })

  it('has a version by its content alone', () => {
    const content = { limits: defaultLimits, rules: defaultRules }
    expect(compilePolicy(content, 'elsewhere', 5).version).toBe(shipped.version)
    const limits = { ...defaultLimits, confidence_min: 0.86 }
    expect(compilePolicy({ ...content, limits }, 'shipped', 0).version).not.toBe(shipped.version)
  })
})

describe('a policy file', () => {
  const text = `
limits: { confidence_min: 0.99 }
rules:
  - name: no-friday
    description: Not for the shop.
    when: deployment.service == "shop"
    outcome: DENY
without: [tier-one]
tests:
  - name: the shop is denied
    input: { deployment: { service: shop } }
    expect: { outcome: DENY, rules: [no-friday, no-plan] }
  - name: nothing known
    input: {}
    expect: { outcome: REQUIRE_APPROVAL, approvals: 1 }
`
  it('stands over the shipped one and runs its tests', () => {
    const loaded = readPolicy(text, 'site.yaml', 0)
    expect(runPolicyTests(loaded)).toEqual({ passed: 2, failed: [] })
    expect(loaded.policy.limits).toMatchObject({ confidence_min: 0.99, services_max: 3 })
    expect(loaded.policy.rules.map(({ name }) => name)).not.toContain('tier-one')
  })

  it('says which test fails and how', () => {
    const wrong = readPolicy(text.replace('outcome: DENY, rules', 'outcome: ALLOW, rules'), 'site.yaml', 0)
    expect(runPolicyTests(wrong).failed).toEqual([expect.stringContaining('the shop is denied: DENY')])
  })

  it.each([
    ['rules: [{ name: a, description: "", when: "plan.", outcome: DENY }]', 'expression'],
    ['rules: [{ name: a, description: "", when: "1 + 1 > 1", outcome: ALLOW }]', 'outcome'],
    ['rules: [{ name: a, description: "", when: "nobody > 1", outcome: DENY }]', 'Unknown variable'],
    ['without: [nothing]', 'no shipped rule'],
    ['limit: {}', 'Unrecognized key'],
    ['a: [', 'policy'],
  ])('is refused with what is wrong: %s', (bad, words) => {
    expect(() => readPolicy(bad, 'site.yaml', 0)).toThrow(words)
  })
})

describe('an expression', () => {
  const over = (more: object): PolicyVariables => ({
    ...{ plan: null, decision: null, deployment: {}, context: {}, limits: {} },
    ...more,
  })
  it.each([
    ['"a".matches("(x+x+)+y")', 'matches'],
    ['cel.bind(a, 1, a == 1)', 'bind'],
    ['plan.a.all(x, plan.a.all(y, plan.a.all(z, true)))', 'loops'],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, 'expression'],
    [`${'true || '.repeat(600)}true`, 'expression'],
    ['1 + 1', 'bool'],
  ])('that could cost too much, or is none, is refused: %s', (text, words) => {
    expect(() => compileExpression(text)).toThrow(words)
  })

  it('over lists that are too long is an error, which counts as true', () => {
    const run = compileExpression('plan.a.all(x, plan.a.all(y, true))')
    expect(run(over({ plan: { a: Array.from({ length: 150 }, () => 1) } }))).toBe(true)
    expect(() => run(over({ plan: { a: Array.from({ length: 200 }, () => 1) } }))).toThrow('too long')
  })

  it('reads what the input holds and nothing of the program around it', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(() => compileExpression(`plan.${name} == 1`)(over({ plan: {} }))).toThrow('No such key')
  })
})
