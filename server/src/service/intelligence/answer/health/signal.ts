import type { EntityRef, EvidenceRecord } from '@aiops/contract/model/answer'
import { type MetricPlan, plansOf } from '../../catalogue/metric-plan.ts'
import { type Found, type PlannedCall, planned } from '../answerer.ts'
import { metricEntity, signalQueries } from '../metric-family.ts'
import { measured } from '../words.ts'

const aspects = ['latency', 'errors', 'traffic', 'pool'] as const
type SignalName = (typeof aspects)[number]

/** Kinds that answer requests, so that latency, errors and rate tell of them. */
const answering: ReadonlySet<EntityRef['kind']> = new Set([
  ...(['SERVICE', 'WORKLOAD', 'DATABASE', 'QUEUE', 'HOST', 'EXTERNAL', 'FUNCTION'] as const),
])
export const answersRequests = ({ kind }: EntityRef): boolean => answering.has(kind)

/** The look into the catalogue that `signalCalls` needs. */
export const signalFacts = (ref: EntityRef, as?: string): PlannedCall =>
  planned(
    'find_metrics',
    { aspects: ['LATENCY', 'ERRORS', 'TRAFFIC', 'POOL'], entity: metricEntity(ref), limit: 100 },
    as,
  )

const hourMs = 3_600_000

/** One query for each signal that exists: the hour until now. */
export function signalCalls(found: Found, nowMs: number, as = ''): PlannedCall[] {
  return Object.entries(plansFor(found, as)).map(([name, plan]) =>
    planned(
      'query_metrics',
      {
        query: plan.promql,
        ...(plan.clusterIds.length > 0 ? { cluster_ids: [...plan.clusterIds].slice(0, 10) } : {}),
        start_time: new Date(nowMs - hourMs).toISOString(),
        end_time: new Date(nowMs).toISOString(),
        step: '1m',
      },
      `${as}${name}`,
    ),
  )
}

function plansFor(found: Found, as: string): Partial<Record<SignalName, MetricPlan>> {
  const facts = found.output('find_metrics', as === '' ? undefined : as)?.metrics ?? []
  const pool = plansOf(facts, { aspect: 'POOL' })[0]
  return { ...signalQueries(facts), ...(pool && { pool }) }
}

/** What one signal does now and did an hour before. */
export type Signal = {
  name: SignalName
  /** `p95 latency`. */
  what: string
  unit: string | null
  now: number
  before: number | null
  /** When its level changed, where it clearly did. */
  shiftAt: string | null
  /** Clearly worse than before. */
  isWorse: boolean
  record: EvidenceRecord | undefined
}

export function signalsOf(found: Found, as = ''): Signal[] {
  return (Object.entries(plansFor(found, as)) as [SignalName, MetricPlan][]).flatMap(
    ([name, plan]): Signal[] => {
      const series = found.output('query_metrics', `${as}${name}`)?.series ?? []
      const best = series
        .map((one, i) => ({ one, i }))
        .filter(({ one }) => one.last !== null)
        .sort((a, b) => (b.one.last ?? 0) - (a.one.last ?? 0))[0]
      if (!best) return []
      const { one, i } = best
      const [now, before] = [one.last ?? 0, one.shift?.before ?? one.first]
      return [
        {
          ...{ name, what: plan.what, unit: plan.unit, now, before },
          ...{ shiftAt: one.shift?.at ?? null, isWorse: isWorse(name, now, before) },
          record: found.record('query_metrics', i, `${as}${name}`),
        },
      ]
    },
  )
}

/** Half as much again and more than noise; a pool is in trouble when nearly all of it is in use. */
function isWorse(name: SignalName, now: number, before: number | null): boolean {
  if (before === null || name === 'traffic') return false
  if (name === 'errors') return now > 0.01 && now > before * 2
  if (name === 'pool') return now > before * 1.5
  return now > before * 1.5
}

/** `p95 latency 1.94 s (80 ms an hour before)`. */
export function signalText({ what, unit, now, before }: Signal): string {
  const same = before === null || measured(before, unit) === measured(now, unit)
  const past = before === null ? '' : same ? ' (as an hour before)' : ` (${measured(before, unit)} before)`
  return `${what} ${measured(now, unit)}${past}`
}
