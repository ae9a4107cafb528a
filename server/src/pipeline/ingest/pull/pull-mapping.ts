import { fill, type JsonPlace, lookUp } from './json-lookup.ts'
import type { PullMapping } from './pull-document.ts'

export type PulledPoint = {
  name: string
  labels: Record<string, string>
  kind: 'gauge' | 'counter'
  unit: string
  timeMs: number
  value: number
}
export type Mapped = { points: PulledPoint[]; skipped: number }

/** Points of one answer, by number. */
const POINTS_MAX = 200_000

/** What an answer says, as points. An entry without name, time or a finite value is passed over and counted. */
export function mapAnswer(answer: unknown, mappings: readonly PullMapping[], endMs: number): Mapped {
  const mapped: Mapped = { points: [], skipped: 0 }
  for (const mapping of mappings)
    for (const place of placesOf({ value: answer, outer: null }, mapping.each))
      mapPlace(place, mapping, endMs, mapped)
  return mapped
}

function placesOf(root: JsonPlace, each: readonly string[]): JsonPlace[] {
  let places = [root]
  for (const path of each)
    places = places.flatMap((place) => {
      const list = lookUp(place, path)
      return Array.isArray(list) ? list.map((value): JsonPlace => ({ value, outer: place })) : []
    })
  return places
}

function mapPlace(place: JsonPlace, mapping: PullMapping, endMs: number, mapped: Mapped): void {
  const value = mapping.value
    .map((path) => lookUp(place, path))
    .find((found) => found !== undefined && found !== null)
  const time = mapping.time === undefined ? endMs : lookUp(place, mapping.time)
  // Lists side by side, as CloudWatch gives them.
  const values = Array.isArray(value) ? value : [value]
  const times = Array.isArray(time) ? time : values.map(() => time)
  const of = (template: string): string | undefined => fill(template, (path) => lookUp(place, path))
  const name = of(mapping.name)
  const labels = labelsOf(place, mapping, of)
  const unit = of(mapping.unit) ?? ''
  for (const [at, one] of values.entries()) {
    const number = numberOf(one) * mapping.scale
    const timeMs = timeOf(times[at])
    if (!name || !Number.isFinite(number) || Number.isNaN(timeMs) || mapped.points.length >= POINTS_MAX)
      mapped.skipped += 1
    else mapped.points.push({ name, labels, kind: mapping.kind, unit, timeMs, value: number })
  }
}

function labelsOf(
  place: JsonPlace,
  mapping: PullMapping,
  of: (template: string) => string | undefined,
): Record<string, string> {
  const labels: Record<string, string> = Object.create(null)
  const put = (name: unknown, value: unknown): void => {
    if (
      typeof name === 'string' &&
      name !== '' &&
      (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    )
      labels[name] = String(value)
  }
  for (const { path, name, value } of mapping.labels_from) {
    const found = lookUp(place, path)
    if (Array.isArray(found))
      for (const entry of found)
        put(lookUp({ value: entry, outer: null }, name), lookUp({ value: entry, outer: null }, value))
    else if (typeof found === 'object' && found !== null)
      for (const [key, own] of Object.entries(found)) put(key, own)
  }
  for (const [name, template] of Object.entries(mapping.labels)) put(name, of(template))
  return labels
}

/** Numbers, numbers as text (Google writes 64-bit integers so) and booleans. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

/** ISO 8601, or Unix time in seconds or milliseconds: what lies before the year 5138 in seconds is seconds. */
function timeOf(value: unknown): number {
  if (typeof value === 'string' && !/^\d+(\.\d+)?$/.test(value)) return Date.parse(value)
  const number = numberOf(value)
  return Math.trunc(number < 100_000_000_000 ? number * 1_000 : number)
}
