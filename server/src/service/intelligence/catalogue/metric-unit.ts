import { type MetricFact, plainName } from './metric-fact.ts'

/** Of NVIDIA's DCGM exporter, whose names say no unit. */
const dcgm: readonly (readonly [RegExp, string])[] = [
  [/_temp$/, 'Cel'],
  [/_power_usage$/, 'W'],
  [/_(gpu|enc|dec|mem_copy)_util$/, '%'],
  [/_fb_(used|free|total|reserved)$/, 'MiB'],
  [/_(sm|mem)_clock$/, 'MHz'],
  [/_xid_errors$/, ''],
]

const bySuffix: readonly (readonly [RegExp, string])[] = [
  [/(^|_)(milliseconds|millis|ms)$/, 'ms'],
  [/(^|_)(nanoseconds|nanos|ns)$/, 'ns'],
  [/(^|_)seconds$/, 's'],
  [/(^|_)(bytes|rss)$/, 'By'],
  [/(^|_)(ratio|utilization|utilisation)$/, 'ratio'],
  [/(^|_)(percent|percentage|pct)$/, '%'],
  [/(^|_)(celsius|temperature)$/, 'Cel'],
  [/(^|_)watts$/, 'W'],
  [/(^|_)cores$/, 'cores'],
  [/(^|_)joules$/, 'J'],
]

/** The unit of a metric's samples: what the name says where it says one, else what its sender says; null where neither does. */
export function unitOf(fact: Pick<MetricFact, 'name' | 'unit'>): string | null {
  const plain = plainName(fact.name).replace(/_(total|count|sum|bucket|mean|p95|created)$/, '')
  if (plain.startsWith('dcgm_')) return dcgm.find(([suffix]) => suffix.test(plain))?.[1] ?? null
  const named = bySuffix.find(([suffix]) => suffix.test(plain))?.[1]
  if (named !== undefined) return named
  if (/_error_(origin_)?ratio$/.test(plain)) return 'ratio'
  return fact.unit === '' || fact.unit === '1' ? null : (fact.unit ?? null)
}

/** Of its increase per second. */
export function rateUnit(unit: string | null, counted: string): string {
  if (unit === 'By') return 'By/s'
  if (unit === 's') return 'cores'
  return `${counted}/s`
}
