import type { Anomaly } from '@aiops/contract/model/anomaly'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { Random } from '../../kernel/random.ts'
import { retry } from '../../kernel/retry.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { AnomalyRepository } from '../../port/record-store.ts'
import { anomalyOf } from './anomaly.ts'
import type { Opened, Transition } from './opened.ts'
import type { WatchList } from './watch-list.ts'

export type BookDeps = { bus: EventBus; anomalies: AnomalyRepository; clock: Clock; random: Random; log: Log }

const waitingMax = 10_000
const savePolicy = { attemptsMax: 5, delayMs: 200, delayMsMax: 5_000, retriable: () => true }

/** Anomalies that are active, by series. A record is saved before its event is published, in order. */
export class AnomalyBook {
  readonly #deps: BookDeps
  readonly #watch: WatchList
  readonly #failures: ReturnType<Metrics['counter']>
  readonly #writes = new SerialExecutor('anomaly records', waitingMax)
  readonly #active = new Map<string, Anomaly>()

  constructor(deps: BookDeps, watch: WatchList, failures: ReturnType<Metrics['counter']>) {
    this.#deps = deps
    this.#watch = watch
    this.#failures = failures
  }

  get activeCount(): number {
    return this.#active.size
  }

  has(index: number): boolean {
    return this.#active.has(keyOf(index, false)) || this.#active.has(keyOf(index, true))
  }

  /** Everything still active, with the index it is known by. */
  active(): { index: number; anomaly: Anomaly }[] {
    return [...this.#active].map(([key, anomaly]) => ({ index: Number.parseInt(key, 10), anomaly }))
  }

  adopt(index: number, anomaly: Anomaly): void {
    this.#active.set(keyOf(index, anomaly.shape === 'MISSING'), anomaly)
  }

  apply(transition: Transition): void {
    const { index, kind } = transition
    const key = keyOf(index, transition.opened.shape === 'MISSING')
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
    )
    if (kind === 'ENDED') this.#active.delete(key)
    else this.#active.set(key, anomaly)
    this.#write(
      anomaly,
      kind === 'OPENED' ? 'ANOMALY_DETECTED' : kind === 'UPDATED' ? 'ANOMALY_UPDATED' : 'ANOMALY_ENDED',
    )
  }

  /** Ends an anomaly that nobody follows any more. */
  close(anomaly: Anomaly, reason: string): void {
    const ended_at = isoTime(this.#deps.clock.now())
    this.#write(
      { ...anomaly, state: 'ENDED', ended_at, sentence: `${anomaly.sentence}; ${reason}` },
      'ANOMALY_ENDED',
    )
  }

  idle(): Promise<void> {
    return this.#writes.idle()
  }

  #write(anomaly: Anomaly, type: 'ANOMALY_DETECTED' | 'ANOMALY_UPDATED' | 'ANOMALY_ENDED'): void {
    const { clock, random, log } = this.#deps
    this.#writes
      .run(() => retry(clock, random, savePolicy, () => this.#saveAndTell(anomaly, type)))
      .catch((error: unknown) => {
        this.#failures.inc()
        log.error({ error: messageOf(error), anomaly: anomaly.id }, 'an anomaly could not be recorded')
      })
  }

  async #saveAndTell(
    anomaly: Anomaly,
    type: 'ANOMALY_DETECTED' | 'ANOMALY_UPDATED' | 'ANOMALY_ENDED',
  ): Promise<void> {
    const { anomalies, bus, clock, random } = this.#deps
    let payload = anomaly
    if (type !== 'ANOMALY_DETECTED') {
      // Correlation writes the incident into the record; it must not be lost.
      const stored = await anomalies.get(anomaly.tenant_id, anomaly.id)
      payload = { ...anomaly, incident_id: stored?.incident_id ?? anomaly.incident_id }
    }
    await anomalies.save(payload)
    const nowMs = clock.now()
    bus.publish('events', {
      event_id: random.uuid(nowMs),
      event_type: type,
      source: 'detect',
      tenant_id: anomaly.tenant_id,
      timestamp: isoTime(nowMs),
      payload,
    })
  }
}

/** What an engine needs to go on with an anomaly of which only the record is left. */
export function openedOf(anomaly: Anomaly, nowMs: number): Opened {
  return {
    ...anomaly.expected,
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

/** A series may have one anomaly of its values and stand for one silence of its entity. */
const keyOf = (index: number, missing: boolean): string => (missing ? `${index}m` : `${index}`)
