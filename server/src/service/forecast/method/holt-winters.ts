import type { Candidate, Course } from './candidate.ts'
import { medianOf, robustScaleOf } from './order.ts'

export type Smoothing = { level: number; trend: number; season: number; damping: number }

/** From sluggish to nimble; what fits is found by foretelling, not by fitting one step ahead. */
export const smoothings: readonly Smoothing[] = [
  { level: 0.02, trend: 0, season: 0.1, damping: 1 },
  { level: 0.1, trend: 0, season: 0.2, damping: 1 },
  { level: 0.4, trend: 0, season: 0.2, damping: 1 },
  { level: 0.1, trend: 0.01, season: 0.1, damping: 0.99 },
  { level: 0.3, trend: 0.05, season: 0.1, damping: 0.98 },
  { level: 0.1, trend: 0.005, season: 0.1, damping: 1 },
]
/** Of surprises, in scales of usual ones: what is beyond counts as much as this. */
const surpriseMax = 3

/**
 * Additive smoothing of level, trend and season (Holt 1957, Winters 1960) with a trend that tires (Gardner and McKenzie 1985); surprises
 * are cut before they are learned from (Gelper, Fried and Croux 2010). One pass serves all origins, which ascend. A gap is walked over.
 */
export function holtWinters(
  values: Float64Array,
  origins: readonly number[],
  seasonSteps: number,
  smoothing: Smoothing,
): Candidate {
  const warm = seasonSteps > 0 ? 2 * seasonSteps : 8
  const state = new State(values, Math.min(warm, values.length), seasonSteps, smoothing)
  let at = 0
  const courses = origins.map((origin): Course | undefined => {
    while (at < origin) state.take(values[at]!, at++)
    return origin < warm ? undefined : state.course(origin)
  })
  return { method: 'HOLT_WINTERS', seasonSteps, courses }
}

class State {
  readonly #smoothing: Smoothing
  readonly #season: Float64Array
  #level: number
  #trend = 0
  /** Of usual surprises. */
  #scale: number

  constructor(values: Float64Array, warm: number, seasonSteps: number, smoothing: Smoothing) {
    this.#smoothing = smoothing
    const middle = medianOf(values, 0, Math.max(1, warm))
    this.#level = Number.isFinite(middle) ? middle : 0
    this.#season = new Float64Array(Math.max(1, seasonSteps))
    for (let phase = 0; phase < seasonSteps; phase++) {
      const seen = [values[phase]!, values[phase + seasonSteps]!].filter(Number.isFinite)
      const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length
      this.#season[phase] = seen.length > 0 ? mean - this.#level : 0
    }
    const rest = values.subarray(0, warm).map((value, i) => value - this.#level - this.#seasonAt(i))
    this.#scale = robustScaleOf(rest) || Math.abs(this.#level) * 1e-3 || 1e-9
  }

  take(value: number, at: number): void {
    const { level, trend, season, damping } = this.#smoothing
    const ahead = this.#level + damping * this.#trend
    if (!Number.isFinite(value)) {
      this.#level = ahead
      this.#trend *= damping
      return
    }
    const phase = at % this.#season.length
    const surprise = value - ahead - this.#season[phase]!
    const size = Math.abs(surprise)
    const bound = surpriseMax * this.#scale
    const learned = size > bound ? Math.sign(surprise) * bound : surprise
    // Grows by a tenth a step at most, so that a new level is believed after a while and a spike is not.
    this.#scale += 0.05 * (Math.min(size, 2 * bound) * 1.2533 - this.#scale)
    this.#level = ahead + level * learned
    this.#trend = damping * this.#trend + level * trend * learned
    if (this.#season.length > 1) this.#season[phase] = this.#season[phase]! + season * (1 - level) * learned
  }

  course(origin: number): Course {
    const { damping } = this.#smoothing
    const [level, trend] = [this.#level, this.#trend]
    const season = this.#season.length > 1 ? this.#season.slice() : undefined
    return (ahead) => {
      const far = damping === 1 ? ahead : (damping * (1 - damping ** ahead)) / (1 - damping)
      return level + trend * far + (season ? season[(origin + ahead - 1) % season.length]! : 0)
    }
  }

  #seasonAt(at: number): number {
    return this.#season[at % this.#season.length]!
  }
}
