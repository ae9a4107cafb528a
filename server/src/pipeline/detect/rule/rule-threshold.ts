import type { Detector } from '../detector.ts'
import { bandOf, type Opened, type Transition } from '../opened.ts'
import type { Profile } from './profile.ts'

/** A breach that is looked at, and not told yet. */
type Candidate = { sinceMs: number; points: number; sign: -1 | 1; worst: number }

export type ThresholdLimits = {
  recoveryPoints: number
  recoveryMs: number
  updateMs: number
  silentMs: number
  activeMax: number
}

/** How much further a value must be beyond its limit to be told again. */
const worseFactor = 1.25

export const hasLimit = ({ above, below }: Profile): boolean =>
  above !== Number.POSITIVE_INFINITY || below !== Number.NEGATIVE_INFINITY

/**
 * Limits that people set: a value beyond one for as long as `persistence` asks is an anomaly, whatever is usual. It ends when values were
 * within for the recovery time. Holds state for series beyond a limit alone.
 */
export class Thresholds {
  readonly #limits: ThresholdLimits
  readonly #candidates = new Map<number, Candidate>()
  readonly #open = new Map<number, Opened>()

  constructor(limits: ThresholdLimits) {
    this.#limits = limits
  }

  isOpen(index: number): boolean {
    return this.#open.has(index)
  }
  release(index: number): void {
    this.#candidates.delete(index)
    this.#open.delete(index)
  }
  adopt(index: number, opened: Opened): void {
    this.#open.set(index, opened)
  }

  /** The point must be newer than the one before and a number. `season` is what its season takes from it before it is held against the usual. */
  step(
    index: number,
    profile: Profile,
    point: { timeMs: number; value: number; fresh: boolean; season: number },
    detector: Detector,
  ): Transition | undefined {
    const { timeMs, value, fresh, season } = point
    const opened = this.#open.get(index)
    const sign = value > profile.above ? 1 : value < profile.below ? -1 : 0
    if (opened) return fresh ? this.#follow(index, opened, profile, timeMs, value, sign) : undefined
    if (sign === 0) {
      this.#candidates.delete(index)
      return undefined
    }
    const known = this.#candidates.get(index)
    const candidate =
      known?.sign === sign
        ? { ...known, points: known.points + 1, worst: worseOf(known.worst, value, sign) }
        : { sinceMs: timeMs, points: 1, sign, worst: value }
    this.#candidates.set(index, candidate as Candidate)
    const lasted =
      candidate.points >= profile.persistencePoints && timeMs - candidate.sinceMs >= profile.persistenceMs
    if (!lasted || !fresh || this.#open.size >= this.#limits.activeMax) return undefined
    return this.#begin(index, profile, { timeMs, season }, candidate as Candidate, detector)
  }

  /** Breaches whose series has said nothing for long: they end. */
  silent(nowMs: number, detector: Detector, isHeld: (index: number) => boolean): Transition[] {
    const ended: Transition[] = []
    for (const [index, opened] of this.#open) {
      if (isHeld(index)) opened.resumedMs = nowMs
      const limitMs = Math.max(this.#limits.silentMs, 20 * detector.intervalMs(index))
      if (nowMs - Math.max(detector.lastMs(index), opened.resumedMs) <= limitMs) continue
      this.#open.delete(index)
      ended.push({ index, kind: 'ENDED', reason: 'SILENT', atMs: nowMs, opened })
    }
    return ended
  }

  save() {
    return { candidates: this.#candidates, open: this.#open }
  }
  load({ candidates, open }: ReturnType<Thresholds['save']>): void {
    for (const [index, candidate] of candidates) this.#candidates.set(index, candidate)
    for (const [index, opened] of open) this.#open.set(index, opened)
  }

  #begin(
    index: number,
    profile: Profile,
    { timeMs, season }: { timeMs: number; season: number },
    candidate: Candidate,
    detector: Detector,
  ): Transition {
    this.#candidates.delete(index)
    const band = bandOf(detector.baselines, index, profile, season)
    const low = Number.isFinite(profile.below) ? profile.below : Math.min(band.low, profile.above)
    const high = Number.isFinite(profile.above) ? profile.above : Math.max(band.high, profile.below)
    const { sign, worst, sinceMs, points } = candidate
    const opened: Opened = {
      // What is usual may lie beyond a limit: it is told as it is.
      ...{ low, mid: band.mid, high },
      ...{ startedMs: sinceMs, openedMs: timeMs, resumedMs: timeMs },
      ...{ sign, worst, deviation: this.#deviation(index, worst - season, profile, detector), points },
      ratio: ratioOf(worst, low, high),
      history: detector.seen(index),
      ...{ shape: 'THRESHOLD_BREACH', tier: 'BASIC' },
      ...{ calmPoints: 0, calmSinceMs: 0, toldMs: timeMs, toldDeviation: worst },
    }
    this.#open.set(index, opened)
    return { index, kind: 'OPENED', reason: 'JUDGED', atMs: timeMs, opened }
  }

  #deviation(index: number, value: number, profile: Profile, detector: Detector): number {
    const band = bandOf(detector.baselines, index, profile)
    const spread = Math.max(
      detector.baselines.spread(index, value > band.mid, profile.scale),
      profile.scaleShare * Math.abs(band.mid),
    )
    return spread > 0 ? Math.max(-1_000, Math.min(1_000, (value - band.mid) / spread)) : 0
  }

  #follow(
    index: number,
    opened: Opened,
    profile: Profile,
    timeMs: number,
    value: number,
    sign: number,
  ): Transition | undefined {
    opened.points += 1
    const calm = sign !== opened.sign
    if (calm && opened.calmPoints === 0) opened.calmSinceMs = timeMs
    opened.calmPoints = calm ? opened.calmPoints + 1 : 0
    const { recoveryPoints, recoveryMs, updateMs } = this.#limits
    const back = opened.calmPoints >= recoveryPoints && timeMs - opened.calmSinceMs >= recoveryMs
    if (back || !hasLimit(profile)) {
      this.#open.delete(index)
      return { index, kind: 'ENDED', reason: 'RECOVERED', atMs: timeMs, opened }
    }
    if ((value - opened.worst) * opened.sign <= 0) return undefined
    const before = ratioOf(opened.toldDeviation, opened.low, opened.high)
    opened.worst = value
    opened.ratio = Math.max(opened.ratio, ratioOf(value, opened.low, opened.high))
    if (opened.ratio <= worseFactor * before || timeMs - opened.toldMs < updateMs) return undefined
    opened.toldMs = timeMs
    opened.toldDeviation = value
    return { index, kind: 'UPDATED', reason: 'JUDGED', atMs: timeMs, opened }
  }
}

const worseOf = (a: number, b: number, sign: number): number => (sign > 0 ? Math.max(a, b) : Math.min(a, b))

/** 1 at the limit, and more beyond it by the width between the limits or by the limit's own size. */
function ratioOf(value: number, low: number, high: number): number {
  const limit = value > high ? high : low
  const size = Math.max(Math.abs(limit), high - low, Number.MIN_VALUE)
  return 1 + Math.min(1_000, Math.abs(value - limit) / size)
}
