import { Fault } from '../../../kernel/fault.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import type { Attribute } from './attribute.ts'
import { attributesOf, cut, type RecordLimits, type RecordResource } from './record.ts'

/** A Span as a reader found it; ids in hex of any length, times in nanoseconds. */
export type RawSpan = {
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  kind: number
  startMs: number
  /** From start to end; negative where the end comes first. */
  durationMs: number
  statusCode: number
  statusMessage: string
  attributes: readonly Attribute[]
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statuses = ['UNSET', 'OK', 'ERROR'] as const

/** Throws INVALID_REQUEST for ids that are none, INVALID_LABELS for an attribute. A negative duration is 0. */
export function storedSpan(raw: RawSpan, resource: RecordResource, limits: RecordLimits): StoredSpan {
  if (!isId(raw.traceId, 32))
    throw new Fault('INVALID_REQUEST', 'A span has no valid trace id: 16 bytes, not all zero.')
  if (!isId(raw.spanId, 16))
    throw new Fault('INVALID_REQUEST', 'A span has no valid span id: 8 bytes, not all zero.')
  const attributes = attributesOf([raw.attributes, resource.attributes], limits)
  return {
    traceId: raw.traceId,
    spanId: raw.spanId,
    parentSpanId: isId(raw.parentSpanId, 16) ? raw.parentSpanId : '',
    name: cut(raw.name, attributes, limits),
    service: resource.service,
    kind: kinds[raw.kind] ?? 'UNSPECIFIED',
    startMs: raw.startMs,
    durationMs: Math.max(0, raw.durationMs),
    status: statuses[raw.statusCode] ?? 'UNSET',
    statusMessage: cut(raw.statusMessage, attributes, limits),
    attributes,
  }
}

/** An id of this many lower-case hex digits, not all zero, else the empty string. */
export const idOf = (hex: string, digits: number): string => (isId(hex, digits) ? hex : '')

const isId = (hex: string, digits: number): boolean =>
  hex.length === digits && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex)
