import type { Decision } from '@aiops/contract/model/decision'

/** What came of one decision. */
export type Came = { confidence: number; right: boolean }
export type Bin = {
  from: number
  to: number
  outcomes: number
  mean_confidence: number | null
  hit_rate: number | null
  hit_rate_low: number | null
  hit_rate_high: number | null
}
export type Calibration = { outcomes: number; calibrated: boolean; brier: number | null; bins: Bin[] }

/** Below so many outcomes nothing is said of what confidences are worth. */
export const outcomesMin = 30
const binCount = 10

/** Reliability in ten bins, hit rates with Wilson's interval at 95 % (Wilson 1927), and the Brier score. */
export function calibrationOf(came: readonly Came[]): Calibration {
  const bins = Array.from({ length: binCount }, (_, at): Bin => {
    const inside = came.filter(({ confidence }) => binOf(confidence) === at)
    const hits = inside.filter(({ right }) => right).length
    const [low, high] = wilson(hits, inside.length)
    const some = inside.length > 0
    return {
      ...{ from: at / binCount, to: (at + 1) / binCount, outcomes: inside.length },
      mean_confidence: some
        ? inside.reduce((sum, { confidence }) => sum + confidence, 0) / inside.length
        : null,
      hit_rate: some ? hits / inside.length : null,
      hit_rate_low: some ? low : null,
      hit_rate_high: some ? high : null,
    }
  })
  const brier = came.reduce((sum, { confidence, right }) => sum + (confidence - (right ? 1 : 0)) ** 2, 0)
  return {
    ...{ outcomes: came.length, calibrated: came.length >= outcomesMin },
    ...{ brier: came.length > 0 ? brier / came.length : null, bins },
  }
}

/** What confidences like this one were worth; null below 30 outcomes, and where none was like it. */
export function worthOf(calibration: Calibration, confidence: number | null): Decision['calibration'] {
  const known = calibration.calibrated && confidence !== null
  return {
    outcomes: calibration.outcomes,
    hit_rate: known ? (calibration.bins[binOf(confidence)]?.hit_rate ?? null) : null,
  }
}

export function wilson(hits: number, count: number, z = 1.96): [number, number] {
  if (count === 0) return [0, 1]
  const share = hits / count
  const middle = share + (z * z) / (2 * count)
  const width = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))
  const scale = 1 + (z * z) / count
  return [Math.max(0, (middle - width) / scale), Math.min(1, (middle + width) / scale)]
}

const binOf = (confidence: number): number => Math.min(binCount - 1, Math.floor(confidence * binCount))
