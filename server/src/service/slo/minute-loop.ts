import type { Clock } from '../../kernel/clock.ts'
import { minuteMs } from './burn-policy.ts'

const firstMs = 2_000

/** Runs a task at a fixed moment of every minute, never twice at once; a minute in which it still runs is left out. */
export class MinuteLoop {
  readonly #clock: Pick<Clock, 'now' | 'after'>
  readonly #offsetMs: number
  /** Never rejects. */
  readonly #task: () => Promise<void>
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  #stopped = false

  constructor(clock: Pick<Clock, 'now' | 'after'>, offsetMs: number, task: () => Promise<void>) {
    this.#clock = clock
    this.#offsetMs = offsetMs
    this.#task = task
  }

  /** The first time soon: what was told before a restart must not be forgotten meanwhile. */
  start(): void {
    this.#wait(firstMs)
  }

  #wait(delayMs: number): void {
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#running = this.#task().finally(() => {
        const nowMs = this.#clock.now() - this.#offsetMs
        if (!this.#stopped) this.#wait(minuteMs - (nowMs % minuteMs))
      })
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#running
  }
}
