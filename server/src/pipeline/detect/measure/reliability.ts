import { calibrated, rawConfidenceOf } from '../confidence.ts'
import type { DetectConfig } from '../config.ts'
import { Detector } from '../detector.ts'
import { profileOf } from '../rule/profile.ts'
import { settingsOf } from '../settings.ts'
import { type PlantedSeries, plantedSeries } from './planted.ts'

/** Mean of what was told and share that was true, of the anomalies told with a confidence in [from, to). */
export type ReliabilityBin = { from: number; to: number; count: number; told: number; true: number }
export type Reliability = {
  planted: number
  found: number
  lookAlikes: number
  anomalies: number
  /** Mean distance of the two over the bins, weighted by anomalies (expected calibration error, Naeini et al. 2015). */
  error: number
  bins: ReliabilityBin[]
}
export type ToldAnomaly = { raw: number; isTrue: boolean; family: string }

const seriesOf = 2_400
const bins = 5
const startMs = 1_700_000_000_000
const stepMs = 15_000
/** An anomaly told so many points after its event's end is still of it. */
const lateMost = 12

/** How far the confidence of anomalies can be believed, on so many series of this seed, half of them with an event. */
export function reliabilityOf(config: DetectConfig, seed: number, count = seriesOf): Reliability {
  const series = plantedSeries(seed, count)
  const told = series.map((one) => toldOf(one, config))
  const anomalies = told.flat()
  const planted = series.filter(({ event }) => event).length
  const found = told.filter((own) => own.some(({ isTrue }) => isTrue)).length
  const table = binned(anomalies.map(({ raw, isTrue }) => ({ told: calibrated(raw), isTrue })))
  const error =
    table.reduce((sum, bin) => sum + bin.count * Math.abs(bin.told - bin.true), 0) /
    Math.max(1, anomalies.length)
  return {
    ...{ planted, found, lookAlikes: series.length - planted },
    ...{ anomalies: anomalies.length, error, bins: table },
  }
}

/** Every anomaly of the series when it was opened, with what its confidence is before calibration. */
export function toldOf(
  { labels, meta, values, event, family }: PlantedSeries,
  config: DetectConfig,
): ToldAnomaly[] {
  const profile = profileOf(labels, meta, config)
  if (!profile) return []
  const detector = new Detector(settingsOf(config))
  detector.register(0, profile)
  const told: ToldAnomaly[] = []
  values.forEach((value, point) => {
    const transition = detector.step(0, startMs + point * stepMs, value, true)
    if (transition?.kind !== 'OPENED') return
    const isTrue = event !== undefined && point >= event.from && point <= event.to + lateMost
    told.push({ raw: rawConfidenceOf(transition.opened), isTrue, family })
  })
  return told
}

function binned(anomalies: readonly { told: number; isTrue: boolean }[]): ReliabilityBin[] {
  return Array.from({ length: bins }, (_, i) => {
    const from = i / bins
    const to = (i + 1) / bins
    const own = anomalies.filter(({ told }) => told >= from && (told < to || i === bins - 1))
    const mean = (of: (one: (typeof own)[number]) => number): number =>
      own.reduce((sum, one) => sum + of(one), 0) / Math.max(1, own.length)
    return {
      from,
      to,
      count: own.length,
      told: mean(({ told }) => told),
      true: mean(({ isTrue }) => (isTrue ? 1 : 0)),
    }
  })
}
