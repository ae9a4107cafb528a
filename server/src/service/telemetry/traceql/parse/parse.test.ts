import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFault } from '../../../../kernel/fault.ts'
import { traceTest } from '../evaluate/pipeline.ts'
import { parseFieldName, parseTraceql } from './parse.ts'

const messageOf = (query: string): string => {
  try {
    parseTraceql(query)
    return 'none'
  } catch (error) {
    return isFault(error) ? `${error.code}: ${error.message}` : String(error)
  }
}

describe('a query that is none is refused with the place', () => {
  it.each([
    ['', 'line 1, col 1: unexpected the end, expected a selector'],
    ['{', 'col 2: unexpected the end'],
    ['{ name = }', 'col 10: unexpected "}"'],
    ['{ name =\n  "a" && }', 'line 2, col 10: unexpected "}"'],
    ['{ .a = "x }', 'col 8: this quote is not closed'],
    ['{ .a = "\\q" }', 'this escape is none'],
    ['{ . }', 'the name of an attribute is missing'],
    ['{ name }', 'a selector holds a condition, and this is a string'],
    ['{ duration }', 'and this is a duration'],
    ['{ name > 3 }', 'a string cannot be compared with a number'],
    ['{ status > error }', 'a status can only be compared by = and !='],
    ['{ status = server }', 'a status cannot be compared with a kind'],
    ['{ name =~ .x }', 'wants a pattern in quotes'],
    ['{ name =~ "(" }', 'The pattern cannot be used'],
    ['{ duration =~ "a" }', 'is for strings'],
    ['{ name + 1 = 2 }', '"+" is for numbers'],
    ['{ .a > nil }', 'nil can only be compared'],
    ['{ trace:nothing = 1 }', 'there is no such intrinsic; there are trace:duration'],
    ['{ 3abc = .a }', 'neither a number nor a duration'],
    ['{ .a = 1 } | count()', 'unexpected the end, expected a comparison'],
    ['{ } | avg(name) > 1', 'avg() is for numbers'],
    ['{ } | rate() by()', 'an attribute or an intrinsic'],
    ['{ } | quantile_over_time(duration)', 'wants 1 to 20 quantiles'],
    ['{ } | quantile_over_time(duration, 1.5)', 'a number from 0 to 1'],
    ['{ } | compare({ status = error })', 'compare() is not answered here'],
    ['{ } }', 'unexpected "}"'],
    ['{ } | rate() | { }', 'unexpected "|", expected the end'],
    ['{ } $', '"$" is not part of the language'],
    [`${'('.repeat(200)}{}`, 'nested deeper than 100'],
    [`{ ${'!'.repeat(200)}.a }`, 'nested deeper than 100'],
    [`{ ${'.a && '.repeat(3_000)}.a }`, 'longer than 16384 characters'],
  ])('%j: %s', (query, message) => {
    expect(messageOf(query)).toContain(message)
    expect(messageOf(query)).toMatch(/^INVALID_TRACEQL: /)
  })
})

describe('precedence', () => {
  it('takes && and || from left to right, as Tempo does, and * before + before comparisons', () => {
    const text = (query: string) =>
      JSON.stringify(parseTraceql(query), (key, value) => (key === 'place' ? 0 : value))
    expect(text('{ .a || .b && .c }')).toBe(text('{ (.a || .b) && .c }'))
    expect(text('{ .a + 2 * 3 > 4 ^ 2 ^ 1 }')).toBe(text('{ (.a + (2 * 3)) > (4 ^ (2 ^ 1)) }'))
    expect(text('{ !.a = .b }')).toBe(text('{ (!.a) = .b }'))
    expect(text('{ } && { } > { }')).toBe(text('{ } && ({ } > { })'))
  })
  it('reads names with signs in them, quoted parts and numbers in any form', () => {
    expect(parseFieldName('span."weird name".x-y/z')).toMatchObject({
      name: 'weird name.x-y/z',
      scope: 'span',
    })
    expect(parseFieldName('parent.resource.k8s.pod.name')).toMatchObject({ parent: true, scope: 'resource' })
    expect(parseTraceql('{ .a = 1m30s500ms }').pipeline.stages[0]).toMatchObject({
      condition: { right: { type: 'duration', value: 90.5e9 } },
    })
    expect(
      parseTraceql('{} | quantile_over_time(duration, .5, 0.99) by (name) with (exemplars=true)').metric,
    ).toMatchObject({
      quantiles: [0.5, 0.99],
    })
  })
})

describe('whatever is asked', () => {
  const part = fc.constantFrom(
    ...[
      '{',
      '}',
      '(',
      ')',
      '|',
      '||',
      '&&',
      '!',
      '>',
      '>>',
      '<<',
      '~',
      '!>',
      '&>>',
      '=',
      '!=',
      '=~',
      '-',
      '*',
      ',',
    ],
    ...[
      '.a',
      'span.b',
      'parent.c',
      'name',
      'status',
      'error',
      'duration',
      '5ms',
      '1.5',
      '"x"',
      'nil',
      'true',
    ],
    ...[
      'count()',
      'avg(',
      'by(',
      'coalesce()',
      'select(',
      'rate()',
      'topk(3)',
      'with (a=1)',
      'trace:id',
      '`.*`',
    ],
  )
  it('is parsed or refused as INVALID_TRACEQL, and what is parsed can be run', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const query = parts.join(' ')
        try {
          traceTest(parseTraceql(query).pipeline)
        } catch (error) {
          if (!isFault(error) || error.code !== 'INVALID_TRACEQL') throw error
        }
      }),
      { numRuns: 3_000 },
    )
  })
  it('holds for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const query of [text, `{ ${text} }`, `{ .${text} = "${text}" }`])
          expect(messageOf(query)).toMatch(/^(none$|INVALID_TRACEQL: )/)
      }),
      { numRuns: 1_000 },
    )
  })
})
