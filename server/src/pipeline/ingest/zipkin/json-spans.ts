import { Fault } from '../../../kernel/fault.ts'
import type { ZipkinEndpoint, ZipkinSpan } from './zipkin-span.ts'

type JsonObject = { readonly [name: string]: unknown }

/** A list of spans (https://zipkin.io/zipkin-api/, ListOfSpans). Throws INVALID_REQUEST where the body is another thing. */
export function listOfSpans(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body
  throw wrong('The body', 'a list of spans')
}

/** One span. Throws INVALID_REQUEST where a field is of the wrong type; unknown ones are stepped over. */
export function jsonSpan(item: unknown): ZipkinSpan {
  const span = objectOf(item, 'A span')
  if (Array.isArray(span.binaryAnnotations))
    throw new Fault('INVALID_REQUEST', 'A span has binaryAnnotations: send Zipkin v2, not v1.')
  return {
    traceId: text(span, 'traceId').toLowerCase(),
    id: text(span, 'id').toLowerCase(),
    parentId: text(span, 'parentId').toLowerCase(),
    kind: text(span, 'kind'),
    name: text(span, 'name'),
    timestamp: number(span, 'timestamp'),
    duration: number(span, 'duration'),
    local: endpoint(span.localEndpoint),
    remote: endpoint(span.remoteEndpoint),
    annotations: annotationsOf(span.annotations),
    tags: tagsOf(span.tags),
    shared: span.shared === true,
  }
}

function endpoint(value: unknown): ZipkinEndpoint | undefined {
  if (value === undefined || value === null) return undefined
  const found = objectOf(value, 'An endpoint')
  const ipv4 = text(found, 'ipv4')
  return {
    service: text(found, 'serviceName'),
    ip: ipv4 === '' ? text(found, 'ipv6') : ipv4,
    port: number(found, 'port'),
  }
}

function annotationsOf(value: unknown): ZipkinSpan['annotations'] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw wrong('annotations', 'a list')
  return value.map((item) => {
    const annotation = objectOf(item, 'An annotation')
    return { timestamp: number(annotation, 'timestamp'), value: text(annotation, 'value') }
  })
}

function tagsOf(value: unknown): ZipkinSpan['tags'] {
  if (value === undefined || value === null) return []
  return Object.entries(objectOf(value, 'tags')).map(([key, tag]) => {
    if (typeof tag === 'string') return [key, tag.isWellFormed() ? tag : tag.toWellFormed()]
    if (typeof tag === 'number' || typeof tag === 'boolean') return [key, String(tag)]
    throw wrong('tags', 'an object of strings')
  })
}

function text(object: JsonObject, name: string): string {
  const value = object[name]
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed()
  throw wrong(name, 'a string')
}

function number(object: JsonObject, name: string): number {
  const value = object[name]
  if (value === undefined || value === null) return 0
  if (typeof value === 'number') return value
  throw wrong(name, 'a number')
}

function objectOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw wrong(what, 'an object')
}

const wrong = (what: string, wanted: string): Fault =>
  new Fault('INVALID_REQUEST', `${what} must be ${wanted}.`)
