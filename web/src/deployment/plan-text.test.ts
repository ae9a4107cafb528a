import type { PlanCost } from '@aiops/contract/model/plan'
import { expect, it } from 'vitest'
import { checkText } from './check-text.ts'
import { costText, planCounts, valueText } from './plan-text.ts'

it('never takes an unknown price for nothing', () => {
  const cost = (more: object): PlanCost =>
    ({
      ...{ hourly_delta_usd: null, known_hourly_delta_usd: 0, known: [], unknown: [{}, {}], source: 'book' },
      ...more,
    }) as unknown as PlanCost
  expect(costText(cost({}))).toBe('cost unknown')
  expect(costText(cost({ hourly_delta_usd: 0, unknown: [], source: null }))).toBe('cost unknown')
  expect(costText(cost({ hourly_delta_usd: 0, unknown: [] }))).toBe('$0/h')
  expect(costText(cost({ known: [{}], known_hourly_delta_usd: 0.2 }))).toBe('+$0.20/h and 2 unknown')
  expect(costText(cost({ hourly_delta_usd: -0.2, unknown: [] }))).toBe('−$0.20/h')
})

it('sums a plan up as the engines do', () => {
  const counts = planCounts({ creates: 2, updates: 0, replaces: 1, deletes: 1, forgets: 0, no_ops: 40 })
  expect(counts.map(({ sign, count }) => sign + count)).toEqual(['+2', '±1', '-1'])
})

it('shows values as they would be written, and cuts long ones', () => {
  expect([true, 'a"b', null, undefined, '(sensitive)'].map(valueText)).toEqual([
    ...['true', '"a\\"b"', 'null', 'not set', '(sensitive)'],
  ])
  expect(valueText('x'.repeat(9_000)).length).toBeLessThan(600)
})

it('keeps small readings apart, and says where there is none', () => {
  expect([0.1824, 0.171, 0.00213, 0, 1_532, null].map(checkText)).toEqual([
    ...['0.182', '0.171', '0.00213', '0', '1.53\u00a0k', '–'],
  ])
})
