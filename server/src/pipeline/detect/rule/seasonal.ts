import type { Detector } from '../detector.ts'
import type { Opened, Transition } from '../opened.ts'
import type { DetectSettings } from '../settings.ts'
import { isSeasonBreak } from '../shape/season-break.ts'
import type { Profile } from './profile.ts'
import { type Season, Seasons } from './rule-season.ts'

/** Points after which a series' step is known. */
const stepKnownAt = 8

/** Judges values without what their season explains, and tells of them as they came. */
export class Seasonal {
  readonly knownAt = stepKnownAt
  readonly #detector: Detector
  readonly #settings: DetectSettings
  readonly #seasons: Seasons
  /** Of a series that has an anomaly: what was taken from its worst value. */
  readonly #offsets = new Map<number, number>()

  constructor(detector: Detector, settings: DetectSettings) {
    this.#detector = detector
    this.#settings = settings
    this.#seasons = new Seasons(settings.agileSeriesMax)
  }

  get sizeBytes(): number {
    return this.#seasons.sizeBytes
  }

  /** Whether a season is looked for; a series is taken in then, while there is room. Points close together are not held against days. */
  concerns(index: number, { season, tier }: Profile): boolean {
    if (this.#seasons.has(index)) return true
    if (season === 'NONE' || this.#detector.seen(index) < stepKnownAt) return false
    const slow = this.#detector.intervalMs(index) >= this.#settings.agileStepMs
    const asked = season !== 'AUTO' || tier === 'AGILE' || tier === 'ROBUST'
    return (asked || (slow && tier === 'AUTO')) && this.#seasons.admit(index)
  }

  inUse(index: number): { period: Season; strength: number } | null {
    return this.#seasons.inUse(index)
  }
  /** What is taken from a value of this time. */
  offset(index: number, timeMs: number): number {
    return this.#seasons.offset(index, timeMs)
  }

  release(index: number): void {
    this.#seasons.release(index)
    this.#offsets.delete(index)
  }

  /** As `Detector.step`. */
  step(index: number, timeMs: number, value: number, fresh: boolean): Transition | undefined {
    const detector = this.#detector
    const profile = detector.profile(index)
    const isNew = Number.isFinite(value) && (detector.seen(index) === 0 || timeMs > detector.lastMs(index))
    if (!profile || !isNew || !this.#seasons.has(index)) return detector.step(index, timeMs, value, fresh)
    const offset = this.#seasons.offset(index, timeMs)
    const adjusted = value - offset
    const transition = detector.step(index, timeMs, adjusted, fresh, value)
    const opened = detector.opened(index)
    // A season that people name explains what was noise so far; of one that was found that is not so sure.
    if (!opened && this.#seasons.learn(index, timeMs, value, profile.season))
      detector.baselines.soften(index, profile.season !== 'AUTO')
    if (transition?.kind === 'OPENED') this.#begin(transition, timeMs)
    else if (opened?.worst === adjusted) this.#offsets.set(index, offset)
    return transition && this.raise(transition)
  }

  /** What the detector says of adjusted values, as the values were. */
  raise(transition: Transition): Transition {
    const taken = this.#offsets.get(transition.index) ?? 0
    if (transition.kind === 'ENDED') this.#offsets.delete(transition.index)
    return taken === 0 ? transition : raised(transition, taken)
  }

  save() {
    return { seasons: this.#seasons.save(), offsets: this.#offsets }
  }
  load({ seasons, offsets }: ReturnType<Seasonal['save']>): void {
    this.#seasons.load(seasons)
    for (const [index, offset] of offsets) this.#offsets.set(index, offset)
  }

  #begin({ index, opened }: Transition, timeMs: number): void {
    const taken = this.#offsetOfWorst(index, opened, timeMs)
    this.#offsets.set(index, taken)
    const range = this.#seasons.range(index)
    if (range && isSeasonBreak(opened, taken, range)) opened.shape = 'SEASON_BREAK'
  }

  /** The worst value of a change may have come some points before it is told. */
  #offsetOfWorst(index: number, opened: Opened, timeMs: number): number {
    const { baselines } = this.#detector
    const worst = Math.fround(opened.worst)
    for (let back = 0; back < baselines.recentCount(index); back += 1)
      if (baselines.recent(index, back) === worst)
        return this.#seasons.offset(index, timeMs - back * this.#detector.intervalMs(index))
    return this.#seasons.offset(index, timeMs)
  }
}

/** With what the season explains in its band and its worst value. */
const raised = (transition: Transition, by: number): Transition => {
  const { opened } = transition
  const { low, mid, high, worst } = opened
  return {
    ...transition,
    opened: { ...opened, low: low + by, mid: mid + by, high: high + by, worst: worst + by },
  }
}
