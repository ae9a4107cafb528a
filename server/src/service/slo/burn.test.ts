import { SloInput, type SloWindow } from '@aiops/contract/model/slo'
import { durationMs } from '@aiops/contract/model/time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { burnAlertsOf, burnRateOf, burnRatesOf, ruleKey } from './burn.ts'
import { budgetRatioOf, hourMs, minuteMs, rulesOf, spanOf } from './burn-policy.ts'
import { byBurnRate, byForecast } from './exhaustion.ts'
import { SlotBook } from './slot-book.ts'

const dayMs = 24 * hourMs
const startMs = Date.UTC(2026, 2, 1)

const sloOf = (objective = 99.9, window: SloWindow = '30d', minimum_events = 0) => ({
  ...SloInput.parse({ name: 'a', indicator: { kind: 'ERRORS', service: 'a' }, objective, window }),
  ...{ id: '1', document: null, created_at: '', updated_at: '', created_by: '' },
  alerting: { enabled: true, rules: [], minimum_events, runbook_url: '' },
})

/** Minutes of 1000 events each, of which a share is bad. */
function bookOf(minutes: number, badShare: (minute: number) => number, days = 30): SlotBook {
  const book = new SlotBook({ alertMs: 3 * dayMs, windowMs: days * dayMs })
  for (let minute = 1; minute <= minutes; minute += 1)
    book.close({ endMs: startMs + minute * minuteMs, total: 1_000, bad: 1_000 * badShare(minute) })
  return book
}

/**
 * Minutes of an error rate after four days without one until a rule fires, and what of the budget is gone by then.
 * https://sre.google/workbook/alerting-on-slos/ : detection takes (1 - SLO) / error rate · window · burn rate.
 */
function detection(errorRate: number, rule: number, window: SloWindow = '30d') {
  const slo = sloOf(99.9, window)
  const quietMinutes = 4 * 1_440
  const book = bookOf(quietMinutes, () => 0)
  for (let minute = 1; minute <= 5_000; minute += 1) {
    const endMs = startMs + (quietMinutes + minute) * minuteMs
    book.close({ endMs, total: 1_000, bad: 1_000 * errorRate })
    const alerts = burnAlertsOf(slo, burnRatesOf(slo, book, endMs), {
      firing: new Map(),
      endMs,
      unit: 'EVENTS',
    })
    if (alerts[rule]?.firing) {
      const windowMinutes = durationMs(window) / minuteMs
      return { minutes: minute, budget: (errorRate * minute) / (budgetRatioOf(slo) * windowMinutes) }
    }
  }
  return undefined
}

describe('the rules of the SRE workbook', () => {
  it.each([
    // 14.4 over 1 h: 0.864 and 8.64 minutes, as whole minutes; 2 % of the budget at exactly that rate.
    [1, 0, 1],
    [0.1, 0, 9],
    // 6 over 6 h: 2.16 and 21.6 minutes.
    [1, 1, 3],
    [0.1, 1, 22],
    // 3 over 1 d: 4.32 and 43.2 minutes; 1 over 3 d: 4.32 and 43.2 minutes. Windows over 6 h begin at whole 5 minutes.
    [1, 2, 5],
    [0.1, 2, 44],
    [1, 3, 5],
    [0.1, 3, 44],
  ])('detect an error rate of %d by rule %d after %d minutes', (errorRate, rule, minutes) => {
    expect(detection(errorRate, rule)?.minutes).toBe(minutes)
  })

  it('fire when 2, 5, 10 and 10 % of the budget are spent at the rate of the rule', () => {
    const spent = rulesOf(sloOf()).map(
      ({ burn_rate, long_window }) => (burn_rate * durationMs(long_window)) / (30 * dayMs),
    )
    expect(spent).toEqual([0.02, 0.05, 0.1, 0.1])
  })

  it.each(['7d', '14d', '28d', '90d'] as const)(
    'stand for the same shares of the budget over %s, as whole minutes allow',
    (window) => {
      const spent = rulesOf(sloOf(99.9, window)).map(
        ({ burn_rate, long_window }) => (burn_rate * durationMs(long_window)) / durationMs(window),
      )
      for (const [i, share] of [0.02, 0.05, 0.1, 0.1].entries()) expect(spent[i]).toBeCloseTo(share, 2)
    },
  )

  it('exhaust a budget in the published times: 30 d at 1, 15 d at 2, 3 d at 10, 43 min at 1000', () => {
    const days = [1, 2, 10, 1_000].map((burnRate) => 30 / burnRate)
    expect(days.map((day) => Math.round(day * 1_440))).toEqual([43_200, 21_600, 4_320, 43])
    const slo = sloOf()
    const span = spanOf('30d', startMs)
    const rate = { window: '1h', burn_rate: 1_000, error_ratio: 1, events: 1, coverage: 1 }
    const found = byBurnRate([rate], 1, { span, horizonMs: startMs + 30 * dayMs })
    expect(Date.parse(found?.at ?? '') - startMs).toBe(43.2 * minuteMs)
    expect(budgetRatioOf(slo)).toBe(0.001)
  })

  it('do not fire below their threshold, nor at it', () => {
    const slo = sloOf()
    for (const share of [0, 0.0005, 0.001]) {
      const endMs = startMs + 4 * dayMs
      const rates = burnRatesOf(
        slo,
        bookOf(4 * 1_440, () => share),
        endMs,
      )
      const alerts = burnAlertsOf(slo, rates, { firing: new Map(), endMs, unit: 'EVENTS' })
      expect(alerts.filter(({ firing }) => firing)).toEqual([])
    }
  })

  it('never fire unless both windows burn faster than they say, whatever the errors', () => {
    const slo = sloOf()
    const spans = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 400 }), fc.constantFrom(0, 0.0005, 0.002, 0.01, 0.02, 1)),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(spans, (pieces) => {
        const shares = pieces.flatMap(([minutes, share]) => Array<number>(minutes).fill(share))
        const book = bookOf(shares.length, (minute) => shares[minute - 1] ?? 0)
        const endMs = startMs + shares.length * minuteMs
        const rates = burnRatesOf(slo, book, endMs)
        for (const alert of burnAlertsOf(slo, rates, { firing: new Map(), endMs, unit: 'EVENTS' })) {
          const minutesOf = (window: string) => shares.slice(-durationMs(window) / minuteMs)
          const burn = (window: string) => {
            const own = minutesOf(window)
            return own.reduce((sum, share) => sum + share, 0) / own.length / 0.001
          }
          if (alert.firing && durationMs(alert.long_window) <= 6 * hourMs) {
            expect(burn(alert.long_window)).toBeGreaterThan(alert.burn_rate)
            expect(burn(alert.short_window)).toBeGreaterThan(alert.burn_rate)
          }
          // Errors below every threshold are nobody's alarm.
          if (Math.max(...shares) <= 0.0005) expect(alert.firing).toBe(false)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('are held back by little traffic, and go on where the short window knows nothing', () => {
    const slo = sloOf(99.9, '30d', 10)
    const endMs = startMs
    const rate = (window: string, burn_rate: number | null, events: number, coverage: number) => ({
      ...{ window, burn_rate, error_ratio: null, events, coverage },
    })
    const [rule] = rulesOf(slo)
    const look = (events: number, short: number | null, firing = new Map<string, number>()) =>
      burnAlertsOf(slo, [rate('1h', 20, events, 1), rate('5m', short, 1, short === null ? 0 : 1)], {
        ...{ firing, endMs, unit: 'EVENTS' },
      })[0]
    expect(look(9, 20)).toMatchObject({ firing: false, held_back: 'LOW_TRAFFIC' })
    expect(look(10, 20)).toMatchObject({ firing: true, held_back: null })
    expect(look(10, null)?.firing).toBe(false)
    expect(look(10, null, new Map([[ruleKey(rule!), endMs - 1]]))?.firing).toBe(true)
    expect(look(10, 0, new Map([[ruleKey(rule!), endMs - 1]]))?.firing).toBe(false)
  })
})

describe('a book of minutes', () => {
  it('sums as counting minute by minute would, over whole slots', () => {
    const minute = fc.record({ gap: fc.integer({ min: 1, max: 90 }), total: fc.nat(50), bad: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(minute, { maxLength: 60 }), fc.integer({ min: 1, max: 300 }), (given, minutes) => {
        const book = new SlotBook({ alertMs: 3 * dayMs, windowMs: 30 * dayMs })
        let endMs = startMs
        const slots = given.map(({ gap, total, bad }) => {
          endMs += gap * minuteMs
          return { endMs, total, bad: Math.min(total, bad) }
        })
        for (const slot of slots.slice(0, -2)) book.close(slot)
        book.reopen(slots.slice(-2))
        const fromMs = endMs - minutes * minuteMs
        const within = slots.filter((slot) => slot.endMs > fromMs)
        const { total, bad, knownMs } = book.over({ startMs: fromMs, endMs })
        expect(total).toBe(within.reduce((sum, slot) => sum + slot.total, 0))
        expect(bad).toBe(within.reduce((sum, slot) => sum + slot.bad, 0))
        expect(knownMs).toBeLessThanOrEqual(minutes * minuteMs)
      }),
    )
  })

  it('never uses less of a budget by one more minute, as long as none gets out of the window', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 200 }), (given) => {
        const book = new SlotBook({ alertMs: 3 * dayMs, windowMs: 7 * dayMs })
        let before = 0
        given.forEach(([ok, bad], i) => {
          const endMs = startMs + (i + 1) * minuteMs
          book.close({ endMs, total: ok + bad, bad })
          const used = book.over({ startMs: endMs - 7 * dayMs, endMs }).bad
          expect(used).toBeGreaterThanOrEqual(before)
          before = used
        })
        expect(before).toBe(given.reduce((sum, [, bad]) => sum + bad, 0))
      }),
      { numRuns: 30 },
    )
  })

  it('lets go what gets out of the window', () => {
    const book = bookOf(8 * 1_440, (minute) => (minute <= 60 ? 1 : 0), 7)
    const endMs = startMs + 8 * dayMs
    expect(book.over({ startMs: endMs - 7 * dayMs, endMs })).toMatchObject({ total: 7 * 1_440_000, bad: 0 })
    expect(burnRateOf(sloOf(), '1h', book, endMs)).toMatchObject({ burn_rate: 0, coverage: 1 })
  })
})

describe('the time at which nothing will be left', () => {
  const span = spanOf('30d', startMs)
  const rate = (window: string, burn_rate: number) => ({
    ...{ window, burn_rate, error_ratio: burn_rate / 1_000, events: 1, coverage: 1 },
  })

  it('is told with an interval, from the fastest to the slowest burn', () => {
    const found = byBurnRate([rate('1h', 10), rate('6h', 5), rate('3d', 2)], 0.5, {
      ...{ span, horizonMs: startMs + 30 * dayMs },
    })
    const days = [found?.earliest, found?.at, found?.latest].map(
      (at) => (Date.parse(at ?? '') - startMs) / dayMs,
    )
    expect(days).toEqual([1.5, 3, 7.5])
  })

  it('is not told of a burn that the budget outlasts, nor where nothing is known', () => {
    expect(byBurnRate([rate('6h', 0.9)], 0.5, { span, horizonMs: startMs + 30 * dayMs })?.at).toBeNull()
    expect(byBurnRate([], 0.5, { span, horizonMs: startMs })).toBeNull()
    expect(byBurnRate([rate('6h', 5)], null, { span, horizonMs: startMs })).toBeNull()
  })

  it('follows a forecast where there are two days to go by', () => {
    const course = Array.from({ length: 72 }, (_, i) => 1 - i / 100)
    const line = (drop: number) => Array.from({ length: 100 }, (_, i) => 0.28 - (i + 1) * drop)
    const forecast = () => ({ p10: line(0.02), p50: line(0.01), p90: line(0.001) })
    const at = { nowMs: startMs, horizonMs: startMs + 100 * hourMs }
    const found = byForecast(course, forecast, at)
    expect(found).toMatchObject({ method: 'FORECAST', latest: null })
    expect((Date.parse(found?.at ?? '') - startMs) / hourMs).toBe(28)
    expect((Date.parse(found?.earliest ?? '') - startMs) / hourMs).toBe(14)
    expect(byForecast(course.slice(0, 40), forecast, at)).toBeNull()
    expect(byForecast([...course, NaN, NaN, NaN, NaN, 0.2], forecast, at)).toBeNull()
  })
})

describe('the window of an objective', () => {
  it('is the month that the moment belongs to, UTC', () => {
    const { startMs: from, lengthMs } = spanOf('CALENDAR_MONTH', Date.UTC(2026, 1, 10))
    expect([from, lengthMs / dayMs]).toEqual([Date.UTC(2026, 1, 1), 28])
    expect(spanOf('CALENDAR_MONTH', Date.UTC(2026, 2, 1)).startMs).toBe(Date.UTC(2026, 1, 1))
  })
})
