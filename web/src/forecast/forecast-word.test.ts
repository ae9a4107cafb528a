import { expect, it } from 'vitest'
import { breachText, daysText, trendText } from './forecast-word.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

it('says when, with the interval, and what is not known', () => {
  expect(plain(daysText({ p10: 9, p50: 12, p90: 20 }, 90))).toBe('12 d (9 d to 20 d)')
  expect(plain(daysText({ p10: 9, p50: 12, p90: null }, 90))).toBe('12 d (9 d at the earliest)')
  expect(plain(daysText({ p10: 40, p50: null, p90: null }, 90))).toBe('40 d at the earliest')
  expect(plain(daysText({ p10: null, p50: null, p90: null }, 90))).toBe('not within 90 d')
  expect(plain(daysText({ p10: 30, p50: 30, p90: 30 }, 90))).toBe('30 d')
  expect(daysText({ p10: 0, p50: 0, p90: 0 }, 90)).toBe('reached')
  expect(daysText(null, 90)).toBe('not known')
})

it('says how fast it fills, by the hour where a day is too long', () => {
  expect(plain(trendText(0.024))).toBe('+2.4 % of the whole a day')
  expect(plain(trendText(-0.024))).toBe('−2.4 % of the whole a day')
  expect(plain(trendText(39.0284))).toBe('+163 % of the whole an hour')
})

it('says how likely a limit is reached', () => {
  const breach = {
    limit: 0.9,
    direction: 'ABOVE' as const,
    probability: 0.4,
    already: false,
    p10: null,
    p50: null,
    p90: null,
  }
  expect(plain(breachText(breach, '90 %'))).toBe('It comes above 90 % with a probability of 40 %.')
  expect(breachText({ ...breach, already: true }, '90 %')).toBe('It is above 90 % now.')
})
