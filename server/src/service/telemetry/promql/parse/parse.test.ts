import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type {
  AggregationName,
  BinaryOperator,
  DurationOperation,
  DurationOperator,
  Expression,
  NumberLiteral,
  VectorSelector,
} from '../expression.ts'
import { printExpression } from '../print.ts'
import { printPretty } from '../print-pretty.ts'
import { parsePromql } from './parse.ts'
import { quote, unquote } from './quoted.ts'

const printed = (query: string): string => printExpression(parsePromql(query))

describe('parsing', () => {
  test.each([
    ['-1^2', '-1 ^ 2'],
    ['2 ^ 3 ^ 2', '2 ^ 3 ^ 2'],
    ['a + b offset 5m', 'a + b offset 5m'],
    ['sum by (x) (a)', 'sum by (x) (a)'],
    ['sum(a) without (x)', 'sum without (x) (a)'],
    ['a[300]', 'a[5m]'],
    ['a[1h30m:] @ 1.5 offset -1w', 'a[1h30m:] @ 1.500 offset -1w'],
    ['a @ start() offset 3d', 'a @ start() offset 3d'],
    ['{"my.name", "label.x"="y"}', '{"label.x"="y",__name__="my.name"}'],
    ['a * on(x) group_left(y) fill_right(0) b', 'a * on (x) group_left (y) fill_right (0) b'],
    ['topk(3, SUM(a) BY ("x.y"))', 'topk(3, sum by ("x.y") (a))'],
    ['a # words\n + b', 'a + b'],
    ["'it\\'s'", '"it\'s"'],
    ['sum + on (by) offset', 'sum + on (by) offset'],
    ['010 + 0x1F + 1_000', '8 + 31 + 1000'],
    ['a[2*(1m+30s)]', 'a[2 * (1m + 30s)]'],
    ['a[step()+1]', 'a[step() + 1]'],
    ['a[-STEP()^+2:Range()/2]', 'a[-step() ^ 2:range() / 2]'],
    ['a offset -min_of(step(), 5m)', 'a offset -min_of(step(), 5m)'],
    ['a offset +(5m)', 'a offset (5m)'],
    ['a offset 5m ^ 2', 'a offset 5m ^ 2'],
    ['a offset --5', 'a offset 5s'],
    ['a[5m]@end() anchored offset 1m', 'a[5m] anchored @ end() offset 1m'],
    ['a smoothed @ 3', 'a @ 3.000 smoothed'],
    ['clamp(a, -1h, 90s)', 'clamp(a, -1h, 1m30s)'],
    ['5m * 2', '5m * 2'],
    ['a * on () fill (1e6) b', 'a * on () fill (1e+06) b'],
    ['"a\\xc5z\\u00fc"', '"a\\xc5zü"'],
    ['fill + anchored', 'fill + anchored'],
  ])('reads %s', (query, expected) => {
    expect(printed(query)).toBe(expected)
  })

  test('binds offset, @ and ranges to the selector beside them, never to an operation', () => {
    const expression = parsePromql('a + b offset 5m * c')
    expect(expression).toMatchObject({ operator: '+', right: { operator: '*', left: { offsetMs: 300_000 } } })
    expect(parsePromql('-a offset 1m')).toMatchObject({ node: 'unary', inner: { offsetMs: 60_000 } })
    expect(parsePromql('-1 ^ 2')).toMatchObject({ node: 'unary', inner: { operator: '^' } })
  })

  test.each([
    ['', '1:1: parse error: no expression found in input'],
    ['sum(a', '1:6: parse error: unclosed left parenthesis'],
    ['a b', '1:3: parse error: unexpected identifier "b"'],
    ['a +', '1:4: parse error: unexpected end of input'],
    ['a\n + * b', '2:4: parse error: unexpected <op:*>'],
    ['foo(1)', '1:1: parse error: unknown function with name "foo"'],
    [
      'rate(a)',
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ['{a=""}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['a{__name__="b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
    ['1 == 1', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
    ['a + bool b', '1:3: parse error: bool modifier can only be used on comparison operators'],
    ['sum(a)[5m]', '1:7: parse error: ranges only allowed for vector selectors'],
    ['a offset 5m [1m]', '1:13: parse error: no offset modifiers allowed before range'],
    ['a[0s]', '1:3: parse error: duration must be greater than 0'],
    ['a{b=~"("}', /^1:3: parse error: .*/],
    [
      'topk(a)',
      '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1',
    ],
    ['1 and a', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ['a and on(x) group_left b', '1:1: parse error: no grouping allowed for "and" operation'],
    ['a{b}', '1:4: parse error: unexpected "}" in label matching, expected label matching operator'],
    ['"a', '1:1: parse error: unterminated quoted string'],
    ['a[5s5m]', '1:3: parse error: not a valid duration string: "5s5m"'],
    ['a[5hs]', '1:3: parse error: unknown unit "hs" in duration "5hs"'],
    ['a offset 300y', '1:10: parse error: duration out of range'],
    ['5mm', '1:1: parse error: bad number or duration syntax: "5mm"'],
    ['1.5.5', '1:1: parse error: bad number or duration syntax: "1.5."'],
    ['a b "', '1:3: parse error: unexpected identifier "b"'],
    ['"üü" + a b', '1:12: parse error: unexpected identifier "b"'],
    ['# ü\n ü', "2:2: parse error: unexpected character: 'ü'"],
    ['"\\q"', "1:1: parse error: unknown escape sequence U+0071 'q'"],
    ['a[5m:] anchored', '1:1: parse error: anchored modifier is not supported for subqueries'],
    ['sum(a) smoothed', '1:1: parse error: smoothed modifier not implemented'],
    ['a anchored smoothed', '1:1: parse error: anchored and smoothed modifiers cannot be used together'],
    ['a[step() / 0]', '1:10: parse error: division by zero'],
    ['a[5m % 0s]', '1:6: parse error: modulo by zero'],
    ['a offset step() offset 5m', '1:1: parse error: offset may not be set multiple times'],
    ['a offset -1e11', '1:10: parse error: duration out of range'],
    [
      'a[step]',
      '1:7: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
    ],
    ['a[5m offset 1]', "1:6: parse error: unexpected character: 'o', expected ':'"],
    ['a[:5m]', '1:4: parse error: unexpected colon before duration in duration expression'],
    ['sum by ("\\xff") (a)', '1:9: parse error: invalid label name for grouping: "\\xff"'],
    [`a[${'('.repeat(600)}1${')'.repeat(600)}]`, /nests deeper/],
    [`a[1${'+1'.repeat(600)}]`, /nests deeper/],
    [`${'('.repeat(600)}1${')'.repeat(600)}`, /nests deeper/],
    [Array(600).fill('a').join('+'), /nests deeper/],
  ])('refuses %j with the place and the reason', (query, message) => {
    expect(() => parsePromql(query)).toThrow(message)
  })

  test('throws only INVALID_PROMQL, whatever the text', () => {
    const words = fc.constantFrom(
      'a',
      'sum',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '5m',
      '1',
      '"x"',
      '=',
      '=~',
      'by',
      'on',
      'offset',
      '@',
      '-',
      '+',
      '^',
      ',',
      ':',
      'bool',
      '\\',
      '`',
      'rate',
      'step()',
      'min_of',
      'anchored',
      '#',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
        for (const text of [parts.join(''), parts.join(' ')])
          try {
            parsePromql(text)
          } catch (error) {
            expect(error).toMatchObject({ code: 'INVALID_PROMQL' })
          }
      }),
      { numRuns: 500 },
    )
  })
})

describe('printing', () => {
  test('what was printed parses to the same expression, on one line and on many', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const bare = withoutPlaces(expression)
        expect(withoutPlaces(parsePromql(printExpression(expression)))).toEqual(bare)
        expect(withoutPlaces(parsePromql(printPretty(expression)))).toEqual(bare)
      }),
      { numRuns: 300 },
    )
  })
  test('text in quotes is the same again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        (text) => {
          expect(unquote(quote(text))).toBe(text)
        },
      ),
    )
  })
  test('breaks what is longer than 100 characters', () => {
    const long =
      'sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace="shop", container!=""}[5m])) / 2'
    expect(printPretty(parsePromql(long))).toBe(
      '  sum by (namespace, pod) (\n    rate(container_cpu_usage_seconds_total{container!="",namespace="shop"}[5m])\n  )\n/\n  2',
    )
  })
})

const span = { from: 0, to: 0 }
const names = fc.constantFrom('a', 'sum', 'by', 'job:rate:5m', 'offset')
const labelNames = fc.constantFrom('x', 'le', 'a.b', 'by')
const durations = fc.integer({ min: 1, max: 10_000_000 })
const literals: fc.Arbitrary<NumberLiteral> = fc.oneof(
  durations.map((ms): NumberLiteral => ({ node: 'number', value: ms / 1_000, duration: true, span })),
  fc.integer({ min: 1, max: 1_000 }).map((value): NumberLiteral => ({ node: 'number', value, span })),
)
/** Operands in brackets, so that no rule of precedence is needed to print them. */
const { operations } = fc.letrec<{ operations: DurationOperation }>((tie) => {
  const operands = fc.oneof({ depthSize: 'small' }, literals, tie('operations'))
  return {
    operations: fc
      .tuple(
        fc.constantFrom<DurationOperator>('step', 'range', 'min_of', '+', '-', '*', '^'),
        operands,
        operands,
      )
      .map(([operator, left, right]): DurationOperation => {
        const plain = operator === 'step' || operator === 'range'
        return { node: 'duration', operator, ...(!plain && { left, right }), wrapped: true, span }
      }),
  }
})
const shifts = fc.record({
  offset: fc.oneof(
    fc.constant({ offsetMs: 0 }),
    fc.integer({ min: -100_000, max: 100_000 }).map((offsetMs) => ({ offsetMs })),
    operations.map((offsetExpression) => ({ offsetMs: 0, offsetExpression })),
  ),
  at: fc.constantFrom(undefined, 'start' as const, { timeMs: 1_500 }),
})
const ranges = fc.oneof(
  durations.map((rangeMs) => ({ rangeMs })),
  operations.map((rangeExpression) => ({ rangeMs: 0, rangeExpression })),
)
const extensions = fc.constantFrom(undefined, 'anchored' as const, 'smoothed' as const)
const shifted = <E extends object>(
  node: E,
  { at, offset }: { at?: VectorSelector['at'] | undefined; offset: Pick<VectorSelector, 'offsetMs'> },
) => ({
  ...node,
  ...offset,
  ...(at !== undefined && { at }),
})
const matchers = fc.array(
  fc.record({ name: labelNames, op: fc.constantFrom('=' as const, '!=' as const), value: fc.string() }),
  { maxLength: 2 },
)
const selectors = fc.tuple(names, matchers, shifts, extensions).map(([name, found, shift, extended]) =>
  shifted(
    {
      node: 'vector' as const,
      name,
      ...(extended && { extended }),
      matchers: [{ name: '__name__', op: '=' as const, value: name }, ...found],
      span,
    },
    shift,
  ),
)
const { vectors: expressions } = fc.letrec<{ vectors: Expression }>((tie) => ({
  vectors: fc.oneof(
    { depthSize: 'small' },
    selectors,
    fc.tuple(selectors, ranges).map(
      ([vector, range]): Expression => ({
        node: 'call',
        name: 'rate',
        args: [{ node: 'matrix', vector: vector as VectorSelector, ...range, span }],
        span,
      }),
    ),
    fc
      .tuple(
        fc.constantFrom<AggregationName>('sum', 'topk'),
        fc.constantFrom(undefined, { by: ['x'] }, { without: [] }),
        tie('vectors'),
      )
      .map(
        ([name, grouping, inner]): Expression => ({
          node: 'aggregation',
          name,
          ...(grouping && { grouping }),
          ...(name === 'topk' && { parameter: { node: 'number', value: 3, span } }),
          inner,
          span,
        }),
      ),
    fc
      .tuple(
        tie('vectors'),
        fc.constantFrom<BinaryOperator>('+', '*', '^', '>', 'and'),
        fc.boolean(),
        tie('vectors'),
      )
      .map(
        ([left, operator, bool, right]): Expression => ({
          node: 'binary',
          operator,
          bool: bool && operator === '>',
          left: { node: 'paren', inner: left, span },
          right: { node: 'paren', inner: right, span },
          matching:
            operator === 'and'
              ? { card: 'many-to-many', on: ['x'], include: [] }
              : { card: 'many-to-one', ignoring: ['x'], include: ['le'] },
          span,
        }),
      ),
    fc.tuple(tie('vectors'), ranges, shifts).map(
      ([inner, range, shift]): Expression => ({
        node: 'call',
        name: 'max_over_time',
        args: [
          shifted(
            {
              node: 'subquery' as const,
              inner: { node: 'paren' as const, inner, span },
              ...range,
              stepMs: 0,
              span,
            },
            shift,
          ),
        ],
        span,
      }),
    ),
    tie('vectors').map(
      (inner): Expression => ({ node: 'unary', operator: '-', inner: { node: 'paren', inner, span }, span }),
    ),
  ),
}))

/** Without places, and conditions in the order in which they are printed. */
function withoutPlaces(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value: unknown) => {
      if (key === 'span') return undefined
      if (key === 'matchers') return (value as { name: string }[]).map((one) => JSON.stringify(one)).sort()
      return value
    }),
  )
}
