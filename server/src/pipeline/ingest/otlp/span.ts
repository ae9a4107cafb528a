import { Fault } from '../../../kernel/fault.ts'
import type { AttributeTypes, SpanEvent, SpanLink, StoredSpan } from '../../../port/trace-store.ts'
import type { Attribute } from './attribute.ts'
import { attributesOf, cut, type RecordLimits, type RecordOrigin } from './record.ts'

/** A Span as a reader found it; ids in hex of any length, times in nanoseconds. */
export type RawSpan = {
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  kind: number
  startMs: number
  /** Of the start beyond its millisecond; 0 where not told. */
  startNanos?: number
  /** From start to end; negative where the end comes first. */
  durationMs: number
  statusCode: number
  statusMessage: string
  attributes: readonly Attribute[]
  events: readonly RawEvent[]
  links: readonly RawLink[]
}
export type RawEvent = { timeMs: number; name: string; attributes: readonly Attribute[] }
export type RawLink = { traceId: string; spanId: string; attributes: readonly Attribute[] }

const DROPPED_EVENTS = 'aiops.dropped_events'
const DROPPED_LINKS = 'aiops.dropped_links'

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statuses = ['UNSET', 'OK', 'ERROR'] as const

/**
 * Throws INVALID_REQUEST for ids that are none, INVALID_LABELS for an attribute. A negative duration is 0. At most `eventsMax`
 * events and links are kept, the first of each; how many were left out is said in `aiops.dropped_events` and `aiops.dropped_links`.
 */
export function storedSpan(raw: RawSpan, origin: RecordOrigin, limits: RecordLimits): StoredSpan {
  if (!isId(raw.traceId, 32))
    throw new Fault('INVALID_REQUEST', 'A span has no valid trace id: 16 bytes, not all zero.')
  if (!isId(raw.spanId, 16))
    throw new Fault('INVALID_REQUEST', 'A span has no valid span id: 8 bytes, not all zero.')
  const types: Types = {}
  const attributes = attributesOf([raw.attributes, origin.scope, origin.attributes], limits, types)
  const events = raw.events.slice(0, limits.eventsMax).map((event) => storedEvent(event, limits))
  const links = linksOf(raw, attributes, limits)
  if (raw.events.length > events.length)
    attributes[DROPPED_EVENTS] = String(raw.events.length - events.length)
  return {
    traceId: raw.traceId,
    spanId: raw.spanId,
    parentSpanId: isId(raw.parentSpanId, 16) ? raw.parentSpanId : '',
    name: cut(raw.name, attributes, limits),
    service: origin.service,
    kind: kinds[raw.kind] ?? 'UNSPECIFIED',
    startMs: raw.startMs,
    durationMs: Math.max(0, raw.durationMs),
    status: statuses[raw.statusCode] ?? 'UNSET',
    statusMessage: cut(raw.statusMessage, attributes, limits),
    attributes,
    ...typesOf(types),
    ...(raw.startNanos ? { startNanos: raw.startNanos } : {}),
    resourceKeys: resourceKeysOf(raw, origin),
    ...(events.length > 0 ? { events } : {}),
    ...(links.length > 0 ? { links } : {}),
  }
}

type Types = Record<string, AttributeTypes[string]>

const typesOf = (types: Types): { types?: AttributeTypes } => {
  for (const _ in types) return { types }
  return {}
}

/** Most spans share their resource's list; one whose own attributes hide some of it has a shorter list. */
function resourceKeysOf(raw: RawSpan, { keys }: RecordOrigin): readonly string[] {
  if (!raw.attributes.some(({ key }) => keys.includes(key))) return keys
  const own = new Set(raw.attributes.map(({ key }) => key))
  return keys.filter((key) => !own.has(key))
}

function storedEvent(raw: RawEvent, limits: RecordLimits): SpanEvent {
  const types: Types = {}
  const attributes = attributesOf([raw.attributes], limits, types)
  return { timeMs: raw.timeMs, name: cut(raw.name, attributes, limits), attributes, ...typesOf(types) }
}

/** A link to nothing is left out as one too many is. */
function linksOf(raw: RawSpan, attributes: StoredSpan['attributes'], limits: RecordLimits): SpanLink[] {
  const valid = raw.links.filter(({ traceId, spanId }) => isId(traceId, 32) && isId(spanId, 16))
  const links = valid.slice(0, limits.eventsMax)
  if (raw.links.length > links.length) attributes[DROPPED_LINKS] = String(raw.links.length - links.length)
  return links.map((link) => {
    const types: Types = {}
    return { ...link, attributes: attributesOf([link.attributes], limits, types), ...typesOf(types) }
  })
}

/** An id of this many lower-case hex digits, not all zero, else the empty string. */
export const idOf = (hex: string, digits: number): string => (isId(hex, digits) ? hex : '')

const isId = (hex: string, digits: number): boolean =>
  hex.length === digits && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex)
