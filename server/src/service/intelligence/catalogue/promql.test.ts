import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { literal, promqlText, quoted, selectorText } from './promql.ts'

describe('PromQL as text', () => {
  test('names of Prometheus 3 stand in quotes, others as they are', () => {
    expect(selectorText('up', [])).toBe('up')
    expect(selectorText('up', [{ name: 'job', op: '=', value: 'a' }])).toBe('up{job="a"}')
    expect(selectorText('http.server.duration', [{ name: 'service.name', op: '=', value: 'a' }])).toBe(
      '{"http.server.duration", "service.name"="a"}',
    )
  })

  test('a value cannot leave its quotes, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const read = parsePromql(selectorText('up', [{ name: 'service', op: '=', value }]))
        expect(read).toEqual({ name: 'up', value: value.replaceAll('\0', '') })
      }),
    )
  })

  test('a text as a regular expression matches itself alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const pattern = new RegExp(`^(?:${literal(text)})$`)
        expect(pattern.test(text)).toBe(true)
        expect(pattern.test(other)).toBe(other === text)
      }),
    )
  })

  test('a share of failures is zero where nothing failed, and nothing where nothing came', () => {
    const rate = (matchers: { name: string; op: '='; value: string }[]) =>
      ({ op: 'RATE', name: 'r_total', matchers, window: '5m' }) as const
    const all = { op: 'AGGREGATE', how: 'sum', by: [], of: rate([]) } as const
    const failed = {
      op: 'AGGREGATE',
      how: 'sum',
      by: [],
      of: rate([{ name: 'code', op: '=', value: '500' }]),
    } as const
    const left = { op: 'OR', left: failed, right: { op: 'SCALE', factor: 0, of: all } } as const
    expect(promqlText({ op: 'DIVIDE', left, right: all })).toBe(
      '(sum (rate(r_total{code="500"}[5m])) or sum (rate(r_total[5m])) * 0) / sum (rate(r_total[5m]))',
    )
  })

  test('lines end and quotes are escaped as Go does', () => {
    expect(quoted('a"b\\c\nd')).toBe('"a\\"b\\\\c\\nd"')
  })
})

/** Reads back `name{label="value"}`; a value that ends early leaves a rest, which is no match. */
function parsePromql(text: string): { name: string; value: string } | undefined {
  const found = /^(\w+)\{service="((?:[^"\\\n\r]|\\["\\nr])*)"\}$/u.exec(text)
  if (!found) return undefined
  const escapes: Record<string, string> = { n: '\n', r: '\r' }
  return {
    name: found[1] ?? '',
    value: (found[2] ?? '').replace(/\\(.)/g, (_, one: string) => escapes[one] ?? one),
  }
}
