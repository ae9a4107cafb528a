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

export type WriterDeps = {
  bus: EventBus
  anomalies: Pick<AnomalyRepository, 'save' | 'get'>
  clock: Clock
  random: Random
  log: Log
}
type AnomalyEvent = 'ANOMALY_DETECTED' | 'ANOMALY_UPDATED' | 'ANOMALY_ENDED'

const waitingMax = 10_000
const savePolicy = { attemptsMax: 5, delayMs: 200, delayMsMax: 5_000, retriable: () => true }

/** A record is saved before its event is published, in order. */
export class AnomalyWriter {
  readonly #deps: WriterDeps
  readonly #failures: ReturnType<Metrics['counter']>
  readonly #writes = new SerialExecutor('anomaly records', waitingMax)

  constructor(deps: WriterDeps, failures: ReturnType<Metrics['counter']>) {
    this.#deps = deps
    this.#failures = failures
  }

  write(anomaly: Anomaly, type: AnomalyEvent): void {
    const { clock, random, log } = this.#deps
    this.#writes
      .run(() => retry(clock, random, savePolicy, () => this.#saveAndTell(anomaly, type)))
      .catch((error: unknown) => {
        this.#failures.inc()
        log.error({ error: messageOf(error), anomaly: anomaly.id }, 'an anomaly could not be recorded')
      })
  }

  idle(): Promise<void> {
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
