import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatProbability,
  formatValue,
  missing,
} from './format.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

describe('format', () => {
  it('shows a missing value as a dash, never as a number', () => {
    for (const nothing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
      for (const form of [formatNumber, formatCount, formatBytes, formatPercent, formatDuration, formatValue])
        expect(form(nothing)).toBe(missing)
  })

  it('keeps about three significant digits', () => {
    expect([0, 0.0213, 1.234, 12.34, 123.4, 999.6, 9_870, 1_234_567].map(formatNumber).map(plain)).toEqual([
      '0',
      '0.0213',
      '1.23',
      '12.3',
      '123',
      '1 k',
      '9.87 k',
      '1.23 M',
    ])
  })

  it('writes lengths of time with at most two units', () => {
    expect(
      [0, 0.2, 9.43, 340, 9_940, 12_400, 60_000, 364_000, 7_980_000, 273_600_000]
        .map(formatDuration)
        .map(plain),
    ).toEqual([
      '0 s',
      '200 µs',
      '9.4 ms',
      '340 ms',
      '9.9 s',
      '12 s',
      '1 min',
      '6 min 4 s',
      '2 h 13 min',
      '3 d 4 h',
    ])
  })

  it('never says 60 s or 60 min, whatever is rounded', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 4e8, noNaN: true }), (ms) => {
        expect(plain(formatDuration(ms))).not.toMatch(/(^| )(60 s|60 min|24 h)/)
      }),
    )
  })

  it("reads OpenTelemetry's units", () => {
    expect(plain(formatValue(0.31, '1', 'system.cpu.utilization'))).toBe('31 %')
    expect(plain(formatValue(62, undefined, 'cpu_usage_percent'))).toBe('62 %')
    expect(plain(formatValue(0.31, '1', 'queue.length'))).toBe('0.31')
    expect(plain(formatValue(0.042, 's'))).toBe('42 ms')
    expect(plain(formatValue(2_048, 'By'))).toBe('2 KiB')
    expect(plain(formatValue(1_536, 'By/s'))).toBe('1.5 KiB/s')
    expect(plain(formatValue(24, '{request}/s'))).toBe('24 /s')
    expect(plain(formatValue(7, '{connection}'))).toBe('7')
    expect(plain(formatValue(71.5, 'Cel'))).toBe('71.5 Cel')
  })

  it('does not round a small share or a near certainty away', () => {
    expect(plain(formatPercent(0.0004))).toBe('< 0.1 %')
    expect(formatPercent(0)).toBe('0\u00a0%')
    expect(plain(formatProbability(0.004))).toBe('< 1 %')
    expect(plain(formatProbability(0.998))).toBe('> 99 %')
    expect(plain(formatProbability(1))).toBe('100 %')
  })
})
