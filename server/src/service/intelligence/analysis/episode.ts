import type { AnomalyDetection } from '@aiops/contract/model/analysis'
import type { Random } from '../../../kernel/random.ts'
import { isolationScores } from './isolation-forest.ts'
import { confidenceOf, quantile, robustScore, type Spread, spreadOf } from './robust-score.ts'

/** `[unix milliseconds, value]`, oldest first, finite values only. */
export type Points = readonly (readonly [number, number])[]
export type Episode = Pick<AnomalyDetection, 'anomaly_type' | 'severity' | 'confidence_score'> & {
  startMs: number
  endMs: number
  expected: number
  actual: number
  /** Standard deviations from what was expected, signed. */
  score: number
}

export const pointsMin = 10
/** |z| from which a point stands out (platform: LOW 3.0 … EXTREME 1.5). */
export const thresholds = { LOW: 3, MEDIUM: 2.5, HIGH: 2, EXTREME: 1.5 } as const
/** Points that a stretch may be interrupted by. */
const gapMax = 2
/** A stretch of this share of the range is a new level rather than a spike. */
const levelShare = 0.15
/** A forest's score from which a row stands out; the authors' own. */
const forestMin = 0.6

/** Stretches in which a series lies where it does not usually lie. */
export function episodesOf(
  points: Points,
  method: 'STATISTICAL' | 'ML_BASED',
  sensitivity: keyof typeof thresholds,
  random: Random,
): Episode[] {
  if (points.length < pointsMin) return []
  const values = points.map(([, value]) => value)
  const spread = spreadOf(values)
  const threshold = thresholds[sensitivity]
  const rows = method === 'ML_BASED' ? featuresOf(values) : values.map((value) => [value])
  const scores = furthest(rows, threshold)
  const forest = method === 'ML_BASED' ? isolationScores(rows, random) : undefined
  const isOut = scores.map((score, i) => Math.abs(score) >= threshold && (forest?.[i] ?? 1) >= forestMin)
  return stretches(isOut).map(([from, to]) => episodeOf(points, scores, spread, from, to))
}

/** Of each point: where it lies, how it came there, and how far it is from the median of the ten before. */
function featuresOf(values: readonly number[]): number[][] {
  return values.map((value, i) => {
    const before = values.slice(Math.max(0, i - 10), i).sort((a, b) => a - b)
    const usual = before.length === 0 ? value : quantile(before, 0.5)
    return [value, value - (values[i - 1] ?? value), value - usual]
  })
}

/** Of each row the score of the feature that is furthest from where it usually is. */
function furthest(rows: readonly (readonly number[])[], threshold: number): number[] {
  const spreads = rows[0]!.map((_, feature) => spreadOf(rows.map((row) => row[feature]!)))
  return rows.map((row) =>
    row
      .map((value, feature) => robustScore(value, spreads[feature]!, threshold))
      .reduce((most, score) => (Math.abs(score) > Math.abs(most) ? score : most)),
  )
}

/** Runs of true, from first to last index, over gaps of `gapMax`. */
function stretches(isOut: readonly boolean[]): [from: number, to: number][] {
  const runs: [number, number][] = []
  isOut.forEach((out, i) => {
    if (!out) return
    const last = runs.at(-1)
    if (last && i - last[1] <= gapMax + 1) last[1] = i
    else runs.push([i, i])
  })
  return runs
}

function episodeOf(
  points: Points,
  scores: readonly number[],
  spread: Spread,
  from: number,
  to: number,
): Episode {
  let worst = from
  for (let i = from; i <= to; i += 1) if (Math.abs(scores[i]!) > Math.abs(scores[worst]!)) worst = i
  const [score, actual] = [scores[worst]!, points[worst]![1]]
  const size = Math.abs(score)
  return {
    ...{ startMs: points[from]![0], endMs: points[to]![0], expected: spread.median, actual, score },
    anomaly_type: typeOf(points, spread, from, to, actual),
    severity: size >= 3 ? 'HIGH' : size >= 2.5 ? 'MEDIUM' : 'LOW',
    confidence_score: confidenceOf(score, points.length),
  }
}

function typeOf(
  points: Points,
  { median, mad }: Spread,
  from: number,
  to: number,
  actual: number,
): Episode['anomaly_type'] {
  const isLong = (to - from + 1) / points.length >= levelShare
  if (!isLong) return actual >= median ? 'SPIKE' : 'DROP'
  const inside = points.slice(from, to + 1).map(([, value]) => value)
  const half = Math.floor(inside.length / 2)
  const middle = (values: readonly number[]): number =>
    quantile(
      values.toSorted((a, b) => a - b),
      0.5,
    )
  const drift = middle(inside.slice(half)) - middle(inside.slice(0, half))
  return Math.abs(drift) > 2 * mad ? 'TREND_CHANGE' : 'PATTERN_BREAK'
}
