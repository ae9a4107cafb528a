import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import { parseStreamLabels } from './stream-labels.ts'

const limits = { countMax: 8, nameBytesMax: 64, valueBytesMax: 256 }
const parse = (text: string) => ({ ...parseStreamLabels(text, limits) })
const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`

describe('the labels of a Loki stream', () => {
  it('are read as Promtail, Alloy and Fluent Bit write them', () => {
    expect(parse('{filename="/var/log/syslog", job="varlogs"}')).toEqual({
      filename: '/var/log/syslog',
      job: 'varlogs',
    })
    expect(parse(' { a = "1" ,b="2", } ')).toEqual({ a: '1', b: '2' })
    expect(parse('{"host.name"="x y", re=`a\\d"b`}')).toEqual({ 'host.name': 'x y', re: 'a\\d"b' })
    expect(parse('{}')).toEqual({})
  })

  it.each([
    ['{a="\\"x\\" \\\\ \\n \\t"}', '"x" \\ \n \t'],
    ['{a="\\x41\\u00e9\\U0001F600\\101"}', 'Aé😀A'],
  ])('hold what Go escapes: %s', (text, value) => {
    expect(parse(text)).toEqual({ a: value })
  })

  it.each([
    'a="1"',
    '{a="1"',
    '{a=1}',
    '{a="1" b="2"}',
    '{a="1"}x',
    '{="1"}',
    '{a!="1"}',
    '{a="\\q"}',
    '{a="\\u12"}',
    '{a="\\UFFFFFFFF"}',
    '{a="x\ny"}',
    '{a=`x}',
    '{a="1",a="2"}',
    '{__proto__="1"}',
    '{constructor="1"}',
    '{a="\\x00"}',
    '{a="\\ud800"}',
    `{a="${'x'.repeat(300)}"}`,
    `{${Array.from({ length: 9 }, (_, i) => `l${i}="1"`).join(',')}}`,
    `{a="${'x'.repeat(70_000)}"}`,
  ])('are refused with a sentence: %s', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'INVALID_LABELS' }))
  })

  it('come back from any text that was quoted', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 1, maxLength: 8 }), (values) => {
        const text = `{${values.map((text, at) => `l${at}=${quoted(text)}`).join(', ')}}`
        expect(Object.values(parse(text))).toEqual(values)
      }),
    )
  })

  it('throw nothing but a fault, whatever they are', () => {
    const part = fc.constantFrom(
      '{',
      '}',
      '"',
      '=',
      ',',
      'a',
      '\\',
      'x41',
      '`',
      '\\u',
      ' ',
      '\u{1F600}',
      '\uD800',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        try {
          parse(parts.join(''))
        } catch (error) {
          expect(isFault(error)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
