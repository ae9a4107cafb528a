import { Fault } from '../../../kernel/fault.ts'
import { type Attribute, type AttributeValue, DEPTH_MAX } from './attribute.ts'
import { noScope, type RawScope } from './scope.ts'

/**
 * Fields of OTLP's JSON form: protobuf's JSON mapping, ids in hex, enums as numbers, unknown fields ignored
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). A field of the wrong type throws VALIDATION_FAILED with its path.
 */
export type JsonObject = { readonly [name: string]: unknown }

export function objectOf(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw wrong(path, 'an object')
}

/** The object under `name`, or undefined when absent or null. */
export function child(object: JsonObject, name: string, path: string): JsonObject | undefined {
  const value = object[name]
  return value === undefined || value === null ? undefined : objectOf(value, `${path}.${name}`)
}

/** Calls `each` with every object of the list under `name`; absent and null are empty. */
export function eachChild(
  object: JsonObject,
  name: string,
  path: string,
  each: (item: JsonObject, path: string) => void,
): void {
  const list = listOf(object, name, path)
  for (let at = 0; at < list.length; at += 1) {
    const where = `${path}.${name}[${at}]`
    each(objectOf(list[at], where), where)
  }
}

export function listOf(object: JsonObject, name: string, path: string): readonly unknown[] {
  const value = object[name]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw wrong(`${path}.${name}`, 'a list')
}

export function text(object: JsonObject, name: string, path: string): string {
  const value = object[name]
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed()
  throw wrong(`${path}.${name}`, 'a string')
}

export function flag(object: JsonObject, name: string, path: string): boolean {
  const value = object[name]
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  throw wrong(`${path}.${name}`, 'true or false')
}

const integers = /^-?(0|[1-9]\d{0,19})$/

/** A 64-bit integer, written as a string or a number; 0n when absent. */
export function int64(object: JsonObject, name: string, path: string): bigint {
  const value = object[name]
  return value === undefined || value === null ? 0n : int64Of(value, `${path}.${name}`)
}

export function int64Of(value: unknown, path: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 64) return BigInt(value)
  if (typeof value === 'string' && integers.test(value)) {
    const number = BigInt(value)
    if (number >= -(1n << 63n) && number < 1n << 64n) return number
  }
  throw wrong(path, 'a 64-bit integer')
}

/** A double, written as a number, a numeric string, "NaN", "Infinity" or "-Infinity"; undefined when absent. */
export function double(object: JsonObject, name: string, path: string): number | undefined {
  const value = object[name]
  return value === undefined || value === null ? undefined : doubleOf(value, `${path}.${name}`)
}

export function doubleOf(value: unknown, path: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value)
    if (!Number.isNaN(number) || value === 'NaN') return number
  }
  throw wrong(path, 'a number')
}

/** floor(ns / 10⁶) of a fixed64 time; 0 when absent. */
export const millis = (object: JsonObject, name: string, path: string): number =>
  Number(BigInt.asUintN(64, int64(object, name, path)) / 1_000_000n)

export function attributesOf(object: JsonObject, path: string, name = 'attributes'): Attribute[] {
  const attributes: Attribute[] = []
  eachChild(object, name, path, (item, where) => attributes.push(attributeOf(item, where, 0)))
  return attributes
}

/** The InstrumentationScope of a group of records or metrics; empty when absent. */
export function scopeOf(group: JsonObject, path: string): RawScope {
  const scope = child(group, 'scope', path)
  if (!scope) return noScope
  const where = `${path}.scope`
  return {
    name: text(scope, 'name', where),
    version: text(scope, 'version', where),
    attributes: attributesOf(scope, where),
  }
}

/** The AnyValue under `name`; null when absent. */
export function anyValue(object: JsonObject, name: string, path: string, depth = 0): AttributeValue {
  const any = child(object, name, path)
  if (!any) return null
  if (depth > DEPTH_MAX)
    throw new Fault('INVALID_REQUEST', `An attribute value is nested more than ${DEPTH_MAX} deep.`)
  const where = `${path}.${name}`
  if (any.stringValue !== undefined) return text(any, 'stringValue', where)
  if (any.boolValue !== undefined) return flag(any, 'boolValue', where)
  if (any.intValue !== undefined) return BigInt.asIntN(64, int64(any, 'intValue', where))
  if (any.doubleValue !== undefined) return double(any, 'doubleValue', where) ?? 0
  if (any.bytesValue !== undefined) return Buffer.from(text(any, 'bytesValue', where), 'base64')
  if (any.arrayValue !== undefined) return valuesOf(any, where, depth)
  if (any.kvlistValue !== undefined) return pairsOf(any, where, depth)
  return null
}

function valuesOf(any: JsonObject, path: string, depth: number): AttributeValue {
  const list = child(any, 'arrayValue', path)
  const values = list ? listOf(list, 'values', path) : []
  return values.map((value, at) => anyValue({ value }, 'value', `${path}.values[${at}]`, depth + 1))
}

function pairsOf(any: JsonObject, path: string, depth: number): AttributeValue {
  const list = child(any, 'kvlistValue', path)
  const pairs: Attribute[] = []
  if (list) eachChild(list, 'values', path, (item, where) => pairs.push(attributeOf(item, where, depth + 1)))
  return { pairs }
}

const attributeOf = (item: JsonObject, path: string, depth: number): Attribute => ({
  key: text(item, 'key', path),
  value: anyValue(item, 'value', path, depth),
})

function wrong(path: string, what: string): Fault {
  const where = path.startsWith('.') ? path.slice(1) : path
  return new Fault('VALIDATION_FAILED', `${where === '' ? 'The body' : where} must be ${what}.`, {
    details: [{ path: where, message: `must be ${what}` }],
  })
}
