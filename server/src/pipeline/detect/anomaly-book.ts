import type { Anomaly } from '@aiops/contract/model/anomaly'
import { isoTime } from '../../kernel/clock.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { SeriesDescription } from '../../port/metric-store.ts'
import { anomalyOf } from './anomaly.ts'
import { AnomalyWriter, type WriterDeps } from './anomaly-writer.ts'
import type { Opened, Transition } from './opened.ts'
import { judgedBand } from './possible-band.ts'
import type { WatchList } from './watch-list.ts'

export type BookDeps = WriterDeps

/** Anomalies that are active, by series. */
export class AnomalyBook {
  readonly #deps: BookDeps
  readonly #watch: WatchList
  readonly #writer: AnomalyWriter
  readonly #active = new Map<string, Anomaly>()

  constructor(deps: BookDeps, watch: WatchList, failures: ReturnType<Metrics['counter']>) {
    this.#deps = deps
    this.#watch = watch
    this.#writer = new AnomalyWriter(deps, failures)
  }

  get activeCount(): number {
    return this.#active.size
  }

  has(index: number): boolean {
    return kinds.some((kind) => this.#active.has(`${index}${kind}`))
  }

  /** Everything still active, with the index it is known by. */
  active(): { index: number; anomaly: Anomaly }[] {
    return [...this.#active].map(([key, anomaly]) => ({ index: Number.parseInt(key, 10), anomaly }))
  }

  adopt(index: number, anomaly: Anomaly): void {
    this.#active.set(keyOf(index, anomaly.shape), anomaly)
  }

  apply(transition: Transition): void {
    const { index, kind } = transition
    const key = keyOf(index, transition.opened.shape)
    const nowMs = this.#deps.clock.now()
    const known = this.#active.get(key)
    if (!known && kind !== 'OPENED') return
    const identity = known ?? {
      id: this.#deps.random.uuid(nowMs),
      detected_at: isoTime(nowMs),
      incident_id: null,
    }
    const { id, detected_at, incident_id } = identity
    const anomaly = anomalyOf(
      { id, detected_at, incident_id },
      this.#watch.describe(index),
      this.#watch.profile(index),
      transition,
      this.#others(transition),
    )
    if (kind === 'ENDED') this.#active.delete(key)
    else this.#active.set(key, anomaly)
    this.#writer.write(
      anomaly,
      kind === 'OPENED' ? 'ANOMALY_DETECTED' : kind === 'UPDATED' ? 'ANOMALY_UPDATED' : 'ANOMALY_ENDED',
    )
  }

  /** The other metrics of a group that are likeliest wrong. */
  #others({ index, opened }: Transition): SeriesDescription[] {
    const others = opened.together?.filter((other) => other !== index && this.#watch.isWatched(other))
    return others?.map((other) => this.#watch.describe(other)) ?? []
  }

  /** Of the anomalies that a series has now. */
  idsOf(index: number): string[] {
    return kinds.flatMap((kind) => this.#active.get(`${index}${kind}`)?.id ?? [])
  }

  /** Ends what a series has that is given up. */
  drop(index: number, reason: string): void {
    for (const kind of kinds) {
      const anomaly = this.#active.get(`${index}${kind}`)
      if (!anomaly) continue
      this.#active.delete(`${index}${kind}`)
      this.close(anomaly, reason)
    }
  }

  /** Ends an anomaly that nobody follows any more. */
  close(anomaly: Anomaly, reason: string): void {
    const ended_at = isoTime(this.#deps.clock.now())
    this.#writer.write(
      { ...anomaly, state: 'ENDED', ended_at, sentence: `${anomaly.sentence}; ${reason}` },
      'ANOMALY_ENDED',
    )
  }

  stop(): Promise<void> {
    return this.#writer.stop()
  }
}

/** What an engine needs to go on with an anomaly of which only the record is left. */
export function openedOf(anomaly: Anomaly, nowMs: number): Opened {
  return {
    ...(anomaly.shape === 'THRESHOLD_BREACH'
      ? anomaly.expected
      : judgedBand(anomaly.series, anomaly.expected)),
    startedMs: Date.parse(anomaly.started_at),
    openedMs: Date.parse(anomaly.detected_at),
    resumedMs: nowMs,
    sign: anomaly.deviation < 0 ? -1 : 1,
    worst: anomaly.actual,
    deviation: anomaly.deviation,
    ratio: anomaly.score < 1 ? anomaly.score / (1 - anomaly.score) : 1_000,
    points: 2,
    history: 64,
    shape: anomaly.shape,
    tier: anomaly.tier,
    calmPoints: 0,
    calmSinceMs: 0,
    toldMs: nowMs,
    toldDeviation: anomaly.deviation,
  }
}

/** A series may have one anomaly of its values, one of a limit, and stand for one silence and one group of its entity. */
const kinds = ['', 'm', 't', 'g'] as const
const kindOf: Partial<Record<Anomaly['shape'], (typeof kinds)[number]>> = {
  ...{ MISSING: 'm', THRESHOLD_BREACH: 't', MULTIVARIATE: 'g' },
}
/** What an active anomaly is known by. */
export const keyOf = (index: number, shape: Anomaly['shape']): string => `${index}${kindOf[shape] ?? ''}`
