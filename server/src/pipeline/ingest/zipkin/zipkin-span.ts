import { Fault } from '../../../kernel/fault.ts'
import type { Attribute } from '../otlp/attribute.ts'
import type { RawSpan } from '../otlp/span.ts'

export type ZipkinEndpoint = { service: string; ip: string; port: number }
/** A Zipkin v2 span as a reader found it: ids in hex, times in microseconds, 0 where absent. */
export type ZipkinSpan = {
  traceId: string
  id: string
  parentId: string
  /** CLIENT, SERVER, PRODUCER, CONSUMER; empty for a local span. */
  kind: string
  name: string
  timestamp: number
  duration: number
  local: ZipkinEndpoint | undefined
  remote: ZipkinEndpoint | undefined
  annotations: readonly { timestamp: number; value: string }[]
  tags: readonly (readonly [string, string])[]
  shared: boolean
}

const kinds: Readonly<Record<string, number>> = { SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 }
const INTERNAL = 1
const OK = 1
const ERROR = 2
/** 2⁵³ µs is the year 2255. */
const MICROS_MAX = Number.MAX_SAFE_INTEGER

export const UNKNOWN_SERVICE = 'unknown_service'
export const serviceOf = (span: ZipkinSpan): string => span.local?.service || UNKNOWN_SERVICE

/**
 * In OpenTelemetry's form, after its mapping of Zipkin (specification, "OpenTelemetry to Zipkin Transformation", read backwards):
 * the remote endpoint is the peer, annotations are events, a tag `error` is a status. Throws INVALID_REQUEST for ids and times that
 * are none. A span without a time has its first annotation's, else that of its receipt, which `zipkin.timestamp` then says.
 */
export function rawSpanOf(span: ZipkinSpan, receivedMs: number): RawSpan {
  const attributes: Attribute[] = []
  const put = (key: string, value: string): void => {
    if (value !== '') attributes.push({ key, value })
  }
  const { timestamp, duration } = span
  if (!inRange(timestamp) || !inRange(duration))
    throw new Fault(
      'INVALID_REQUEST',
      'A span has a timestamp or duration that is no number of microseconds.',
    )
  // One whose time is none says nothing of when it was.
  const annotations = span.annotations.filter((annotation) => inRange(annotation.timestamp))
  const begin = timestamp || annotations[0]?.timestamp || 0
  if (begin === 0) put('zipkin.timestamp', 'absent')
  if (span.remote) {
    put('peer.service', span.remote.service)
    put('network.peer.address', span.remote.ip)
    put('network.peer.port', portOf(span.remote))
  }
  if (span.local) {
    put('network.local.address', span.local.ip)
    put('network.local.port', portOf(span.local))
  }
  const tags = span.tags.map(([key, value]) => ({ key, value }))
  return {
    traceId: padded(span.traceId, 32),
    spanId: padded(span.id, 16),
    parentSpanId: span.parentId === '' ? '' : padded(span.parentId, 16),
    name: span.name,
    kind: kinds[span.kind] ?? INTERNAL,
    startMs: begin === 0 ? receivedMs : Math.floor(begin / 1_000),
    startNanos: (begin % 1_000) * 1_000,
    durationMs: duration / 1_000,
    ...statusOf(span.tags),
    attributes: [...tags, ...attributes],
    events: annotations.map((annotation) => ({
      timeMs: Math.floor(annotation.timestamp / 1_000),
      name: annotation.value,
      attributes: [],
    })),
    links: [],
  }
}

/** The two halves of an RPC that share an id are told apart by this: any other bits would do, as long as they never change. */
const SHARED_BITS = 0x9e37_79b9_7f4a_7c15n

/**
 * Zipkin lets client and server of one call share a span id; a trace of ours has one span an id. The server's half (`shared`) gets
 * an id made from the common one and becomes the child of the client's, and spans of the same service in the same request that
 * call the common id their parent move under it. Those in another request stay under the client's half: the trace holds together,
 * one level higher than it was.
 */
export function splitShared(spans: readonly ZipkinSpan[]): ZipkinSpan[] {
  const own = new Map<string, string>()
  for (const span of spans) if (span.shared) own.set(keyOf(span, span.id), sharedId(span.id))
  if (own.size === 0) return [...spans]
  return spans.map((span) => {
    if (span.shared) return { ...span, parentId: span.id, id: sharedId(span.id) }
    const parentId = own.get(keyOf(span, span.parentId))
    return parentId === undefined ? span : { ...span, parentId }
  })
}

const keyOf = (span: ZipkinSpan, id: string): string => `${span.traceId} ${id} ${serviceOf(span)}`

const sharedId = (id: string): string =>
  /^[0-9a-f]{1,16}$/.test(id) ? (BigInt(`0x${id}`) ^ SHARED_BITS).toString(16).padStart(16, '0') : id

/** Zipkin's own tracers leave leading zeros out. An id that is too long or no hex is refused later. */
const padded = (id: string, digits: number): string =>
  id === '' ? '' : id.length <= 16 || id.length === 32 ? id.padStart(digits, '0') : id

const inRange = (micros: number): boolean => micros >= 0 && micros <= MICROS_MAX
const portOf = (endpoint: ZipkinEndpoint): string => (endpoint.port > 0 ? String(endpoint.port) : '')

/** `otel.status_code` where an OpenTelemetry exporter wrote it; else a tag `error` is one, whatever it says but "false". */
function statusOf(tags: ZipkinSpan['tags']): Pick<RawSpan, 'statusCode' | 'statusMessage'> {
  let code: string | undefined
  let error: string | undefined
  let description = ''
  for (const [key, value] of tags) {
    if (key === 'otel.status_code') code = value
    else if (key === 'error') error = value
    else if (key === 'otel.status_description') description = value
  }
  if (code === 'OK') return { statusCode: OK, statusMessage: '' }
  if (code !== 'ERROR' && (error === undefined || error === 'false'))
    return { statusCode: 0, statusMessage: '' }
  const message = error === undefined || error === 'true' ? '' : error
  return { statusCode: ERROR, statusMessage: description === '' ? message : description }
}
