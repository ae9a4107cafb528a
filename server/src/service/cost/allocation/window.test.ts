import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { gridOf, parseWindow } from './window.ts'

const now = Date.parse('2026-11-12T06:30:20Z')
const of = (text: string): string[] => {
  const { startMs, endMs } = parseWindow(text, now)
  return [new Date(startMs).toISOString(), new Date(endMs).toISOString()].map((time) => time.slice(0, 16))
}

it('reads the forms of a window that OpenCost has', () => {
  expect(of('today')).toEqual(['2026-11-12T00:00', '2026-11-13T00:00'])
  expect(of('yesterday')).toEqual(['2026-11-11T00:00', '2026-11-12T00:00'])
  // 2026-11-12 is a Thursday, and weeks begin on Sunday.
  expect(of('week')).toEqual(['2026-11-08T00:00', '2026-11-12T06:30'])
  expect(of('lastweek')).toEqual(['2026-11-01T00:00', '2026-11-08T00:00'])
  expect(of('month')).toEqual(['2026-11-01T00:00', '2026-11-12T06:30'])
  expect(of('lastmonth')).toEqual(['2026-10-01T00:00', '2026-11-01T00:00'])
  expect(of('7d')).toEqual(['2026-11-06T00:00', '2026-11-13T00:00'])
  expect(of('24h')).toEqual(['2026-11-11T07:00', '2026-11-12T07:00'])
  expect(of('60m')).toEqual(['2026-11-12T05:31', '2026-11-12T06:31'])
  expect(of('2w')).toEqual(['2026-10-30T00:00', '2026-11-13T00:00'])
  expect(of('1h offset 1d')).toEqual(['2026-11-11T05:30', '2026-11-11T06:30'])
  expect(of('2026-11-01T00:00:00Z,2026-11-02T00:00:00Z')).toEqual(['2026-11-01T00:00', '2026-11-02T00:00'])
  expect(of('1586822400,1586908800')).toEqual(['2020-04-14T00:00', '2020-04-15T00:00'])
  expect(of('1586822400-1586908800')).toEqual(['2020-04-14T00:00', '2020-04-15T00:00'])
})

it('refuses every other text with a sentence, whatever it is', () => {
  for (const text of ['', 'soon', '7', '7y', '2,1', '2026-11-02T00:00:00Z,2026-11-01T00:00:00Z'])
    expect(() => parseWindow(text, now)).toThrow(/is no window/)
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        const { startMs, endMs } = parseWindow(text, now)
        expect(endMs).toBeGreaterThanOrEqual(startMs)
      } catch (error) {
        expect(isFault(error)).toBe(true)
      }
    }),
  )
})

it('takes longer steps for longer windows, in whole steps of what is asked, and nothing of the future', () => {
  const limits = { finestMs: 60_000, samplesMax: 1_500, nowMs: now }
  const minutes = (text: string, stepMs?: number): number =>
    gridOf(parseWindow(text, now), { stepMs }, limits).resolutionMs / 60_000
  expect(minutes('60m')).toBe(1)
  expect(minutes('7d')).toBe(10)
  expect(minutes('month', 86_400_000)).toBe(12)
  const grid = gridOf(parseWindow('today', now), { stepMs: 3_600_000 }, limits)
  expect(grid.endMs).toBe(Date.parse('2026-11-12T06:30:00Z'))
  expect(() => gridOf(parseWindow('90d', now), {}, limits)).toThrow(/31 days/)
  expect(() => gridOf(parseWindow('7d', now), { stepMs: 60_000 }, limits)).toThrow(/steps/)
  expect(() => gridOf(parseWindow('1m', now), {}, limits)).toThrow(/5 minutes/)
  expect(() => gridOf(parseWindow('60m', now), { stepMs: 90_000, resolutionMs: 60_000 }, limits)).toThrow(
    /multiple/,
  )
})
