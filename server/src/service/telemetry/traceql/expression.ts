/** Where an expression stands in the text of its query, in UTF-16 units; `to` is exclusive. */
export type Place = { from: number; to: number }

export const attributeScopes = ['span', 'resource', 'event', 'link', 'instrumentation'] as const
export type AttributeScope = (typeof attributeScopes)[number]

/** Fields every span has, by their canonical names. Durations are nanoseconds. */
export const intrinsics = [
  ...['duration', 'name', 'status', 'statusMessage', 'kind', 'childCount', 'id', 'parentID'],
  ...['traceDuration', 'rootName', 'rootServiceName', 'traceID', 'nestedSetLeft', 'nestedSetRight'],
  ...['nestedSetParent', 'eventName', 'eventTimeSinceStart', 'linkTraceID', 'linkSpanID'],
  ...['instrumentationName', 'instrumentationVersion'],
] as const

export type IntrinsicName =
  | 'duration'
  | 'name'
  | 'status'
  | 'statusMessage'
  | 'kind'
  | 'childCount'
  | 'id'
  | 'parentID'
  | 'traceDuration'
  | 'rootName'
  | 'rootServiceName'
  | 'traceID'
  | 'nestedSetLeft'
  | 'nestedSetRight'
  | 'nestedSetParent'
  | 'eventName'
  | 'eventTimeSinceStart'
  | 'linkTraceID'
  | 'linkSpanID'
  | 'instrumentationName'
  | 'instrumentationVersion'

/** What a field is said to be; `any` for attributes, whose values tell by themselves. */
export type FieldType = 'string' | 'number' | 'duration' | 'boolean' | 'status' | 'kind' | 'nil' | 'any'
export type StaticValue = string | number | boolean | null

/** `duration` values are nanoseconds; status and kind their names in TraceQL. `text` is as written, for labels. */
export type Static = { node: 'static'; type: Exclude<FieldType, 'any'>; value: StaticValue; place: Place }
export type Intrinsic = {
  node: 'intrinsic'
  name: IntrinsicName
  parent: boolean
  text: string
  place: Place
}
/** No scope: the span's, else the resource's. */
export type Attribute = {
  node: 'attribute'
  name: string
  scope?: AttributeScope
  parent: boolean
  text: string
  place: Place
}
export type FieldOperator =
  | '&&'
  | '||'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '=~'
  | '!~'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
export type FieldBinary = {
  node: 'binary'
  operator: FieldOperator
  left: Field
  right: Field
  place: Place
}
export type FieldUnary = { node: 'unary'; operator: '-' | '!'; inner: Field; place: Place }
export type Field = Static | Intrinsic | Attribute | FieldBinary | FieldUnary

export type SpansetFilter = { node: 'filter'; condition: Field; place: Place }
export type Relation = '>' | '>>' | '<' | '<<' | '~'
/** `negated`: the right side's spans without such a partner; `union`: both sides' spans. */
export type SpansetOperator =
  | { kind: 'and' }
  | { kind: 'or' }
  | { kind: 'structure'; relation: Relation; negated: boolean; union: boolean }
export type SpansetOperation = {
  node: 'operation'
  operator: SpansetOperator
  left: Spanset
  right: Spanset
  place: Place
}
export type Spanset =
  | SpansetFilter
  | SpansetOperation
  | { node: 'pipeline'; pipeline: Pipeline; place: Place }

export type AggregateName = 'count' | 'avg' | 'min' | 'max' | 'sum'
export type Aggregate = { node: 'aggregate'; name: AggregateName; field?: Field; place: Place }
export type ScalarOperator = '+' | '-' | '*' | '/' | '%' | '^'
export type Scalar =
  | Aggregate
  | Static
  | { node: 'scalar'; operator: ScalarOperator; left: Scalar; right: Scalar; place: Place }
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='
export type ScalarFilter = {
  node: 'compare'
  operator: Comparison
  left: Scalar
  right: Scalar
  place: Place
}
export type GroupBy = { node: 'by'; field: Field; place: Place }
export type Coalesce = { node: 'coalesce'; place: Place }
export type Select = { node: 'select'; fields: readonly (Attribute | Intrinsic)[]; place: Place }
export type Stage = Spanset | ScalarFilter | GroupBy | Coalesce | Select
/** Stages left to right; each takes the spansets of the one before. */
export type Pipeline = { stages: readonly Stage[] }

export const metricNames = [
  ...['rate', 'count_over_time', 'min_over_time', 'max_over_time', 'avg_over_time', 'sum_over_time'],
  ...['quantile_over_time', 'histogram_over_time'],
] as const
export type MetricName =
  | 'rate'
  | 'count_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'avg_over_time'
  | 'sum_over_time'
  | 'quantile_over_time'
  | 'histogram_over_time'
export type MetricStage = {
  name: MetricName
  field?: Attribute | Intrinsic
  quantiles: readonly number[]
  by: readonly (Attribute | Intrinsic)[]
  /** Of the series that come out, step by step. */
  after: readonly SeriesStage[]
  place: Place
}
export type SeriesStage =
  | { node: 'rank'; name: 'topk' | 'bottomk'; count: number }
  | { node: 'limit'; operator: Comparison; value: number }

/** A TraceQL query. https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/ */
export type TraceqlQuery = { pipeline: Pipeline; metric?: MetricStage }
