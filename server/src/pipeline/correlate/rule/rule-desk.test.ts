import { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertAt, resolvedAt, t0 } from '../core/example.suite.ts'
import { signalOfAlert } from '../core/signal.ts'
import { RuleDesk } from './rule-desk.ts'
import { RuleSet } from './rule-set.ts'
import { viewOfAlert } from './signal-view.ts'

const inhibit = (id: string, source_when: string, when: string, by: string[]) => ({
  ...CorrelationRuleInput.parse({ name: id, when, action: 'INHIBIT', source_when, by }),
  id,
})
const rules = [
  inhibit('down', 'labels.get("level") == "page"', 'labels.get("level") == "warn"', ['cluster']),
  inhibit('both', 'labels.get("kind") == "node"', 'labels.get("team") == "shop"', ['cluster', 'zone']),
]

type Labels = Record<string, string>
type Alert = { labels: Labels; sourceOf: boolean[]; targetOf: boolean[] }
const alertOf = (labels: Labels): Alert => ({
  labels,
  sourceOf: [labels.level === 'page', labels.kind === 'node'],
  targetOf: [labels.level === 'warn', labels.team === 'shop'],
})
const equal = (a: Labels, b: Labels, by: readonly string[]): boolean =>
  by.every((label) => (a[label] ?? '') === (b[label] ?? ''))

/** Alertmanager's rule, tried on every pair. */
function held(firing: ReadonlyMap<string, Alert>, id: string): boolean {
  const target = firing.get(id)
  if (!target) return false
  return rules.some(
    ({ by }, at) =>
      target.targetOf[at] &&
      [...firing.values()].some(
        (source) =>
          source.sourceOf[at] &&
          equal(source.labels, target.labels, by) &&
          !(target.sourceOf[at] && source.targetOf[at]),
      ),
  )
}

const label = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const labelsArbitrary = fc
  .record({
    ...{ level: label('page', 'warn'), cluster: label('a', 'b'), zone: label('1') },
    ...{ kind: label('node'), team: label('shop') },
  })
  .map(
    (found) => Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Labels,
  )

describe('inhibition', () => {
  it('holds back, after any sequence of beginnings and ends, what trying every pair would', () => {
    const moves = fc.array(fc.tuple(fc.nat(11), fc.boolean(), fc.boolean()), { maxLength: 60 })
    const population = fc.array(labelsArbitrary, { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(population, moves, (labels, steps) => {
        const desk = new RuleDesk(1_000)
        desk.use(new RuleSet(rules))
        const firing = new Map<string, Alert>()
        const rounds = new Map<number, number>()
        for (const [which, begins, foreseen] of steps) {
          const own = labels[which] as Labels
          const round = rounds.get(which) ?? 0
          const id = `${which}/${round}`
          const alert = alertAt('service/x', { id, labels: own, name: 'A', atMs: t0 + round })
          const now = begins ? alert : resolvedAt(alert, t0 + 1_000 + round)
          const signal = signalOfAlert(now)
          const affected = new Set<string>()
          if (begins && foreseen)
            for (const one of desk.see(signal, viewOfAlert(now), false).affected) affected.add(one)
          for (const one of desk.see(signal, viewOfAlert(now)).affected) affected.add(one)
          const before = new Map([...firing.keys()].map((one) => [one, held(firing, one)]))
          if (begins) firing.set(id, alertOf(own))
          else {
            firing.delete(id)
            rounds.set(which, round + 1)
          }
          for (const one of affected) desk.again(one)
          for (const one of firing.keys()) {
            expect([one, desk.holders(one).length > 0]).toEqual([one, held(firing, one)])
            if (before.has(one) && before.get(one) !== held(firing, one)) expect(affected).toContain(one)
            for (const holder of desk.holders(one)) expect([...firing.keys()]).toContain(holder.split(':')[2])
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('never holds back an alert by itself, nor two that fit both sides by one another', () => {
    const desk = new RuleDesk(10)
    desk.use(new RuleSet([inhibit('r', 'name == "A"', 'name == "A"', [])]))
    for (const id of ['1', '2']) {
      const alert = alertAt('service/x', { id, name: 'A' })
      desk.see(signalOfAlert(alert), viewOfAlert(alert))
    }
    expect([desk.holders('1'), desk.holders('2')]).toEqual([[], []])
  })

  it('is not revived by a beginning that comes after its end', () => {
    const desk = new RuleDesk(10)
    desk.use(new RuleSet(rules))
    const source = alertAt('service/x', { id: 's', labels: { level: 'page' } })
    const target = alertAt('service/y', { id: 't', labels: { level: 'warn' } })
    const see = (alert: typeof source) => desk.see(signalOfAlert(alert), viewOfAlert(alert))
    see(resolvedAt(source, t0 + 1))
    see(source)
    see(target)
    expect(desk.holders('t')).toEqual([])
  })

  it('is bounded: the oldest is let go, and what it held back is free', () => {
    const desk = new RuleDesk(2)
    desk.use(new RuleSet(rules))
    const see = (id: string, level: string) => {
      const alert = alertAt('service/x', { id, labels: { level } })
      return desk.see(signalOfAlert(alert), viewOfAlert(alert)).affected
    }
    see('s', 'page')
    see('t1', 'warn')
    expect(desk.holders('t1')).toEqual(['rule:down:s'])
    expect([...see('t2', 'warn')]).toEqual(['t1'])
    desk.again('t1')
    expect(desk.holders('t1')).toEqual([])
  })
})

describe('what rules say of a signal', () => {
  const verdict = (given: object[], labels: Labels, severity: 'CRITICAL' | 'LOW' = 'LOW') =>
    new RuleSet(
      given.map((rule, at) => ({ ...CorrelationRuleInput.parse({ name: `r${at}`, ...rule }), id: `${at}` })),
    ).judge(viewOfAlert(alertAt('service/x', { labels, severity, name: 'A' })))

  it('of GROUP and SEPARATE the first in order has, and of ROUTE', () => {
    const { ruled, routed } = verdict(
      [
        { when: 'true', action: 'GROUP', by: ['a'], order: 5 },
        { when: 'true', action: 'SEPARATE', by: ['a', 'b'], order: 3 },
        { when: 'true', action: 'ROUTE', route: 'late', order: 9 },
        { when: 'labels.a == "1"', action: 'ROUTE', route: 'soon', order: 8 },
        { when: 'false', action: 'SEPARATE', order: 0 },
      ],
      { a: '1' },
    )
    expect(ruled).toEqual({
      ...{ key: '["1","1",""]', only: true },
      why: 'Kept apart by the rule “r1”: a=1, b=(none).',
    })
    expect(routed?.to).toBe('soon')
  })

  it('holds a CRITICAL back only where the condition names the severity', () => {
    const loose = { when: 'labels.a == "1"', action: 'SUPPRESS' }
    const strict = { when: 'labels.a == "1" && severity == "CRITICAL"', action: 'SUPPRESS' }
    expect(verdict([loose], { a: '1' })).toMatchObject({ suppressed: 'rule:0', spared: false })
    expect(verdict([loose], { a: '1' }, 'CRITICAL')).toMatchObject({ suppressed: null, spared: true })
    expect(verdict([loose, strict], { a: '1' }, 'CRITICAL').suppressed).toBe('rule:1')
  })
})
