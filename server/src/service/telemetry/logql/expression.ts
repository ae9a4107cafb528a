import type { Matcher } from '@aiops/contract/model/label'
import type { BinaryOperator, Grouping, Matching } from '../promql/expression.ts'

export type LineFilterOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>'
/** One condition of a line filter; several are joined by `or`. `ip` holds an address, a range or a CIDR prefix. */
export type LineFilter = {
  stage: 'line-filter'
  operator: LineFilterOperator
  any: { kind: 'text' | 'ip'; value: string }[]
}

export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<='
export type LabelFilter =
  | { filter: 'matcher'; matcher: Matcher }
  | { filter: 'number'; name: string; operator: Comparison; value: number; text: string }
  | { filter: 'duration'; name: string; operator: Comparison; value: number; text: string }
  | { filter: 'bytes'; name: string; operator: Comparison; value: number; text: string }
  | { filter: 'ip'; name: string; operator: '=' | '!='; value: string }
  | { filter: 'and' | 'or'; left: LabelFilter; right: LabelFilter }
/** A label made from an expression within the line, `name="path"`. */
export type Extraction = { name: string; expression: string }
/** `drop` and `keep`: a name, or a condition on its value. */
export type LabelChoice = { name: string; matcher?: Matcher }

export type Stage =
  | LineFilter
  | { stage: 'label-filter'; filter: LabelFilter }
  | { stage: 'json'; extractions: Extraction[] }
  | { stage: 'logfmt'; strict: boolean; keepEmpty: boolean; extractions: Extraction[] }
  | { stage: 'pattern' | 'regexp' | 'line-format'; text: string }
  | { stage: 'unpack' }
  | { stage: 'decolorize' }
  /** Either another label's value, or a template. */
  | { stage: 'label-format'; formats: { name: string; from: 'label' | 'template'; value: string }[] }
  | { stage: 'drop' | 'keep'; choices: LabelChoice[] }

export type LogSelection = { node: 'log'; matchers: Matcher[]; stages: Stage[] }
export type Unwrap = {
  label: string
  conversion: '' | 'duration' | 'duration_seconds' | 'bytes'
  /** What follows it: mostly `__error__=""`. */
  filters: LabelFilter[]
}

export const plainRangeFunctions = [
  'rate',
  'count_over_time',
  'bytes_rate',
  'bytes_over_time',
  'absent_over_time',
] as const
export const unwrapRangeFunctions = [
  'rate',
  'rate_counter',
  'sum_over_time',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'stdvar_over_time',
  'stddev_over_time',
  'quantile_over_time',
  'first_over_time',
  'last_over_time',
  'absent_over_time',
] as const
/** Those that may be grouped themselves. */
export const groupedRangeFunctions = [
  'avg_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'quantile_over_time',
  'max_over_time',
  'min_over_time',
  'first_over_time',
  'last_over_time',
]
export type RangeFunction = (typeof plainRangeFunctions)[number] | (typeof unwrapRangeFunctions)[number]
export const vectorFunctions = [
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'sort',
  'sort_desc',
] as const
export type VectorFunction = (typeof vectorFunctions)[number]

export type RangeAggregation = {
  node: 'range'
  name: RangeFunction
  selection: LogSelection
  unwrap?: Unwrap
  rangeMs: number
  offsetMs: number
  /** Of `quantile_over_time`. */
  parameter?: number
  grouping?: Grouping
}
export type VectorAggregation = {
  node: 'aggregation'
  name: VectorFunction
  inner: MetricExpression
  /** Of `topk` and `bottomk`. */
  parameter?: number
  grouping?: Grouping
}
export type Binary = {
  node: 'binary'
  operator: BinaryOperator
  bool: boolean
  matching: Matching
  left: MetricExpression
  right: MetricExpression
}
export type LabelReplace = {
  node: 'label-replace'
  inner: MetricExpression
  destination: string
  replacement: string
  source: string
  regex: string
}
export type MetricExpression =
  | RangeAggregation
  | VectorAggregation
  | Binary
  | LabelReplace
  | { node: 'number'; value: number }
  | { node: 'vector'; value: number }

/** A LogQL query. https://grafana.com/docs/loki/latest/query/ */
export type Expression = LogSelection | MetricExpression
