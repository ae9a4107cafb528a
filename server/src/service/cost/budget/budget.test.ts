import type { BudgetStatus } from '@aiops/contract/model/budget'
import { monthly, usd } from '@aiops/contract/model/money'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { BudgetAlert } from '../index.ts'
import { bandOf } from './band.ts'
import { BudgetAlerts } from './budget-alert.ts'
import { forecastOf } from './forecast.ts'

const limits = {
  ...{ limit_monthly_usd: monthly(10_000), hard_limit_monthly_usd: monthly(12_000) },
  thresholds: [0.8, 0.9, 1] as [number, number, number],
}

describe('a budget', () => {
  it('is in the band of what was spent: 80 % alert, 90 % freeze, 100 % block, then the hard limit', () => {
    const of = (spent: number) => bandOf(limits, spent)
    expect([0, 7_999, 8_000, 9_000, 10_000, 11_999, 12_000].map(of)).toEqual([
      ...['MONITOR', 'MONITOR', 'ALERT', 'FREEZE', 'BLOCK', 'BLOCK', 'HARD'],
    ])
    expect(bandOf({ ...limits, hard_limit_monthly_usd: null }, 12_000)).toBe('HARD')
  })

  it('tells of a band once a minute while it lasts, and that it is over when it is', async () => {
    const clock = new ManualClock()
    const told: BudgetAlert[] = []
    const alerts = new BudgetAlerts({ clock, alert: async (_tenant, some) => void told.push(...some) })
    const status = (spent: number): BudgetStatus => ({
      budget: {
        ...{ ...limits, id: 'b', name: 'prod', created_at: '', updated_at: '', created_by: 'anna' },
        selector: { team: 'sales', environment: '', namespace: '', service: '' },
      },
      ...{ spent_usd: usd(spent), forecast_usd: null, band: bandOf(limits, spent), forecast_band: null },
      ...{ coverage: 1, sources: [] },
    })
    await alerts.look('default', [status(1)])
    expect(told).toEqual([])
    await alerts.look('default', [status(8_500)])
    await alerts.look('default', [status(8_500)])
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      ...{ firing: true, severity: 'medium', labels: { band: 'ALERT', budget: 'prod', team: 'sales' } },
      message: 'Budget prod: $8500.00 of $10000.00 are spent this month (85 %). Nothing is held back yet.',
    })
    await clock.advance(60_000)
    await alerts.look('default', [status(9_500)])
    expect(told.slice(1).map(({ firing, labels }) => [labels.band, firing])).toEqual([
      ['ALERT', false],
      ['FREEZE', true],
    ])
    await alerts.look('default', [])
    expect(told.at(-1)).toMatchObject({ firing: false, labels: { band: 'FREEZE' } })
  })
})

describe('a forecast', () => {
  it('is what is spent, and for each day left the mean day times last week by the week before', () => {
    const days = [...Array(7).fill(100), ...Array(7).fill(120)]
    const found = forecastOf({ spentUsd: 1_540, elapsedDays: 14, monthDays: 30, days })!
    expect(found.method).toBe('TREND')
    expect(found.p50).toBeCloseTo(1_540 + 16 * (1_540 / 14) * 1.2, 6)
  })
  it('is none before there is a day to go by', () => {
    expect(forecastOf({ spentUsd: 10, elapsedDays: 0.9, monthDays: 30, days: [] })).toBeNull()
  })
  it('never promises less than what is spent, and is a point once the month is over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 31 }),
        (days) => {
          const spentUsd = days.reduce((sum, day) => sum + day, 0)
          const found = forecastOf({ spentUsd, elapsedDays: days.length, monthDays: 31, days })!
          expect(found.p10).toBeGreaterThanOrEqual(spentUsd)
          expect(found.p50).toBeGreaterThanOrEqual(found.p10)
          expect(found.p90).toBeGreaterThanOrEqual(found.p50)
          if (days.length === 31) expect(found.p90).toBeCloseTo(spentUsd, 6)
        },
      ),
    )
  })
  it('holds the month within its interval 8 times in 10, where days vary around a level', () => {
    const random = seededRandom(7)
    const normal = (): number => {
      let sum = 0
      for (let i = 0; i < 12; i += 1) sum += random.next()
      return sum - 6
    }
    let within = 0
    const months = 400
    for (let month = 0; month < months; month += 1) {
      const days = Array.from({ length: 30 }, () => 100 + 20 * normal())
      const first = days.slice(0, 12)
      const spentUsd = first.reduce((sum, day) => sum + day, 0)
      const found = forecastOf({ spentUsd, elapsedDays: 12, monthDays: 30, days: first })!
      const bill = days.reduce((sum, day) => sum + day, 0)
      if (bill >= found.p10 && bill <= found.p90) within += 1
    }
    expect(within / months).toBeGreaterThan(0.74)
    expect(within / months).toBeLessThan(0.86)
  })
})
