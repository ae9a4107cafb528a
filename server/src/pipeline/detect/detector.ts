import { Baselines, column, ringSize, rowSize } from './baseline.ts'
import { floorOf, isClear, Judge, leastEffect } from './judge.ts'
import { bandOf, type Opened, type Transition } from './opened.ts'
import type { Profile } from './profile.ts'
import type { DetectSettings } from './settings.ts'
import { Agile } from './tier/agile.ts'

/** Back in the band: below this share of the bound. */
const calmRatio = 0.6
/** The change is thought to have begun where values left this share of the bound. */
const onsetRatio = 0.4
const worseFactor = 1.25
/** A spike that lasts for so many points is a new level. */
const levelPoints = 10
const habitShare = 1.25
/** How much a point beyond the bound teaches: what stays without being told must become usual in the end. */
const distrust = 0.1
const halfTrust = 0.3
/** Points after which a series may be taken into the agile tier: its step is known then. */
const admitPoints = 8
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
  readonly #open = new Map<number, Opened>()
  readonly #profiles: (Profile | undefined)[] = []
  /** Of the point last judged: its distance from the usual in bounds (1 is the bound). */
  ratio = 0
  /** The same as the agile tier has it; NaN where it does not look. */
  agileRatio = Number.NaN
  /** Keeps the reads that only fetch memory from being left out as useless. */
  fetched = 0

  constructor(settings: DetectSettings) {
    this.#settings = settings
    this.#baselines = new Baselines(settings.memoryPoints)
    this.#judge = new Judge(this.#baselines, settings)
    this.#agile = new Agile(settings.agileSeriesMax)
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
    return this.#baselines.rows[index * rowSize + column.lastMs] as number
  }
  intervalMs(index: number): number {
    return this.#baselines.rows[index * rowSize + column.intervalMs] as number
  }
  mid(index: number): number {
    return this.#baselines.rows[index * rowSize + column.mid] as number
  }
  /** Points seen. */
  seen(index: number): number {
    return this.#baselines.rows[index * rowSize + column.ringCount] as number
  }

  register(index: number, profile: Profile): void {
    this.#baselines.reserve(index)
    this.#baselines.clear(index)
    this.#profiles[index] = profile
    this.#open.delete(index)
    this.#agile.release(index)
  }

  release(index: number): void {
    this.#profiles[index] = undefined
    this.#open.delete(index)
    this.#agile.release(index)
  }

  /** Goes on with an anomaly that a process before this one opened: its band stands for what is usual. */
  adopt(index: number, opened: Opened): void {
    const profile = this.#profiles[index]
    if (!profile) return
    const rows = this.#baselines.rows
    const row = index * rowSize
    const sigmas = 1.2816 / profile.bound
    rows[row + column.count] = ringSize * 2
    rows[row + column.ripe] = 1
    rows[row + column.mid] = opened.mid
    rows[row + column.low] = opened.mid - (opened.mid - opened.low) * sigmas
    rows[row + column.high] = opened.mid + (opened.high - opened.mid) * sigmas
    this.#open.set(index, opened)
  }

  /** Asks for the memory of series of which points come next. */
  fetch(series: Uint32Array, from: number, to: number): void {
    const { rows, rings } = this.#baselines
    let sum = 0
    for (let i = from; i < to; i += 1) {
      const index = series[i] as number
      const row = index * rowSize
      const seen = rows[row + column.ringCount] as number
      sum += seen + (rows[row] as number) + (rows[row + 8] as number)
      sum += rings[index * ringSize + (seen % ringSize)] as number
    }
    this.fetched = sum
  }

  /** `mayOpen` false: the point teaches only. A point not newer than the one before is nothing new. */
  step(index: number, timeMs: number, value: number, mayOpen: boolean): Transition | undefined {
    this.ratio = 0
    this.agileRatio = Number.NaN
    const profile = this.#profiles[index]
    if (!profile || !Number.isFinite(value)) return undefined
    const row = index * rowSize
    const rows = this.#baselines.rows
    const isFirst = rows[row + column.ringCount] === 0
    if (!isFirst && timeMs <= (rows[row + column.lastMs] as number)) return undefined
    const opened = this.#open.size === 0 ? undefined : this.#open.get(index)
    if (opened && !mayOpen) return undefined
    const trendGrew = this.#baselines.remember(index, timeMs, value)
    this.agileRatio = this.#agile.push(index, value)
    if (rows[row + column.ringCount] === admitPoints) this.#admit(index)
    const floor = floorOf(profile, rows[row + column.mid] as number)
    if (opened)
      return this.#follow(index, opened, profile, timeMs, value, this.#judge.deviation(row, value, floor))
    if (!this.#judge.isRipe(row, timeMs)) {
      this.#baselines.learn(index, value, floor, 1)
      return undefined
    }
    if (rows[row + column.ripe] === 0) this.#judge.ripen(index, profile)
    const deviation = this.#judge.deviation(row, value, floor)
    const ratio = this.#judge.ratio(row, profile, value, deviation)
    this.ratio = ratio
    this.#judge.weigh(row, timeMs, deviation, ratio)
    const climbing = trendGrew && profile.trend && this.#judge.climbs(index, profile)
    const judged = climbing || (ratio >= 1 && this.#judge.isEnough(row, profile, timeMs, ratio))
    const confirmed = !judged && this.#isConfirmed(row, timeMs, ratio)
    if ((judged || confirmed) && mayOpen && this.#open.size < this.#settings.activeMax)
      return this.#begin(index, profile, timeMs, value, deviation, climbing, confirmed)
    const candidate = (rows[row + column.evidence] as number) > 0
    this.#baselines.learn(index, value, floor, ratio >= 1 ? distrust : candidate ? halfTrust : 1)
    return undefined
  }

  /** The basic tier is unsure: a change that matters, below its bound or not for long enough. The agile tier has not seen the like. */
  #isConfirmed(row: number, timeMs: number, ratio: number): boolean {
    return (
      this.#agile.news >= 1 &&
      ratio > confirmedRatio &&
      timeMs >= (this.#baselines.rows[row + column.cooldownMs] as number)
    )
  }

  #admit(index: number): void {
    if (this.intervalMs(index) >= this.#settings.agileStepMs) this.#agile.admit(index)
  }

  /** Anomalies whose series has said nothing for long: they end. */
  silent(nowMs: number): Transition[] {
    const ended: Transition[] = []
    for (const [index, opened] of this.#open) {
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
    const row = index * rowSize
    const rows = this.#baselines.rows
    const sign =
      climbing || confirmed ? (deviation < 0 ? -1 : 1) : (rows[row + column.evidenceSign] as number)
    const back = climbing ? ringSize - 1 : this.#onset(index, profile, sign)
    const opened: Opened = {
      ...bandOf(this.#baselines, index, profile),
      startedMs: timeMs - back * (rows[row + column.intervalMs] as number),
      openedMs: timeMs,
      resumedMs: timeMs,
      sign,
      worst: value,
      deviation,
      ratio: this.ratio,
      points: back + 1,
      history: rows[row + column.count] as number,
      shape: climbing ? 'TREND_CHANGE' : sign < 0 ? 'DROP' : back < 3 ? 'SPIKE' : 'LEVEL_SHIFT',
      tier: confirmed ? 'AGILE' : 'BASIC',
      calmPoints: 0,
      calmSinceMs: 0,
      toldMs: timeMs,
      toldDeviation: deviation,
    }
    this.#findWorst(opened, index, profile, back)
    rows[row + column.evidence] = 0
    rows[row + column.pending] = 0
    rows[row + column.trendHits] = 0
    this.#open.set(index, opened)
    return { index, kind: 'OPENED', reason: 'JUDGED', atMs: timeMs, opened }
  }

  /** Points back to where the change began: all since are on its side and away from the usual, one may fail. */
  #onset(index: number, profile: Profile, sign: number): number {
    const row = index * rowSize
    const floor = floorOf(profile, this.mid(index))
    const size = this.#baselines.recentCount(index)
    let onset = 0
    let missed = 0
    for (let back = 1; back < size && missed < 2; back += 1) {
      const value = this.#baselines.recent(index, back)
      const change = value - this.mid(index)
      const away = this.#judge.deviation(row, value, floor) * sign >= profile.bound * onsetRatio
      if (away || (change * sign > 0 && isClear(profile, this.mid(index), change))) onset = back
      else missed += 1
    }
    return onset
  }

  #findWorst(opened: Opened, index: number, profile: Profile, back: number): void {
    const floor = floorOf(profile, opened.mid)
    for (let i = 1; i <= back; i += 1) {
      const value = this.#baselines.recent(index, i)
      if ((value - opened.worst) * opened.sign <= 0) continue
      opened.worst = value
      opened.deviation = this.#judge.deviation(index * rowSize, value, floor)
    }
    opened.toldDeviation = opened.deviation
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
    const calm = size < calmRatio * profile.bound || change < 0.5 * leastEffect(profile, opened.mid)
    if (calm && opened.calmPoints === 0) opened.calmSinceMs = timeMs
    opened.calmPoints = calm ? opened.calmPoints + 1 : 0
    const { recoveryPoints, recoveryMs, adoptMs } = this.#settings
    if (opened.calmPoints >= recoveryPoints && timeMs - opened.calmSinceMs >= recoveryMs)
      return this.#end(index, opened, timeMs, 'RECOVERED')
    if (timeMs - opened.resumedMs >= adoptMs && opened.points >= ringSize) {
      this.#baselines.relearn(index)
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
    rows[row + column.drift] = 0
    rows[row + column.evidence] = 0
    rows[row + column.cooldownMs] = timeMs + this.#settings.cooldownMs
    this.#habituate(row, opened.ratio)
    return { index, kind: 'ENDED', reason, atMs: timeMs, opened }
  }

  /** What came and passed three times within the memory is usual: the bound rises to 1.1 times its size. */
  #habituate(row: number, ratio: number): void {
    const rows = this.#baselines.rows
    const episodes = (rows[row + column.episodes] as number) + 1
    rows[row + column.episodes] = episodes
    const usual = habitShare * ratio * (1 - 0.5 ** episodes)
    rows[row + column.habit] = Math.max(rows[row + column.habit] as number, usual)
  }
}
