import type {
  Call,
  DurationOperation,
  Expression,
  MatrixSelector,
  NumberLiteral,
  Subquery,
  VectorSelector,
} from '../expression.ts'
import { durationMs } from './duration-value.ts'

export type QueryRange = { startMs: number; endMs: number; stepMs: number }
/**
 * An expression ready for one query: `invariant` holds the parts whose answer is the same at every step, `countsOnly` the selectors of whose
 * histograms nothing but count and sum is wanted.
 */
export type Prepared = {
  expression: Expression
  invariant: ReadonlySet<Expression>
  countsOnly: ReadonlySet<VectorSelector>
}

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
  'start_timestamp',
])
/** Functions that look at nothing of a histogram but its count and sum, and those that look at its buckets. */
const counting = new Set(['histogram_count', 'histogram_sum', 'histogram_avg'])
const bucketed = new Set([
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_fraction',
  'histogram_stddev',
  'histogram_stdvar',
])
const bucketedOperators = new Set(['</', '>/', '==', '!='])

/** Puts times in place of `@ start()`, `@ end()`, durations that are worked out, and the functions that tell what was asked; takes brackets off arguments. Throws INVALID_PROMQL. */
export function prepare(expression: Expression, range: QueryRange): Prepared {
  const preparer = new Preparer(range)
  const prepared = preparer.visit(expression)
  return { expression: prepared, invariant: preparer.invariant, countsOnly: preparer.countsOnly }
}

class Preparer {
  readonly invariant = new Set<Expression>()
  readonly countsOnly = new Set<VectorSelector>()
  /** What the expressions around want of a histogram. */
  #wanted: 'all' | 'count' | 'buckets' = 'all'
  readonly #range: QueryRange
  constructor(range: QueryRange) {
    this.#range = range
  }

  visit(expression: Expression): Expression {
    switch (expression.node) {
      case 'number':
      case 'string':
        return this.#mark(expression, true)
      case 'vector':
        return this.#selector(expression)
      case 'matrix':
        return this.#matrix(expression)
      case 'subquery':
        return this.#subquery(expression)
      case 'call':
        return this.#call(expression)
      case 'aggregation': {
        const inner = this.visit(bare(expression.inner))
        const parameter = expression.parameter && this.visit(bare(expression.parameter))
        const all = this.#isInvariant(inner) && (!parameter || this.#isInvariant(parameter))
        return this.#mark({ ...expression, inner, ...(parameter && { parameter }) }, all)
      }
      case 'binary': {
        const { operator } = expression
        const wanted = bucketedOperators.has(operator) ? 'buckets' : this.#wanted
        const [left, right] = this.#within(wanted, () => [
          this.visit(expression.left),
          this.visit(expression.right),
        ])
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

  #selector(selector: VectorSelector): VectorSelector {
    const fixed = this.#fix(selector)
    if (this.#wanted === 'count') this.countsOnly.add(fixed)
    return this.#mark(fixed, fixed.at !== undefined)
  }

  #matrix(matrix: MatrixSelector): MatrixSelector {
    const vector = this.#selector(matrix.vector)
    const { rangeExpression, ...rest } = matrix
    const rangeMs = this.#duration(rangeExpression, matrix.rangeMs)
    return this.#mark({ ...rest, vector, rangeMs }, vector.at !== undefined)
  }

  #subquery(subquery: Subquery): Subquery {
    const { rangeExpression, stepExpression, ...rest } = this.#fix(subquery)
    const rangeMs = this.#duration(rangeExpression, subquery.rangeMs)
    const stepMs = this.#duration(stepExpression, subquery.stepMs)
    // Between its steps a counter may begin anew in its buckets alone.
    const inner = this.#within('buckets', () => this.visit(subquery.inner))
    return this.#mark({ ...rest, rangeMs, stepMs, inner }, rest.at !== undefined)
  }

  #call(call: Call): Expression {
    const told = this.#tell(call)
    if (told) return this.#mark(told, true)
    const args = this.#within(wantedBy(call.name) ?? this.#wanted, () =>
      call.args.map((arg) => this.visit(bare(arg))),
    )
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

  #fix<S extends VectorSelector | Subquery>(selector: S): S & { at?: { timeMs: number } } {
    const { at, offsetExpression, ...rest } = selector
    const offsetMs = this.#duration(offsetExpression, selector.offsetMs, true)
    const fixed = { ...rest, offsetMs } as S & { at?: { timeMs: number } }
    if (at === undefined) return fixed
    const { startMs, endMs } = this.#range
    const timeMs = at === 'start' ? startMs : at === 'end' ? endMs : at.timeMs
    return { ...fixed, at: { timeMs } }
  }

  #duration(expression: DurationOperation | undefined, literalMs: number, signed = false): number {
    if (!expression) return literalMs
    const { startMs, endMs, stepMs } = this.#range
    return durationMs(expression, { stepMs, rangeMs: endMs - startMs }, signed)
  }

  /** What a subquery or the buckets need is needed, whatever is around or inside them. */
  #within<T>(wanted: 'all' | 'count' | 'buckets', visit: () => T): T {
    const before = this.#wanted
    if (before !== 'buckets') this.#wanted = wanted
    const result = visit()
    this.#wanted = before
    return result
  }

  #isInvariant(expression: Expression): boolean {
    return this.invariant.has(expression)
  }
  #mark<E extends Expression>(expression: E, invariant: boolean): E {
    if (invariant) this.invariant.add(expression)
    return expression
  }
}

function wantedBy(name: string): 'count' | 'buckets' | undefined {
  if (counting.has(name)) return 'count'
  return bucketed.has(name) ? 'buckets' : undefined
}

function bare(expression: Expression): Expression {
  let inner = expression
  while (inner.node === 'paren') inner = inner.inner
  return inner
}
