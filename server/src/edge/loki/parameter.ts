import { Fault } from '../../kernel/fault.ts'
import type { IngestRequest } from '../../pipeline/ingest/index.ts'
import { parseDuration } from '../../service/telemetry/index.ts'

/** https://grafana.com/docs/loki/latest/reference/loki-http-api/#timestamps */
const hourMs = 3_600_000
const limitStandard = 100

/** The parameters of a request: of its query, and of a form in its body. */
export function parametersOf({ query, body, headers }: IngestRequest): URLSearchParams {
  const type = headers['content-type'] ?? ''
  if (body.length === 0 || !type.startsWith('application/x-www-form-urlencoded')) return query
  return new URLSearchParams([...new URLSearchParams(body.toString('utf8')), ...query])
}

/** Nanoseconds, seconds with a fraction, or RFC 3339, as milliseconds. Throws INVALID_REQUEST. */
export function timeOf(text: string, name = 'timestamp'): number {
  if (/^-?\d+$/.test(text))
    return text.replace('-', '').length <= 10 ? Number(text) * 1_000 : Number(BigInt(text) / 1_000n) / 1_000
  if (/^-?\d*\.\d+$|^\d+\.?\d*[eE]\+?\d+$/.test(text)) return Number(text) * 1_000
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(text)
  const seconds = found ? Date.parse(`${found[1]}${found[3]}`) : Number.NaN
  if (Number.isNaN(seconds))
    throw new Fault(
      'INVALID_REQUEST',
      `could not parse '${name}' parameter: parsing time ${JSON.stringify(text.slice(0, 64))}: cannot parse`,
    )
  return seconds + Math.round(Number(found![2] ?? 0) * 1e6) / 1_000
}

/** `start` and `end`; without them the last hour, or `since` before the end. */
export function rangeOf(
  query: URLSearchParams,
  nowMs: number,
  standardMs = hourMs,
): { startMs: number; endMs: number } {
  const [start, end, since] = [query.get('start'), query.get('end'), query.get('since')]
  const endMs = end ? timeOf(end, 'end') : nowMs
  const backMs = since ? durationOf(since, 'since') : standardMs
  const startMs = start ? timeOf(start, 'start') : Math.min(endMs, nowMs) - backMs
  if (endMs < startMs)
    throw new Fault('INVALID_REQUEST', 'end timestamp must not be before or equal to start time')
  return { startMs, endMs }
}

/** A duration such as `5m`, or seconds, as milliseconds. */
export function durationOf(text: string, name: string): number {
  const ms = /^\d*\.?\d+$/.test(text) ? Number(text) * 1_000 : parseDuration(text)
  if (ms === undefined || ms < 0)
    throw new Fault(
      'INVALID_REQUEST',
      `cannot parse ${JSON.stringify(text.slice(0, 64))} to a valid duration (${name})`,
    )
  return ms
}

/** `step`, or about 250 points, a second at least. */
export function stepOf(
  query: URLSearchParams,
  { startMs, endMs }: { startMs: number; endMs: number },
): number {
  const text = query.get('step')
  if (!text) return Math.max(1, Math.floor((endMs - startMs) / 250_000)) * 1_000
  const stepMs = durationOf(text, 'step')
  if (stepMs <= 0)
    throw new Fault(
      'INVALID_REQUEST',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    )
  return stepMs
}

export function limitOf(query: URLSearchParams, standard = limitStandard, name = 'limit'): number {
  const text = query.get(name)
  if (!text) return standard
  if (!/^-?\d{1,9}$/.test(text))
    throw new Fault(
      'INVALID_REQUEST',
      `strconv.Atoi: parsing ${JSON.stringify(text.slice(0, 64))}: invalid syntax`,
    )
  if (Number(text) <= 0) throw new Fault('INVALID_REQUEST', `${name} must be a positive value`)
  return Number(text)
}

export function directionOf(query: URLSearchParams): 'FORWARD' | 'BACKWARD' {
  const text = (query.get('direction') || 'backward').toLowerCase()
  if (text === 'forward') return 'FORWARD'
  if (text === 'backward') return 'BACKWARD'
  throw new Fault('INVALID_REQUEST', `invalid direction '${text.slice(0, 64)}'`)
}

export function queryOf(query: URLSearchParams): string {
  const text = query.get('query') ?? ''
  if (text === '') throw new Fault('INVALID_REQUEST', 'parse error : syntax error: unexpected $end')
  return text
}
