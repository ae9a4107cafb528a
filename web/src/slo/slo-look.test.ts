import { expect, it } from 'vitest'
import { burnNow, goodText, indicatorText } from './slo-look.ts'

it('a share shows its nines and is never rounded up to all', () => {
  expect(goodText(0.9995)).toBe('99.95\u00a0%')
  expect(goodText(0.9999996)).toBe('99.999\u00a0%')
  expect(goodText(1)).toBe('100\u00a0%')
  expect(goodText(null)).toBe('–')
})

it('says what is measured', () => {
  expect(indicatorText({ kind: 'LATENCY', service: 'cart', below: 0.3 })).toBe(
    'Requests that cart answers within 300\u00a0ms',
  )
  expect(indicatorText({ kind: 'VALUE', query: 'lag', below: 5, above: null })).toBe(
    'Minutes in which the value is below 5',
  )
})

it('tells the burn of an hour first, else what is known', () => {
  const rate = (window: string, burn_rate: number | null) => ({
    ...{ window, burn_rate, error_ratio: null, events: 0, coverage: 1 },
  })
  expect(burnNow({ burn_rates: [rate('5m', 3), rate('1h', 2)] })?.window).toBe('1h')
  expect(burnNow({ burn_rates: [rate('5m', null), rate('1h', null), rate('6h', 1)] })?.window).toBe('6h')
  expect(burnNow({ burn_rates: [] })).toBeUndefined()
})
