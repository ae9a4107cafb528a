/** Entities whose metrics are judged together, live: rows made of points as they come, and one anomaly for what none of them says alone. */
import { widenedFor } from '../../../kernel/column.ts'
import type { Detector } from '../detector.ts'
import { bandOf, type Opened, type Transition } from '../opened.ts'
import type { Profile } from '../rule/profile.ts'
import { Budgets } from '../rule/rule-budget.ts'
import { noEntity } from '../silence.ts'
import { Group, keptSize, rankedMax } from './group.ts'

export type GroupLimits = {
  /** 0: none are judged together. */
  groupsMax: number
  groupMembersMax: number
  groupStepMs: number
  recoveryPoints: number
  adoptMs: number
  silentMs: number
  activeMax: number
}

/** What a season takes from a value before it is held against the usual; groups see values as they came. */
export type SeasonOffset = { offset(index: number, timeMs: number): number }

/** Fewer metrics are no group. */
const membersMin = 3
/** Told where it is beyond the bound for so many rows and so far in one of them: what is only just unusual is so somewhere every day. */
const toldSize = 1.5
const toldRows = 2
/** Told anomalies a group may have in a day before its bound is widened. */
const budget = { budget: 1 }

type Told = { index: number; opened: Opened }
type Live = {
  /** Index by place, −1 where it is free. */
  members: number[]
  /** Of the row now gathered: sum and count of each. */
  sums: Float64Array
  counts: Uint16Array
  row: number
  openRows: number
  /** Most bounds of the rows in `openRows`. */
  peak: number
  calmRows: number
  atMs: number
  told: Told | undefined
  group: Group
}

export class Groups {
  readonly #limits: GroupLimits
  readonly #detector: Detector
  readonly #seasons: SeasonOffset
  readonly #budgets = new Budgets()
  /** By entity: those with too few metrics yet, and those that are judged. */
  readonly #waiting = new Map<number, number[]>()
  readonly #live = new Map<number, Live>()
  /** Told, and followed by no group any more. */
  #left: Told[] = []
  /** By index: place in its group plus one; 0 for none. */
  #places = new Uint8Array(0)

  constructor(detector: Detector, limits: GroupLimits, seasons: SeasonOffset) {
    this.#detector = detector
    this.#seasons = seasons
    this.#limits = limits
  }

  get count(): number {
    return this.#live.size
  }
  get sizeBytes(): number {
    let sum = this.#places.byteLength
    for (const { group, sums, counts } of this.#live.values())
      sum += group.sizeBytes + sums.byteLength + counts.byteLength
    return sum
  }

  /** A series of an entity is watched. What is beyond the bounds is left out. */
  join(entity: number, index: number): void {
    if (entity === noEntity || this.#limits.groupsMax === 0 || this.#isIn(index)) return
    const live = this.#live.get(entity)
    if (live) {
      this.#take(live, index)
      return
    }
    if (this.#live.size >= this.#limits.groupsMax) return
    const waiting = this.#waiting.get(entity) ?? []
    if (!waiting.includes(index)) waiting.push(index)
    if (waiting.length < membersMin) {
      this.#waiting.set(entity, waiting)
      return
    }
    this.#waiting.delete(entity)
    const made = liveOf(new Group(0))
    this.#live.set(entity, made)
    for (const member of waiting) this.#take(made, member)
  }

  /** Gives up a series; an anomaly that stands on it ends with the next tick. */
  leave(entity: number, index: number): void {
    const live = this.#live.get(entity)
    const waiting = this.#waiting.get(entity)?.filter((other) => other !== index)
    if (waiting?.length === 0) this.#waiting.delete(entity)
    else if (waiting) this.#waiting.set(entity, waiting)
    if (!live || !this.#isIn(index)) return
    const place = (this.#places[index] as number) - 1
    this.#places[index] = 0
    live.members[place] = -1
    live.counts[place] = 0
    live.sums[place] = 0
    live.group.clear(place)
    if (live.told?.index === index) {
      this.#left.push(live.told)
      live.told = undefined
    }
    if (live.members.some((member) => member >= 0)) return
    this.#live.delete(entity)
    this.#budgets.release(entity)
  }

  /** Takes a fresh point; it may end a row, of which there may be something to tell. */
  push(entity: number, index: number, timeMs: number, value: number, nowMs: number): Transition | undefined {
    const place = index < this.#places.length ? (this.#places[index] as number) - 1 : -1
    // What claims to be of the future would hold up all that comes until then.
    if (place < 0 || !Number.isFinite(value) || timeMs > nowMs + this.#limits.groupStepMs) return undefined
    const live = this.#live.get(entity)
    if (!live) return undefined
    const row = Math.floor(timeMs / this.#limits.groupStepMs)
    let told: Transition | undefined
    if (row > live.row) {
      if (live.row > 0) told = this.#judge(entity, live)
      live.row = row
      live.atMs = timeMs
    }
    // What comes late by less than a row counts for the present one; what is older tells nothing new.
    if (row < live.row - 1) return told
    live.sums[place] = (live.sums[place] as number) + value
    live.counts[place] = Math.min(65_535, (live.counts[place] as number) + 1)
    return told
  }

  /** Anomalies of groups that say nothing for long: they end. */
  silent(nowMs: number, isHeld: (index: number) => boolean): Transition[] {
    const ended = this.#left.map(
      (one): Transition => ({ ...one, kind: 'ENDED', reason: 'FORGOTTEN', atMs: nowMs }),
    )
    this.#left = []
    for (const live of this.#live.values()) {
      if (live.told && isHeld(live.told.index)) live.told.opened.resumedMs = nowMs
      if (!live.told || nowMs - Math.max(live.atMs, live.told.opened.resumedMs) <= this.#limits.silentMs)
        continue
      ended.push({ ...live.told, kind: 'ENDED', reason: 'SILENT', atMs: nowMs })
      live.told = undefined
    }
    return ended
  }

  /** Goes on with what a process before this one told, or ends it; known already where a snapshot was restored. */
  adopt(entity: number, index: number, opened: Opened): void {
    const live = this.#live.get(entity)
    if (live?.told) return
    if (live) live.told = { index, opened }
    else this.#left.push({ index, opened })
  }

  save() {
    const live = [...this.#live].map(([entity, { group, ...rest }]) => ({
      ...{ entity, group: group.save(), ...rest },
    }))
    return {
      stepMs: this.#limits.groupStepMs,
      live,
      waiting: this.#waiting,
      places: this.#places,
      budgets: this.#budgets.save(),
    }
  }
  /** Rows of another length teach nothing of these: all is learned anew then. */
  load({ stepMs, live, waiting, places, budgets }: ReturnType<Groups['save']>): void {
    if (this.#limits.groupsMax === 0 || stepMs !== this.#limits.groupStepMs) return
    for (const { entity, group: kept, sums, counts, ...rest } of live) {
      const group = new Group(0)
      group.load(kept)
      this.#live.set(entity, { ...rest, group, sums: sums.slice(), counts: counts.slice() })
    }
    for (const [entity, indexes] of waiting) this.#waiting.set(entity, indexes)
    this.#places = places
    this.#budgets.load(budgets)
  }

  #isIn(index: number): boolean {
    return index < this.#places.length && this.#places[index] !== 0
  }

  #take(live: Live, index: number): void {
    const free = live.members.indexOf(-1)
    const place = free >= 0 ? free : live.members.length
    if (place >= this.#limits.groupMembersMax) return
    live.members[place] = index
    this.#places = widenedFor(this.#places, index)
    this.#places[index] = place + 1
    if (free >= 0) return
    live.group.widen(place + 1)
    live.sums = Float64Array.from({ length: place + 1 }, (_, at) => live.sums[at] ?? 0)
    live.counts = Uint16Array.from({ length: place + 1 }, (_, at) => live.counts[at] ?? 0)
  }

  /** The row that was gathered is whole. */
  #judge(entity: number, live: Live): Transition | undefined {
    const { group, sums, counts, members } = live
    for (let place = 0; place < sums.length; place += 1)
      sums[place] = counts[place] === 0 ? Number.NaN : (sums[place] as number) / (counts[place] as number)
    const size = group.push(sums) / this.#budgets.factor(entity, budget, live.atMs)
    const transition = live.told
      ? this.#follow(entity, live, live.told, size)
      : this.#mayTell(live, size)
        ? this.#begin(live, members, sums)
        : undefined
    sums.fill(0)
    counts.fill(0)
    return transition
  }

  /** Long enough, far enough, and none of those that are likeliest wrong says so by itself. */
  #mayTell(live: Live, size: number): boolean {
    live.openRows = size >= 1 || (live.openRows > 0 && size >= keptSize) ? live.openRows + 1 : 0
    live.peak = live.openRows === 0 ? 0 : Math.max(live.peak, size)
    if (
      live.openRows < toldRows ||
      live.peak < toldSize ||
      this.#detector.openCount >= this.#limits.activeMax
    )
      return false
    const { ranking } = live.group
    return (
      ranking.length > 0 && !ranking.some((place) => this.#detector.isOpen(live.members[place] as number))
    )
  }

  #begin(live: Live, members: number[], values: Float64Array): Transition | undefined {
    const ranked = live.group.ranking.slice(0, rankedMax)
    const culprit = ranked[0] as number
    const index = members[culprit] as number
    const profile = this.#detector.profile(index)
    if (!profile || !this.#detector.isRipe(index)) return undefined
    const value = values[culprit] as number
    const season = this.#seasons.offset(index, live.atMs)
    const mid = this.#detector.mid(index) + season
    const worst = Number.isNaN(value) ? mid : value
    const back = live.group.rowsSpeaking(culprit)
    const opened: Opened = {
      ...bandOf(this.#detector.baselines, index, profile, season),
      startedMs: live.atMs - back * this.#limits.groupStepMs,
      ...{ openedMs: live.atMs, resumedMs: live.atMs },
      ...{ sign: worst < mid ? -1 : 1, worst },
      deviation: this.#detector.deviation(index, profile, worst - season),
      ...{ ratio: live.peak, points: back + 1, history: live.group.rowsSeen },
      ...{ shape: 'MULTIVARIATE', tier: 'ROBUST' },
      ...{ calmPoints: 0, calmSinceMs: 0, toldMs: live.atMs, toldDeviation: 0 },
      together: ranked.map((place) => members[place] as number),
    }
    live.told = { index, opened }
    live.calmRows = 0
    return { index, kind: 'OPENED', reason: 'JUDGED', atMs: live.atMs, opened }
  }

  #follow(entity: number, live: Live, told: Told, size: number): Transition | undefined {
    const { opened } = told
    opened.points += 1
    opened.ratio = Math.max(opened.ratio, size)
    live.calmRows = size >= keptSize ? 0 : live.calmRows + 1
    const calm = live.calmRows >= this.#limits.recoveryPoints
    if (!calm && live.atMs - opened.resumedMs < this.#limits.adoptMs) return undefined
    live.told = undefined
    live.openRows = 0
    if (calm) this.#budgets.spend(entity, budget, live.atMs)
    return { ...told, kind: 'ENDED', reason: calm ? 'RECOVERED' : 'ADOPTED', atMs: live.atMs }
  }
}

const liveOf = (group: Group): Live => ({
  ...{ members: [], sums: new Float64Array(0), counts: new Uint16Array(0), row: 0 },
  ...{ openRows: 0, peak: 0, calmRows: 0, atMs: 0, told: undefined, group },
})

/** Whether a series is judged with the others of its entity. */
export const isTogether = ({ together, tier }: Profile): boolean => together && tier !== 'BASIC'
