import { availableParallelism } from 'node:os'
import { partOf } from './chunk-block.ts'
import type { DiskQuery, Report } from './chunk-reader.ts'
import { type Found, ReaderThread } from './reader-thread.ts'

/** More readers than this are not worth their memory; the serving thread and the writer want cores, too. */
const threadsMax = 2

/** A few threads that read. One more is started only when all there are have something to do. */
export class ReaderThreads {
  readonly #threads: readonly ReaderThread[]
  constructor(path: string, report: Report, threads = Math.min(threadsMax, availableParallelism())) {
    this.#threads = Array.from({ length: threads }, () => new ReaderThread(path, report))
  }
  /** Questions that may be asked at once so that no thread waits. */
  get width(): number {
    return this.#threads.length
  }
  read(query: DiskQuery): Promise<Found | undefined> {
    return this.#threadFor(query).read(query)
  }
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  /** The one that read these series before, and may still have their blocks at hand, unless others have less to do. */
  #threadFor({ refs }: DiskQuery): ReaderThread {
    const running = this.#threads.filter((thread) => thread.isRunning)
    const least = Math.min(...this.#threads.map((thread) => thread.waiting))
    if (running.length < this.#threads.length)
      return (
        running.find((thread) => thread.waiting === 0) ?? this.#threads.find((thread) => !thread.isRunning)!
      )
    const usual = this.#threads[(partOf(refs[0] ?? 0) >>> 3) % this.#threads.length]!
    return usual.waiting === least ? usual : this.#threads.find((thread) => thread.waiting === least)!
  }
}
