import type { FeatureDrift, ModelDrift, ModelVersion } from '@aiops/contract/model/detection-model'
import type { Feedback } from '@aiops/contract/model/feedback'
import { stabilityOf } from './psi.ts'

export const warningPsi = 0.1
export const criticalPsi = 0.25
/** Metrics that are told apart, those with most anomalies first. */
const featuresMax = 50
const dayMs = 86_400_000
const hourMs = 3_600_000
/** The reference is what was seen this long before the training ended, at least. */
const referenceMs = 7 * dayMs
/** Labels of a day before their share says something. */
const labelsMin = 10

/** How far one anomaly lay from the usual, when. */
export type SeenRatio = { metric: string; ratio: number; detectedMs: number }

export type DriftInputs = {
  nowMs: number
  champion: Pick<ModelVersion, 'training' | 'created_at'> | undefined
  seen: readonly SeenRatio[]
  labels: readonly Pick<Feedback, 'verdict' | 'state' | 'updated_at'>[]
  staleMs: number
  unrealShareMax: number
}

/** When the reference of a champion begins and ends. */
export function referenceOf(champion: Pick<ModelVersion, 'training' | 'created_at'>): {
  startMs: number
  endMs: number
} {
  const endMs = Date.parse(champion.training.end ?? champion.created_at)
  const startMs = Date.parse(champion.training.start ?? champion.created_at)
  return { startMs: Math.min(startMs, endMs - referenceMs), endMs }
}

/** What is seen now, held against what the champion was trained on. Pure. */
export function driftOf({ nowMs, champion, seen, labels, staleMs, unrealShareMax }: DriftInputs): ModelDrift {
  const reference = champion && referenceOf(champion)
  const sinceMs = reference?.endMs ?? nowMs
  const features = reference ? featuresOf(seen, reference.startMs, sinceMs) : []
  const ageHours = champion ? (nowMs - Date.parse(champion.created_at)) / hourMs : null
  const recent = labels.filter(
    ({ updated_at, state, verdict }) =>
      state === 'ACCEPTED' && !verdict.startsWith('CAUSE') && nowMs - Date.parse(updated_at) < dayMs,
  )
  const unreal = recent.filter(({ verdict }) => verdict !== 'TRUE').length
  const share = recent.length === 0 ? null : unreal / recent.length
  const drift = {
    at: iso(nowMs),
    status: worstOf(features),
    reference: reference ? { start: iso(reference.startMs), end: iso(reference.endMs) } : null,
    recent: { start: iso(sinceMs), end: iso(nowMs) },
    features,
    age_hours: ageHours === null ? null : Math.round(ageHours * 10) / 10,
    stale: champion !== undefined && nowMs - Date.parse(champion.created_at) > staleMs,
    unreal_share: share,
    labels: recent.length,
  }
  return { ...drift, sentence: sentenceOf(drift, unrealShareMax) }
}

/** Enough of a day's labels say that nothing was wrong. */
export const isOftenUnreal = (
  { unreal_share, labels }: Pick<ModelDrift, 'unreal_share' | 'labels'>,
  shareMax: number,
): boolean => unreal_share !== null && labels >= labelsMin && unreal_share > shareMax

function featuresOf(seen: readonly SeenRatio[], startMs: number, endMs: number): FeatureDrift[] {
  const byMetric = new Map<string, { reference: number[]; recent: number[] }>()
  for (const { metric, ratio, detectedMs } of seen) {
    if (detectedMs < startMs) continue
    const one = byMetric.get(metric) ?? { reference: [], recent: [] }
    one[detectedMs <= endMs ? 'reference' : 'recent'].push(Math.log(Math.max(1, ratio)))
    byMetric.set(metric, one)
  }
  return [...byMetric]
    .sort(([a, x], [b, y]) => sizeOf(y) - sizeOf(x) || (a < b ? -1 : 1))
    .slice(0, featuresMax)
    .map(([feature, { reference, recent }]) => {
      const counts = { feature, reference: reference.length, recent: recent.length }
      const found = stabilityOf(reference, recent)
      if (!found) return { ...counts, psi: null, chance: null, status: 'UNKNOWN' as const }
      return { ...counts, psi: rounded(found.psi), chance: rounded(found.chance), status: statusOf(found) }
    })
}

/** A drift that chance explains is none. */
function statusOf({ psi, chance }: { psi: number; chance: number }): FeatureDrift['status'] {
  if (psi < warningPsi || psi <= chance) return 'STABLE'
  return psi < criticalPsi ? 'WARNING' : 'CRITICAL'
}

function worstOf(features: readonly FeatureDrift[]): ModelDrift['status'] {
  for (const status of ['CRITICAL', 'WARNING', 'STABLE'] as const)
    if (features.some((one) => one.status === status)) return status
  return 'UNKNOWN'
}

function sentenceOf(drift: Omit<ModelDrift, 'sentence'>, unrealShareMax: number): string {
  if (drift.age_hours === null) return 'Nothing was learned yet that could drift.'
  const moved = drift.features.filter(({ status }) => status === 'WARNING' || status === 'CRITICAL')
  const [most] = [...moved].sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0))
  const parts = [
    most
      ? `Anomalies of ${moved.length} ${moved.length === 1 ? 'metric' : 'metrics'} are of other sizes than in training, most of ${most.feature} (PSI ${most.psi?.toFixed(2)})`
      : drift.status === 'UNKNOWN'
        ? 'Too few anomalies since training to say whether their sizes changed'
        : 'Anomalies are of the sizes they were of in training',
  ]
  if (drift.stale) parts.push(`trained ${Math.round(drift.age_hours / 24)} days ago, which is long`)
  if (isOftenUnreal(drift, unrealShareMax))
    parts.push(
      `${Math.round((drift.unreal_share ?? 0) * 100)} % of ${drift.labels} labels of the last day called what was told unreal`,
    )
  return `${parts.join('; ')}.`
}

const sizeOf = ({ reference, recent }: { reference: number[]; recent: number[] }): number =>
  reference.length + recent.length
const iso = (ms: number): string => new Date(ms).toISOString()
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4
