import { type Baselines, column, ringSize, rowSize } from '../baseline.ts'
import { leastEffect } from '../judge.ts'
import { bandOf, type Opened } from '../opened.ts'
import type { MetricRole, Profile } from '../rule/profile.ts'
import { SpreadWatch, spreadBytes } from './spread-watch.ts'
import { Stillness, stillnessBytes } from './stillness.ts'

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

/** Of a series. */
export const shapeBytes = stillnessBytes + spreadBytes
/** Often the same for long: no errors, no traffic, as many as before. */
const restful: readonly MetricRole[] = ['ERRORS', 'TRAFFIC', 'COUNT']
const steps = ringSize - 1
/** A spread matters where the steps of the larger one have this share of the least effect. */
const effectShare = 0.5
/** The level stays where the mean of the ring lies within so many spreads of the usual. */
const levelMost = 1.5
const sigmas90 = 1.2816
/** Back to usual: the logarithm of the spread within this share of what it was at the bound. */
const calmFactor = 1.8
/** Logarithm of how much better a split explains the steps than none. */
const surely = 3
const sizes = new Float64Array(steps)

/** Shapes that no single value shows: a flat line, a change of spread. Looks at the ring of recent values in `Baselines`. */
export class Shapes {
  readonly #baselines: Baselines
  readonly stillness = new Stillness()
  readonly spread = new SpreadWatch()

  constructor(baselines: Baselines) {
    this.#baselines = baselines
  }

  get sizeBytes(): number {
    return this.stillness.sizeBytes + this.spread.sizeBytes
  }
  /** Fetches the memory of a series. */
  peek(index: number): number {
    return this.stillness.run(index) + this.spread.now(index)
  }
  reserve(places: number): void {
    this.stillness.reserve(places)
    this.spread.reserve(places)
  }
  clear(index: number): void {
    this.stillness.clear(index)
    this.spread.clear(index)
  }
  save() {
    return { stillness: this.stillness.save(), spread: this.spread.save() }
  }
  load({ stillness, spread }: ReturnType<Shapes['save']>): void {
    this.stillness.load(stillness)
    this.spread.load(spread)
  }

  /** Takes the point that was just remembered; `complete` when it is the eighth since the last such, `learn` when the series has no anomaly. */
  push(index: number, profile: Profile, value: number, complete: boolean, learn: boolean): Odd | undefined {
    const ratio = this.stillness.push(index, value)
    this.spread.add(index, this.stillness.step)
    if (ratio >= 1 && !restful.includes(profile.role))
      return { shape: 'FLAT_LINE', back: this.stillness.run(index), sign: 1, ratio, factor: 0 }
    if (!complete) return undefined
    const usual = this.spread.usual(index)
    const change = this.spread.look(index, learn, () => this.#onset(index))
    if (!change) return undefined
    const now = this.spread.now(index)
    if (!this.#matters(index, profile, Math.max(now, usual))) return undefined
    return { shape: 'VARIANCE_CHANGE', ...change, factor: now / usual }
  }

  /** What there is now is usual from here on. */
  adopt(index: number): void {
    this.stillness.adopt(index)
    this.spread.clear(index)
  }

  /** Whether what was odd is so no more, by the point that was just remembered. */
  isCalm(index: number, { shape, factor = 1 }: Opened): boolean {
    if (shape === 'FLAT_LINE') return this.stillness.run(index) === 0
    const now = this.spread.now(index) / this.spread.usual(index)
    return factor > 1
      ? now < Math.max(calmFactor, Math.sqrt(factor))
      : now > Math.min(1 / calmFactor, Math.sqrt(factor))
  }

  /** The level stayed, and the larger of the two spreads is worth telling. */
  #matters(index: number, profile: Profile, step: number): boolean {
    const row = index * rowSize
    const { rows } = this.#baselines
    const mid = rows[row + column.mid] as number
    let sum = 0
    for (let back = 0; back < ringSize; back += 1) sum += this.#baselines.recent(index, back)
    const side = Math.max((rows[row + column.high] as number) - mid, mid - (rows[row + column.low] as number))
    return (
      Math.abs(sum / ringSize - mid) <= levelMost * Math.max(side / sigmas90, step) &&
      step >= effectShare * leastEffect(profile, mid)
    )
  }

  /** Points back to where the steps changed: the split that explains them best as two exponential laws; undefined where one does as well. */
  #onset(index: number): number | undefined {
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
    startedMs: timeMs - odd.back * (rows[row + column.intervalMs] as number),
    openedMs: timeMs,
    resumedMs: timeMs,
    sign: odd.sign,
    worst,
    deviation,
    ratio: odd.ratio,
    points: odd.back + 1,
    history: rows[row + column.count] as number,
    earlier: rows[row + column.episodes] as number,
    shape: odd.shape,
    tier: 'BASIC',
    calmPoints: 0,
    calmSinceMs: 0,
    toldMs: timeMs,
    toldDeviation: deviation,
    factor: odd.factor,
  }
}
