import type { Incident } from '@aiops/contract/model/incident'
import { isFault, messageOf } from '../../kernel/fault.ts'
import type { ActDeps } from './index.ts'
import type { Ledger, Notice } from './ledger.ts'

/** Notices that wait for the records; beyond it the oldest is given up. */
const waitingMax = 10_000
/** How far back, and for how many incidents, a start looks for an end that nobody was told. */
const endedMs = 86_400_000
const endedMax = 1_000

/**
 * Tells of incidents by way of the ledger. An event comes once: what the records cannot take when it comes waits here, in order, and a
 * start looks for what a crash took along.
 */
export class Teller {
  readonly #deps: Pick<ActDeps, 'records' | 'clock' | 'log'>
  readonly #ledger: Pick<Ledger, 'notify'>
  #waiting: { incident: Incident; notice: Notice }[] = []
  #telling: Promise<void> | undefined

  constructor(deps: Pick<ActDeps, 'records' | 'clock' | 'log'>, ledger: Pick<Ledger, 'notify'>) {
    this.#deps = deps
    this.#ledger = ledger
  }

  /** Resolves when it is noted, or waits until `again`. Never rejects. */
  async tell(incident: Incident, notice: Notice): Promise<void> {
    if (this.#waiting.length >= waitingMax) this.#giveUp(this.#waiting.shift(), 'too many wait')
    this.#waiting.push({ incident, notice })
    await this.again()
  }

  /** Tries what waits. Never rejects. */
  again(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined
    })
    return this.#telling
  }

  /** Told to whom `before` was told: a notifier that is new hears nothing of what was over before it. */
  async ended(before: (incident: Incident) => Notice, notice: (incident: Incident) => Notice): Promise<void> {
    const { records, clock } = this.#deps
    for (const incident of await records.incidents.endedSince(clock.now() - endedMs, endedMax))
      if (incident.resolved_at) await this.#ledger.notify(incident, notice(incident), before(incident))
  }

  async #tellAll(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        await this.#ledger.notify(next.incident, next.notice)
      } catch (error) {
        if (isFault(error) && error.retry) return
        this.#giveUp(next, messageOf(error))
      }
      if (this.#waiting[0] === next) this.#waiting.shift()
    }
  }

  #giveUp(given: { incident: Incident; notice: Notice } | undefined, reason: string): void {
    this.#deps.log.error(
      { incident: given?.incident.id, kind: given?.notice.kind, reason },
      'a notification could not be noted and is given up',
    )
  }
}
