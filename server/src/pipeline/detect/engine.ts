import { widened } from '../../kernel/column.ts'
import { Detector } from './detector.ts'
import type {
  EngineAnswer,
  EngineCommand,
  EngineQuestion,
  EngineReply,
  FunnelCounts,
  PointColumns,
} from './engine-message.ts'
import { Held, heldMark } from './held.ts'
import { listDetectors } from './inquiry/detector-row.ts'
import { Groups, isTogether } from './multivariate/index.ts'
import type { Opened, Transition } from './opened.ts'
import type { Registrations, Reprofiled } from './registration.ts'
import { type Profile, widerProfile } from './rule/profile.ts'
import { Budgets } from './rule/rule-budget.ts'
import { hasLimit, Thresholds } from './rule/rule-threshold.ts'
import { Seasonal } from './rule/seasonal.ts'
import { SeriesPlaces } from './series-places.ts'
import type { DetectSettings } from './settings.ts'
import { noEntity, Silence } from './silence.ts'
import { type EngineSnapshot, packed, unpacked } from './snapshot/snapshot.ts'
import { TenantCounts } from './tenant-counts.ts'

export type * from './engine-message.ts'

/** Points whose memory is asked for before any of them is judged: a sender without an order is waited for once, not each time. A power of two. */
const ahead = 16
/** How often the bound of a series over its budget is looked at again. */
const budgetEveryMs = 60_000

const nothing = (): EngineReply => ({ points: 0, transitions: [] })

/** Detector and silence watch behind one door of plain messages, so that they run in a worker or in this thread alike. */
export class Engine {
  readonly #settings: DetectSettings
  readonly #cpuMs: (() => number) | undefined
  readonly #detector: Detector
  readonly #silence: Silence
  readonly #thresholds: Thresholds
  readonly #budgets = new Budgets()
  readonly #seasonal: Seasonal
  readonly #groups: Groups
  readonly #held = new Held()
  readonly #places = new SeriesPlaces()
  /** 1 for a series with limits or a season: more is to be done with its points than to judge them; 2 where that is not known yet; 3 for one that is held. */
  #special = new Uint8Array(256)
  /** As it was registered, where the budget widened it since. */
  readonly #plain = new Map<number, Profile>()
  readonly #counts = new TenantCounts()
  #judgedMs = 0
  #allPoints = 0
  #budgetMs = 0
  /** Points before it are not judged: the platform was away, and the first windows after that are not whole. */
  #settledMs = Number.NEGATIVE_INFINITY

  /** `cpuMs` is what the running thread has used. */
  constructor(settings: DetectSettings, cpuMs?: () => number) {
    this.#settings = settings
    this.#cpuMs = cpuMs
    this.#detector = new Detector(settings)
    this.#silence = new Silence(settings)
    this.#thresholds = new Thresholds(settings)
    this.#seasonal = new Seasonal(this.#detector, settings)
    this.#groups = new Groups(this.#detector, settings, this.#seasonal)
  }

  get sizeBytes(): number {
    const columns = this.#places.sizeBytes + this.#special.byteLength
    return this.#detector.sizeBytes + this.#seasonal.sizeBytes + this.#groups.sizeBytes + columns
  }

  handle(command: EngineCommand): EngineReply {
    switch (command.kind) {
      case 'register':
        this.#register(command.series)
        return nothing()
      case 'reprofile':
        this.#reprofile(command.series)
        return nothing()
      case 'release':
        for (const index of command.indexes) this.#release(index)
        return nothing()
      case 'adopt':
        this.#adopt(command.index, command.opened)
        return nothing()
      case 'hold':
        for (const index of command.indexes) this.#hold(index, command.held)
        return nothing()
      case 'points':
        return { points: command.series.length, transitions: this.#judgeMeasured(command) }
      case 'tick':
        return { points: 0, transitions: this.#tick(command.nowMs) }
      case 'away':
        return this.#skip(command.nowMs, command.gapMs)
      case 'ask':
        return { ...nothing(), answer: { id: command.id, answer: this.#answer(command.question) } }
    }
  }

  #register(series: Registrations): void {
    const { indexes, profiles, table, entities, tenants, kept } = series
    const most = indexes.reduce((most, index) => Math.max(most, index), 0)
    this.#reserve(most)
    this.#detector.reserve(most)
    for (let i = 0; i < indexes.length; i += 1) {
      const index = indexes[i] as number
      const profile = table[profiles[i] as number] as Profile
      const tenant = tenants[i] as number
      this.#counts.reserve(tenant)
      this.#places.tenants[index] = tenant
      if (kept?.[i] === 1) {
        this.#judgeBy(index, profile)
        continue
      }
      this.#forget(index)
      this.#detector.register(index, profile)
      this.#special[index] = this.#specialOf(index, profile)
      this.#places.take(index, series, i)
      if (entities[i] !== noEntity) this.#silence.register(index, this.#places.of(index))
      if (isTogether(profile)) this.#groups.join(entities[i] as number, index)
    }
  }

  #reprofile({ indexes, profiles, table }: Reprofiled): void {
    for (let i = 0; i < indexes.length; i += 1)
      this.#judgeBy(indexes[i] as number, table[profiles[i] as number] as Profile)
  }

  /** What was learned stays; a budget that was overdrawn goes on to widen the bound. */
  #judgeBy(index: number, profile: Profile): void {
    const wider = widerProfile(profile, this.#budgets.factor(index, profile, this.#budgetMs))
    if (wider === profile) this.#plain.delete(index)
    else this.#plain.set(index, profile)
    this.#detector.reprofile(index, wider)
    this.#special[index] = this.#specialOf(index, profile)
    const entity = this.#places.entities[index] as number
    if (isTogether(profile)) this.#groups.join(entity, index)
    else this.#groups.leave(entity, index)
  }

  /** Nothing of the time between is known, and nothing of it is held against what comes after. */
  #hold(index: number, held: boolean): void {
    const entity = this.#places.of(index).entity
    const profile = this.#plain.get(index) ?? this.#detector.profile(index)
    if (!profile) return
    if (held) this.#held.add(index, entity)
    else if (this.#held.remove(index, entity)) this.#detector.baselines.interrupt(index)
    this.#special[index] = this.#specialOf(index, profile)
  }

  #specialOf(index: number, profile: Profile): number {
    if (this.#held.has(index)) return heldMark
    // What may have a season becomes known with its step.
    const concerns = this.#seasonal.concerns(index, profile)
    if (!concerns && this.#detector.seen(index) < this.#seasonal.knownAt) return 2
    return concerns || hasLimit(profile) || this.#thresholds.isOpen(index) ? 1 : 0
  }

  #release(index: number): void {
    this.#silence.release(index, this.#places.of(index))
    this.#groups.leave(this.#places.of(index).entity, index)
    this.#held.remove(index, this.#places.of(index).entity)
    this.#places.entities[index] = noEntity
    this.#forget(index)
    this.#detector.release(index)
  }

  #forget(index: number): void {
    this.#special[index] = 0
    this.#thresholds.release(index)
    this.#budgets.release(index)
    this.#plain.delete(index)
    this.#seasonal.release(index)
  }

  #adopt(index: number, opened: Opened): void {
    if (opened.shape === 'MISSING') this.#silence.adopt(index, this.#places.of(index), opened)
    else if (opened.shape === 'MULTIVARIATE') this.#groups.adopt(this.#places.of(index).entity, index, opened)
    else if (opened.shape === 'THRESHOLD_BREACH') {
      if (this.#thresholds.isOpen(index)) return
      this.#thresholds.adopt(index, opened)
      if (this.#special[index] !== heldMark) this.#special[index] = 1
    } else if (!this.#detector.isOpen(index)) this.#detector.adopt(index, opened)
  }

  #reserve(index: number): void {
    this.#places.reserve(index)
    if (index >= this.#special.length) this.#special = widened(this.#special, this.#places.steady.length)
  }

  #judgeMeasured(points: PointColumns): Transition[] {
    const fromMs = this.#cpuMs?.() ?? 0
    const transitions = this.#judge(points)
    if (this.#cpuMs) this.#judgedMs += this.#cpuMs() - fromMs
    this.#allPoints += points.series.length
    return transitions
  }

  #judge({ nowMs, series, timesMs, values }: PointColumns): Transition[] {
    const transitions: Transition[] = []
    const detector = this.#detector
    const [specials, { tenants, entities }] = [this.#special, this.#places]
    const settledMs = this.#settledMs
    const groups = this.#groups.count > 0 ? this.#groups : undefined
    const freshMs = nowMs - this.#settings.staleMs
    let spoke: number = noEntity
    let tenant = 0
    let points = 0
    let agile = 0
    let robust = 0
    for (let i = 0; i < series.length; i += 1) {
      if ((i & (ahead - 1)) === 0) detector.fetch(series, i, Math.min(series.length, i + ahead))
      const index = series[i] as number
      const timeMs = timesMs[i] as number
      const value = values[i] as number
      const fresh = timeMs >= freshMs
      if (tenants[index] !== tenant) {
        this.#counts.judged(tenant, points, agile, robust)
        tenant = tenants[index] as number
        points = 0
        agile = 0
        robust = 0
      }
      points += 1
      const calm = specials[index] === 0 && timeMs >= settledMs && detector.stepCalmly(index, timeMs, value)
      if (!calm && timeMs >= settledMs) {
        if (this.#step(index, timeMs, value, fresh, transitions)) {
          agile += 1
          if (detector.agile.isRobust) robust += 1
        }
      }
      if (!fresh) continue
      const entity = entities[index]
      if (entity === undefined || entity === noEntity) continue
      const together =
        specials[index] === heldMark ? undefined : groups?.push(entity, index, timeMs, value, nowMs)
      if (together) transitions.push(this.#told(together))
      if (entity === spoke) continue
      spoke = entity
      const back = this.#silence.arrived(entity, nowMs)
      if (back) transitions.push(back)
    }
    this.#counts.judged(tenant, points, agile, robust)
    return transitions
  }

  /** True where the agile tier looked at the point. */
  #step(index: number, timeMs: number, value: number, fresh: boolean, transitions: Transition[]): boolean {
    if (this.#special[index] === heldMark) return false
    const transition =
      this.#special[index] === 0
        ? this.#detector.step(index, timeMs, value, fresh)
        : this.#stepSpecial(index, timeMs, value, fresh, transitions)
    if (transition) transitions.push(this.#told(transition))
    return !Number.isNaN(this.#detector.agileRatio)
  }

  #stepSpecial(
    index: number,
    timeMs: number,
    value: number,
    fresh: boolean,
    transitions: Transition[],
  ): Transition | undefined {
    const breach = this.#breach(index, timeMs, value, fresh)
    if (breach) transitions.push(this.#told(breach))
    const transition = this.#seasonal.step(index, timeMs, value, fresh)
    const profile = this.#detector.profile(index)
    if (this.#special[index] === 2 && profile) this.#special[index] = this.#specialOf(index, profile)
    return transition
  }

  #breach(index: number, timeMs: number, value: number, fresh: boolean): Transition | undefined {
    const profile = this.#plain.get(index) ?? this.#detector.profile(index)
    if (!profile || !Number.isFinite(value)) return undefined
    if (!hasLimit(profile) && !this.#thresholds.isOpen(index)) return undefined
    if (this.#detector.seen(index) > 0 && timeMs <= this.#detector.lastMs(index)) return undefined
    const season = this.#seasonal.offset(index, timeMs)
    return this.#thresholds.step(index, profile, { timeMs, value, fresh, season }, this.#detector)
  }

  /** Counts what is told, and takes an episode that passed from the series' budget. */
  #told(transition: Transition): Transition {
    const { index, kind, opened, reason, atMs } = transition
    if (kind === 'OPENED') this.#counts.opened(this.#places.tenants[index] as number, opened.tier)
    const profile = this.#plain.get(index) ?? this.#detector.profile(index)
    if (
      kind !== 'ENDED' ||
      reason !== 'RECOVERED' ||
      opened.shape === 'THRESHOLD_BREACH' ||
      opened.shape === 'MULTIVARIATE' ||
      !profile
    )
      return transition
    this.#budgets.spend(index, profile, atMs)
    this.#widen(index, profile, atMs)
    return transition
  }

  #widen(index: number, profile: Profile, atMs: number): void {
    const wider = widerProfile(profile, this.#budgets.factor(index, profile, atMs))
    const current = this.#detector.profile(index)
    if (!current || wider.bound === current.bound) return
    if (wider === profile) this.#plain.delete(index)
    else this.#plain.set(index, profile)
    this.#detector.reprofile(index, wider)
  }

  #tick(nowMs: number): Transition[] {
    // A replay begins anew with every series.
    if (Math.abs(nowMs - this.#budgetMs) >= budgetEveryMs) {
      this.#budgetMs = nowMs
      for (const [index, profile] of this.#plain) this.#widen(index, profile, nowMs)
    }
    const isHeld = this.#held.has
    this.#held.excuse(this.#silence, nowMs)
    return [
      ...this.#detector.silent(nowMs, isHeld).map((transition) => this.#seasonal.raise(transition)),
      ...this.#thresholds.silent(nowMs, this.#detector, isHeld),
      ...this.#silence.tick(nowMs, this.#detector),
      ...this.#groups.silent(nowMs, isHeld),
    ]
  }

  #answer(question: EngineQuestion): EngineAnswer {
    switch (question.kind) {
      case 'detectors':
        return { kind: 'detectors', ...listDetectors(this.#parts(), question) }
      case 'funnel':
        return { kind: 'funnel', counts: this.#funnel(question.tenant, question.indexes) }
      case 'snapshot':
        return { kind: 'snapshot', bytes: packed(this.#save(question.nowMs)) }
      case 'restore':
        return { kind: 'restore', ...this.#restore(question.bytes, question.nowMs) }
    }
  }

  #parts() {
    return {
      ...{ detector: this.#detector, thresholds: this.#thresholds, budgets: this.#budgets },
      ...{ seasonal: this.#seasonal, settings: this.#settings, isHeld: this.#held.has },
      profileOf: (index: number) => this.#plain.get(index) ?? this.#detector.profile(index),
    }
  }

  #funnel(tenant: number, indexes: Uint32Array): FunnelCounts {
    const { detector } = this.#parts()
    return {
      learning: indexes.reduce((sum, index) => sum + (detector.isRipe(index) ? 0 : 1), 0),
      agileSeries: indexes.reduce((sum, index) => sum + (detector.agile.has(index) ? 1 : 0), 0),
      ...this.#counts.of(tenant),
      cpuMs: this.#cpuMs ? this.#judgedMs : undefined,
      agileCpuMs: detector.agileWatch.totalMs,
      ...{ allPoints: this.#allPoints, allAgilePoints: detector.agileWatch.calls },
      sizeBytes: this.sizeBytes,
    }
  }

  #save(nowMs: number): EngineSnapshot {
    return {
      ...{ nowMs, budgetMs: this.#budgetMs },
      ...this.#places.save(),
      ...{ special: this.#special, plain: this.#plain },
      ...{ detector: this.#detector.save(), silence: this.#silence.save() },
      ...{ thresholds: this.#thresholds.save(), budgets: this.#budgets.save() },
      seasonal: this.#seasonal.save(),
      groups: this.#groups.save(),
    }
  }

  #restore(bytes: Uint8Array<ArrayBuffer>, nowMs: number): { refused?: string } {
    const found = unpacked(bytes)
    if (typeof found === 'string') return { refused: found }
    this.#places.load(found)
    // What is held is told anew.
    this.#special = found.special.map((mark) => (mark === heldMark ? 2 : mark))
    this.#budgetMs = found.budgetMs
    for (const [index, profile] of found.plain) this.#plain.set(index, profile)
    this.#detector.load(found.detector)
    this.#silence.load(found.silence)
    this.#thresholds.load(found.thresholds)
    this.#budgets.load(found.budgets)
    this.#seasonal.load(found.seasonal)
    this.#groups.load(found.groups)
    this.#skip(nowMs, Math.max(0, nowMs - found.nowMs))
    return {}
  }

  /** What was not listened to is no silence, and the first windows after it hold only a part of what came. */
  #skip(nowMs: number, gapMs: number): EngineReply {
    if (gapMs === 0) return nothing()
    this.#settledMs = nowMs + this.#settings.settleMs
    this.#detector.skip(gapMs)
    this.#silence.skip(gapMs)
    return nothing()
  }
}
