import type {
  AggregationName,
  BinaryOperator,
  Expression,
  Extension,
  Grouping,
  Matching,
  Subquery,
} from '../expression.ts'
import { promqlFunctions } from '../function/index.ts'
import { check, unknownFunction } from './check.ts'
import { Cursor } from './cursor.ts'
import { literal, wantedRange, wantedStep } from './duration-expression.ts'
import { aggregations, keywords, powerPrecedence, precedence, reserved } from './keyword.ts'
import { quote, unquote } from './quoted.ts'
import { parseLabelList, parseSelector } from './selector.ts'
import { applyAt, applyExtension, applyOffset, parseWidth, type Width } from './time-shift.ts'

/**
 * A query to a well-typed expression. Throws INVALID_PROMQL with place and reason, in Prometheus' words where it has any.
 * Written by hand after the grammar of Prometheus' generated_parser.y, because `offset`, `@` and `[…]` must bind tighter than operators.
 */
export function parsePromql(text: string): Expression {
  const cursor = new Cursor(text)
  if (cursor.ended) throw cursor.failure(0, 'no expression found in input')
  const parser = new Parser(cursor)
  const expression = parser.expression(1)
  if (!cursor.ended) cursor.unexpected()
  check(expression, text)
  return expression
}

/** One vector selector alone, as `match[]` parameters hold. */
export function parseSeriesSelector(text: string): Extract<Expression, { node: 'vector' }> {
  const expression = parsePromql(text)
  if (expression.node === 'vector' && expression.offsetMs === 0 && expression.at === undefined)
    return expression
  throw new Cursor(text).failure(0, 'expected a series selector')
}

class Parser {
  readonly #cursor: Cursor
  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  expression(least: number): Expression {
    const { depth } = this.#cursor
    this.#cursor.enter()
    let left = this.#operand()
    for (;;) {
      const { token } = this.#cursor
      const operator =
        token.kind === 'operator' || token.kind === 'identifier' ? token.text.toLowerCase() : ''
      const binds = precedence.get(operator)
      if (binds === undefined || binds < least) break
      this.#cursor.take()
      // Each operator in a row makes the tree one level deeper.
      this.#cursor.enter()
      left = this.#binary(left, operator as BinaryOperator, binds)
    }
    this.#cursor.depth = depth
    return left
  }

  #binary(left: Expression, operator: BinaryOperator, binds: number): Expression {
    const bool = this.#cursor.word('bool') !== undefined
    const matching = this.#matching(operator)
    const right = this.expression(operator === '^' ? binds : binds + 1)
    const span = { from: left.span.from, to: right.span.to }
    return { node: 'binary', operator, bool, left, right, matching, span }
  }

  #matching(operator: BinaryOperator): Matching {
    const cursor = this.#cursor
    const matching: Matching = {
      card: operator === 'and' || operator === 'or' || operator === 'unless' ? 'many-to-many' : 'one-to-one',
      include: [],
    }
    const by = cursor.word('on', 'ignoring')
    if (by !== undefined) {
      const names = parseLabelList(cursor)
      if (by === 'on') matching.on = names
      else matching.ignoring = names
      const group = cursor.word('group_left', 'group_right')
      if (group !== undefined) {
        matching.card = group === 'group_left' ? 'many-to-one' : 'one-to-many'
        if (cursor.isSign('(')) matching.include = parseLabelList(cursor)
      }
    }
    this.#fill(matching)
    return matching
  }

  #fill(matching: Matching): void {
    const cursor = this.#cursor
    for (let i = 0; i < 2; i += 1) {
      const follows = cursor.following.kind === 'punctuation' && cursor.following.text === '('
      const word = follows ? cursor.word('fill', 'fill_left', 'fill_right') : undefined
      if (word === undefined) return
      cursor.expectSign('(')
      const sign = cursor.signum()
      const { value } = literal(cursor) ?? cursor.unexpected()
      cursor.expectSign(')')
      if (word !== 'fill_right') matching.fillLeft = sign * value
      if (word !== 'fill_left') matching.fillRight = sign * value
      if (word === 'fill') return
    }
  }

  #operand(): Expression {
    const cursor = this.#cursor
    const { kind, text, from } = cursor.token
    if (kind === 'operator' && (text === '-' || text === '+')) {
      cursor.take()
      // A sign binds as a product does: -2^2 is -4.
      const inner = this.expression(powerPrecedence)
      const span = { from, to: inner.span.to }
      if (inner.node === 'number') return { ...inner, value: text === '-' ? -inner.value : inner.value, span }
      return { node: 'unary', operator: text, inner, span }
    }
    return this.#modified(this.#primary())
  }

  #modified(primary: Expression): Expression {
    const cursor = this.#cursor
    let expression = primary
    for (;;) {
      if (cursor.isSign('[')) expression = this.#range(expression)
      else if (cursor.word('offset') !== undefined) expression = applyOffset(cursor, expression)
      else if (cursor.sign('@')) expression = applyAt(cursor, expression)
      else {
        const extension = cursor.word('anchored', 'smoothed')
        if (extension === undefined) return expression
        expression = applyExtension(cursor, expression, extension as Extension)
      }
    }
  }

  #range(expression: Expression): Expression {
    const cursor = this.#cursor
    const open = cursor.take()
    const width = parseWidth(cursor, wantedRange)
    const range = { rangeMs: width.ms, ...(width.expression && { rangeExpression: width.expression }) }
    const { from } = expression.span
    if (cursor.sign(':')) return this.#subquery(expression, range)
    cursor.expectSign(']', 'subquery or range', '":" or "]"')
    if (expression.node !== 'vector')
      throw cursor.failure(open.from, 'ranges only allowed for vector selectors')
    if (expression.offsetMs !== 0 || expression.offsetExpression)
      throw cursor.failure(open.from, 'no offset modifiers allowed before range')
    if (expression.at !== undefined) throw cursor.failure(open.from, 'no @ modifiers allowed before range')
    return { node: 'matrix', vector: expression, ...range, span: { from, to: cursor.end } }
  }

  #subquery(inner: Expression, range: Pick<Subquery, 'rangeMs' | 'rangeExpression'>): Expression {
    const cursor = this.#cursor
    const step: Width = cursor.isSign(']') ? { ms: 0 } : parseWidth(cursor, wantedStep)
    cursor.expectSign(']', 'subquery selector', '"]"')
    return {
      ...{ node: 'subquery', inner, ...range, stepMs: step.ms },
      ...(step.expression && { stepExpression: step.expression }),
      ...{ offsetMs: 0, span: { from: inner.span.from, to: cursor.end } },
    }
  }

  #primary(): Expression {
    const cursor = this.#cursor
    const { kind, text, from } = cursor.token
    if (kind === 'number' || kind === 'duration') return literal(cursor) as Expression
    if (kind === 'string') return this.#string()
    if (cursor.sign('(')) {
      const inner = this.expression(1)
      cursor.expectSign(')')
      return { node: 'paren', inner, span: { from, to: cursor.end } }
    }
    if (cursor.isSign('{') || kind === 'metric identifier') return parseSelector(cursor)
    if (kind !== 'identifier') return cursor.unexpected()
    const word = text.toLowerCase()
    const { following } = cursor
    const called = following.kind === 'punctuation' && following.text === '('
    if (aggregations.has(word) && (called || /^(by|without)$/i.test(following.text)))
      return this.#aggregation(word as AggregationName)
    if (reserved.has(word)) return cursor.unexpected()
    // Keywords are names here, and no function has the name of one.
    return called && !keywords.has(word) ? this.#call() : parseSelector(cursor)
  }

  #string(): Expression {
    const { text, from, to } = this.#cursor.take()
    const value = unquote(text)
    if (value === undefined)
      throw this.#cursor.failure(from, `error unquoting string ${quote(text)}: invalid syntax`)
    return { node: 'string', value, span: { from, to } }
  }

  #call(): Expression {
    const { text, from } = this.#cursor.take()
    const args = this.#arguments()
    if (!promqlFunctions.has(text)) throw this.#cursor.failure(from, unknownFunction(text))
    return { node: 'call', name: text, args, span: { from, to: this.#cursor.end } }
  }

  #aggregation(name: AggregationName): Expression {
    const cursor = this.#cursor
    const { from } = cursor.take()
    let grouping = this.#grouping()
    const args = this.#arguments()
    grouping ??= this.#grouping()
    const span = { from, to: cursor.end }
    const wanted = ['topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio'].includes(name)
      ? 2
      : 1
    if (args.length === 0) throw cursor.failure(from, 'no arguments for aggregate expression provided')
    if (args.length !== wanted)
      throw cursor.failure(
        from,
        `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      )
    const inner = args[wanted - 1] as Expression
    const parameter = wanted === 2 ? { parameter: args[0] as Expression } : {}
    return { node: 'aggregation', name, ...(grouping && { grouping }), ...parameter, inner, span }
  }

  #grouping(): Grouping | undefined {
    const word = this.#cursor.word('by', 'without')
    if (word === undefined) return undefined
    const names = parseLabelList(this.#cursor)
    return word === 'by' ? { by: names } : { without: names }
  }

  #arguments(): Expression[] {
    const cursor = this.#cursor
    if (!cursor.sign('(')) cursor.unexpected('aggregation')
    const args: Expression[] = []
    if (cursor.sign(')')) return args
    for (;;) {
      args.push(this.expression(1))
      const comma = cursor.sign(',')
      if (!comma) break
      if (cursor.isSign(')'))
        throw cursor.failure(comma.from, 'trailing commas not allowed in function call args')
    }
    cursor.expectSign(')')
    return args
  }
}
