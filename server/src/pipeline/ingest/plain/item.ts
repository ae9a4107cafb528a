import { isUtf8 } from 'node:buffer'
import { Fault, isFault, messageOf } from '../../../kernel/fault.ts'
import type { Entry } from '../../../port/telemetry-log.ts'
import type { LabelSet } from '../label-set.ts'
import { Rejections } from '../rejection.ts'
import { parseJson } from '../wire/body.ts'

export type JsonObject = { readonly [name: string]: unknown }
/** Refusals that an answer lists one by one. */
export const ERRORS_MAX = 20

/** What was left out, with the place of the first few in the request, counted from 0. */
export class ItemRejections extends Rejections {
  readonly errors: { index: number; code: string; message: string }[] = []

  addAt(index: number, fault: Fault): void {
    this.add(fault)
    if (this.errors.length < ERRORS_MAX) this.errors.push({ index, code: fault.code, message: fault.message })
  }
}

/**
 * Calls `take` with each item of a body: one JSON object, a list of them, `{"<noun>": [...]}`, or (format `text`) one object a line.
 * An item whose `take` throws a Fault is noted and left out. Throws INVALID_REQUEST where the body is none of these, BODY_TOO_LARGE
 * above `itemsMax`.
 */
export function eachItem(
  body: Buffer,
  format: Entry['format'],
  shape: { noun: 'metrics' | 'logs'; itemsMax: number },
  take: (item: JsonObject, index: number) => void,
): ItemRejections {
  const rejections = new ItemRejections()
  const items = format === 'text' ? linesOf(body) : listOf(parseJson(body), shape.noun)
  let index = 0
  for (const item of items) {
    if (index >= shape.itemsMax)
      throw new Fault(
        'BODY_TOO_LARGE',
        `One request may hold ${shape.itemsMax} ${shape.noun}. Send smaller requests.`,
      )
    try {
      if (item instanceof Fault) throw item
      take(objectOf(item, 'An item'), index)
    } catch (error) {
      if (!isFault(error) || error.code === 'BODY_TOO_LARGE') throw error
      rejections.addAt(index, error)
    }
    index += 1
  }
  return rejections
}

function listOf(body: unknown, noun: string): readonly unknown[] {
  if (Array.isArray(body)) return body
  const object = objectOf(body, 'The body')
  const list = object[noun]
  if (list === undefined) return [object]
  if (Array.isArray(list)) return list
  throw wrong(noun, 'a list')
}

/** Newline-delimited JSON: empty lines are stepped over, a line that is no JSON is one item that cannot be taken. */
function* linesOf(body: Buffer): Generator<unknown> {
  if (!isUtf8(body)) throw new Fault('INVALID_REQUEST', 'The body is not UTF-8.')
  for (let at = 0; at < body.length; ) {
    const newline = body.indexOf(0x0a, at)
    const end = newline < 0 ? body.length : newline
    const line = body.toString('utf8', at, end).trim()
    at = end + 1
    if (line !== '') yield jsonOf(line)
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    return new Fault('INVALID_REQUEST', `A line is not JSON: ${messageOf(error).slice(0, 200)}.`)
  }
}

export function objectOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw wrong(what, 'an object')
}

/** The first of these fields that is there, null counting as absent. */
export function fieldOf(item: JsonObject, names: readonly string[]): unknown {
  for (const name of names) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

/** Label pairs of an object of strings, numbers and booleans into a set; null is no label. */
export function labelsInto(set: LabelSet, value: unknown): void {
  if (value === undefined || value === null) return
  for (const [name, label] of Object.entries(objectOf(value, 'labels'))) {
    if (label === null) continue
    if (typeof label === 'object') throw wrong(`labels.${name.slice(0, 64)}`, 'a string')
    set.add(name, String(label))
  }
}

export const wrong = (what: string, wanted: string): Fault =>
  new Fault('INVALID_REQUEST', `${what} must be ${wanted}.`)
