import type { DetectionTier } from '@aiops/contract/model/anomaly'
import type { DetectConfig } from './config.ts'
import { Detector } from './detector.ts'
import { Group } from './multivariate/index.ts'
import { plainProfile } from './rule/profile.ts'
import { Seasonal } from './rule/seasonal.ts'
import { settingsOf } from './settings.ts'
import { News } from './tier/news.ts'

/** `score` 0..1, 0.5 being the bound, lessened for a while after a high one; `isAnomaly` from the point at which an anomaly would have been told to its end. */
export type DetectedRow = { score: number; isAnomaly: boolean; tier: DetectionTier }

/** Several series judged together: `ranking` names those that are likeliest what is wrong, at most three, `top` the first. */
export type DetectedRows = DetectedRow & { top: number; ranking: readonly number[] }

/** Where the agile tier looks, what the basic one alone finds is a suspicion: it scores no more than so many bounds. */
const suspicionMost = 0.8
/** From so many bounds on a row is the word of the tier that says it; below, the basic tier has let it pass. */
const heardLeast = 0.5
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
  const settings = {
    ...settingsOf(config),
    activeMax: Number.POSITIVE_INFINITY,
    // A recording is no stream: there is room and time for each of its columns.
    agileSeriesMax: Number.POSITIVE_INFINITY,
    agileStepMs: 0,
  }
  const detector = new Detector(settings)
  const seasonal = new Seasonal(detector, settings)
  const profile = plainProfile(config)
  for (let index = 0; index < width; index += 1) detector.register(index, profile)
  let lastMs = Number.NEGATIVE_INFINITY
  const news = new News()
  news.reserve(2)
  const group = width > 1 ? new Group(width) : undefined
  return {
    push(timeMs, values) {
      const atMs = Number.isFinite(timeMs) && timeMs > lastMs ? timeMs : Math.max(lastMs, 0) + 1
      lastMs = atMs
      const together = group?.push(values)
      // Once much is known of all, they are judged as one; until then each by itself.
      if (group?.isRipe && together !== undefined) return groupRow(group, together)
      const row: DetectedRows = { score: 0, isAnomaly: false, tier: 'BASIC', top: 0, ranking: [] }
      let size = 0
      let doubt = 0
      let doubted = 0
      for (let index = 0; index < width; index += 1) {
        seasonal.concerns(index, profile)
        seasonal.step(index, atMs, values[index] ?? Number.NaN, true)
        const { ratio, agileRatio } = detector
        row.isAnomaly ||= detector.isOpen(index)
        const looked = !Number.isNaN(agileRatio)
        if (looked && ratio > doubt) {
          doubt = ratio
          doubted = index
        }
        const heard = looked ? agileRatio : ratio
        if (!(heard > size)) continue
        size = heard
        if (looked && size >= heardLeast) row.tier = detector.agile.isRobust ? 'ROBUST' : 'AGILE'
        row.top = index
        row.ranking = [index]
      }
      const found = news.push(0, size)
      const suspicion = Math.min(suspicionMost, news.push(1, doubt))
      if (suspicion > found) {
        row.tier = 'BASIC'
        row.top = doubted
        row.ranking = [doubted]
      }
      const told = Math.max(found, suspicion) ** steepness
      row.score = told / (1 + told)
      return row
    },
  }
}

function groupRow(group: Group, size: number): DetectedRows {
  const told = size ** steepness
  const ranking = [...group.ranking]
  return { score: told / (1 + told), isAnomaly: group.isOpen, tier: 'ROBUST', top: ranking[0] ?? 0, ranking }
}
