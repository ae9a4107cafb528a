import type { Matcher } from '@aiops/contract/model/label'

/** Where an expression stands in the text of its query, in UTF-16 units; `to` is exclusive. Messages count bytes, as Prometheus does. */
export type Span = { from: number; to: number }
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix'

/** `@`: a fixed moment, or the start or end of the range asked for. */
export type At = { timeMs: number } | 'start' | 'end'

/** `duration`: written as one, `5m` for 300, and printed so. */
export type NumberLiteral = { node: 'number'; value: number; duration?: true; span: Span }
export type StringLiteral = { node: 'string'; value: string; span: Span }
export type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'step' | 'range' | 'min_of' | 'max_of'
/**
 * Arithmetic where a duration stands, in seconds. `step()` and `range()` are of the whole query, so that its value is known only with one.
 * A sign has no `left`; `wrapped` stands in brackets.
 */
export type DurationOperation = {
  node: 'duration'
  operator: DurationOperator
  left?: DurationExpression
  right?: DurationExpression
  wrapped: boolean
  span: Span
}
export type DurationExpression = NumberLiteral | DurationOperation

/**
 * `offsetMs` and `at` shift the moment at which samples are looked for; `name` is the metric name if one was written in front. Where an
 * offset, a range or a step is more than a literal, it stands in `…Expression` and the number beside it is 0 until the query is prepared.
 */
export type VectorSelector = {
  node: 'vector'
  name: string
  /** All conditions, `__name__` among them. */
  matchers: readonly Matcher[]
  offsetMs: number
  offsetExpression?: DurationOperation
  at?: At
  extended?: Extension
  span: Span
}
/**
 * What is made of a window beyond its own samples: `anchored` takes the last one before it as if it stood at its start, `smoothed` draws
 * lines through its ends to the samples next to them.
 */
export type Extension = 'anchored' | 'smoothed'
export type MatrixSelector = {
  node: 'matrix'
  vector: VectorSelector
  rangeMs: number
  rangeExpression?: DurationOperation
  span: Span
}
/** `stepMs` 0 stands for the default resolution of the engine. */
export type Subquery = {
  node: 'subquery'
  inner: Expression
  rangeMs: number
  rangeExpression?: DurationOperation
  stepMs: number
  stepExpression?: DurationOperation
  offsetMs: number
  offsetExpression?: DurationOperation
  at?: At
  span: Span
}
export type Call = { node: 'call'; name: string; args: readonly Expression[]; span: Span }
export type AggregationName =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio'
export type Grouping = { by: readonly string[] } | { without: readonly string[] }
export type Aggregation = {
  node: 'aggregation'
  name: AggregationName
  /** As written; absent means one group of all. */
  grouping?: Grouping
  parameter?: Expression
  inner: Expression
  span: Span
}
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'atan2'
  | '=='
  | '!='
  | '>'
  | '<'
  | '>='
  | '<='
  | 'and'
  | 'or'
  | 'unless'
  /** Cut the buckets of a histogram above (`</`) or below (`>/`) a number. */
  | '</'
  | '>/'
/** How series of both sides find each other: on all labels, `on` some, or all but those `ignoring`. */
export type Matching = {
  card: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many'
  on?: readonly string[]
  ignoring?: readonly string[]
  /** Labels of the "one" side that `group_left` or `group_right` takes over. */
  include: readonly string[]
  /** `fill_left`, `fill_right`, `fill`: what stands in where a side has no partner. */
  fillLeft?: number
  fillRight?: number
}
export type Binary = {
  node: 'binary'
  operator: BinaryOperator
  bool: boolean
  left: Expression
  right: Expression
  matching: Matching
  span: Span
}
export type Unary = { node: 'unary'; operator: '+' | '-'; inner: Expression; span: Span }
export type Paren = { node: 'paren'; inner: Expression; span: Span }
/** An expression whose answer was found elsewhere, under this key: how a query over a fleet puts remote answers in place. */
export type Given = { node: 'given'; key: string; type: ValueType; span: Span }

/** A PromQL expression, well typed. https://prometheus.io/docs/prometheus/latest/querying/basics/ */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren
  | Given
