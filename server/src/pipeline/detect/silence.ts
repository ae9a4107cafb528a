import type { Detector } from './detector.ts'
import type { Opened, Transition } from './opened.ts'

/** Where a series belongs: its entity, the cohort of entities of one kind and tenant, and whether it speaks at a steady pace. */
export type Place = { entity: number; cohort: number; steady: boolean }
/** The entity of a series that names none: its silence tells nothing of anything. */
export const noEntity = 0xffff_ffff

export type SilenceLimits = {
  historyPoints: number
  missingIntervals: number
  missingMs: number
  adoptMs: number
}

type Watched = {
  cohort: number
  /** By the platform's clock: when its last fresh point came. */
  arrivedMs: number
  series: number[]
  /** Series of any kind. */
  members: number
  missing: { index: number; opened: Opened } | undefined
}

/** Steady series remembered per entity: the one that spoke longest tells of its silence. */
const seriesMax = 64
/** An entity counts as one that should speak while it spoke within this time. */
const recentMs = 120_000

/**
 * Entities that have stopped speaking while their like go on. One anomaly for the entity, on its most regular series; none
 * when most of its cohort fell silent, for then the way here is broken and not they.
 */
export class Silence {
  readonly #limits: SilenceLimits
  readonly #entities: (Watched | undefined)[] = []

  constructor(limits: SilenceLimits) {
    this.#limits = limits
  }

  register(index: number, place: Place): void {
    if (place.entity === noEntity) return
    const watched = this.#entities[place.entity]
    const entity = watched ?? {
      cohort: place.cohort,
      arrivedMs: Number.NaN,
      series: [],
      members: 0,
      missing: undefined,
    }
    this.#entities[place.entity] = entity
    entity.members += 1
    if (!place.steady) return
    if (entity.series.length >= seriesMax) entity.series.shift()
    entity.series.push(index)
  }

  release(index: number, place: Place): void {
    if (place.entity === noEntity) return
    const entity = this.#entities[place.entity]
    if (!entity) return
    entity.series = entity.series.filter((other) => other !== index)
    entity.members -= 1
    if (entity.members === 0) this.#entities[place.entity] = undefined
  }

  save() {
    return { entities: this.#entities }
  }
  load({ entities }: ReturnType<Silence['save']>): void {
    for (const [number, entity] of entities.entries()) this.#entities[number] = entity
  }
  /** `gapMs` is how long nobody listened: that is no silence. */
  skip(gapMs: number): void {
    for (const entity of this.#entities) {
      if (!entity) continue
      entity.arrivedMs += gapMs
      if (entity.missing) entity.missing.opened.resumedMs += gapMs
    }
  }

  adopt(index: number, place: Place, opened: Opened): void {
    const entity = place.entity === noEntity ? undefined : this.#entities[place.entity]
    if (entity) entity.missing = { index, opened }
  }

  /** A fresh point of one of its series came; not for `noEntity`. */
  arrived(entityNumber: number, nowMs: number): Transition | undefined {
    const entity = this.#entities[entityNumber]
    if (!entity) return undefined
    entity.arrivedMs = nowMs
    if (!entity.missing) return undefined
    const { index, opened } = entity.missing
    entity.missing = undefined
    return { index, kind: 'ENDED', reason: 'RECOVERED', atMs: nowMs, opened }
  }

  /** May be silent where so many of its series, or all, are held; one that fell silent long before stays so. */
  excuse(entityNumber: number, members: number, nowMs: number): void {
    const entity = this.#entities[entityNumber]
    if (entity && members >= entity.members && nowMs - entity.arrivedMs < recentMs) entity.arrivedMs = nowMs
  }

  tick(nowMs: number, detector: Detector): Transition[] {
    const cohorts = new Map<number, { speaking: number; silent: Watched[] }>()
    const transitions: Transition[] = []
    for (const entity of this.#entities) {
      if (!entity) continue
      if (entity.missing) {
        const forgotten = this.#forget(entity, nowMs)
        if (forgotten) transitions.push(forgotten)
        continue
      }
      if (!(nowMs - entity.arrivedMs < recentMs)) continue
      const cohort = cohorts.get(entity.cohort) ?? { speaking: 0, silent: [] }
      cohorts.set(entity.cohort, cohort)
      if (nowMs - entity.arrivedMs <= this.#limits.missingMs) cohort.speaking += 1
      else cohort.silent.push(entity)
    }
    for (const { speaking, silent } of cohorts.values()) {
      if (silent.length === 0 || speaking < silent.length) continue
      for (const entity of silent) {
        const transition = this.#miss(entity, nowMs, detector)
        if (transition) transitions.push(transition)
      }
    }
    return transitions
  }

  #miss(entity: Watched, nowMs: number, detector: Detector): Transition | undefined {
    const index = this.#longest(entity, detector)
    if (index === undefined) return undefined
    const intervalMs = detector.intervalMs(index)
    const silentMs = nowMs - entity.arrivedMs
    if (silentMs <= this.#limits.missingIntervals * intervalMs) return undefined
    const opened: Opened = {
      low: detector.mid(index),
      mid: detector.mid(index),
      high: detector.mid(index),
      startedMs: detector.lastMs(index) + intervalMs,
      openedMs: nowMs,
      resumedMs: nowMs,
      sign: -1,
      worst: 0,
      deviation: -silentMs / Math.max(1, intervalMs),
      ratio: silentMs / Math.max(1, this.#limits.missingIntervals * intervalMs),
      points: Math.floor(silentMs / Math.max(1, intervalMs)),
      history: detector.seen(index),
      shape: 'MISSING',
      tier: 'BASIC',
      calmPoints: 0,
      calmSinceMs: 0,
      toldMs: nowMs,
      toldDeviation: 0,
    }
    entity.missing = { index, opened }
    return { index, kind: 'OPENED', reason: 'JUDGED', atMs: nowMs, opened }
  }

  /** The steady series that was seen most often, among those that spoke to the end. */
  #longest(entity: Watched, detector: Detector): number | undefined {
    let newestMs = 0
    for (const index of entity.series) newestMs = Math.max(newestMs, detector.lastMs(index))
    let best: number | undefined
    for (const index of entity.series) {
      if (detector.seen(index) < this.#limits.historyPoints) continue
      if (newestMs - detector.lastMs(index) > 2 * detector.intervalMs(index)) continue
      if (best === undefined || detector.seen(index) > detector.seen(best)) best = index
    }
    return best
  }

  #forget(entity: Watched, nowMs: number): Transition | undefined {
    const missing = entity.missing
    if (!missing || nowMs - missing.opened.resumedMs < this.#limits.adoptMs) return undefined
    entity.missing = undefined
    entity.arrivedMs = Number.NaN
    return { index: missing.index, kind: 'ENDED', reason: 'FORGOTTEN', atMs: nowMs, opened: missing.opened }
  }
}
