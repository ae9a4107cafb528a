import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amountText, hourlyText, intervalText, monthlyText, usdText } from './money-text.ts'

test.each([
  [0.3, '0.30'],
  [0.107, '0.107'],
  [0.0042, '0.0042'],
  [1.2, '1.20'],
  [-0.3, '-0.30'],
  [999.999, '1000.00'],
  [2117, '2,117'],
  [0, '0'],
  [Number.NaN, 'no known'],
])('%d is said as %s', (value, text) => {
  expect(amountText(value)).toBe(text)
})

test('an amount is read back as what it was, to its last digit', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
      const read = Number(amountText(value).replaceAll(',', ''))
      expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.max(0.0051 * Math.abs(value), 1e-6))
    }),
  )
})

test('a rate, a bill and an amount never look alike', () => {
  expect([hourlyText(2), monthlyText(2), usdText(2)]).toEqual(['2.00 USD/h', '2.00 USD/month', '2.00 USD'])
  expect(intervalText({ p10: 1, p50: 2, p90: 3 }, hourlyText)).toBe(
    '2.00 USD/h (p10 1.00 USD/h, p90 3.00 USD/h)',
  )
})
