import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { isFault } from '../../../kernel/fault.ts'
import type { StoredLog } from '../../../port/log-store.ts'
import { formatLogql } from './format.ts'
import { goldenCases } from './golden-metric.suite.ts'
import { LogLine } from './log-line.ts'
import { parseLogql } from './parse/index.ts'
import { compilePipeline } from './stage/index.ts'
import { patternTest, requiredPart } from './stage/pattern-text.ts'

const pieces = [
  '{',
  '}',
  '(',
  ')',
  '[5m]',
  '|',
  '|=',
  '|~',
  '!=',
  '"a"',
  '`b`',
  'json',
  'logfmt',
  'unwrap',
  'x',
  '=',
  '5',
  '1h',
  '2KB',
  ',',
  'sum',
  'by',
  'rate',
  'offset',
  'or',
  'and',
  '-',
  '^',
  '#',
  '\n',
  '{app="x"}',
  'line_format',
  '"{{.a}}"',
  'topk',
  'drop',
  'ip(',
  '\\',
  '"',
  '--strict',
  '🙂',
]

function outcomeOf(query: string): string {
  try {
    const expression = parseLogql(query)
    expect(formatLogql(parseLogql(formatLogql(expression)))).toBe(formatLogql(expression))
    return 'taken'
  } catch (error) {
    if (isFault(error) && error.code === 'INVALID_LOGQL') return 'refused'
    throw error
  }
}
const recordOf = (message: string): StoredLog => ({
  ...{ timeMs: 0, severity: 'INFO', message, labels: { app: 'x' }, attributes: {}, traceId: '', spanId: '' },
})

describe('whatever is written', () => {
  test('a query is parsed or refused with its place', () => {
    const query = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join(' ')),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .tuple(fc.constantFrom(...goldenCases), fc.nat(), fc.constantFrom(...pieces))
        .map(
          ([{ query: text }, at, piece]) =>
            text.slice(0, at % text.length) + piece + text.slice(at % text.length),
        ),
    )
    fc.assert(
      fc.property(query, (text) => void outcomeOf(text)),
      { numRuns: 3_000 },
    )
  })
  test('deep nesting is refused, not followed', () => {
    expect(() => parseLogql('('.repeat(50_000))).toThrow(/nested/)
    expect(() => parseLogql(`{a="b"} | ${'('.repeat(50_000)}`)).toThrow(/nested/)
    expect(() => parseLogql(`${'sum('.repeat(5_000)}1${')'.repeat(5_000)}`)).toThrow(/nested/)
    expect(() => parseLogql(`{a="b"} | line_format "${'{{if .a}}'.repeat(500)}"`)).toThrow(/nested/)
  })
  test('a line passes every parser without a throw', () => {
    const stages = [
      'json',
      'json a="b[0].c"',
      'logfmt',
      'logfmt --strict --keep-empty',
      'logfmt a="b"',
      'unpack',
      'decolorize',
      'pattern "<a> <b>"',
      'regexp "(?P<c>x+)"',
      'line_format "{{.a}}{{__line__ | fromJson}}"',
      'a > 5',
      'keep a',
    ].map((stage) => {
      const expression = parseLogql(`{app="x"} | ${stage}`)
      return compilePipeline(expression.node === 'log' ? expression.stages : [])
    })
    const alphabet = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '=',
      ' ',
      'a',
      'b',
      '1',
      '-',
      '.',
      'e',
      'null',
      'true',
      '\u001b[',
      'u00',
      '\n',
      '__proto__',
      '🙂',
    )
    const line = fc.oneof(
      fc.array(alphabet, { maxLength: 40 }).map((parts) => parts.join('')),
      fc.json(),
    )
    fc.assert(
      fc.property(line, (text) => {
        for (const stage of stages) {
          const one = new LogLine(recordOf(text))
          stage(one)
          expect(Object.getPrototypeOf(one.labels())).toBe(Object.prototype)
        }
      }),
      { numRuns: 2_000 },
    )
  })
  test('long and nested lines cost time in proportion', () => {
    const expression = parseLogql('{app="x"} | decolorize | json | logfmt')
    const pipeline = compilePipeline(expression.node === 'log' ? expression.stages : [])
    for (const text of [
      '['.repeat(200_000),
      '{"a":'.repeat(50_000),
      `"${'\\'.repeat(200_000)}`,
      '\u001b['.repeat(50_000),
      'a='.repeat(100_000),
    ])
      pipeline(new LogLine(recordOf(text)))
  })
  test('JSON is read as JSON.parse reads it', () => {
    const expression = parseLogql('{app="x"} | json')
    const pipeline = compilePipeline(expression.node === 'log' ? expression.stages : [])
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{2,6}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
        (object) => {
          const line = new LogLine(recordOf(JSON.stringify(object)))
          pipeline(line)
          const expected = Object.entries(object).map(([name, value]) => [
            name === 'app' ? 'app_extracted' : name,
            String(value),
          ])
          const shown = expected.filter(([, value]) => value !== '')
          expect(line.categories().parsed).toEqual(Object.fromEntries(shown))
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('a part that a pattern must hold never hides a match', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'ab',
    '.',
    'a*',
    'b+',
    '(a|b)',
    '(ab)?',
    '[ab]',
    '\\.',
    'a{2}',
    'b{0,1}',
    '^',
    '$',
    'x?',
    '(?:ab)+',
    '\\d',
    'a|b',
    '[^a]',
    '.*',
  )
  const pattern = fc.array(atom, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[ab.x1]{0,12}$/), (text, line) => {
      let compiled: ReturnType<typeof RE2JS.compile>
      try {
        compiled = RE2JS.compile(text)
      } catch {
        return
      }
      const expected = compiled.matcher(line).find()
      if (expected) expect(line).toContain(requiredPart(text))
      expect(patternTest(text)(line)).toBe(expected)
    }),
    { numRuns: 5_000 },
  )
})
