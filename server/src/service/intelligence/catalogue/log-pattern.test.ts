import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patternsOf, templateOf } from './log-pattern.ts'

describe('what wrote a line', () => {
  test('is the line without what varies', () => {
    expect(templateOf('charge accepted order=774120')).toBe('charge accepted order=<num>')
    expect(templateOf('timeout after 5000 ms (pool=main, used=20)')).toBe(
      'timeout after <num> ms (pool=main, used=<num>)',
    )
    expect(templateOf('2026-03-02T14:31:00.123Z GET /a from 10.0.0.7:8080')).toBe('<time> GET /a from <ip>')
    expect(templateOf('user 8f14e45f-ceea-467f-a0e6-1b2c3d4e5f60 said "hello there"')).toBe(
      'user <uuid> said "<text>"',
    )
  })

  test('is the same for lines that differ in numbers and ids alone, and as many lines are counted as there are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 50 }), (numbers) => {
        const lines = numbers.map((n, i) => ({ atMs: i, text: `order ${n} took ${n + 1} ms`, level: 'info' }))
        const [one, ...rest] = patternsOf(lines)
        expect(rest).toEqual([])
        expect(one).toMatchObject({ count: numbers.length, firstMs: 0, lastMs: numbers.length - 1 })
      }),
    )
  })

  test('any text at all is read, within bounds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        expect(templateOf(text).length).toBeLessThan(6_000)
      }),
    )
  })

  test('the most frequent comes first, with its commonest level', () => {
    const line = (text: string, level: string) => ({ atMs: 0, text, level })
    const found = patternsOf([
      line('a 1', 'info'),
      line('b', 'info'),
      line('a 2', 'error'),
      line('a 3', 'error'),
    ])
    expect(found.map(({ template, count, level }) => [template, count, level])).toEqual([
      ['a <num>', 3, 'error'],
      ['b', 1, 'info'],
    ])
  })
})
