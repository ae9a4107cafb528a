import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { ReplayedAnomaly } from '@aiops/contract/model/detection'
import { isoTime } from '../../../kernel/clock.ts'
import type { SeriesCatalog, SeriesDescription, SeriesRef } from '../../../port/metric-store.ts'
import { anomalyOf } from '../anomaly.ts'
import { keyOf } from '../anomaly-book.ts'
import type { EngineReply } from '../engine.ts'
import { type EngineLink, openInlineLink, openWorkerLink } from '../link.ts'
import type { Transition } from '../opened.ts'
import type { Profile } from '../rule/profile.ts'
import type { DetectSettings } from '../settings.ts'
import type { WatchList } from '../watch-list.ts'

/** Points of series by their refs, and the time at which all of them have come. */
export type Moment = { nowMs: number; refs: Uint32Array; timesMs: Float64Array; values: Float64Array }

/** An anomaly as it stood at a time. */
export type ReplayedChange = { nowMs: number; anomaly: Anomaly }

/** Steps that may be under way: each holds a block of memory that the engine's thread reads. */
const stepsMax = 64
/** Changes kept for correlation. */
const changesMax = 20_000
const forgetEveryMs = 60_000

type Told = {
  number: number
  ref: SeriesRef
  profile: Profile
  others: readonly SeriesRef[]
  opened: Transition
  last: Transition
}

/** Recorded points through what runs live with one set of settings: which series are watched, where they belong, and the engine. */
export class ReplayLane {
  readonly watch: WatchList
  readonly #catalog: Pick<SeriesCatalog, 'describe'>
  readonly #settings: DetectSettings
  readonly #forgetMs: number
  #link: EngineLink | undefined
  #steps = 0
  #asked = 0
  #answered = 0
  #error: Error | undefined
  #wake: (() => void)[] = []
  #forgottenMs = Number.NaN
  readonly #known = new Set<SeriesRef>()
  readonly #open = new Map<string, Told>()
  readonly #told: Told[] = []
  readonly #changes: { told: Told; transition: Transition }[] = []

  constructor(
    deps: { watch: WatchList; catalog: Pick<SeriesCatalog, 'describe'> },
    settings: DetectSettings & { forgetMs: number },
  ) {
    this.watch = deps.watch
    this.#catalog = deps.catalog
    this.#settings = settings
    this.#forgetMs = settings.forgetMs
  }

  async open(worker: boolean): Promise<void> {
    const events = {
      reply: (reply: EngineReply) => this.#take(reply),
      failed: (error: Error) => {
        this.#error = error
        this.#awake()
      },
    }
    this.#link = worker
      ? await openWorkerLink(this.#settings, events)
      : openInlineLink(this.#settings, events)
  }

  async close(): Promise<void> {
    await this.#link?.close()
  }

  /** Hands over the points of series that are watched, then tells the time. True where too many are under way: `drained` first. */
  step({ nowMs, refs, timesMs, values }: Moment): boolean {
    const indexes = new Uint32Array(refs.length)
    const times = new Float64Array(refs.length)
    const watched = new Float64Array(refs.length)
    let count = 0
    for (let i = 0; i < refs.length; i += 1) {
      const index = this.watch.indexOf(refs[i] as number, nowMs)
      if (index < 0) continue
      this.#known.add(refs[i] as number)
      indexes[count] = index
      times[count] = timesMs[i] as number
      watched[count] = values[i] as number
      count += 1
    }
    const fresh = this.watch.takeFresh()
    if (fresh) this.#link?.send({ kind: 'register', series: fresh })
    if (count > 0)
      this.#link?.send({
        ...{ kind: 'points', nowMs, series: indexes.subarray(0, count) },
        ...{ timesMs: times.subarray(0, count), values: watched.subarray(0, count) },
      })
    this.#link?.send({ kind: 'tick', nowMs })
    this.#forget(nowMs)
    this.#steps += 1
    return this.#steps >= stepsMax
  }

  /** All that was sent is answered. Throws where the engine died. */
  async drained(): Promise<void> {
    this.#steps = 0
    this.#asked += 1
    const asked = this.#asked
    this.#link?.send({
      ...{ kind: 'ask', id: asked },
      question: { kind: 'funnel', tenant: 0, indexes: new Uint32Array() },
    })
    while (this.#answered < asked && !this.#error)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    if (this.#error) throw this.#error
  }

  /** Whether it watched the series. */
  knows(ref: SeriesRef): boolean {
    return this.#known.has(ref)
  }
  /** Anomalies that were noticed from then on. */
  episodes(fromMs: number): number {
    return this.#told.reduce((sum, { opened }) => sum + (opened.opened.openedMs >= fromMs ? 1 : 0), 0)
  }

  /** Anomalies that were noticed from then on, by series, in the order in which they were noticed. */
  anomalies(fromMs: number): Map<SeriesRef, ReplayedAnomaly[]> {
    const noticed = this.#told.filter(({ opened }) => opened.opened.openedMs >= fromMs)
    return new Map(
      [...Map.groupBy(noticed, ({ ref }) => ref)].map(([ref, all]) => [
        ref,
        all.map((one) => replayedOf(this.#anomaly(one, one.last))),
      ]),
    )
  }

  /** What became of those anomalies, in order; undefined where it is too much to keep. */
  changes(fromMs: number): ReplayedChange[] | undefined {
    if (this.#changes.length >= changesMax) return undefined
    return this.#changes
      .filter(({ told }) => told.opened.opened.openedMs >= fromMs)
      .map(({ told, transition }) => ({
        nowMs: transition.atMs,
        anomaly: this.#anomaly(told, transition),
      }))
  }

  /** What says nothing for long is forgotten, here as live. */
  #forget(nowMs: number): void {
    if (nowMs - this.#forgottenMs < forgetEveryMs) return
    this.#forgottenMs = nowMs
    const indexes = this.watch.forget(nowMs - this.#forgetMs, (index) =>
      strands.some((shape) => this.#open.has(keyOf(index, shape))),
    )
    if (indexes.length > 0) this.#link?.send({ kind: 'release', indexes })
  }

  #take({ transitions, answer }: EngineReply): void {
    for (const transition of transitions) this.#note(transition)
    if (!answer) return
    this.#answered = answer.id
    this.#awake()
  }

  #note(transition: Transition): void {
    const { index, kind, opened } = transition
    if (!this.watch.isWatched(index)) return
    const key = keyOf(index, opened.shape)
    // The engine goes on writing into it.
    const noted = { ...transition, opened: { ...opened } }
    let told = this.#open.get(key)
    if (kind === 'OPENED') {
      const refOf = (other: number): SeriesRef => this.watch.describe(other).ref
      const others = (opened.together ?? []).filter((other) => other !== index && this.watch.isWatched(other))
      told = {
        ...{ number: this.#told.length, ref: refOf(index), profile: this.watch.profile(index) },
        ...{ others: others.map(refOf), opened: noted, last: noted },
      }
      this.#told.push(told)
    }
    if (!told) return
    told.last = noted
    if (kind === 'ENDED') this.#open.delete(key)
    else this.#open.set(key, told)
    if (this.#changes.length < changesMax) this.#changes.push({ told, transition: noted })
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  #anomaly({ number, ref, profile, others, opened }: Told, transition: Transition): Anomaly {
    const describe = (of: SeriesRef): SeriesDescription => this.#catalog.describe(of)
    const detected_at = isoTime(opened.opened.openedMs)
    const known = { id: String(number), detected_at, incident_id: null }
    return anomalyOf(known, describe(ref), profile, transition, others.map(describe))
  }
}

/** One shape of each that a series may have at one time. */
const strands = ['SPIKE', 'MISSING', 'THRESHOLD_BREACH', 'MULTIVARIATE'] as const

const replayedOf = (anomaly: Anomaly): ReplayedAnomaly => {
  const { series, entity, severity, shape, tier, expected, actual, deviation, confidence } = anomaly
  return {
    ...{ series, severity, shape, tier, expected, actual, deviation, confidence },
    ...(entity === undefined ? {} : { entity }),
    ...{ started_at: anomaly.started_at, detected_at: anomaly.detected_at, ended_at: anomaly.ended_at },
    sentence: anomaly.sentence,
  }
}
