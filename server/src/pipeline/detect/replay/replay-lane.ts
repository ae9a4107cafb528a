import type { ReplayedAnomaly } from '@aiops/contract/model/detection'
import { isoTime } from '../../../kernel/clock.ts'
import type { SeriesData, SeriesDescription } from '../../../port/metric-store.ts'
import { anomalyOf } from '../anomaly.ts'
import type { EngineReply } from '../engine.ts'
import { type EngineLink, openInlineLink, openWorkerLink } from '../link.ts'
import type { Transition } from '../opened.ts'
import { registrationsOf } from '../registration.ts'
import type { Profile } from '../rule/profile.ts'
import type { DetectSettings } from '../settings.ts'
import { noEntity } from '../silence.ts'

/** One series of a batch, with how it is judged here; undefined: not watched. */
export type LaneSeries = { description: SeriesDescription; profile: Profile | undefined; data: SeriesData }

/** Points handed over at once; and after so much of their time the engine is told the time. */
const chunkPoints = 1_024
const chunkMs = 6 * 3_600_000
/** Points that may be under way. */
const pendingMax = 262_144
const nowhere = { entity: noEntity, cohort: 0, steady: false }

/** Recorded points through the live engine with one set of settings, a batch of series after the other. */
export class ReplayLane {
  readonly #settings: DetectSettings
  readonly #worker: boolean
  #link: EngineLink | undefined
  #pending = 0
  #asked = 0
  #error: Error | undefined
  #wake: (() => void)[] = []
  #series: readonly LaneSeries[] = []
  #found: { index: number; opened: Transition; last: Transition }[] = []
  points = 0

  constructor(settings: DetectSettings, worker: boolean) {
    // All that is recorded is looked at, however old.
    this.#settings = { ...settings, staleMs: Number.POSITIVE_INFINITY, activeMax: Number.POSITIVE_INFINITY }
    this.#worker = worker
  }

  async open(): Promise<void> {
    const events = {
      reply: (reply: EngineReply) => this.#take(reply),
      failed: (error: Error) => {
        this.#error = error
        this.#awake()
      },
    }
    this.#link = this.#worker
      ? await openWorkerLink(this.#settings, events)
      : openInlineLink(this.#settings, events)
  }

  async close(): Promise<void> {
    await this.#link?.close()
  }

  /** Anomalies that were noticed within the range, by place in `series`. `give` is called between slices. */
  async run(
    series: readonly LaneSeries[],
    { fromMs, toMs }: { fromMs: number; toMs: number },
    give: () => Promise<void>,
  ): Promise<ReplayedAnomaly[][]> {
    this.#series = series
    this.#found = []
    const watched = series.flatMap(({ profile }, index) =>
      profile ? [{ index, profile, place: nowhere }] : [],
    )
    this.#link?.send({ kind: 'register', series: registrationsOf(watched) })
    for (const { index } of watched) await this.#feed(index, toMs, give)
    await this.#drained()
    this.#link?.send({ kind: 'release', indexes: watched.map(({ index }) => index) })
    return series.map((_, index) =>
      this.#found
        .filter((one) => one.index === index && one.opened.opened.openedMs >= fromMs)
        .map((one) => this.#anomaly(one)),
    )
  }

  async #feed(index: number, toMs: number, give: () => Promise<void>): Promise<void> {
    const { timesMs, values } = (this.#series[index] as LaneSeries).data
    const limitMs = Math.max(this.#settings.silentMs, 20 * stepOf(timesMs))
    for (let from = 0; from < timesMs.length; ) {
      const to = endOf(timesMs, from, limitMs)
      const lastMs = timesMs[to - 1] as number
      this.#pending += to - from
      this.points += to - from
      this.#link?.send({
        ...{ kind: 'points', nowMs: lastMs, series: new Uint32Array(to - from).fill(index) },
        ...{ timesMs: timesMs.slice(from, to), values: values.slice(from, to) },
      })
      // What says nothing for long ends its anomaly, here as live.
      const silentMs = lastMs + limitMs + 1
      const nowMs = (timesMs[to] ?? toMs) > silentMs ? silentMs : lastMs
      this.#link?.send({ kind: 'tick', nowMs })
      from = to
      if (this.#pending > pendingMax) await this.#drained()
      await give()
    }
  }

  /** All that was sent is answered. Throws where the engine died. */
  async #drained(): Promise<void> {
    this.#asked += 1
    this.#link?.send({
      ...{ kind: 'ask', id: this.#asked },
      question: { kind: 'funnel', tenant: 0, indexes: new Uint32Array() },
    })
    while (this.#pending > 0 && !this.#error) await new Promise<void>((resolve) => this.#wake.push(resolve))
    if (this.#error) throw this.#error
  }

  #take({ points, transitions, answer }: EngineReply): void {
    this.#pending -= points
    for (const transition of transitions) {
      const { index, kind, opened } = transition
      // The engine goes on writing into it.
      const told = { ...transition, opened: { ...opened } }
      if (kind === 'OPENED') {
        this.#found.push({ index, opened: told, last: told })
        continue
      }
      const known = this.#found.findLast(
        (one) =>
          one.index === index && one.opened.opened.openedMs === opened.openedMs && isLike(one.last, told),
      )
      if (known) known.last = told
    }
    if (answer || this.#pending === 0) this.#awake()
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  #anomaly({
    index,
    opened,
    last,
  }: {
    index: number
    opened: Transition
    last: Transition
  }): ReplayedAnomaly {
    const { description, profile } = this.#series[index] as LaneSeries
    const detected_at = isoTime(opened.opened.openedMs)
    const known = { id: '', detected_at, incident_id: null }
    const { series, entity, severity, shape, tier, expected, actual, deviation, confidence, ...rest } =
      anomalyOf(known, description, profile as Profile, last)
    return {
      ...{ series, severity, shape, tier, expected, actual, deviation, confidence },
      ...(entity === undefined ? {} : { entity }),
      ...{ started_at: rest.started_at, detected_at, ended_at: rest.ended_at, sentence: rest.sentence },
    }
  }
}

/** A series may have a change and a breach at one time. */
const isLike = (a: Transition, b: Transition): boolean =>
  (a.opened.shape === 'THRESHOLD_BREACH') === (b.opened.shape === 'THRESHOLD_BREACH')

/** Where the next chunk ends: before a long silence, after so many points or so much time. */
function endOf(timesMs: Float64Array, from: number, limitMs: number): number {
  const startMs = timesMs[from] as number
  let to = from + 1
  while (to < timesMs.length && to - from < chunkPoints) {
    const timeMs = timesMs[to] as number
    if (timeMs - startMs > chunkMs || timeMs - (timesMs[to - 1] as number) > limitMs) break
    to += 1
  }
  return to
}

/** The median of the first distances. */
function stepOf(timesMs: Float64Array): number {
  const steps = Array.from(timesMs.subarray(1, 32), (timeMs, i) => timeMs - (timesMs[i] as number))
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0
}
