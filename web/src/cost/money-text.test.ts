import { hourly, monthly, usd } from '@aiops/contract/model/money'
import { describe, expect, it } from 'vitest'
import {
  hourlyRangeText,
  hourlyText,
  monthlyRangeText,
  monthlyText,
  signedHourlyText,
  signedUsdText,
  usdText,
} from './money-text.ts'

describe('texts of money', () => {
  it('say whether it is by the hour, by the month or an amount', () => {
    expect(hourlyText(hourly(1.2))).toBe('$1.20/h')
    expect(monthlyText(monthly(876))).toBe('$876.00/month')
    expect(usdText(usd(3))).toBe('$3.00')
  })

  it('cannot be written in another kind: it is a type error', () => {
    // @ts-expect-error a rate by the hour is no bill by the month
    monthlyText(hourly(1))
    // @ts-expect-error a bill by the month is no rate by the hour
    hourlyText(monthly(1))
    // @ts-expect-error an amount is no rate
    hourlyText(usd(1))
    // @ts-expect-error a rate is no amount
    usdText(hourly(1))
    // @ts-expect-error a bare number may be anything
    usdText(1)
    // @ts-expect-error an interval of rates is none of bills
    monthlyRangeText({ p10: hourly(1), p50: hourly(2), p90: hourly(3) })
  })

  it('group thousands and leave cents away where they say nothing', () => {
    expect(monthlyText(monthly(9_999.5))).toBe('$9,999.50/month')
    expect(monthlyText(monthly(1_234_567.8))).toBe('$1,234,568/month')
  })

  it('keep small amounts visible', () => {
    expect(hourlyText(hourly(0.5))).toBe('$0.50/h')
    expect(hourlyText(hourly(0.00421))).toBe('$0.00421/h')
    expect(hourlyText(hourly(0.0961))).toBe('$0.0961/h')
    expect(usdText(usd(0.000_000_1))).toBe('<$0.000001')
    expect(usdText(usd(0))).toBe('$0')
  })

  it('never make a zero of what is not known', () => {
    for (const nothing of [null, undefined, hourly(Number.NaN)]) expect(hourlyText(nothing)).toBe('–')
  })

  it('show which way a difference goes', () => {
    expect(signedUsdText(usd(4.2))).toBe('+$4.20')
    expect(signedUsdText(usd(-4.2))).toBe('−$4.20')
    expect(signedHourlyText(hourly(0))).toBe('$0/h')
  })

  it('write an interval by its ends with one unit', () => {
    expect(hourlyRangeText({ p10: hourly(-0.1), p50: hourly(0.2), p90: hourly(0.4) })).toBe(
      '−$0.10 to $0.40/h',
    )
    expect(monthlyRangeText({ p10: monthly(2), p50: monthly(2), p90: monthly(2) })).toBe('$2.00/month')
  })
})
