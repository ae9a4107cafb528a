import { Worker } from 'node:worker_threads'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Entry, Position } from '../../../port/telemetry-log.ts'
import type { FromWriter, SeriesBatch, Signal, Slice, Task, Totals, ToWriter, WriterData } from './message.ts'

type Waiting<T> = { resolve: (value: T) => void; reject: (error: Fault) => void }

/** Series of one message: a hundred thousand in one would be held several times over. */
const seriesAtOnce = 2_048
/** How long to wait before a writer that died is started again: the longer, the more often it did. */
const restartMs = [100, 1_000, 5_000, 30_000]
/** A writer that lived this long died for another reason than the one before. */
const settledMs = 600_000

/**
 * The main thread's end of the writer worker. What is sent before the worker has started waits for it. Should it die, what it had not
 * answered is refused with STORAGE_UNAVAILABLE, and so is what comes until it has been started again; series it had not written are
 * sent anew, and a checkpoint it had a part of fails as a whole.
 */
export class Writer {
  readonly #data: WriterData
  #worker: Worker
  readonly #log: Log
  readonly #onDamage: (reason: string) => void
  readonly #queueBytesMax: number
  readonly #appends: (Waiting<Position> & { bytes: number })[] = []
  readonly #tasks = new Map<number, Waiting<Totals>>()
  #appendsHead = 0
  #queueBytes = 0
  #nextTask = 1
  #series: (() => SeriesBatch) | undefined
  #seriesWaiting = 0
  /** Sent, and not yet known to be on disk. */
  #unsaved: ({ batch: number } & SeriesBatch)[] = []
  #nextBatch = 1
  #flushing = false
  /** The worker that has what was staged of a signal; undefined in it for parts that no one has. */
  readonly #stagedWith = new Map<Signal, Worker | undefined>()
  #deaths = 0
  #startedMs = 0
  #gone: string | undefined
  #closing = false

  /** `onDamage` hears of writes that met a damaged page. */
  constructor(
    data: WriterData,
    queueBytesMax: number,
    log: Log,
    onDamage: (reason: string) => void = () => undefined,
  ) {
    this.#onDamage = onDamage
    this.#data = data
    this.#queueBytesMax = queueBytesMax
    this.#log = log
    this.#worker = this.#start()
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
  /** There is a series to `take` and write with the next transaction, whichever it is; sent at the latest at the end of this turn. */
  seriesChanged(take: () => SeriesBatch): void {
    this.#series = take
    this.#seriesWaiting += 1
    if (this.#seriesWaiting >= seriesAtOnce) this.#flushSeries()
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flushSeries())
  }
  stage(signal: Signal, slice: Slice): void {
    const worker = this.#gone === undefined ? this.#worker : undefined
    if (!this.#stagedWith.has(signal)) this.#stagedWith.set(signal, worker)
    else if (this.#stagedWith.get(signal) !== worker) this.#stagedWith.set(signal, undefined)
    this.#post({ type: 'stage', signal, slice })
  }
  run(task: Task): Promise<Totals> {
    if (this.#gone !== undefined) return Promise.reject(unavailable(this.#gone))
    if (task.kind === 'checkpoint' && this.#stagedWith.has(task.signal)) {
      const whole = this.#stagedWith.get(task.signal) === this.#worker
      this.#stagedWith.delete(task.signal)
      if (!whole) {
        this.#post({ type: 'unstage', signal: task.signal })
        return Promise.reject(unavailable('the writer was started again meanwhile'))
      }
    }
    this.#flushSeries()
    const id = this.#nextTask++
    this.#post({ type: 'run', id, task })
    return new Promise((resolve, reject) => {
      this.#tasks.set(id, { resolve, reject })
      this.#keepAlive()
    })
  }
  async close(): Promise<void> {
    this.#closing = true
    if (this.#gone !== undefined) return
    await this.run({ kind: 'close' })
    await this.#worker.terminate()
  }

  #flushSeries(): void {
    this.#flushing = false
    if (!this.#series || this.#seriesWaiting === 0) return
    this.#seriesWaiting = 0
    const sent = { batch: this.#nextBatch++, ...this.#series() }
    this.#unsaved.push(sent)
    this.#post({ type: 'series', ...sent })
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
        if (message.damaged) this.#onDamage(message.reason)
        for (let i = 0; i < message.count; i += 1) this.#next().reject(unavailable(message.reason))
        break
      case 'done':
        this.#settle(message.id)?.resolve(message.totals)
        break
      case 'failed':
        if (message.damaged) this.#onDamage(message.reason)
        this.#settle(message.id)?.reject(unavailable(message.reason))
        break
      case 'saved':
        this.#unsaved = this.#unsaved.filter(({ batch }) => batch > message.batch)
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
  #start(): Worker {
    const worker = new Worker(new URL('./writer-worker.ts', import.meta.url), {
      workerData: this.#data,
      name: 'telemetry-writer',
      // What it writes arrives as buffers, outside its heap.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    this.#startedMs = performance.now()
    worker.on('message', (message: FromWriter) => {
      if (worker === this.#worker) this.#receive(message)
    })
    worker.on('error', (error) => this.#ended(worker, messageOf(error)))
    worker.on('exit', (code) => this.#ended(worker, `the writer ended with code ${code}`))
    return worker
  }
  #ended(worker: Worker, reason: string): void {
    if (worker !== this.#worker || this.#gone !== undefined) return
    this.#gone = reason
    while (this.#appends.length > this.#appendsHead) this.#next().reject(unavailable(reason))
    for (const waiting of this.#tasks.values()) waiting.reject(unavailable(reason))
    this.#tasks.clear()
    if (this.#closing) return
    if (performance.now() - this.#startedMs > settledMs) this.#deaths = 0
    const inMs = restartMs[Math.min(this.#deaths, restartMs.length - 1)]!
    this.#deaths += 1
    this.#log.error(
      { reason, inMs },
      'The telemetry writer stopped; nothing is written until it has been started again',
    )
    setTimeout(() => this.#restart(), inMs).unref()
  }
  #restart(): void {
    if (this.#closing) return
    this.#worker = this.#start()
    this.#gone = undefined
    for (const sent of this.#unsaved) this.#post({ type: 'series', ...sent })
    this.#keepAlive()
  }
}

const unavailable = (reason: string): Fault =>
  new Fault('STORAGE_UNAVAILABLE', `The telemetry store cannot write now (${reason}); reads go on.`, {
    retryAfterSeconds: 5,
  })
