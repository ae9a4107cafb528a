import { generalNumber } from '../../../../kernel/go-number.ts'
import type { TemplateData } from './index.ts'

/** A moment within a template, milliseconds since 1970 with fractions; `zone` is what it is shown in. */
export class Moment {
  readonly timeMs: number
  readonly zone: string
  constructor(timeMs: number, zone = 'UTC') {
    this.timeMs = timeMs
    this.zone = zone
  }
}
/** Go prints a float64 and an int apart: a plain number here is an int. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}
export type Value = string | number | boolean | null | Float | Moment | Value[] | Map<string, Value>

export type TemplateFunction = {
  /** Least and most arguments. */
  args: readonly [number, number]
  run(args: readonly Value[], data: TemplateData): Value
}

/** What a template's run throws for its own faults; they become `__error__` of the line. */
export class TemplateError extends Error {}

/** As `fmt.Sprint` prints it. */
export function printed(value: Value): string {
  if (typeof value === 'string') return value
  if (value === null) return '<no value>'
  if (value instanceof Float) return generalNumber(value.value)
  if (value instanceof Moment)
    return `${new Date(value.timeMs)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.?0*Z$/, '')} +0000 UTC`
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`
  if (value instanceof Map)
    return `map[${[...value]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => `${name}:${printed(one)}`)
      .join(' ')}]`
  return String(value)
}

export function isTrue(value: Value): boolean {
  if (value instanceof Float) return value.value !== 0
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Map) return value.size > 0
  if (value instanceof Moment) return true
  return Boolean(value)
}

/** A number of a number or of its text; 0 for what is none, as sprig's conversions. */
export function numeric(value: Value): number {
  if (typeof value === 'number') return value
  if (value instanceof Float) return value.value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') return 0
  const number = Number(value.trim() === '' ? Number.NaN : value)
  return Number.isNaN(number) ? 0 : number
}
export const integer = (value: Value): number => Math.trunc(numeric(value))
