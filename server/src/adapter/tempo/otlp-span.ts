import type { Labels } from '@aiops/contract/model/label'
import { z } from 'zod'
import type { SpanBatch, StoredSpan } from '../../port/trace-store.ts'

// Spans as OTLP writes them in JSON (opentelemetry-proto, trace/v1), where Tempo answers in protobuf's own JSON: ids in base64 and
// enumerations by name.

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statuses = ['UNSET', 'OK', 'ERROR'] as const
const serviceKey = 'service.name'

/** A request of one tenant; a resource for each that the spans name. */
export function exportRequest(batches: readonly SpanBatch[]): unknown {
  const byResource = Map.groupBy(
    batches.flatMap((batch) => batch.spans),
    (span) => JSON.stringify(resourceOf(span)),
  )
  return {
    resourceSpans: [...byResource.values()].map((spans) => ({
      resource: { attributes: attributesOf(Object.fromEntries(spans[0] ? resourceOf(spans[0]) : [])) },
      scopeSpans: [{ scope: { name: 'aiops' }, spans: spans.map(otlpOf) }],
    })),
  }
}

const resourceOf = ({ service, attributes, resourceKeys = [] }: StoredSpan): [string, string][] => [
  [serviceKey, service],
  ...resourceKeys.flatMap((key): [string, string][] => {
    const value = Object.hasOwn(attributes, key) && key !== serviceKey ? attributes[key] : undefined
    return value === undefined ? [] : [[key, value]]
  }),
]
const ownOf = ({ attributes, resourceKeys = [] }: StoredSpan): Labels =>
  resourceKeys.length === 0
    ? attributes
    : Object.fromEntries(Object.entries(attributes).filter(([key]) => !resourceKeys.includes(key)))

const otlpOf = (span: StoredSpan): unknown => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === '' ? {} : { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: kinds.indexOf(span.kind),
  startTimeUnixNano: nanosecondsOf(span.startMs, (span.startNanos ?? 0) / 1e6),
  endTimeUnixNano: nanosecondsOf(span.startMs, (span.startNanos ?? 0) / 1e6, span.durationMs),
  attributes: attributesOf(ownOf(span)),
  status: { code: statuses.indexOf(span.status), message: span.statusMessage },
  events: (span.events ?? []).map(({ timeMs, name, attributes }) => ({
    ...{ timeUnixNano: nanosecondsOf(timeMs), name, attributes: attributesOf(attributes) },
  })),
  links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
    ...{ traceId, spanId, attributes: attributesOf(attributes) },
  })),
})

const attributesOf = (attributes: Labels): unknown[] =>
  Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const AnyValue = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.string(), z.number()]).optional(),
  doubleValue: z.union([z.string(), z.number()]).optional(),
  boolValue: z.boolean().optional(),
})
const Attributes = z.array(z.object({ key: z.string(), value: z.unknown() })).default([])
const Nanoseconds = z.union([z.string().regex(/^\d{1,20}$/), z.number()]).transform((value) => BigInt(value))
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string().default(''),
  kind: z.union([z.string(), z.number()]).default(0),
  startTimeUnixNano: Nanoseconds,
  endTimeUnixNano: Nanoseconds,
  attributes: Attributes,
  status: z
    .object({ code: z.union([z.string(), z.number()]).default(0), message: z.string().default('') })
    .default({
      code: 0,
      message: '',
    }),
  events: z
    .array(z.object({ timeUnixNano: Nanoseconds, name: z.string().default(''), attributes: Attributes }))
    .default([]),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string(), attributes: Attributes })).default([]),
})
const ResourceSpans = z.object({
  resource: z.object({ attributes: Attributes }).default({ attributes: [] }),
  scopeSpans: z.array(z.object({ spans: z.array(Span).default([]) })).default([]),
})
/** `/api/traces/ID` answers with `batches`, `/api/v2/traces/ID` with `trace`. */
const TraceAnswer = z.object({
  batches: z.array(ResourceSpans).default([]),
  trace: z.object({ resourceSpans: z.array(ResourceSpans).default([]) }).default({ resourceSpans: [] }),
})

export function spansOf(answer: unknown): StoredSpan[] {
  const { batches, trace } = TraceAnswer.parse(answer)
  return [...batches, ...trace.resourceSpans].flatMap(({ resource, scopeSpans }) => {
    const shared = labelsOf(resource.attributes)
    const service = Object.hasOwn(shared, serviceKey) ? (shared[serviceKey] ?? '') : ''
    const { [serviceKey]: _, ...rest } = shared
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => storedOf(span, service, rest)))
  })
}

function storedOf(span: z.infer<typeof Span>, service: string, shared: Labels): StoredSpan {
  const events = span.events.map(({ timeUnixNano, name, attributes }) => ({
    ...{ timeMs: msOf(timeUnixNano), name, attributes: labelsOf(attributes) },
  }))
  const links = span.links.map(({ traceId, spanId, attributes }) => ({
    ...{ traceId: idOf(traceId, 32), spanId: idOf(spanId, 16), attributes: labelsOf(attributes) },
  }))
  const own = labelsOf(span.attributes)
  const resourceKeys = Object.keys(shared).filter((key) => !Object.hasOwn(own, key))
  return {
    traceId: idOf(span.traceId, 32),
    spanId: idOf(span.spanId, 16),
    parentSpanId: span.parentSpanId === '' ? '' : idOf(span.parentSpanId, 16),
    name: span.name,
    service,
    kind: named(kinds, span.kind, 'SPAN_KIND_') ?? 'UNSPECIFIED',
    startMs: msOf(span.startTimeUnixNano),
    durationMs: msOf(span.endTimeUnixNano - span.startTimeUnixNano),
    status: named(statuses, span.status.code, 'STATUS_CODE_') ?? 'UNSET',
    statusMessage: span.status.message,
    attributes: { ...shared, ...own },
    resourceKeys,
    ...(events.length > 0 ? { events } : {}),
    ...(links.length > 0 ? { links } : {}),
  }
}

function labelsOf(attributes: z.infer<typeof Attributes>): Labels {
  return Object.fromEntries(
    attributes.map(({ key, value }): [string, string] => {
      const { stringValue, intValue, doubleValue, boolValue } = AnyValue.safeParse(value).data ?? {}
      return [key, stringValue ?? String(intValue ?? doubleValue ?? boolValue ?? JSON.stringify(value) ?? '')]
    }),
  )
}

const named = <T extends string>(
  names: readonly T[],
  said: string | number,
  prefix: string,
): T | undefined =>
  typeof said === 'number' ? names[said] : names.find((name) => `${prefix}${name}` === said)

/** Hex in lower case of that many digits, leading zeros and all. Base64 of 8 or 16 bytes has 12 or 24 signs, no hex id has. */
export function idOf(text: string, digits: number): string {
  const base64 = text.length === (digits === 32 ? 24 : 12) && /[^0-9a-fA-F]/.test(text)
  const hex = base64 ? Buffer.from(text, 'base64').toString('hex') : text.toLowerCase()
  return hex.padStart(digits, '0')
}

/** Milliseconds with a fraction, as whole nanoseconds: together they have more digits than a number. */
export function nanosecondsOf(...parts: readonly number[]): string {
  let whole = 0n
  let fraction = 0
  for (const ms of parts) {
    whole += BigInt(Math.floor(ms))
    fraction += ms - Math.floor(ms)
  }
  return String(whole * 1_000_000n + BigInt(Math.round(fraction * 1_000_000)))
}
const msOf = (nanoseconds: bigint): number =>
  Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6
