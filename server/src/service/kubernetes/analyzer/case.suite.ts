import type { TenantId } from '@aiops/contract/model/tenant'
import { describe, expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { analyze } from './analyze.ts'
import type { Rule, RuleCase } from './rule.ts'

const cluster = { tenant: 'acme' as TenantId, id: 'c1', name: 'one' }

const viewOf = (objects: readonly object[], { at }: RuleCase, logs: RuleCase['positiveLogs']) =>
  snapshotOf(objects, { ...(at ? { timeMs: Date.parse(at) } : {}), ...(logs ? { logs } : {}) })

/** Every rule finds its example by name and is silent at its look-alike; a rule without an example fails. */
export function describeRules(rules: readonly Rule[], cases: readonly RuleCase[]): void {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))

  test('every rule has an example and every example a rule', () => {
    const shown = new Set(cases.map(({ rule }) => rule))
    expect(rules.filter(({ id }) => !shown.has(id)).map(({ id }) => id)).toEqual([])
    expect(cases.filter(({ rule }) => !byId.has(rule)).map(({ rule }) => rule)).toEqual([])
    expect(byId.size).toBe(rules.length)
  })

  test.each(rules.map((rule) => [rule.id, rule] as const))('%s says what it looks for', (id, rule) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(rule.condition).not.toBe('')
    expect(rule.not_when).not.toBe('')
    expect(rule.documentation_url).toMatch(/^https:\/\//)
    expect(rule.alert_name ?? 'Kube').toMatch(/^(Kube|CPU|NodeC|Node|ClusterOperator|Cannot)[A-Za-z]*$/)
  })

  describe.each(cases.map((one, i) => [`${one.rule} ${i}`, one] as const))('%s', (_name, one) => {
    const judged = async (objects: readonly object[], logs: RuleCase['positiveLogs']) => {
      const { findings, failed } = await analyze(viewOf(objects, one, logs), cluster, rules)
      expect(failed).toEqual([])
      return findings.filter(({ rule }) => rule === one.rule)
    }
    test('finds the example', async () => {
      const found = await judged(one.positive, one.positiveLogs)
      expect([...new Set(found.map(({ object }) => object.name))]).toEqual([one.finds])
      for (const finding of found) {
        expect(finding.evidence.length).toBeGreaterThan(0)
        expect(finding.remediation.length).toBeGreaterThan(0)
        for (const { command } of finding.remediation)
          if (command !== null) expect(isHarmless(command)).toBe(true)
      }
    })
    test('is silent at what looks alike', async () => {
      expect((await judged(one.negative, one.negativeLogs)).map(({ title }) => title)).toEqual([])
    })
  })
}

const reading =
  /^kubectl (get|describe|logs|top|explain|diff|version|api-resources|api-versions|cluster-info|auth can-i|auth whoami|rollout (history|status))( |$)/

/** Reading, or trying on the server what would be done: as it stands a command changes nothing. */
export const isHarmless = (command: string): boolean =>
  reading.test(command) || (command.startsWith('kubectl ') && command.includes(' --dry-run=server'))
