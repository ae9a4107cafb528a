import type { Anomaly } from '@aiops/contract/model/anomaly'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { Random } from '../../kernel/random.ts'
import { retry } from '../../kernel/retry.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { AnomalyRepository } from '../../port/record-store.ts'

export type WriterDeps = {
  bus: EventBus
  anomalies: Pick<AnomalyRepository, 'save' | 'get'>
  clock: Clock
  random: Random
  log: Log
}
type AnomalyEvent = 'ANOMALY_DETECTED' | 'ANOMALY_UPDATED' | 'ANOMALY_ENDED'

const waitingMax = 10_000
/** Attempts at what the records refuse. What they cannot take just now is tried until they can. */
const refusedMax = 5
const delays = { attemptsMax: Number.POSITIVE_INFINITY, delayMs: 200, delayMsMax: 5_000 }

/**
 * A record is saved before its event is published, in order. An end that was lost would keep an incident open for good, so that
 * nothing is given up while the records are away. What is not written at a stop is told anew after the next start: it is active there.
 */
export class AnomalyWriter {
  readonly #deps: WriterDeps
  readonly #failures: ReturnType<Metrics['counter']>
  readonly #writes = new SerialExecutor('anomaly records', waitingMax)
  readonly #stopping = new AbortController()
  /** Stopping, it could not write: what still waits would fail likewise, each after its own time. */
  #givenUp = false

  constructor(deps: WriterDeps, failures: ReturnType<Metrics['counter']>) {
    this.#deps = deps
    this.#failures = failures
  }

  write(anomaly: Anomaly, type: AnomalyEvent): void {
    const { clock, random, log } = this.#deps
    this.#writes
      .run(() => {
        if (this.#givenUp) throw new Fault('NOT_READY', 'The platform stops and its records are away.')
        const save = () => this.#saveAndTell(anomaly, type)
        return retry(clock, random, { ...delays, retriable: retriable() }, save, this.#stopping.signal)
      })
      .catch((error: unknown) => {
        this.#givenUp = this.#stopping.signal.aborted
        this.#failures.inc()
        log.error({ error: messageOf(error), anomaly: anomaly.id }, 'an anomaly could not be recorded')
      })
  }

  /** Resolves when all is written, or cannot be now. */
  stop(): Promise<void> {
    this.#stopping.abort(new Error('the platform stops'))
    return this.#writes.idle()
  }

  async #saveAndTell(anomaly: Anomaly, type: AnomalyEvent): Promise<void> {
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

function retriable(): (error: unknown) => boolean {
  let refused = 0
  return (error) => {
    if (isFault(error) && error.retry) return true
    refused += 1
    return refused < refusedMax
  }
}
