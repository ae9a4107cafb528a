import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figureText, groupedText } from './number-text.ts'

describe('numbers in sentences', () => {
  it.each([
    [0, '0'],
    [0.00421, '0.00421'],
    [1.925, '1.93'],
    [99.96, '100'],
    [312, '312'],
    [999.7, '1,000'],
    [5_000, '5,000'],
    [5_013.4, '5,013'],
    [-12_345.6, '-12,346'],
    [1_234_567, '1,234,567'],
  ])('%s is said as %s', (value, text) => expect(figureText(value)).toBe(text))

  it('what was rounded before keeps its places', () => expect(groupedText(12_345.25)).toBe('12,345.25'))

  it('a reader can take every one for the number that it was, to its digits, and none has an exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (value) => {
        const text = figureText(value)
        expect(text).toMatch(/^\d{1,3}(,\d{3})*(\.\d+)?$/)
        expect(Math.abs(Number(text.replaceAll(',', '')) / value - 1)).toBeLessThan(0.0051)
      }),
    )
  })
})
