import type { AttributeTypes } from '../../../port/trace-store.ts'

/** A value of OpenTelemetry's AnyValue; int64 is a bigint, a key-value list keeps its order. */
export type AttributeValue =
  | string
  | boolean
  | number
  | bigint
  | null
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly pairs: readonly Attribute[] }
export type Attribute = { readonly key: string; readonly value: AttributeValue }

/** Values of one record or point, attributes, events and buckets among them; beyond it the request is refused. */
export const VALUES_MAX = 100_000

/** Lists within lists beyond this are refused by both readers. */
export const DEPTH_MAX = 32

/**
 * The value as text, after OpenTelemetry's "AnyValue representation for non-OTLP protocols": strings as they are, lists and maps
 * as JSON, bytes in base64. Empty for no value.
 */
export function textOf(value: AttributeValue): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  if (value instanceof Uint8Array) return base64(value)
  if (typeof value === 'object') return jsonOf(value)
  return String(value)
}

/** What a value is besides text; undefined for text, lists and maps. */
export function typeOf(value: AttributeValue): AttributeTypes[string] | undefined {
  if (typeof value === 'string') return undefined
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'double'
  if (value === null) return 'empty'
  return value instanceof Uint8Array ? 'bytes' : undefined
}

function jsonOf(value: AttributeValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `"${base64(value)}"`
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(jsonOf).join(',')}]`
  return `{${value.pairs.map((pair) => `${JSON.stringify(pair.key)}:${jsonOf(pair.value)}`).join(',')}}`
}

const isList = (value: AttributeValue): value is readonly AttributeValue[] => Array.isArray(value)
const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
