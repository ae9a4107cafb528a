import type { AnomalyShape, DetectionTier } from '@aiops/contract/model/anomaly'
import type { Baselines } from './baseline.ts'
import type { Profile } from './rule/profile.ts'
import { rowSize, wideColumn } from './series-rows.ts'

/** An anomaly while it lasts, in numbers. Times are unix milliseconds. */
export type Opened = {
  low: number
  mid: number
  high: number
  startedMs: number
  openedMs: number
  /** When this process began to follow it. */
  resumedMs: number
  sign: number
  worst: number
  /** Of the worst value, in robust standard deviations, signed. */
  deviation: number
  /** Largest distance in bounds. */
  ratio: number
  points: number
  /** Points that had taught what is usual. */
  history: number
  shape: AnomalyShape
  /** The tier that settled it. */
  tier: DetectionTier
  calmPoints: number
  calmSinceMs: number
  toldMs: number
  toldDeviation: number
  /** Of a change of spread: times the usual one. */
  factor?: number
  /** Of several metrics together: those likeliest wrong, the first being the one it stands on. */
  together?: readonly number[]
  /** Anomalies of the series before, fading. */
  earlier?: number
}

export type Transition = {
  index: number
  kind: 'OPENED' | 'UPDATED' | 'ENDED'
  /** Why it ended: back in its band, the new usual, its series silent or forgotten; JUDGED otherwise. */
  reason: 'JUDGED' | 'RECOVERED' | 'ADOPTED' | 'SILENT' | 'FORGOTTEN'
  atMs: number
  opened: Opened
}

/** Where values are expected: the bound on either side of the usual value. `season` is what was taken from values, and is given back. */
export function bandOf(
  baselines: Baselines,
  index: number,
  profile: Profile,
  season = 0,
): Pick<Opened, 'low' | 'mid' | 'high'> {
  const mid = baselines.rows.wide[index * rowSize + wideColumn.mid] as number
  const floor = Math.max(profile.scale, profile.scaleShare * Math.abs(mid))
  const least = Math.max(profile.effect, profile.effectShare * Math.abs(mid))
  const up = Math.max(profile.bound * baselines.spread(index, true, floor), least)
  const down = Math.max(profile.bound * baselines.spread(index, false, floor), least)
  // What was never below zero is not expected there.
  const low =
    mid >= 0 && (baselines.rows.wide[index * rowSize + wideColumn.low] as number) >= 0
      ? Math.max(0, mid - down)
      : mid - down
  return { low: low + season, mid: mid + season, high: mid + up + season }
}
