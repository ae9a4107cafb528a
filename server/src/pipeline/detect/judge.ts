import { type Baselines, sigmas90 } from './baseline.ts'
import type { Profile } from './rule/profile.ts'
import { narrowColumn, rowSize, smallColumn, wideColumn } from './series-rows.ts'
import type { DetectSettings } from './settings.ts'

/** The younger a series, the wider its bound: twice at 12 points, 1.12 times at 100. */
const youth = 12
/** What is large enough to be a symptom by itself needs this share of the bound. */
const clearBound = 0.6
const clearYouth = 6
/** Changes in a row that chance would bring so seldom count as twice the bound. */
const chanceMax = 1e-3
const unheardOfRatio = 2
/** Smoothing of the drift statistic, and the standard deviation it gives to independent deviations of 1: √(a / (2 − a)). */
export const driftSmoothing = 0.25
export const driftSigma = 0.378
export const driftGain = 3
export const driftPointsMin = 100
export const driftPointsMax = 400
/** Standard deviations of a normal distribution: the 90th percentile of its absolute value. */
export const sigmasSize90 = 1.645
/** How far the bound may be raised by what a noisy series showed before. */
export const tailShare = 1.5
export const tailMax = 6
const tailMaxClear = 2.5
export const tailKept = 40
/** Evidence of one point is its ratio to the bound, at most 2, less what a usual point takes away. */
const ratioMax = 2
export const evidenceFade = 0.8
const evidenceNeeded = 2
const evidenceMax = 4
/** Where points are this far apart, one that is this clear speaks for itself. */
const sparseMs = 30_000
const sparseRatio = 2.5
/** A climb: nearly every later value is higher, twice in a row. */
const trendStrength = 0.85
/** A deviation where nothing ever deviated. */
const unheardOf = 1_000

/** Least spread of a series with this usual value. */
export const floorOf = (profile: Profile, mid: number): number =>
  Math.max(profile.scale, profile.scaleShare * Math.abs(mid))

/** Least change of a series with this usual value that is worth telling. */
export const leastEffect = (profile: Profile, mid: number): number =>
  Math.max(profile.effect, profile.effectShare * Math.abs(mid))

/** Large enough to be a symptom by itself. */
export const isClear = (profile: Profile, mid: number, change: number): boolean =>
  Math.abs(change) >= profile.clear && Math.abs(change) >= profile.clearShare * Math.abs(mid)

/** How far points lie from what is usual, and when that is enough. Works on the rows of `Baselines`; holds no state of its own. */
export class Judge {
  readonly #baselines: Baselines
  readonly #settings: DetectSettings

  constructor(baselines: Baselines, settings: DetectSettings) {
    this.#baselines = baselines
    this.#settings = settings
  }

  isRipe(row: number, profile: Profile, timeMs: number): boolean {
    const rows = this.#baselines.rows
    return (
      rows.small[8 * row + smallColumn.ripe] === 1 ||
      ((rows.narrow[2 * row + narrowColumn.count] as number) >= profile.historyPoints &&
        timeMs - (rows.wide[row + wideColumn.firstMs] as number) >= this.#settings.historyMs)
    )
  }

  /** Once, when a series has history enough: its second largest deviation so far is its noise. */
  ripen(index: number, profile: Profile): void {
    const row = index * rowSize
    const floor = floorOf(profile, this.#baselines.rows.wide[row + wideColumn.mid] as number)
    let largest = 0
    let second = 0
    for (let back = this.#baselines.recentCount(index) - 1; back >= 1; back -= 1) {
      const size = Math.abs(this.deviation(row, this.#baselines.recent(index, back), floor))
      if (size > largest) {
        second = largest
        largest = size
      } else if (size > second) second = size
    }
    this.#baselines.rows.narrow[2 * row + narrowColumn.tail] = Math.min(tailKept, second)
    this.#baselines.rows.small[8 * row + smallColumn.ripe] = 1
  }

  /** In robust standard deviations of the side the value lies on. */
  deviation(row: number, value: number, floor: number): number {
    const rows = this.#baselines.rows
    const mid = rows.wide[row + wideColumn.mid] as number
    const change = value - mid
    if (change === 0) return 0
    const side =
      change > 0
        ? (rows.wide[row + wideColumn.high] as number) - mid
        : mid - (rows.wide[row + wideColumn.low] as number)
    const spread = Math.max(side / sigmas90, floor)
    return spread > 0
      ? Math.max(-unheardOf, Math.min(unheardOf, change / spread))
      : Math.sign(change) * unheardOf
  }

  /**
   * Distance in bounds: of the point itself, or of the drift of the last few, whichever is clearer; below the bound where the
   * change is too small to matter. Moves the drift on.
   */
  ratio(row: number, profile: Profile, value: number, deviation: number): number {
    const rows = this.#baselines.rows
    const count = rows.narrow[2 * row + narrowColumn.count] as number
    const mid = rows.wide[row + wideColumn.mid] as number
    const clear = isClear(profile, mid, value - mid)
    const widening = 1 + youth / count
    const bound = profile.bound * (clear ? clearBound * (1 + clearYouth / count) : widening)
    const raised = (clear ? tailMaxClear : tailMax) * profile.bound
    const learned = Math.min(tailShare * (rows.narrow[2 * row + narrowColumn.tail] as number), raised)
    const pointRatio = Math.abs(deviation) / Math.max(bound, learned)
    const clipped = Math.max(-1.5 * profile.bound, Math.min(1.5 * profile.bound, deviation))
    const drift =
      (rows.narrow[2 * row + narrowColumn.drift] as number) * (1 - driftSmoothing) + clipped * driftSmoothing
    rows.narrow[2 * row + narrowColumn.drift] = drift
    const usual = Math.max(
      driftSigma * Math.sqrt(widening),
      rows.narrow[2 * row + narrowColumn.driftScale] as number,
    )
    const driftRatio = drift * deviation > 0 ? Math.abs(drift) / (usual * bound) : 0
    if (driftRatio < 1) this.#learnDrift(row, Math.abs(drift), count)
    const unheard = clear && this.#isUnheardOf(row / rowSize, profile, mid, value - mid) ? unheardOfRatio : 0
    const ratio =
      Math.max(pointRatio, driftRatio, unheard) /
      Math.max(1, rows.narrow[2 * row + narrowColumn.habit] as number)
    return this.#matters(row, profile, value) ? ratio : Math.min(ratio, 1) * 0.5
  }

  /**
   * A row of clear changes where there were hardly any before: `run` in a row by chance, when `earlier` of `before` points were
   * such, has a probability of about ((earlier + 1) / (before + 1))^run, whatever the spread.
   */
  #isUnheardOf(index: number, profile: Profile, mid: number, change: number): boolean {
    const count = this.#baselines.recentCount(index)
    const clearAt = (back: number): boolean => {
      const other = this.#baselines.recent(index, back) - mid
      return other * change > 0 && isClear(profile, mid, other)
    }
    let run = 1
    while (run < count && clearAt(run)) run += 1
    const before = count - run
    if (run < 2 || before < this.#settings.historyPoints) return false
    let earlier = 0
    for (let back = run; back < count; back += 1) if (clearAt(back)) earlier += 1
    return ((earlier + 1) / (before + 1)) ** run <= chanceMax
  }

  /** The bound of a change that is no symptom by its size, with what was learned of the series; `ratio` holds values against it. */
  boundNow(row: number, profile: Profile): number {
    const rows = this.#baselines.rows
    const widening = 1 + youth / Math.max(1, rows.narrow[2 * row + narrowColumn.count] as number)
    const learned = Math.min(
      tailShare * (rows.narrow[2 * row + narrowColumn.tail] as number),
      tailMax * profile.bound,
    )
    return (
      Math.max(profile.bound * widening, learned) *
      Math.max(1, rows.narrow[2 * row + narrowColumn.habit] as number)
    )
  }

  /** Gathers evidence over points. */
  weigh(row: number, timeMs: number, deviation: number, ratio: number): void {
    const rows = this.#baselines.rows
    const falling = deviation < 0 ? 1 : 0
    let evidence = rows.narrow[2 * row + narrowColumn.evidence] as number
    if (evidence > 0 && ratio >= 1 && rows.small[8 * row + smallColumn.falling] !== falling) evidence = 0
    const before = evidence
    evidence = Math.min(evidenceMax, Math.max(0, evidence + Math.min(ratio, ratioMax) - evidenceFade))
    rows.narrow[2 * row + narrowColumn.evidence] = evidence
    if (before === 0 && evidence > 0) {
      rows.wide[row + wideColumn.candidateMs] = timeMs
      rows.small[8 * row + smallColumn.falling] = falling
    }
    this.#learnTail(row, Math.abs(deviation), evidence > 0)
  }

  isEnough(row: number, profile: Profile, timeMs: number, ratio: number): boolean {
    if (ratio < 1) return false
    const rows = this.#baselines.rows
    const cooling = timeMs < (rows.wide[row + wideColumn.cooldownMs] as number)
    const intervalMs = rows.narrow[2 * row + narrowColumn.intervalMs] as number
    if (intervalMs >= sparseMs && ratio >= sparseRatio && !cooling) return true
    const lastedMs = timeMs - (rows.wide[row + wideColumn.candidateMs] as number)
    const points = 1 + lastedMs / Math.max(1, intervalMs)
    const needed = cooling ? evidenceNeeded * 2 - 0.5 : evidenceNeeded
    return (
      (rows.narrow[2 * row + narrowColumn.evidence] as number) >= needed &&
      points >= profile.persistencePoints - 0.5 &&
      lastedMs >= profile.persistenceMs
    )
  }

  /** A steady climb (or fall) large enough to matter, seen twice in a row. Asked when the slow trend has a new value. */
  climbs(index: number, profile: Profile): boolean {
    const { strength, first, last } = this.#baselines.trends.trend(index)
    const change = last - first
    const clear =
      Math.abs(strength) >= trendStrength &&
      change * strength > 0 &&
      change * profile.direction >= 0 &&
      Math.abs(change) >= leastEffect(profile, first)
    const rows = this.#baselines.rows
    const row = index * rowSize
    rows.small[8 * row + smallColumn.trendHits] = clear
      ? Math.min(255, (rows.small[8 * row + smallColumn.trendHits] as number) + 1)
      : 0
    return (rows.small[8 * row + smallColumn.trendHits] as number) >= 2
  }

  #matters(row: number, profile: Profile, value: number): boolean {
    const mid = this.#baselines.rows.wide[row + wideColumn.mid] as number
    const change = value - mid
    return change * profile.direction >= 0 && Math.abs(change) >= leastEffect(profile, mid)
  }

  /** Follows the 90th percentile of the drift's size, as a standard deviation: autocorrelated noise drifts more. */
  #learnDrift(row: number, size: number, count: number): void {
    const rows = this.#baselines.rows
    const scale = Math.max(rows.narrow[2 * row + narrowColumn.driftScale] as number, driftSigma / 2)
    const at90 = scale * sigmasSize90
    const step = (driftGain * scale) / Math.max(driftPointsMin, Math.min(count, driftPointsMax))
    rows.narrow[2 * row + narrowColumn.driftScale] =
      (at90 + (size > at90 ? step * 0.9 : -step * 0.1)) / sigmasSize90
  }

  /** What deviated and passed without becoming an anomaly is this series' noise. */
  #learnTail(row: number, size: number, candidate: boolean): void {
    const rows = this.#baselines.rows
    if (candidate) {
      if (size > (rows.narrow[2 * row + narrowColumn.pending] as number))
        rows.narrow[2 * row + narrowColumn.pending] = size
      return
    }
    const peak = Math.min(tailKept, Math.max(size, rows.narrow[2 * row + narrowColumn.pending] as number))
    if (peak > (rows.narrow[2 * row + narrowColumn.tail] as number))
      rows.narrow[2 * row + narrowColumn.tail] = peak
    rows.narrow[2 * row + narrowColumn.pending] = 0
  }
}
