/** Time as the platform sees it. Everything that waits or stamps takes a Clock, so that tests and simulations own time. */
export interface Clock {
  /** Unix milliseconds, as senders stamp their data. May jump. */
  now(): number
  /** Milliseconds that never go back, for measuring. */
  monotonic(): number
  /** Runs `task` once after `delayMs`. Calling the result cancels it. The timer alone never keeps a process alive. */
  after(delayMs: number, task: () => void): () => void
  /** Runs `task` about every `periodMs` until cancelled. */
  every(periodMs: number, task: () => void): () => void
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted before. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}

/** The last one made: what is stamped in a batch is mostly of one millisecond, and to write one out anew costs as much as ten comparisons. */
const last = { ms: Number.NaN, iso: '' }

export function isoTime(ms: number): string {
  if (ms !== last.ms) {
    last.iso = new Date(ms).toISOString()
    last.ms = ms
  }
  return last.iso
}

/** The longest that a timer of Node takes, some 24 days; one that is longer fires at once. */
const timerMaxMs = 2_147_483_647

/** Waits in as many timers as it takes. `keepsAlive`: the process waits for it. */
function wait(delayMs: number, task: () => void, keepsAlive: boolean): () => void {
  let timer: NodeJS.Timeout
  function next(leftMs: number): void {
    timer = leftMs > timerMaxMs ? setTimeout(next, timerMaxMs, leftMs - timerMaxMs) : setTimeout(task, leftMs)
    if (!keepsAlive) timer.unref()
  }
  next(delayMs)
  return () => clearTimeout(timer)
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, task) => wait(delayMs, task, false),
  every(periodMs, task) {
    if (periodMs > timerMaxMs) {
      let cancel: () => void
      const again = (): void => {
        cancel = wait(periodMs, again, false)
        task()
      }
      cancel = wait(periodMs, again, false)
      return () => cancel()
    }
    const timer = setInterval(task, periodMs)
    timer.unref()
    return () => clearInterval(timer)
  },
  sleep(delayMs, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const cancel = wait(delayMs, done, true)
      function done() {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      function stop() {
        cancel()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
    })
  },
}

/** A clock that stands still until told: `advance` runs what falls due, in order of time. */
export class ManualClock implements Clock {
  #now: number
  #started: number
  #tasks = new Map<number, { at: number; task: () => void; periodMs: number | undefined }>()
  #next = 1
  constructor(startMs = 1_700_000_000_000) {
    this.#now = startMs
    this.#started = startMs
  }
  now(): number {
    return this.#now
  }
  monotonic(): number {
    return this.#now - this.#started
  }
  after(delayMs: number, task: () => void): () => void {
    return this.#add(delayMs, task, undefined)
  }
  every(periodMs: number, task: () => void): () => void {
    return this.#add(periodMs, task, periodMs)
  }
  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const cancel = this.after(delayMs, resolve)
      signal?.addEventListener('abort', () => {
        cancel()
        reject(signal.reason)
      })
    })
  }
  /** Moves time on, running due tasks; yields to promises between them. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const due = [...this.#tasks]
        .filter(([, t]) => t.at <= end)
        .sort(([a, x], [b, y]) => x.at - y.at || a - b)[0]
      if (!due) break
      const [id, entry] = due
      this.#now = Math.max(this.#now, entry.at)
      if (entry.periodMs === undefined) this.#tasks.delete(id)
      else entry.at += entry.periodMs
      entry.task()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    this.#now = end
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  /** The machine sleeps: wall time goes on, nothing runs, and what fell due meanwhile runs once with the next advance. */
  suspend(ms: number): void {
    this.#now += ms
    this.#started += ms
    for (const entry of this.#tasks.values()) if (entry.at < this.#now) entry.at = this.#now
  }
  #add(delayMs: number, task: () => void, periodMs: number | undefined): () => void {
    const id = this.#next++
    this.#tasks.set(id, { at: this.#now + delayMs, task, periodMs })
    return () => this.#tasks.delete(id)
  }
}
