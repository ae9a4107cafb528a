import { valueTest } from '../../../../kernel/matcher.ts'
import { isComparison } from '../evaluate/arithmetic.ts'
import type { Binary, Call, Expression, ValueType, VectorSelector } from '../expression.ts'
import { promqlFunctions } from '../function/index.ts'
import { parseFailure } from './failure.ts'
import { quote } from './quoted.ts'

/** What an expression evaluates to; its parts are taken to be well typed. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.node) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'vector':
    case 'aggregation':
      return 'vector'
    case 'matrix':
    case 'subquery':
      return 'matrix'
    case 'call':
      return promqlFunctions.get(expression.name)?.returns ?? 'vector'
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector'
    case 'given':
      return expression.type
    default:
      return typeOf(expression.inner)
  }
}

export const unknownFunction = (name: string): string => `unknown function with name ${quote(name)}`

const documented: Record<ValueType, string> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
}

/** Throws INVALID_PROMQL at the first part that does not fit its place. */
export function check(expression: Expression, text: string): void {
  const fail = (from: number, why: string): never => {
    throw parseFailure(text, from, why)
  }
  new Checker(text, fail).check(expression)
}

class Checker {
  readonly #text: string
  readonly #fail: (from: number, why: string) => never
  constructor(text: string, fail: (from: number, why: string) => never) {
    this.#text = text
    this.#fail = fail
  }

  /** The type, found bottom up: `typeOf` at each level would walk the tree again and again. */
  check(expression: Expression): ValueType {
    const { from } = expression.span
    switch (expression.node) {
      case 'aggregation': {
        this.#expect(expression.inner, 'vector', 'aggregation expression')
        if (expression.parameter)
          this.#expect(
            expression.parameter,
            expression.name === 'count_values' ? 'string' : 'scalar',
            'aggregation parameter',
          )
        return 'vector'
      }
      case 'binary':
        return this.#binary(expression)
      case 'call':
        return this.#call(expression)
      case 'paren':
        return this.check(expression.inner)
      case 'unary': {
        const type = this.check(expression.inner)
        if (type === 'scalar' || type === 'vector') return type
        return this.#fail(
          from,
          `unary expression only allowed on expressions of type scalar or instant vector, got "${documented[type]}"`,
        )
      }
      case 'subquery': {
        const type = this.check(expression.inner)
        if (type === 'vector') return 'matrix'
        return this.#fail(from, `subquery is only allowed on instant vector, got ${type} instead`)
      }
      case 'matrix':
        this.check(expression.vector)
        return 'matrix'
      case 'vector':
        this.#selector(expression)
        return 'vector'
      default:
        return typeOf(expression)
    }
  }

  #expect(expression: Expression, wanted: ValueType, context: string): void {
    const type = this.check(expression)
    if (type !== wanted)
      this.#fail(
        expression.span.from,
        `expected type ${documented[wanted]} in ${context}, got ${documented[type]}`,
      )
  }

  #binary(expression: Binary): ValueType {
    const { operator, bool, left, right, matching, span } = expression
    const [a, b] = [this.check(left), this.check(right)]
    const at = left.span.to + (/^\s*/.exec(this.#text.slice(left.span.to))?.[0].length ?? 0)
    if (bool && !isComparison(operator))
      this.#fail(at, 'bool modifier can only be used on comparison operators')
    if (isComparison(operator) && !bool && a === 'scalar' && b === 'scalar')
      this.#fail(at, 'comparisons between scalars must use BOOL modifier')
    for (const name of matching.on ?? [])
      if (matching.include.includes(name))
        this.#fail(at, `label ${quote(name)} must not occur in ON and GROUP clause at once`)
    for (const [type, side] of [
      [a, left],
      [b, right],
    ] as const)
      if (type !== 'scalar' && type !== 'vector')
        this.#fail(side.span.from, 'binary expression must contain only scalar and instant vector types')
    const fills = matching.fillLeft !== undefined || matching.fillRight !== undefined
    const set = operator === 'and' || operator === 'or' || operator === 'unless'
    if (a === 'scalar' || b === 'scalar') {
      if ((matching.on ?? matching.ignoring ?? []).length > 0)
        this.#fail(span.from, 'vector matching only allowed between instant vectors')
      if (fills) this.#fail(span.from, 'filling in missing series only allowed between instant vectors')
      if (set) this.#fail(span.from, `set operator "${operator}" not allowed in binary scalar expression`)
    } else if (set) {
      if (matching.card !== 'many-to-many')
        this.#fail(span.from, `no grouping allowed for "${operator}" operation`)
      if (fills) this.#fail(span.from, 'filling in missing series not allowed for set operators')
    }
    return a === 'scalar' && b === 'scalar' ? 'scalar' : 'vector'
  }

  #call({ name, args, span }: Call): ValueType {
    const known = promqlFunctions.get(name)
    if (!known) return this.#fail(span.from, unknownFunction(name))
    const wanted = known.args.length
    if (known.variadic === 0) {
      if (args.length !== wanted)
        this.#fail(span.from, `expected ${wanted} argument(s) in call to ${quote(name)}, got ${args.length}`)
    } else {
      const least = wanted - 1
      if (args.length < least)
        this.#fail(
          span.from,
          `expected at least ${least} argument(s) in call to ${quote(name)}, got ${args.length}`,
        )
      if (known.variadic > 0 && args.length > least + known.variadic)
        this.#fail(
          span.from,
          `expected at most ${least + known.variadic} argument(s) in call to ${quote(name)}, got ${args.length}`,
        )
    }
    args.forEach((arg, i) => {
      const type = name === 'info' && i === 1 ? this.#labelSelector(arg) : this.check(arg)
      const expected = known.args[Math.min(i, wanted - 1)] as ValueType
      if (type !== expected)
        this.#fail(
          arg.span.from,
          `expected type ${documented[expected]} in call to function ${quote(name)}, got ${documented[type]}`,
        )
    })
    return known.returns
  }

  /** The second argument of `info()`: conditions on labels alone, which may all be empty. */
  #labelSelector(arg: Expression): ValueType {
    if (arg.node !== 'vector') return this.#fail(arg.span.from, 'expected label selectors only')
    if (arg.name !== '')
      this.#fail(arg.span.from, 'expected label selectors only, got vector selector instead')
    return 'vector'
  }

  #selector({ name, matchers, span }: VectorSelector): void {
    if (name !== '') {
      const twice = matchers.slice(1).find((matcher) => matcher.name === '__name__')
      if (twice)
        this.#fail(span.from, `metric name must not be set twice: ${quote(name)} or ${quote(twice.value)}`)
      return
    }
    if (!matchers.some((matcher) => !valueTest(matcher)('')))
      this.#fail(span.from, 'vector selector must contain at least one non-empty matcher')
  }
}
