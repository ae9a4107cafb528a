import type { DetectionTier } from '@aiops/contract/model/anomaly'
import type { DetectConfig } from './config.ts'
import { Detector } from './detector.ts'
import { plainProfile } from './profile.ts'
import { settingsOf } from './settings.ts'
import { News } from './tier/news.ts'

/** `score` 0..1, 0.5 being the bound, lessened for a while after a high one; `isAnomaly` from the point at which an anomaly would have been told to its end. */
export type DetectedRow = { score: number; isAnomaly: boolean; tier: DetectionTier }

/** Several series judged together: the score of the most anomalous, and which that was. */
export type DetectedRows = DetectedRow & { top: number }

/** Where the agile tier looks, the basic one is heard when it is this sure: so many bounds count as one. */
const sureRatio = 4
/** Twice the bound scores 0.89, half of it 0.11. */
const steepness = 3

/**
 * The live detector applied to a whole series, point by point: a row depends on no later point. Times in unix
 * milliseconds; a point that is not later than the one before counts as one millisecond later. Values that are no
 * numbers get score 0.
 */
export function detectSeries(
  timesMs: ArrayLike<number>,
  values: ArrayLike<number>,
  config: DetectConfig,
): DetectedRow[] {
  const detector = createSeriesDetector(1, config)
  return Array.from(values, (value, i) => detector.push(timesMs[i] ?? Number.NaN, [value]))
}

/** The same for `width` series that share their times, fed one row at a time. */
export function createSeriesDetector(
  width: number,
  config: DetectConfig,
): { push(timeMs: number, values: readonly number[]): DetectedRows } {
  const detector = new Detector({
    ...settingsOf(config),
    activeMax: Number.POSITIVE_INFINITY,
    // A recording is no stream: there is room and time for each of its columns.
    agileSeriesMax: Number.POSITIVE_INFINITY,
    agileStepMs: 0,
  })
  const profile = plainProfile(config)
  for (let index = 0; index < width; index += 1) detector.register(index, profile)
  let lastMs = Number.NEGATIVE_INFINITY
  const news = new News()
  return {
    push(timeMs, values) {
      const atMs = Number.isFinite(timeMs) && timeMs > lastMs ? timeMs : Math.max(lastMs, 0) + 1
      lastMs = atMs
      const row: DetectedRows = { score: 0, isAnomaly: false, tier: 'BASIC', top: 0 }
      let size = 0
      for (let index = 0; index < width; index += 1) {
        detector.step(index, atMs, values[index] ?? Number.NaN, true)
        const { ratio, agileRatio } = detector
        const basic = Number.isNaN(agileRatio) ? ratio : ratio / sureRatio
        row.isAnomaly ||= detector.isOpen(index)
        if (!(basic > size || agileRatio > size)) continue
        size = agileRatio > basic ? agileRatio : basic
        row.tier = agileRatio > basic ? 'AGILE' : 'BASIC'
        row.top = index
      }
      const told = news.push(0, size) ** steepness
      row.score = told / (1 + told)
      return row
    },
  }
}
