import { systemClock } from '../../kernel/clock.ts'
import { Baselines, coarseMask } from './baseline.ts'
import { stepCalmly } from './calm-step.ts'
import { Stopwatch } from './inquiry/stopwatch.ts'
import { floorOf, Judge, leastEffect } from './judge.ts'
import { beganOf } from './onset.ts'
import type { Opened, Transition } from './opened.ts'
import type { Profile } from './rule/profile.ts'
import {
  narrowColumn,
  ringAt,
  ringMask,
  ringSize,
  rowSize,
  smallColumn,
  wholeColumn,
  wideColumn,
} from './series-rows.ts'
import type { DetectSettings } from './settings.ts'
import { type Odd, oddOpened, Shapes } from './shape/shapes.ts'
import { Agile } from './tier/agile.ts'

/** Back in the band: below this share of the bound. */
const calmRatio = 0.6
const worseFactor = 1.25
/** A spike that lasts for so many points is a new level. */
const levelPoints = 10
/** How much a point beyond the bound teaches: what stays without being told must become usual in the end. */
const distrust = 0.1
const halfTrust = 0.3
/** Points after which a series may be taken into the agile tier: its step is known then. */
const admitPoints = 8
/** A window of fewer points than this would follow every value. */
const memoryPointsMin = 10
/** What the agile tier confirms needs this share of the bound of the basic one; less matters to nobody. */
const confirmedRatio = 0.5

/**
 * Judges points one by one, against what was learned from the points before, and follows what it finds to its end. All
 * state of a series is in typed arrays but for the few that have an anomaly open. Pure: the same points give the same
 * transitions.
 */
export class Detector {
  readonly #settings: DetectSettings
  readonly #baselines: Baselines
  readonly #judge: Judge
  readonly #agile: Agile
  readonly #shapes: Shapes
  readonly #open = new Map<number, Opened>()
  readonly #profiles: (Profile | undefined)[] = []
  /** Of the point last judged: its distance from the usual in bounds (1 is the bound). */
  ratio = 0
  /** The same as the agile tier has it; NaN where it does not look. */
  agileRatio = Number.NaN
  /** Points that the agile tier looked at, and what that costs. */
  readonly agileWatch = new Stopwatch(systemClock.monotonic)
  /** Keeps the reads that only fetch memory from being left out as useless. */
  fetched = 0

  constructor(settings: DetectSettings) {
    this.#settings = settings
    this.#baselines = new Baselines(settings.memoryPoints)
    this.#judge = new Judge(this.#baselines, settings)
    this.#agile = new Agile(settings.agileSeriesMax)
    this.#shapes = new Shapes(this.#baselines)
  }

  get openCount(): number {
    return this.#open.size
  }
  get sizeBytes(): number {
    return this.#baselines.sizeBytes + this.#agile.sizeBytes
  }
  isOpen(index: number): boolean {
    return this.#open.has(index)
  }
  lastMs(index: number): number {
    return this.#baselines.rows.wide[index * rowSize + wideColumn.lastMs] as number
  }
  intervalMs(index: number): number {
    return this.#baselines.rows.narrow[2 * index * rowSize + narrowColumn.intervalMs] as number
  }
  mid(index: number): number {
    return this.#baselines.rows.wide[index * rowSize + wideColumn.mid] as number
  }
  /** Points seen. */
  seen(index: number): number {
    return this.#baselines.rows.whole[2 * index * rowSize + wholeColumn.seen] as number
  }

  /** Of a value, in robust standard deviations. */
  deviation(index: number, profile: Profile, value: number): number {
    return this.#judge.deviation(index * rowSize, value, floorOf(profile, this.mid(index)))
  }
  profile(index: number): Profile | undefined {
    return this.#profiles[index]
  }
  isRipe(index: number): boolean {
    return this.#baselines.rows.small[8 * index * rowSize + smallColumn.ripe] === 1
  }
  opened(index: number): Opened | undefined {
    return this.#open.get(index)
  }
  get baselines(): Baselines {
    return this.#baselines
  }
  get judge(): Judge {
    return this.#judge
  }
  get agile(): Agile {
    return this.#agile
  }

  /** Judges a series otherwise from now on; what was learned stays. */
  reprofile(index: number, profile: Profile): void {
    this.#baselines.reserve(index)
    this.#profiles[index] = profile
    if (profile.tier === 'BASIC') this.#agile.release(index)
    else if (this.seen(index) >= admitPoints) this.#admit(index, profile)
    this.#mark(index)
  }

  /** Makes room for series up to this one. */
  reserve(index: number): void {
    this.#baselines.reserve(index)
  }

  register(index: number, profile: Profile): void {
    this.#baselines.reserve(index)
    this.#baselines.clear(index)
    this.#profiles[index] = profile
    this.#open.delete(index)
    this.#agile.release(index)
    this.#mark(index)
  }

  release(index: number): void {
    this.#profiles[index] = undefined
    this.#open.delete(index)
    this.#baselines.trends.release(index)
    this.#agile.release(index)
    this.#mark(index)
  }

  /** Goes on with an anomaly that a process before this one opened: its band stands for what is usual. */
  adopt(index: number, opened: Opened): void {
    const profile = this.#profiles[index]
    if (!profile) return
    this.#baselines.adopt(index, opened, profile.bound)
    this.#begun(index, opened)
  }

  /** All that was learned and is open; profiles are registered anew. */
  save() {
    return {
      baselines: this.#baselines.save(),
      agile: this.#agile.save(),
      open: this.#open,
    }
  }
  load({ baselines, agile, open }: ReturnType<Detector['save']>): void {
    this.#baselines.load(baselines)
    this.#agile.load(agile)
    for (const [index, opened] of open) this.#open.set(index, opened)
  }
  /** `gapMs` is how long nobody listened. */
  skip(gapMs: number): void {
    for (const opened of this.#open.values()) opened.resumedMs += gapMs
  }

  /** Asks for the memory of series of which points come next. */
  fetch(series: Uint32Array, from: number, to: number): void {
    const { wide, narrow, whole } = this.#baselines.rows
    let sum = 0
    for (let i = from; i < to; i += 1) {
      const row = (series[i] as number) * rowSize
      const seen = whole[2 * row + wholeColumn.seen] as number
      sum += seen + (wide[row] as number) + (narrow[2 * row + narrowColumn.evidence] as number)
      sum += narrow[2 * row + ringAt + (seen & ringMask)] as number
    }
    this.fetched = sum
  }

  /** A point of which there is nothing to tell, in the short way; false, and nothing done, where it is for `step`. */
  stepCalmly(index: number, timeMs: number, value: number): boolean {
    const { rows } = this.#baselines
    const at = 8 * index * rowSize
    if (rows.small[at + smallColumn.ripe] !== 1 || rows.small[at + smallColumn.busy] !== 0) return false
    const profile = this.#profiles[index]
    if (profile?.windowMs !== 0) return false
    if (!stepCalmly(rows, index, profile, timeMs, value, this.#settings.memoryPoints)) return false
    if (((rows.whole[at / 4 + wholeColumn.seen] as number) & coarseMask) === 0) this.#shapes.look(index)
    return true
  }

  /** `mayOpen` false: the point teaches only. `whole` is the value with what its season explains: the higher tiers find that themselves. A point not newer than the one before is nothing new. */
  step(
    index: number,
    timeMs: number,
    value: number,
    mayOpen: boolean,
    whole = value,
  ): Transition | undefined {
    this.ratio = 0
    this.agileRatio = Number.NaN
    const profile = this.#profiles[index]
    if (!profile || !Number.isFinite(value)) return undefined
    const row = index * rowSize
    const rows = this.#baselines.rows
    const isFirst = rows.whole[2 * row + wholeColumn.seen] === 0
    if (!isFirst && timeMs <= (rows.wide[row + wideColumn.lastMs] as number)) return undefined
    const opened = this.#open.size === 0 ? undefined : this.#open.get(index)
    if (opened && !mayOpen) return undefined
    const trendGrew = this.#baselines.remember(index, timeMs, value)
    if (trendGrew && profile.trend) this.#baselines.rememberTrend(index)
    const odd = this.#shapes.push(index, profile, value, trendGrew, !opened)
    this.agileRatio = this.#lookAgile(index, whole) / profile.caution
    if (rows.whole[2 * row + wholeColumn.seen] === admitPoints) this.#admit(index, profile)
    const floor = floorOf(profile, rows.wide[row + wideColumn.mid] as number)
    if (opened)
      return this.#follow(index, opened, profile, timeMs, value, this.#judge.deviation(row, value, floor))
    const memoryPoints = this.#memoryPoints(row, profile)
    if (!this.#judge.isRipe(row, profile, timeMs)) {
      this.#baselines.learn(index, value, floor, 1, memoryPoints)
      return undefined
    }
    if (rows.small[8 * row + smallColumn.ripe] === 0) this.#judge.ripen(index, profile)
    const deviation = this.#judge.deviation(row, value, floor)
    const ratio = this.#judge.ratio(row, profile, value, deviation)
    this.ratio = ratio
    this.#judge.weigh(row, timeMs, deviation, ratio)
    const climbing = trendGrew && profile.trend && this.#judge.climbs(index, profile)
    const judged = climbing || (ratio >= 1 && this.#judge.isEnough(row, profile, timeMs, ratio))
    const confirmed = !judged && this.#isConfirmed(row, profile, timeMs, ratio)
    if ((judged || confirmed) && mayOpen && this.#open.size < this.#settings.activeMax)
      return this.#begin(index, profile, timeMs, value, deviation, climbing, confirmed)
    if (odd && mayOpen && this.#mayOpenOdd(row, timeMs))
      return this.#beginOdd(index, profile, timeMs, value, odd)
    const candidate = (rows.narrow[2 * row + narrowColumn.evidence] as number) > 0
    const weight = ratio >= 1 ? distrust : candidate ? halfTrust : 1
    this.#baselines.learn(index, value, floor, weight, memoryPoints)
    return undefined
  }

  /** The basic tier is unsure: a change that matters, below its bound or not for long enough. The agile tier has not seen the like. */
  #isConfirmed(row: number, profile: Profile, timeMs: number, ratio: number): boolean {
    return (
      this.#agile.news >= profile.caution &&
      ratio > confirmedRatio &&
      timeMs >= (this.#baselines.rows.wide[row + wideColumn.cooldownMs] as number)
    )
  }

  #mayOpenOdd(row: number, timeMs: number): boolean {
    const cooling = timeMs < (this.#baselines.rows.wide[row + wideColumn.cooldownMs] as number)
    return !cooling && this.#open.size < this.#settings.activeMax
  }

  #beginOdd(index: number, profile: Profile, timeMs: number, value: number, odd: Odd): Transition {
    const opened = oddOpened(odd, this.#baselines, { index, profile, timeMs, value })
    this.ratio = odd.ratio
    this.#begun(index, opened)
    return { index, kind: 'OPENED', reason: 'JUDGED', atMs: timeMs, opened }
  }

  #lookAgile(index: number, value: number): number {
    const timed = this.#agile.has(index) && this.agileWatch.begin()
    const ratio = this.#agile.push(index, value)
    if (timed) this.agileWatch.end()
    return ratio
  }

  /** A tier that is asked for looks at a series of any step. */
  #admit(index: number, { tier }: Profile): void {
    if (tier === 'BASIC') return
    if (tier !== 'AUTO' || this.intervalMs(index) >= this.#settings.agileStepMs) this.#agile.admit(index)
    this.#mark(index)
  }

  #begun(index: number, opened: Opened): void {
    this.#open.set(index, opened)
    this.#mark(index)
  }

  /** Which points are not for the short way. */
  #mark(index: number): void {
    const { small } = this.#baselines.rows
    small[8 * index * rowSize + smallColumn.busy] =
      (this.#agile.has(index) ? 1 : 0) + (this.#open.has(index) ? 2 : 0)
  }

  /** Over how many points the usual is learned. */
  #memoryPoints(row: number, { windowMs }: Profile): number {
    if (windowMs === 0) return this.#settings.memoryPoints
    const intervalMs = this.#baselines.rows.narrow[2 * row + narrowColumn.intervalMs] as number
    return Math.max(memoryPointsMin, windowMs / Math.max(1, intervalMs))
  }

  /** Anomalies whose series has said nothing for long: they end. */
  silent(nowMs: number, isHeld = (_: number): boolean => false): Transition[] {
    const ended: Transition[] = []
    for (const [index, opened] of this.#open) {
      if (isHeld(index)) opened.resumedMs = nowMs
      const limitMs = Math.max(this.#settings.silentMs, 20 * this.intervalMs(index))
      const lastMs = Math.max(this.lastMs(index), opened.resumedMs)
      if (nowMs - lastMs > limitMs) ended.push(this.#end(index, opened, nowMs, 'SILENT'))
    }
    return ended
  }

  #begin(
    index: number,
    profile: Profile,
    timeMs: number,
    value: number,
    deviation: number,
    climbing: boolean,
    confirmed: boolean,
  ): Transition {
    const { rows } = this.#baselines
    const row = index * rowSize
    const tier = !confirmed ? 'BASIC' : this.#agile.isRobust ? 'ROBUST' : 'AGILE'
    const opened = beganOf(this.#baselines, this.#judge, {
      ...{ index, profile, timeMs, value, deviation, climbing, confirmed, tier, ratio: this.ratio },
    })
    rows.narrow[2 * row + narrowColumn.evidence] = 0
    rows.narrow[2 * row + narrowColumn.pending] = 0
    rows.small[8 * row + smallColumn.trendHits] = 0
    this.#begun(index, opened)
    return { index, kind: 'OPENED', reason: 'JUDGED', atMs: timeMs, opened }
  }

  /** A point of a series that has an anomaly: nothing is learned until it is over. */
  #follow(
    index: number,
    opened: Opened,
    profile: Profile,
    timeMs: number,
    value: number,
    deviation: number,
  ): Transition | undefined {
    const size = deviation * opened.sign
    this.ratio = Math.max(0, size) / profile.bound
    opened.points += 1
    const change = (value - opened.mid) * opened.sign
    const odd = opened.shape === 'FLAT_LINE' || opened.shape === 'VARIANCE_CHANGE'
    const calm = odd
      ? this.#shapes.isCalm(index, opened)
      : size < calmRatio * profile.bound || change < 0.5 * leastEffect(profile, opened.mid)
    if (calm && opened.calmPoints === 0) opened.calmSinceMs = timeMs
    opened.calmPoints = calm ? opened.calmPoints + 1 : 0
    const { recoveryPoints, recoveryMs, adoptMs } = this.#settings
    if (opened.calmPoints >= recoveryPoints && timeMs - opened.calmSinceMs >= recoveryMs)
      return this.#end(index, opened, timeMs, 'RECOVERED')
    if (timeMs - opened.resumedMs >= adoptMs && opened.points >= ringSize) {
      this.#baselines.relearn(index)
      this.#shapes.adopt(index)
      return this.#end(index, opened, timeMs, 'ADOPTED')
    }
    return this.#worsen(index, opened, timeMs, value, deviation)
  }

  #worsen(
    index: number,
    opened: Opened,
    timeMs: number,
    value: number,
    deviation: number,
  ): Transition | undefined {
    if ((value - opened.worst) * opened.sign > 0) {
      opened.worst = value
      opened.deviation = deviation
      opened.ratio = Math.max(opened.ratio, this.ratio)
    }
    const lasting = opened.shape === 'SPIKE' && opened.points >= levelPoints
    const grew = Math.abs(opened.deviation) > worseFactor * Math.abs(opened.toldDeviation)
    if (!(grew || lasting) || timeMs - opened.toldMs < this.#settings.updateMs) return undefined
    if (lasting) opened.shape = 'LEVEL_SHIFT'
    opened.toldMs = timeMs
    opened.toldDeviation = opened.deviation
    return { index, kind: 'UPDATED', reason: 'JUDGED', atMs: timeMs, opened }
  }

  #end(index: number, opened: Opened, timeMs: number, reason: Transition['reason']): Transition {
    const rows = this.#baselines.rows
    const row = index * rowSize
    this.#open.delete(index)
    this.#mark(index)
    rows.narrow[2 * row + narrowColumn.drift] = 0
    rows.narrow[2 * row + narrowColumn.evidence] = 0
    rows.wide[row + wideColumn.cooldownMs] =
      timeMs + (this.#profiles[index]?.cooldownMs ?? this.#settings.cooldownMs)
    this.#baselines.habituate(row, opened.ratio)
    return { index, kind: 'ENDED', reason, atMs: timeMs, opened }
  }
}
