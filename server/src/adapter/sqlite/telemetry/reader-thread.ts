import { Worker } from 'node:worker_threads'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { DiskQuery, DiskRun, Report } from './chunk-reader.ts'
import type { FromReader, ToReader } from './reader-worker.ts'
import { unpackColumns } from './sample-columns.ts'

/** Questions that may wait; each takes milliseconds. */
const waitingMax = 1_024

/** `samples` lie in the range, of which runs may hold fewer: see `RangeQuery.newestOfMs`. */
export type Found = { runs: DiskRun[]; samples: number }
type Waiting = { resolve: (found: Found | undefined) => void; reject: (error: Fault) => void }

/**
 * The serving thread's end of the worker that reads chunks. The worker starts with the first question and again with the next one
 * should it have died; what was asked meanwhile is refused with STORAGE_UNAVAILABLE.
 */
export class ReaderThread {
  readonly #path: string
  readonly #report: Report
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #next = 1
  #closed = false
  constructor(path: string, report: Report) {
    this.#path = path
    this.#report = report
  }
  get waiting(): number {
    return this.#waiting.size
  }
  get isRunning(): boolean {
    return this.#worker !== undefined
  }
  /** As `ChunkReader.read`. What `memory` holds is given away. Throws QUEUE_FULL when too many questions wait. */
  read(query: DiskQuery): Promise<Found | undefined> {
    if (this.#closed) return Promise.reject(unavailable('it is closed'))
    if (this.#waiting.size >= waitingMax)
      return Promise.reject(
        new Fault('QUEUE_FULL', `${waitingMax} reads of stored samples already wait; ask again later.`),
      )
    this.#worker ??= this.#start()
    const worker = this.#worker
    const id = this.#next++
    const { memory } = query
    const given = memory ? [memory.runs, memory.timesMs, memory.values].map(({ buffer }) => buffer) : []
    worker.postMessage({ id, query } satisfies ToReader, given as ArrayBuffer[])
    worker.ref()
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }
  async close(): Promise<void> {
    this.#closed = true
    const worker = this.#worker
    this.#fail('it is closed')
    await worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
      workerData: { path: this.#path },
      name: 'telemetry-reader',
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    worker.on('message', (message: FromReader) => this.#receive(message))
    worker.on('error', (error) => this.#ended(worker, messageOf(error)))
    worker.on('exit', (code) => this.#ended(worker, `it ended with code ${code}`))
    return worker
  }
  #receive(message: FromReader): void {
    for (const { kind, fields } of message.damaged) this.#report(kind, fields)
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    // The process may end when nothing is being read.
    if (this.#waiting.size === 0) this.#worker?.unref()
    if (message.type === 'found') waiting?.resolve({ runs: unpackColumns(message), samples: message.samples })
    else if (message.type === 'too-many') waiting?.resolve(undefined)
    else waiting?.reject(unavailable(message.reason))
  }
  #ended(worker: Worker, reason: string): void {
    if (worker === this.#worker) this.#fail(reason)
  }
  #fail(reason: string): void {
    this.#worker = undefined
    for (const waiting of this.#waiting.values()) waiting.reject(unavailable(reason))
    this.#waiting.clear()
  }
}

const unavailable = (reason: string): Fault =>
  new Fault('STORAGE_UNAVAILABLE', `Stored samples cannot be read now (${reason}); ask again.`, {
    retryAfterSeconds: 1,
  })
