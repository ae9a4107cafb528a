import { createHash } from 'node:crypto'
import type { Clock } from '../../../kernel/clock.ts'

export type GroupLoopDeps = {
  clock: Clock
  /** Evaluates at that moment; never throws. */
  evaluate(timeMs: number): Promise<void>
  /** Evaluations that were left out because one before took too long. */
  missed(count: number): void
}

/** Evaluates at every interval, at an offset of its own, so that groups do not all run at once; one at a time. */
export class GroupLoop {
  readonly #deps: GroupLoopDeps
  readonly #intervalMs: number
  readonly #offsetMs: number
  #nextMs = 0
  #cancel: (() => void) | undefined
  #running: Promise<void> | undefined
  #stopped = false

  constructor(key: string, intervalMs: number, deps: GroupLoopDeps) {
    this.#deps = deps
    this.#intervalMs = intervalMs
    this.#offsetMs = createHash('sha1').update(key).digest().readUIntBE(0, 6) % intervalMs
  }

  start(): void {
    this.#nextMs = this.#slotAfter(this.#deps.clock.now())
    this.#wait()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#running
  }

  #slotAfter(nowMs: number): number {
    const shifted = nowMs - this.#offsetMs
    return shifted - (shifted % this.#intervalMs) + this.#offsetMs + this.#intervalMs
  }

  #wait(): void {
    if (this.#stopped) return
    const nowMs = this.#deps.clock.now()
    // A clock that was set back must not keep a group waiting.
    if (this.#nextMs - nowMs > this.#intervalMs) this.#nextMs = this.#slotAfter(nowMs)
    this.#cancel = this.#deps.clock.after(Math.max(0, this.#nextMs - nowMs), () => {
      this.#running = this.#run()
    })
  }

  async #run(): Promise<void> {
    const missed = Math.floor((this.#deps.clock.now() - this.#nextMs) / this.#intervalMs)
    if (missed > 0) {
      this.#deps.missed(missed)
      this.#nextMs += missed * this.#intervalMs
    }
    const timeMs = this.#nextMs
    this.#nextMs += this.#intervalMs
    await this.#deps.evaluate(timeMs)
    this.#wait()
  }
}
