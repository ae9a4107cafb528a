import type { At, Call, Expression, NumberLiteral } from '../expression.ts'

export type QueryRange = { startMs: number; endMs: number; stepMs: number }
/** An expression ready for one query: `invariant` holds the parts whose answer is the same at every step. */
export type Prepared = { expression: Expression; invariant: ReadonlySet<Expression> }

/** Functions whose answer depends on the step though their arguments do not. */
const timely = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
])

/** Puts times in place of `@ start()`, `@ end()` and of the functions that tell what was asked; takes brackets off arguments. */
export function prepare(expression: Expression, range: QueryRange): Prepared {
  const preparer = new Preparer(range)
  return { expression: preparer.visit(expression), invariant: preparer.invariant }
}

class Preparer {
  readonly invariant = new Set<Expression>()
  readonly #range: QueryRange
  constructor(range: QueryRange) {
    this.#range = range
  }

  visit(expression: Expression): Expression {
    switch (expression.node) {
      case 'number':
      case 'string':
        return this.#mark(expression, true)
      case 'vector': {
        const fixed = this.#fix(expression)
        return this.#mark(fixed, fixed.at !== undefined)
      }
      case 'matrix': {
        const vector = this.#fix(expression.vector)
        return this.#mark({ ...expression, vector }, vector.at !== undefined)
      }
      case 'subquery': {
        const fixed = this.#fix(expression)
        return this.#mark({ ...fixed, inner: this.visit(expression.inner) }, fixed.at !== undefined)
      }
      case 'call':
        return this.#call(expression)
      case 'aggregation': {
        const inner = this.visit(bare(expression.inner))
        const parameter = expression.parameter && this.visit(bare(expression.parameter))
        const all = this.#isInvariant(inner) && (!parameter || this.#isInvariant(parameter))
        return this.#mark({ ...expression, inner, ...(parameter && { parameter }) }, all)
      }
      case 'binary': {
        const [left, right] = [this.visit(expression.left), this.visit(expression.right)]
        return this.#mark({ ...expression, left, right }, this.#isInvariant(left) && this.#isInvariant(right))
      }
      case 'given':
        return expression
      default: {
        const inner = this.visit(expression.inner)
        return this.#mark({ ...expression, inner }, this.#isInvariant(inner))
      }
    }
  }

  #call(call: Call): Expression {
    const told = this.#tell(call)
    if (told) return this.#mark(told, true)
    const args = call.args.map((arg) => this.visit(bare(arg)))
    const [first] = args
    const steady =
      !timely.has(call.name) || (call.name === 'timestamp' && first?.node === 'vector' && args.length === 1)
    // Without arguments the hour and its like look at the step; `pi()` and `vector(1)` do not.
    return this.#mark({ ...call, args }, steady && args.every((arg) => this.#isInvariant(arg)))
  }

  /** `start()`, `end()`, `range()`, `step()` in seconds, of the whole query also within a subquery. */
  #tell({ name, args, span }: Call): NumberLiteral | undefined {
    if (args.length > 0) return undefined
    const { startMs, endMs, stepMs } = this.#range
    const number = (ms: number): NumberLiteral => ({ node: 'number', value: ms / 1_000, span })
    if (name === 'start') return number(startMs)
    if (name === 'end') return number(endMs)
    if (name === 'range') return number(endMs - startMs)
    if (name === 'step') return number(startMs === endMs ? 0 : stepMs)
    return undefined
  }

  #fix<S extends { at?: At }>(selector: S): S & { at?: { timeMs: number } } {
    const { at, ...rest } = selector
    if (at === undefined) return rest as S & { at?: { timeMs: number } }
    const { startMs, endMs } = this.#range
    const timeMs = at === 'start' ? startMs : at === 'end' ? endMs : at.timeMs
    return { ...selector, at: { timeMs } }
  }

  #isInvariant(expression: Expression): boolean {
    return this.invariant.has(expression)
  }
  #mark<E extends Expression>(expression: E, invariant: boolean): E {
    if (invariant) this.invariant.add(expression)
    return expression
  }
}

function bare(expression: Expression): Expression {
  let inner = expression
  while (inner.node === 'paren') inner = inner.inner
  return inner
}
