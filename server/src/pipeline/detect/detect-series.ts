import type { DetectionTier } from '@aiops/contract/model/anomaly'
import type { DetectConfig } from './config.ts'
import { Detector } from './detector.ts'
import { plainProfile } from './profile.ts'
import { settingsOf } from './settings.ts'

/** `score` 0..1, 0.5 being the detector's bound, lessened for a while after a high one; `isAnomaly` from the point at which an anomaly would have been told to its end. */
export type DetectedRow = { score: number; isAnomaly: boolean; tier: DetectionTier }

/** Several series judged together: the score of the most anomalous, and which that was. */
export type DetectedRows = DetectedRow & { top: number }

/** A high score is news once: later scores are lessened by it, and by 3 % less with each row. */
const newsFade = 0.97
const newsScore = 0.45

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
  const detector = new Detector({ ...settingsOf(config), activeMax: Number.POSITIVE_INFINITY })
  const profile = plainProfile(config)
  for (let index = 0; index < width; index += 1) detector.register(index, profile)
  let lastMs = Number.NEGATIVE_INFINITY
  let news = 0
  return {
    push(timeMs, values) {
      const atMs = Number.isFinite(timeMs) && timeMs > lastMs ? timeMs : Math.max(lastMs, 0) + 1
      lastMs = atMs
      const row: DetectedRows = { score: 0, isAnomaly: false, tier: 'BASIC', top: 0 }
      for (let index = 0; index < width; index += 1) {
        detector.step(index, atMs, values[index] ?? Number.NaN, true)
        const score = detector.ratio / (1 + detector.ratio)
        if (score > row.score) {
          row.score = score
          row.top = index
        }
        row.isAnomaly ||= detector.isOpen(index)
      }
      const known = news
      news = Math.max(news * newsFade, row.score > newsScore ? row.score : 0)
      row.score *= 1 - known
      return row
    },
  }
}
