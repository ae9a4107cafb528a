import { Worker } from 'node:worker_threads'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Entry, Position } from '../../../port/telemetry-log.ts'
import type { FromWriter, Signal, Slice, Task, Totals, ToWriter, WriterData } from './message.ts'
import type { SeriesRow } from './series-catalog.ts'

type Waiting<T> = { resolve: (value: T) => void; reject: (error: Fault) => void }

/** The main thread's end of the writer worker. What is sent before the worker has started waits for it. */
export class Writer {
  readonly #worker: Worker
  readonly #log: Log
  readonly #queueBytesMax: number
  readonly #appends: (Waiting<Position> & { bytes: number })[] = []
  readonly #tasks = new Map<number, Waiting<Totals>>()
  #appendsHead = 0
  #queueBytes = 0
  #nextTask = 1
  #series: SeriesRow[] = []
  #flushing = false
  #gone: string | undefined
  #closing = false

  constructor(data: WriterData, queueBytesMax: number, log: Log) {
    this.#queueBytesMax = queueBytesMax
    this.#log = log
    this.#worker = new Worker(new URL('./writer-worker.ts', import.meta.url), {
      workerData: data,
      name: 'telemetry-writer',
      // What it writes arrives as buffers, outside its heap.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    this.#worker.on('message', (message: FromWriter) => this.#receive(message))
    this.#worker.on('error', (error) => this.#stop(messageOf(error)))
    this.#worker.on('exit', (code) => this.#stop(`the writer ended with code ${code}`))
  }
  get queueBytes(): number {
    return this.#queueBytes
  }
  append(entry: Entry): Promise<Position> {
    if (this.#gone !== undefined) return Promise.reject(unavailable(this.#gone))
    const bytes = entry.body.length
    if (this.#queueBytes > 0 && this.#queueBytes + bytes > this.#queueBytesMax) {
      return Promise.reject(
        new Fault(
          'QUEUE_FULL',
          `${this.#queueBytes} bytes already wait to be written; the limit is ${this.#queueBytesMax}.`,
        ),
      )
    }
    this.#flushSeries()
    // A copy of its own: the sender's buffer may be a slice of a larger one, and may be used again.
    const body = new Uint8Array(entry.body)
    this.#post({ type: 'append', entry: { ...entry, body } }, [body.buffer])
    this.#queueBytes += bytes
    return new Promise((resolve, reject) => {
      this.#appends.push({ resolve, reject, bytes })
      this.#keepAlive()
    })
  }
  /** Series to write with the next transaction, whichever it is; sent at the latest at the end of this turn. */
  addSeries(row: SeriesRow): void {
    this.#series.push(row)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flushSeries())
  }
  stage(signal: Signal, slice: Slice): void {
    this.#post({ type: 'stage', signal, slice })
  }
  run(task: Task): Promise<Totals> {
    if (this.#gone !== undefined) return Promise.reject(unavailable(this.#gone))
    this.#flushSeries()
    const id = this.#nextTask++
    this.#post({ type: 'run', id, task })
    return new Promise((resolve, reject) => {
      this.#tasks.set(id, { resolve, reject })
      this.#keepAlive()
    })
  }
  async close(): Promise<void> {
    if (this.#gone !== undefined) return
    this.#closing = true
    await this.run({ kind: 'close' })
    await this.#worker.terminate()
  }

  #flushSeries(): void {
    this.#flushing = false
    if (this.#series.length === 0) return
    this.#post({ type: 'series', rows: this.#series })
    this.#series = []
  }
  #post(message: ToWriter, transfer: ArrayBuffer[] = []): void {
    if (this.#gone === undefined) this.#worker.postMessage(message, transfer)
  }
  #receive(message: FromWriter): void {
    switch (message.type) {
      case 'appended':
        for (let i = 0; i < message.count; i += 1) this.#next().resolve(message.first + i)
        break
      case 'refused':
        for (let i = 0; i < message.count; i += 1) this.#next().reject(unavailable(message.reason))
        break
      case 'done':
        this.#settle(message.id)?.resolve(message.totals)
        break
      case 'failed':
        this.#settle(message.id)?.reject(unavailable(message.reason))
        break
      case 'ready':
    }
    this.#keepAlive()
  }
  #next(): Waiting<Position> {
    const waiting = this.#appends[this.#appendsHead]!
    this.#appendsHead += 1
    this.#queueBytes -= waiting.bytes
    if (this.#appendsHead * 2 > this.#appends.length) {
      this.#appends.splice(0, this.#appendsHead)
      this.#appendsHead = 0
    }
    return waiting
  }
  #settle(id: number): Waiting<Totals> | undefined {
    const waiting = this.#tasks.get(id)
    this.#tasks.delete(id)
    return waiting
  }
  /** The process may end when nothing is being written. */
  #keepAlive(): void {
    if (this.#closing || this.#tasks.size > 0 || this.#appends.length > this.#appendsHead) this.#worker.ref()
    else this.#worker.unref()
  }
  #stop(reason: string): void {
    if (this.#gone !== undefined) return
    this.#gone = reason
    if (!this.#closing)
      this.#log.error({ reason }, 'The telemetry writer stopped; nothing can be written until a restart')
    while (this.#appends.length > this.#appendsHead) this.#next().reject(unavailable(reason))
    for (const waiting of this.#tasks.values()) waiting.reject(unavailable(reason))
    this.#tasks.clear()
  }
}

const unavailable = (reason: string): Fault =>
  new Fault('STORAGE_UNAVAILABLE', `The telemetry store cannot write now (${reason}); reads go on.`, {
    retryAfterSeconds: 5,
  })
