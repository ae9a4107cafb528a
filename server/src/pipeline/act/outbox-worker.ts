import { durationMs } from '@aiops/contract/model/time'
import { isFault, messageOf } from '../../kernel/fault.ts'
import type { Notifier } from '../../port/notifier.ts'
import type { OutboxRepository } from '../../port/record-store.ts'
import type { ActConfig } from './config.ts'
import type { ActDeps } from './index.ts'

type Waiting = Awaited<ReturnType<OutboxRepository['due']>>[number]

/** Read at once; a sink that is behind keeps the rest waiting on disk. */
const batchMax = 200
const sendMs = 35_000

/**
 * Sends what waits in the outbox: oldest first for each notifier, notifiers side by side, one message of each at a time. After a failure
 * worth another attempt the notifier pauses, so that a sink that is down costs one request at a time. A message is marked as sent after
 * its sink has it: killed in between, it is sent again under the same key.
 */
export class OutboxWorker {
  readonly #deps: ActDeps
  readonly #config: ActConfig['notify']
  readonly #busy = new Map<string, Promise<void>>()
  readonly #pausedUntilMs = new Map<string, number>()
  readonly #stop = new AbortController()
  readonly #counter
  #reading: Promise<void> | undefined
  #again = false
  constructor(deps: ActDeps, config: ActConfig['notify']) {
    this.#deps = deps
    this.#config = config
    this.#counter = deps.metrics.counter('aiops_notifications_total', 'Attempts to deliver a notification.', [
      'notifier',
      'outcome',
    ])
  }

  /** Sends what is due. Called again while at it, it looks once more afterwards. */
  kick(): void {
    this.#again = true
    this.#reading ??= this.#loop().finally(() => {
      this.#reading = undefined
    })
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the platform stops'))
    await this.#reading
    await Promise.all(this.#busy.values())
  }

  async #loop(): Promise<void> {
    try {
      while (this.#again && !this.#stop.signal.aborted) {
        this.#again = false
        await this.#pass()
      }
    } catch (error) {
      this.#deps.log.error({ error: messageOf(error) }, 'the outbox cannot be read; notifications wait')
    }
  }

  async #pass(): Promise<void> {
    const { records, notifiers, clock } = this.#deps
    const due = await records.outbox.due(clock.now(), batchMax, this.#resting())
    for (const [name, waiting] of Map.groupBy(due, (entry) => entry.notifier)) {
      const notifier = notifiers.find((known) => known.name === name)
      if (!notifier) {
        for (const entry of waiting)
          await records.outbox.failed(entry.id, `There is no notifier ${name} any more.`, null)
      } else {
        const sending = this.#sendAll(notifier, waiting)
          .catch((error: unknown) => {
            this.#deps.log.error(
              { notifier: name, error: messageOf(error) },
              'the outbox cannot be written; notifications wait',
            )
            return false
          })
          .then((more) => {
            this.#busy.delete(name)
            if (more) this.kick()
          })
        this.#busy.set(name, sending)
      }
    }
  }

  /** Notifiers that are at work or pause. */
  #resting(): string[] {
    const nowMs = this.#deps.clock.now()
    const paused = [...this.#pausedUntilMs].filter(([, untilMs]) => untilMs > nowMs)
    return [...new Set([...this.#busy.keys(), ...paused.map(([name]) => name)])]
  }

  /** True when there may be more to send at once. */
  async #sendAll(notifier: Notifier, waiting: readonly Waiting[]): Promise<boolean> {
    for (const entry of waiting)
      if (this.#stop.signal.aborted || !(await this.#sendOne(notifier, entry))) return false
    return true
  }

  /** False when the notifier is to pause. */
  async #sendOne(notifier: Notifier, entry: Waiting): Promise<boolean> {
    const { records, clock, log } = this.#deps
    const { incident } = entry.notification
    try {
      const page = incident ? `incidents/${incident.number}` : 'maintenance'
      const url = `${this.#deps.publicUrl()}/${page}`
      await this.#limited((signal) => notifier.send({ ...entry.notification, url }, signal))
    } catch (error) {
      if (this.#stop.signal.aborted) return false
      const attempts = entry.attempts + 1
      const worthAnother = !(isFault(error) && !error.retry) && attempts < this.#config.attempts_max
      const delayMs = durationMs(this.#config.retry_delays[entry.attempts] ?? this.#config.retry_every)
      this.#counter.inc({ notifier: notifier.name, outcome: worthAnother ? 'retried' : 'failed' })
      if (!worthAnother)
        log.warn(
          {
            notifier: notifier.name,
            kind: entry.notification.kind,
            incident: incident?.id,
            attempts,
            error: messageOf(error),
          },
          'a notification was given up',
        )
      await records.outbox.failed(
        entry.id,
        messageOf(error).slice(0, 1_000),
        worthAnother ? clock.now() + delayMs : null,
      )
      if (worthAnother) this.#pausedUntilMs.set(notifier.name, clock.now() + delayMs)
      return !worthAnother
    }
    this.#counter.inc({ notifier: notifier.name, outcome: 'sent' })
    await records.transaction(async (repositories) => {
      await repositories.outbox.sent(entry.id)
      // The log is no person; a webhook may be, but not where it takes every update.
      if (notifier.name === 'log' || !incident || entry.notification.kind === 'INCIDENT_UPDATED') return
      const at = new Date(clock.now()).toISOString()
      const sentence =
        `${notifier.name} was told (${entry.notification.kind}): ${entry.notification.sentence}`.slice(
          0,
          1_000,
        )
      await repositories.incidents.addEvent(incident.id, { at, type: 'NOTIFIED', actor: 'system', sentence })
    })
    return true
  }

  async #limited(send: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const limit = new AbortController()
    const cancel = this.#deps.clock.after(sendMs, () =>
      limit.abort(new Error(`no answer within ${sendMs / 1_000} s`)),
    )
    const signal = AbortSignal.any([limit.signal, this.#stop.signal])
    // A notifier that does not listen to the signal must not hold up the others for ever.
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    )
    try {
      await Promise.race([send(signal), aborted])
    } finally {
      cancel()
    }
  }
}
