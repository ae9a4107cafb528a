import { type Baselines, sigmas90 } from '../baseline.ts'
import { leastEffect } from '../judge.ts'
import { bandOf, type Opened } from '../opened.ts'
import type { MetricRole, Profile } from '../rule/profile.ts'
import { narrowColumn, ringSize, rowSize, wideColumn } from '../series-rows.ts'
import { SpreadWatch } from './spread-watch.ts'
import { runMin, Stillness } from './stillness.ts'

/** What is odd about a series though each value is usual. `back` is how many points ago it began. */
export type Odd = {
  shape: 'FLAT_LINE' | 'VARIANCE_CHANGE'
  back: number
  sign: number
  /** In bounds. */
  ratio: number
  /** Times the usual spread; 0 of what stands still. */
  factor: number
}

/** Often the same for long: no errors, no traffic, as many as before. */
const restful: readonly MetricRole[] = ['ERRORS', 'TRAFFIC', 'COUNT']
const steps = ringSize - 1
/** A spread matters where the steps of the larger one have this share of the least effect. */
const effectShare = 0.5
/** The level stays where the mean of the ring lies within so many spreads of the usual. */
const levelMost = 1.5
/** Back to usual: the logarithm of the spread within this share of what it was at the bound. */
const calmFactor = 1.8
/** Logarithm of how much better a split explains the steps than none. */
const surely = 3
const sizes = new Float64Array(steps)

/** Shapes that no single value shows: a flat line, a change of spread. Looks at the ring of recent values in `Baselines`. */
export class Shapes {
  readonly #baselines: Baselines
  readonly stillness: Stillness
  readonly spread: SpreadWatch

  constructor(baselines: Baselines) {
    this.#baselines = baselines
    this.stillness = new Stillness(baselines)
    this.spread = new SpreadWatch(baselines.rows)
  }

  /** Takes the point that was just remembered; `complete` when it is the eighth since the last such, `learn` when the series has no anomaly. */
  push(index: number, profile: Profile, value: number, complete: boolean, learn: boolean): Odd | undefined {
    const ratio = this.stillness.push(index, value)
    this.spread.add(index, this.stillness.step)
    if (ratio >= 1 && !restful.includes(profile.role))
      return { shape: 'FLAT_LINE', back: this.stillness.run(index), sign: 1, ratio, factor: 0 }
    if (!complete) return undefined
    const before = this.spread.level(index)
    const change = this.spread.look(index, learn, this.#onset)
    if (!change) return undefined
    const usual = Math.exp(before)
    const now = this.spread.now(index)
    if (!this.#matters(index, profile, Math.max(now, usual))) return undefined
    return { shape: 'VARIANCE_CHANGE', ...change, factor: now / usual }
  }

  /** Looks at the last eight steps, where they can tell nothing. */
  look(index: number): void {
    this.spread.look(index, true, this.#onset)
  }

  /** What there is now is usual from here on. */
  adopt(index: number): void {
    this.stillness.adopt(index)
    this.spread.clear(index)
  }

  /** Whether what was odd is so no more, by the point that was just remembered. */
  isCalm(index: number, { shape, factor = 1 }: Opened): boolean {
    // One that moves only now and then stands still in between.
    if (shape === 'FLAT_LINE') return this.stillness.run(index) < runMin
    const now = this.spread.now(index) / this.spread.usual(index)
    return factor > 1
      ? now < Math.max(calmFactor, Math.sqrt(factor))
      : now > Math.min(1 / calmFactor, Math.sqrt(factor))
  }

  /** The level stayed, and the larger of the two spreads is worth telling. */
  #matters(index: number, profile: Profile, step: number): boolean {
    const row = index * rowSize
    const { rows } = this.#baselines
    const mid = rows.wide[row + wideColumn.mid] as number
    let sum = 0
    for (let back = 0; back < ringSize; back += 1) sum += this.#baselines.recent(index, back)
    const side = Math.max(
      (rows.wide[row + wideColumn.high] as number) - mid,
      mid - (rows.wide[row + wideColumn.low] as number),
    )
    return (
      Math.abs(sum / ringSize - mid) <= levelMost * Math.max(side / sigmas90, step) &&
      step >= effectShare * leastEffect(profile, mid)
    )
  }

  /** Points back to where the steps changed: the split that explains them best as two exponential laws; undefined where one does as well. */
  readonly #onset = (index: number): number | undefined => {
    let total = 0
    for (let back = 0; back < steps; back += 1) {
      sizes[back] = Math.abs(this.#baselines.recent(index, back) - this.#baselines.recent(index, back + 1))
      total += sizes[back] as number
    }
    const tiny = total / steps / 1e3
    let best = Number.POSITIVE_INFINITY
    let found = steps
    let recent = 0
    for (let count = 1; count <= steps; count += 1) {
      recent += sizes[count - 1] as number
      const rest = steps - count
      const cost =
        count * Math.log(recent / count + tiny) +
        (rest === 0 ? 0 : rest * Math.log((total - recent) / rest + tiny))
      if (count >= 4 && cost < best) {
        best = cost
        found = count
      }
    }
    const whole = steps * Math.log(total / steps + tiny)
    return whole - best < surely ? undefined : found - 1
  }
}

/** The anomaly that an odd stretch opens. */
export function oddOpened(
  odd: Odd,
  baselines: Baselines,
  { index, profile, timeMs, value }: { index: number; profile: Profile; timeMs: number; value: number },
): Opened {
  const { rows } = baselines
  const row = index * rowSize
  const band = bandOf(baselines, index, profile)
  let worst = value
  if (odd.shape === 'VARIANCE_CHANGE')
    for (let back = 0; back < Math.min(odd.back + 1, baselines.recentCount(index)); back += 1) {
      const other = baselines.recent(index, back)
      if (Math.abs(other - band.mid) > Math.abs(worst - band.mid)) worst = other
    }
  const spread = Math.max(baselines.spread(index, worst > band.mid, 0), Number.MIN_VALUE)
  const deviation = Math.max(-1_000, Math.min(1_000, (worst - band.mid) / spread))
  return {
    ...band,
    startedMs: timeMs - odd.back * (rows.narrow[2 * row + narrowColumn.intervalMs] as number),
    openedMs: timeMs,
    resumedMs: timeMs,
    sign: odd.sign,
    worst,
    deviation,
    ratio: odd.ratio,
    points: odd.back + 1,
    history: rows.narrow[2 * row + narrowColumn.count] as number,
    earlier: rows.narrow[2 * row + narrowColumn.episodes] as number,
    shape: odd.shape,
    tier: 'BASIC',
    calmPoints: 0,
    calmSinceMs: 0,
    toldMs: timeMs,
    toldDeviation: deviation,
    factor: odd.factor,
  }
}
