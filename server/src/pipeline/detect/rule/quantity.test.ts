import { describe, expect, it } from 'vitest'
import { digits, percent, quantity } from './quantity.ts'

describe('quantities as people write them', () => {
  it.each([
    [1.4, 's', '1.4 s'],
    [0.2204, 's', '220 ms'],
    [0.000042, 's', '42 µs'],
    [720, 's', '12 min'],
    [1400, 'ms', '1.4 s'],
    [0, 's', '0 s'],
    [325_058_560, 'By', '310 MiB'],
    [512, 'By', '512 B'],
    [8, '{connection}', '8 connections'],
    [8.16, '{timeout}/s', '8.2 timeouts/s'],
    [12.34, '1/s', '12.3/s'],
    [3_000_000, 'By/s', '2.9 MiB/s'],
    [97.31, '%', '97.3 %'],
    [42, undefined, '42'],
    [-0.5, 'Cel', '-0.5 Cel'],
  ] as const)('%s %s is %s', (value, unit, text) => expect(quantity(value, unit)).toBe(text))
  it('shares are percents', () => expect(percent(0.5)).toBe('50 %'))
  it('very large and very small numbers keep their size', () => {
    expect(digits(1e20)).toBe('1.0e+20')
    expect(digits(1e-9)).toBe('1.0e-9')
  })
})
