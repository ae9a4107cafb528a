import type { SpanFilter } from '../../../port/trace-store.ts'
import { ofWholeTrace } from './evaluate/value.ts'
import type {
  Attribute,
  Field,
  FieldBinary,
  Intrinsic,
  Pipeline,
  Spanset,
  Stage,
  Static,
  TraceqlQuery,
} from './expression.ts'

/** Filters of one scan: more are one, that of all. */
const filtersMax = 16

/** undefined: any span. */
type Filters = SpanFilter[] | undefined

/**
 * What a store may look for: every trace that fits the query has a span that fits one of these filters; all fit where there is none.
 * Filters are necessary, not sufficient: the query is evaluated on what the store finds.
 */
export const filtersOf = (pipeline: Pipeline): SpanFilter[] =>
  pipeline.stages[0] ? (ofStage(pipeline.stages[0]) ?? []) : []

export const filtersOfField = (field: Field): SpanFilter[] => ofField(field) ?? []

/** The condition of a query that looks at each span by itself, whatever else is in its trace; undefined where it does not. */
export function aloneCondition({ pipeline, metric }: TraceqlQuery): Field | undefined {
  const [only] = pipeline.stages
  if (pipeline.stages.length !== 1 || only?.node !== 'filter') return undefined
  const fields = [only.condition, ...(metric?.by ?? []), ...(metric?.field ? [metric.field] : [])]
  return fields.some(needsTrace) ? undefined : only.condition
}

function needsTrace(field: Field): boolean {
  if (field.node === 'unary') return needsTrace(field.inner)
  if (field.node === 'binary') return needsTrace(field.left) || needsTrace(field.right)
  if (field.node === 'static') return false
  return field.parent || (field.node === 'intrinsic' && ofWholeTrace.has(field.name))
}

function ofStage(stage: Stage): Filters {
  switch (stage.node) {
    case 'filter':
    case 'operation':
    case 'pipeline':
      return ofSpanset(stage)
    default:
      return undefined
  }
}

/** Both sides of `&&` and of a relation must be there, so either one's filters do. */
function ofSpanset(spanset: Spanset): Filters {
  if (spanset.node === 'filter') return ofField(spanset.condition)
  if (spanset.node === 'pipeline') {
    const [first] = spanset.pipeline.stages
    return first ? ofStage(first) : undefined
  }
  const [left, right] = [ofSpanset(spanset.left), ofSpanset(spanset.right)]
  if (spanset.operator.kind === 'or') return either(left, right)
  if (spanset.operator.kind === 'structure' && spanset.operator.negated) return right
  return weightOf(left) > weightOf(right) ? left : right
}

/** More conditions in fewer filters find less. */
const weightOf = (filters: Filters): number =>
  filters === undefined
    ? 0
    : Math.min(...filters.map((filter) => Object.keys(filter).length)) / filters.length

function ofField(field: Field): Filters {
  if (field.node !== 'binary') return undefined
  const { operator, left, right } = field
  if (operator === '||') return either(ofField(left), ofField(right))
  if (operator === '&&') return both(ofField(left), ofField(right))
  return ofComparison(field)
}

function either(a: Filters, b: Filters): Filters {
  if (!a || !b || a.length + b.length > filtersMax) return undefined
  return [...a, ...b]
}

function both(a: Filters, b: Filters): Filters {
  if (!a || !b) return a ?? b
  const joined = a.flatMap((one) =>
    b.map((other): SpanFilter | undefined => {
      const clash = Object.keys(one).some((key) => key !== 'attributes' && Object.hasOwn(other, key))
      if (clash) return undefined
      const attributes = [...(one.attributes ?? []), ...(other.attributes ?? [])]
      return { ...one, ...other, ...(attributes.length > 0 ? { attributes } : {}) }
    }),
  )
  const whole = joined.filter((filter) => filter !== undefined)
  return whole.length === joined.length && whole.length <= filtersMax ? whole : a
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function ofComparison({ operator, left, right }: FieldBinary): Filters {
  if (left.node === 'static' && isNamed(right)) return ofPair(right, mirrored[operator] ?? operator, left)
  return right.node === 'static' && isNamed(left) ? ofPair(left, operator, right) : undefined
}

const isNamed = (field: Field): field is Attribute | Intrinsic =>
  (field.node === 'attribute' || field.node === 'intrinsic') && !field.parent

function ofPair(field: Attribute | Intrinsic, operator: string, value: Static): Filters {
  if (field.node === 'intrinsic' && field.name === 'duration') return ofDuration(operator, value)
  const texts = textsOf(operator, value)
  if (!texts) return undefined
  const upper = texts.map((text) => text.toUpperCase())
  if (field.node === 'attribute') return ofAttribute(field, texts)
  if (field.name === 'name') return [{ names: texts }]
  if (field.name === 'status') return [{ statuses: upper as NonNullable<SpanFilter['statuses']> }]
  if (field.name === 'kind') return [{ kinds: upper as NonNullable<SpanFilter['kinds']> }]
  return undefined
}

/** A span's own `service.name` may differ from its resource's. */
function ofAttribute({ scope, name }: Attribute, values: readonly string[]): Filters {
  if (name === 'service.name' && (scope === undefined || scope === 'resource')) return [{ services: values }]
  if (scope === 'event' || scope === 'link' || name === 'service.name') return undefined
  return [{ attributes: [{ name: scope === 'instrumentation' ? `otel.scope.${name}` : name, values }] }]
}

/** Numbers are left to the query: a text may write one in more than one way. */
function textsOf(operator: string, { type, value }: Static): readonly string[] | undefined {
  if (type === 'number' || type === 'duration' || type === 'nil') return undefined
  if (operator === '=') return [String(value)]
  if (operator === '=~' && /^[\w :/@%&,;=-]+(\|[\w :/@%&,;=-]+)*$/.test(String(value)))
    return String(value).split('|')
  return undefined
}

/** A little wider than asked, for the fractions of a millisecond. */
function ofDuration(operator: string, { value }: Static): Filters {
  const ms = Number(value) / 1e6
  const filter: { durationMsMin?: number; durationMsMax?: number } = {}
  if (operator === '>' || operator === '>=' || operator === '=') filter.durationMsMin = ms - 1e-6
  if (operator === '<' || operator === '<=' || operator === '=') filter.durationMsMax = ms + 1e-6
  return Object.keys(filter).length > 0 ? [filter] : undefined
}
