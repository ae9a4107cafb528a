import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { AlertIntake } from './alert-intake.ts'

const TICK_MS = 1_000

/**
 * Resolves alerts whose time is up. What expired while this process was not there to be told gets `graceMs` from the start, so that
 * senders can repeat it first; the times are on disk, so that a restart forgets none.
 */
export class AlertExpiry {
  readonly #deps: { intake: AlertIntake; clock: Clock; log: Log }
  readonly #graceMs: number
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined

  constructor(deps: { intake: AlertIntake; clock: Clock; log: Log }, graceMs: number) {
    this.#deps = deps
    this.#graceMs = graceMs
  }

  start(): void {
    const { clock } = this.#deps
    const startedMs = clock.now()
    this.#cancel = clock.every(TICK_MS, () => {
      const nowMs = clock.now()
      const afterMs = nowMs < startedMs + this.#graceMs ? startedMs : 0
      this.#running ??= this.#resolve(afterMs, nowMs)
    })
  }

  async stop(): Promise<void> {
    this.#cancel?.()
    await this.#running
  }

  async #resolve(afterMs: number, untilMs: number): Promise<void> {
    try {
      await this.#deps.intake.expire(afterMs, untilMs)
    } catch (error) {
      this.#deps.log.error({ error: messageOf(error) }, 'alerts whose time is up could not be resolved')
    } finally {
      this.#running = undefined
    }
  }
}
