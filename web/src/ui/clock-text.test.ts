import { describe, expect, it } from 'vitest'
import { agoText, localText, localZone, preciseText, utcText } from './clock-text.ts'

const now = new Date(2026, 10, 21, 15, 4, 5, 67).getTime()

describe('clock text', () => {
  it('gives the exact UTC moment', () => {
    expect(utcText(Date.UTC(2026, 10, 21, 1, 52, 7))).toBe('2026-11-21 01:52:07 UTC')
    expect(utcText(Date.UTC(2026, 10, 21, 1, 52, 7, 120))).toBe('2026-11-21 01:52:07.120 UTC')
    expect(utcText(Number.NaN)).toBe('')
  })

  it('names the day only when it is not today', () => {
    expect(localText(now, now)).toBe('15:04:05')
    expect(localText(new Date(2026, 10, 20, 23, 59, 59).getTime(), now)).toBe('2026-11-20 23:59:59')
    expect(preciseText(now, now)).toBe('15:04:05.067')
  })

  it('says how far local time is from UTC', () => {
    const [, sign, hours = '0', rest = '0'] =
      /^UTC(?:([+-])(\d+)(?::(\d\d))?)?$/.exec(localZone(now).text) ?? []
    const minutes = (Number(hours) * 60 + Number(rest)) * (sign === '-' ? -1 : 1)
    expect(minutes + new Date(now).getTimezoneOffset()).toBe(0)
  })

  it('says how long ago in one coarse unit', () => {
    expect([0, 42, 61, 3_599, 7_200, 200_000].map((s) => agoText(now - s * 1_000, now))).toEqual([
      'just now',
      '42 s ago',
      '1 min ago',
      '59 min ago',
      '2 h ago',
      '2 d ago',
    ])
    expect(agoText(now + 90_000, now)).toBe('in 1 min')
  })
})
