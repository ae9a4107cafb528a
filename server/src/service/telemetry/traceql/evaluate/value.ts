import type { StoredSpan } from '../../../../port/trace-store.ts'
import type { Attribute, Intrinsic, IntrinsicName } from '../expression.ts'
import type { TraceView } from './trace-view.ts'

/** null is nil. Attributes are text; a number in text counts as one where one is wanted. */
export type Value = string | number | boolean | null
/** A list where the span has several, such as the names of its events. */
export type Values = Value | readonly Value[]
export type Getter = (view: TraceView, span: number) => Values

const scopePrefix = 'otel.scope.'

export function getterOf(field: Attribute | Intrinsic): Getter {
  const get = field.node === 'intrinsic' ? intrinsicOf(field.name) : attributeOf(field)
  if (!field.parent) return get
  return (view, span) => {
    const parent = view.tree.parents[span] ?? -1
    return parent < 0 ? null : get(view, parent)
  }
}

function attributeOf({ scope, name }: Attribute): Getter {
  if (name === 'service.name' && (scope === undefined || scope === 'resource'))
    return (view, span) => spanAt(view, span).service || null
  switch (scope) {
    case undefined:
      return (view, span) => own(spanAt(view, span).attributes, name)
    case 'span':
      return (view, span) => {
        const { attributes, resourceKeys, service } = spanAt(view, span)
        if (resourceKeys?.includes(name) || name.startsWith(scopePrefix)) return null
        const value = own(attributes, name)
        return name === 'service.name' && value === service ? null : value
      }
    case 'resource':
      return (view, span) => {
        const { attributes, resourceKeys } = spanAt(view, span)
        return !resourceKeys || resourceKeys.includes(name) ? own(attributes, name) : null
      }
    case 'instrumentation':
      return (view, span) => own(spanAt(view, span).attributes, scopePrefix + name)
    case 'event':
      return (view, span) => (spanAt(view, span).events ?? []).map((event) => own(event.attributes, name))
    case 'link':
      return (view, span) => (spanAt(view, span).links ?? []).map((link) => own(link.attributes, name))
  }
}

const nanosOf = (ms: number): number => Math.round(ms * 1e6)
const orNil = (text: string): Value => (text === '' ? null : text)

const intrinsicGetters: Readonly<Record<IntrinsicName, Getter>> = {
  duration: (view, span) => nanosOf(spanAt(view, span).durationMs),
  name: (view, span) => spanAt(view, span).name,
  status: (view, span) => spanAt(view, span).status.toLowerCase(),
  statusMessage: (view, span) => spanAt(view, span).statusMessage,
  kind: (view, span) => spanAt(view, span).kind.toLowerCase(),
  childCount: (view, span) => view.tree.childCounts[span] ?? 0,
  id: (view, span) => spanAt(view, span).spanId,
  parentID: (view, span) => orNil(spanAt(view, span).parentSpanId),
  traceDuration: ({ bounds }) => nanosOf(bounds.endMs - bounds.startMs),
  rootName: (view) => view.root?.name ?? null,
  rootServiceName: (view) => view.root?.service ?? null,
  traceID: (view) => view.traceId,
  nestedSetLeft: (view, span) => view.tree.left[span] ?? 0,
  nestedSetRight: (view, span) => view.tree.right[span] ?? 0,
  nestedSetParent: (view, span) => {
    const parent = view.tree.parents[span] ?? -1
    return parent < 0 ? -1 : (view.tree.left[parent] ?? 0)
  },
  eventName: (view, span) => (spanAt(view, span).events ?? []).map(({ name }) => name),
  eventTimeSinceStart: (view, span) => {
    const { startMs, startNanos = 0, events = [] } = spanAt(view, span)
    return events.map(({ timeMs }) => Math.max(0, nanosOf(timeMs - startMs) - startNanos))
  },
  linkTraceID: (view, span) => (spanAt(view, span).links ?? []).map(({ traceId }) => traceId),
  linkSpanID: (view, span) => (spanAt(view, span).links ?? []).map(({ spanId }) => spanId),
  instrumentationName: (view, span) => own(spanAt(view, span).attributes, `${scopePrefix}name`),
  instrumentationVersion: (view, span) => own(spanAt(view, span).attributes, `${scopePrefix}version`),
}
const intrinsicOf = (name: IntrinsicName): Getter => intrinsicGetters[name]

/** Fields that only the whole trace can tell; `parent.` ones are told apart by their mark. */
export const ofWholeTrace: ReadonlySet<IntrinsicName> = new Set<IntrinsicName>([
  ...(['childCount', 'traceDuration', 'rootName', 'rootServiceName'] as const),
  ...(['nestedSetLeft', 'nestedSetRight', 'nestedSetParent'] as const),
])

const spanAt = (view: TraceView, span: number): StoredSpan => view.spans[span] as StoredSpan
const own = (attributes: StoredSpan['attributes'], name: string): Value =>
  Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null
