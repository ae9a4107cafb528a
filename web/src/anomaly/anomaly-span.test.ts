import { expect, it } from 'vitest'
import { anomalySpan } from './anomaly-span.ts'

const at = (minute: number): string => new Date(minute * 60_000).toISOString()
const span = (began: number, noticed: number, ended: number | null, now: number) => {
  const times = {
    started_at: at(began),
    detected_at: at(noticed),
    ended_at: ended === null ? null : at(ended),
  }
  const { from, to } = anomalySpan(times, now * 60_000)
  return [from / 60_000, to / 60_000]
}

it('shows twice its length before it and half of it after', () => {
  expect(span(1_000, 1_001, 1_040, 9_000)).toEqual([920, 1_060])
})
it('shows ten minutes around a short one, and never what is to come', () => {
  expect(span(1_000, 1_001, 1_001, 9_000)).toEqual([990, 1_011])
  expect(span(1_000, 1_001, null, 1_004)).toEqual([990, 1_004])
})
it('of one that goes on for days, the hours around its beginning', () => {
  expect(span(10_000, 10_001, null, 20_000)).toEqual([9_640, 10_720])
})
