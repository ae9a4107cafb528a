import { generalNumber } from '../../../../kernel/go-number.ts'

/** A whole number; a plain JavaScript number stands for Go's float64. Templates tell the two apart. */
export class Int {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}
/** A moment; printed as Go prints `time.Time` in UTC. */
export class Moment {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
}
/** `time.Duration`, in nanoseconds. */
export class Span {
  readonly ns: number
  constructor(ns: number) {
    this.ns = ns
  }
}
/** A struct: fields that are not among these are an error, where a map gives the zero value. */
export class Struct {
  readonly type: string
  readonly fields: ReadonlyMap<string, Value>
  constructor(type: string, fields: Record<string, Value>) {
    this.type = type
    this.fields = new Map(Object.entries(fields))
  }
}
export type Value =
  | string
  | number
  | boolean
  | null
  | Int
  | Moment
  | Span
  | Struct
  | readonly Value[]
  | ReadonlyMap<string, Value>

/** Of Go's `truth`: whether a value is not the zero value of its type, or not empty. */
export function isTrue(value: Value): boolean {
  if (value === null) return false
  if (value instanceof Int) return value.value !== 0
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Map) return value.size > 0
  if (typeof value === 'object') return true
  return Boolean(value) || Number.isNaN(value)
}

/** As `fmt.Fprint` writes it, `%v`. */
export function printed(value: Value, inList = false): string {
  if (value === null) return inList ? '<nil>' : '<no value>'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return generalNumber(value)
  if (value instanceof Int) return String(value.value)
  if (value instanceof Moment) return momentText(value.ms)
  if (value instanceof Span) return durationText(value.ns)
  if (value instanceof Struct)
    return `{${[...value.fields.values()].map((one) => printed(one, true)).join(' ')}}`
  if (value instanceof Map)
    return `map[${[...value]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]) => `${name}:${printed(one, true)}`)
      .join(' ')}]`
  return `[${(value as readonly Value[]).map((one) => printed(one, true)).join(' ')}]`
}

export function typeOf(value: Value): string {
  if (value === null) return '<nil>'
  if (typeof value === 'number') return 'float64'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  if (value instanceof Int) return 'int'
  if (value instanceof Moment) return '*time.Time'
  if (value instanceof Span) return 'time.Duration'
  if (value instanceof Struct) return value.type
  return value instanceof Map ? 'map[string]string' : '[]interface {}'
}

/** `2006-01-02 15:04:05.999 +0000 UTC`. */
function momentText(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return 'NaN'
  const [day = '', clock = ''] = date.toISOString().split('T')
  const [whole = '', part = ''] = clock.slice(0, -1).split('.')
  const rest = part.replace(/0+$/, '')
  return `${day} ${whole}${rest === '' ? '' : `.${rest}`} +0000 UTC`
}

/** As `time.Duration.String` writes it: `1h2m3.5s`, `1.5ms`, `0s`. */
function durationText(ns: number): string {
  if (ns === 0) return '0s'
  const sign = ns < 0 ? '-' : ''
  const left = Math.abs(ns)
  if (left < 1_000) return `${sign}${left}ns`
  if (left < 1_000_000) return `${sign}${left / 1_000}µs`
  if (left < 1_000_000_000) return `${sign}${left / 1_000_000}ms`
  const hours = Math.floor(left / 3.6e12)
  const minutes = Math.floor((left % 3.6e12) / 6e10)
  const seconds = (left % 6e10) / 1e9
  return `${sign}${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`
}
