import type { AnomalyShape } from '@aiops/contract/model/anomaly'
import type { Feedback, FeedbackVerdict } from '@aiops/contract/model/feedback'
import type { Labels } from '@aiops/contract/model/label'
import { seriesKey } from './series-key.ts'

/** What one label says of one anomaly. */
export type Evidence = {
  feedbackId: string
  anomalyId: string
  verdict: FeedbackVerdict
  user: string
  labels: Labels
  name: string
  /** In bounds as shipped; what was told is at least 1. */
  ratio: number
  startedMs: number
  atMs: number
  /** A label of an incident is one label, however many anomalies it has: each gets its part. */
  share: number
}

export type WeighedEvidence = Evidence & { key: string; weight: number; real: boolean }

/** Told for other reasons than a distance from the usual: limits that people set, silence, climbs, what logs and calls never held before. */
const otherwiseTold: ReadonlySet<string> = new Set([
  ...['MISSING', 'THRESHOLD_BREACH', 'FLAT_LINE', 'TREND_CHANGE'],
  ...['NEW_PATTERN', 'BROKEN_SEQUENCE', 'PARAMETER_RANGE', 'NEW_EDGE'],
])

/** Whether the bound of its series decides over it: nothing said of the others changes any bound. */
export const isCorrectable = (shape: AnomalyShape): boolean => !otherwiseTold.has(shape)

/** What teaches of these labels, in one order whatever theirs was. */
export function evidenceOf(labels: readonly Feedback[]): Evidence[] {
  return labels
    .filter(({ state, verdict }) => state === 'ACCEPTED' && !verdict.startsWith('CAUSE'))
    .flatMap(({ id, verdict, user, updated_at, anomalies }) => {
      const taught = anomalies.filter(({ shape }) => isCorrectable(shape))
      return taught.map((anomaly) => ({
        ...{ feedbackId: id, anomalyId: anomaly.anomaly_id, verdict, user },
        ...{ labels: anomaly.series.labels, name: anomaly.series.name, ratio: Math.max(1, anomaly.ratio) },
        startedMs: Date.parse(anomaly.started_at),
        atMs: Date.parse(updated_at),
        share: 1 / taught.length,
      }))
    })
    .sort(
      (a, b) => a.atMs - b.atMs || compare(a.feedbackId, b.feedbackId) || compare(a.anomalyId, b.anomalyId),
    )
}

export type WeighingRules = { halfLifeMs: number; userShareMax: number }

/**
 * What each label counts: half after every half-life; and where three people or more gave labels, none of them has more than their share
 * of the whole.
 */
export function weigh(
  evidence: readonly Evidence[],
  asOfMs: number,
  { halfLifeMs, userShareMax }: WeighingRules,
): WeighedEvidence[] {
  const aged = evidence.map((one) => ({
    ...one,
    key: seriesKey(one.labels),
    real: one.verdict === 'TRUE',
    weight: one.share * 0.5 ** (Math.max(0, asOfMs - one.atMs) / halfLifeMs),
  }))
  const byUser = new Map<string, number>()
  for (const { user, weight } of aged) byUser.set(user, (byUser.get(user) ?? 0) + weight)
  if (byUser.size < 3) return aged
  const [most] = [...byUser].sort(([, a], [, b]) => b - a)
  const [user, sum] = most as [string, number]
  const others = [...byUser.values()].reduce((a, b) => a + b, 0) - sum
  const allowed = (userShareMax / (1 - Math.min(0.99, userShareMax))) * others
  if (sum <= allowed) return aged
  return aged.map((one) => (one.user === user ? { ...one, weight: (one.weight * allowed) / sum } : one))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
