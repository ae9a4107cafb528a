import type { Matcher } from '@aiops/contract/model/label'

/** Where an expression stands in the text of its query, in UTF-16 units; `to` is exclusive. */
export type Span = { from: number; to: number }
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix'

/** `@`: a fixed moment, or the start or end of the range asked for. */
export type At = { timeMs: number } | 'start' | 'end'

export type NumberLiteral = { node: 'number'; value: number; span: Span }
export type StringLiteral = { node: 'string'; value: string; span: Span }
/** `offsetMs` and `at` shift the moment at which samples are looked for; `name` is the metric name if one was written in front. */
export type VectorSelector = {
  node: 'vector'
  name: string
  /** All conditions, `__name__` among them. */
  matchers: readonly Matcher[]
  offsetMs: number
  at?: At
  span: Span
}
export type MatrixSelector = { node: 'matrix'; vector: VectorSelector; rangeMs: number; span: Span }
/** `stepMs` 0 stands for the default resolution of the engine. */
export type Subquery = {
  node: 'subquery'
  inner: Expression
  rangeMs: number
  stepMs: number
  offsetMs: number
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
