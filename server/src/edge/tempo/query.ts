import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'

const hourMs = 3_600_000
/** A search goes back this far unless it says otherwise, as Tempo's default of `query_backend_after` data. */
const limitMax = 10_000

/** `start` and `end`: seconds, milliseconds, microseconds or nanoseconds since 1970 by their size, or RFC 3339; the last hour unless given. */
export function rangeOf(query: URLSearchParams, clock: Clock): { startMs: number; endMs: number } {
  const since = query.get('since')
  const endMs = timeOf(query, 'end') ?? clock.now()
  const startMs = timeOf(query, 'start') ?? endMs - (since ? durationMsOf('since', since) : hourMs)
  if (startMs > endMs) throw new Fault('INVALID_REQUEST', 'invalid start: start lies after end')
  return { startMs, endMs }
}

/** Trace ids name their trace at any time; a range in the request narrows nothing here. */
function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) {
    if (value === 0 && name === 'end') return undefined
    if (value >= 1e17) return value / 1e6
    if (value >= 1e14) return value / 1e3
    return value >= 1e11 ? value : value * 1e3
  }
  const ms = Date.parse(text)
  if (Number.isNaN(ms))
    throw new Fault('INVALID_REQUEST', `invalid ${name}: ${JSON.stringify(text.slice(0, 64))} is no time`)
  return ms
}

const unitMs: Readonly<Record<string, number>> = {
  ...{ ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8 },
}

/** Go's form, such as 1m30s, or a plain number of seconds. */
export function durationMsOf(name: string, text: string): number {
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return Number(text) * 1_000
  if (!/^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|[smhdw]))+$/.test(text))
    throw new Fault('INVALID_REQUEST', `invalid ${name}: ${JSON.stringify(text.slice(0, 64))} is no duration`)
  let ms = 0
  for (const [, count, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|ms|[smhdw])/g))
    ms += Number(count) * (unitMs[unit ?? ''] ?? 0)
  return ms
}

export function countOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name)
  if (text === null || text === '') return otherwise
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    throw new Fault('INVALID_REQUEST', `invalid ${name}: it must be a positive number`)
  return value === 0 ? otherwise : Math.min(value, limitMax)
}

/** `q`, or what the former parameters `tags`, `minDuration` and `maxDuration` say, as TraceQL. */
export function searchQueryOf(query: URLSearchParams): string {
  const q = query.get('q')
  if (q !== null && q.trim() !== '') return q
  const conditions = tagsOf(query.get('tags') ?? '').map(([name, value]) => conditionOf(name, value))
  for (const [name, operator] of [
    ['minDuration', '>='],
    ['maxDuration', '<='],
  ] as const) {
    const text = query.get(name)
    if (text) conditions.push(`traceDuration ${operator} ${Math.round(durationMsOf(name, text) * 1e6)}ns`)
  }
  return `{ ${conditions.join(' && ')} }`
}

const conditionOf = (name: string, value: string): string => {
  if (name === 'name') return `name = ${JSON.stringify(value)}`
  if (name === 'root.name') return `rootName = ${JSON.stringify(value)}`
  if (name === 'root.service.name') return `rootServiceName = ${JSON.stringify(value)}`
  if (name === 'status.code' || name === 'status')
    return `status = ${/^(ok|error|unset)$/.test(value) ? value : 'unset'}`
  if (name === 'error') return value === 'true' ? 'status = error' : 'status != error'
  return `.${JSON.stringify(name)} = ${JSON.stringify(value)}`
}

/** logfmt: `service.name=cart http.route="/a b"`. */
function tagsOf(text: string): [string, string][] {
  if (text.length > 4_096)
    throw new Fault('INVALID_REQUEST', 'invalid tags: they are longer than 4096 characters')
  const found: [string, string][] = []
  for (const part of text.matchAll(/([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g)) {
    const [, name = '', inQuotes, bare = ''] = part
    found.push([name, inQuotes === undefined ? bare : inQuotes.replace(/\\(.)/g, '$1')])
  }
  if (found.length === 0 && text.trim() !== '')
    throw new Fault('INVALID_REQUEST', 'invalid tags: write them as name=value name="other value"')
  return found
}
