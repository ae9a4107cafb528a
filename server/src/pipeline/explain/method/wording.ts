import { type EntityId, entityKinds, entityName } from '@aiops/contract/model/entity'
import { metricUnit } from '@aiops/contract/model/metric-unit'
import { figureText } from '@aiops/contract/model/number-text'
import type { Signal } from './sighting.ts'

const kinds: ReadonlySet<string> = new Set(entityKinds)

/** What a person calls the entity: without the kind where the id begins with one. */
export function nameOf(entity: string): string {
  const slash = entity.indexOf('/')
  return slash > 0 && kinds.has(entity.slice(0, slash)) ? entityName(entity as EntityId) : entity
}

/** Time of day to the second, with its zone: pages around the sentence show local time. */
export const clockTime = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)} UTC`

/** `40 s`, `1 min`, `2 min 10 s`, `12 min`. */
export function spanPhrase(seconds: number): string {
  if (seconds < 90 && seconds !== 60) return `${seconds} s`
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  return minutes >= 5 || rest === 0 ? `${Math.round(seconds / 60)} min` : `${minutes} min ${rest} s`
}

/** Metrics that the stream stage makes of spans, as a person would say them. */
const ofSpans: Readonly<Record<string, string>> = {
  'traces.span.rate': 'rate of requests',
  'traces.span.duration:mean': 'mean request duration',
  'traces.span.duration:p95': 'p95 of request duration',
  'traces.span.error_ratio': 'share of failed requests',
  'traces.span.self_time:mean': 'own time per request',
  'traces.span.error_origin_ratio': 'share of requests that failed of themselves',
  'traces.edge.rate': 'rate of calls',
  'traces.edge.duration:mean': 'mean duration of calls',
  'traces.edge.error_ratio': 'share of failed calls',
}

/** `p95 of http.server.request.duration`, `process.memory.usage`. */
export function metricPhrase(metric: string): string {
  if (Object.hasOwn(ofSpans, metric)) return ofSpans[metric]!
  const colon = metric.lastIndexOf(':')
  if (colon < 0) return metric
  return `${metric.slice(colon + 1).replace('_', ' ')} of ${metric.slice(0, colon)}`
}

/** A value with its unit (UCUM), three significant digits. */
export function quantity(value: number, unit: string | undefined, ratio = false): string {
  if (!Number.isFinite(value)) return 'nothing'
  if (unit === 's') return Math.abs(value) < 1 ? `${figureText(value * 1_000)} ms` : `${figureText(value)} s`
  if (unit === 'ms')
    return Math.abs(value) < 1_000 ? `${figureText(value)} ms` : `${figureText(value / 1_000)} s`
  if (unit === 'By' || unit === 'By/s') return bytes(value) + unit.slice(2)
  if ((unit === '1' || (unit === undefined && ratio)) && Math.abs(value) <= 1.5)
    return `${figureText(value * 100)} %`
  const word = unit?.replace(/[{}]/g, '').replace(/^1\//, '/') ?? ''
  return word === '' || word === '1'
    ? figureText(value)
    : `${figureText(value)}${word.startsWith('/') || word === '%' ? '' : ' '}${word}`
}

function bytes(value: number): string {
  const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let at = 0
  let rest = value
  while (Math.abs(rest) >= 1_024 && at < steps.length - 1) {
    rest /= 1_024
    at += 1
  }
  return `${figureText(rest)} ${steps[at]}`
}

/** `rose from 21 ms to 640 ms, 30 times`. */
export function changePhrase(signal: Signal): string {
  const { before, after } = signal.change
  const unit = metricUnit({ name: signal.series.metric, unit: signal.series.unit })
  const verb = after >= before ? 'rose' : 'fell'
  const from = quantity(before, unit, signal.meaning.ratio)
  const to = quantity(after, unit, signal.meaning.ratio)
  // The medians agree and yet it changed: it left its usual value only now and then.
  if (from === to) return `left its usual ${from} again and again`
  const times =
    before > 0 && after / before >= 2 ? `, ${figureText(Number((after / before).toPrecision(2)))} times` : ''
  const share = before > 0 && after < before ? `, by ${Math.round((1 - after / before) * 100)} %` : ''
  return `${verb} from ${from} to ${to}${times}${share}`
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listPhrase(names: readonly string[], most = 3): string {
  if (names.length <= 1) return names[0] ?? 'none'
  if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}
