import { describe, expect, it } from 'vitest'
import { apiNumber, exponentNumber, generalNumber, plainNumber } from './go-number.ts'

describe("numbers in Go's form", () => {
  it.each([
    [1e6, '1e+06', '1e+06', '1000000'],
    [123_456_789, '1.23456789e+08', '1.23456789e+08', '123456789'],
    [100_000, '100000', '1e+05', '100000'],
    [1e-5, '1e-05', '1e-05', '0.00001'],
    [0.0001, '0.0001', '1e-04', '0.0001'],
    [-1.5, '-1.5', '-1.5e+00', '-1.5'],
    [0, '0', '0e+00', '0'],
    [-0, '-0', '-0e+00', '-0'],
    [1e21, '1e+21', '1e+21', '1000000000000000000000'],
    [Number.NaN, 'NaN', 'NaN', 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf', '+Inf', '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf', '-Inf'],
  ])('%s is %s, %s and %s', (value, general, exponent, plain) => {
    expect([generalNumber(value), exponentNumber(value), plainNumber(value)]).toEqual([
      general,
      exponent,
      plain,
    ])
  })

  it('rounds to significant digits and to places', () => {
    expect([generalNumber(1_234_567, 4), generalNumber(0.000_012_34, 2), generalNumber(100, 4)]).toEqual([
      '1.235e+06',
      '1.2e-05',
      '100',
    ])
    expect([plainNumber(1.005, 1), plainNumber(-0, 2), plainNumber(1e21, 2)]).toEqual([
      '1.0',
      '-0.00',
      '1000000000000000000000.00',
    ])
    expect(exponentNumber(1.25, 6)).toBe('1.250000e+00')
  })

  it('writes values as the Prometheus API does', () => {
    expect([0.1, -0, 1e-7, 1e21, Number.POSITIVE_INFINITY, 1e20, 0.000_001].map(apiNumber)).toEqual([
      ...['0.1', '-0', '1e-7', '1e+21', '+Inf', '100000000000000000000', '0.000001'],
    ])
  })
})
