import type { Labels } from '@aiops/contract/model/label'
import type { AttributeTypes } from '../../../port/trace-store.ts'
import { invalid } from '../label-set.ts'
import { type Attribute, textOf, typeOf } from './attribute.ts'
import type { Promotion } from './promotion.ts'

export type RecordLimits = {
  recordsMax: number
  attributesMax: number
  /** Events, and links, of one span. */
  eventsMax: number
  textMax: number
  promotion: Promotion
}

/** A resource and scope as their log records and spans carry them. `labels` is one object for all of them: not to be changed. */
export type RecordOrigin = {
  labels: Labels
  service: string
  attributes: readonly Attribute[]
  rest: readonly Attribute[]
  /** Named `otel.scope.…`. */
  scope: readonly Attribute[]
  /** Names of `attributes` but `service.name`; one array for all records. */
  keys: readonly string[]
}

const TRUNCATED = 'aiops.truncated'
const DROPPED = 'aiops.dropped_attributes'
const reserved: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export function resourceOf(attributes: readonly Attribute[], limits: RecordLimits): RecordOrigin {
  const labels: Labels = Object.create(null)
  const rest: Attribute[] = []
  for (const attribute of attributes) {
    const value = limits.promotion.takes(attribute.key) ? textOf(attribute.value) : ''
    if (value === '' || reserved.has(attribute.key)) rest.push(attribute)
    else labels[attribute.key] = value.slice(0, limits.textMax)
  }
  return {
    labels,
    service: labels['service.name'] ?? serviceOf(attributes),
    attributes,
    rest,
    scope: [],
    keys: keysOf(attributes),
  }
}

const keysOf = (attributes: readonly Attribute[]): string[] => [
  ...new Set(
    attributes.flatMap(({ key }) => (key === '' || key === 'service.name' ? [] : [key.toWellFormed()])),
  ),
]

/**
 * Attributes as text, the first given winning over the later lists. At most `attributesMax` are kept and none longer than
 * `textMax`; what was left out or cut is said in `aiops.dropped_attributes` and `aiops.truncated`.
 * `types` is told of those that were no text. Throws INVALID_LABELS for a name that would reach an object's prototype.
 */
export function attributesOf(
  lists: readonly (readonly Attribute[])[],
  limits: RecordLimits,
  types?: Record<string, AttributeTypes[string]>,
): Labels {
  // An ordinary object: those without a prototype are slow dictionaries, and what its prototype could do harm with is refused.
  const kept: Labels = {}
  let count = 0
  let dropped = 0
  for (const list of lists) {
    for (const { key, value } of list) {
      if (reserved.has(key)) throw invalid(`The attribute name ${key} is not accepted.`)
      if (key === '' || Object.hasOwn(kept, key)) continue
      if (count >= limits.attributesMax || key.length > 1_024) {
        dropped += 1
        continue
      }
      count += 1
      const text = textOf(value)
      kept[key.toWellFormed()] = cut(text, kept, limits)
      const type = types && typeof value !== 'string' && text.length <= limits.textMax && typeOf(value)
      if (type) types[key.toWellFormed()] = type
    }
  }
  if (dropped > 0) kept[DROPPED] = String(dropped)
  return kept
}

/** Text within the limit; notes in `marks` when it had to be cut. */
export function cut(text: string, marks: Labels, limits: RecordLimits): string {
  if (text.length <= limits.textMax) return text
  marks[TRUNCATED] = 'true'
  return text.slice(0, limits.textMax).toWellFormed()
}

/** The name that OpenTelemetry's resource conventions give to what names itself not. */
const serviceOf = (attributes: readonly Attribute[]): string => {
  const named = attributes.find(({ key }) => key === 'service.name')
  return (named && textOf(named.value)) || 'unknown_service'
}
