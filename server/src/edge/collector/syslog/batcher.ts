import { isFault, messageOf } from '../../../kernel/fault.ts'
import { SyslogBatch } from '../../../pipeline/ingest/index.ts'
import { droppedMessages } from '../dropped-message.ts'
import type { CollectorDeps } from '../index.ts'

export type BatcherOptions = {
  listener: string
  tenant: string
  zone: string
  flushMs: number
  messagesMax: number
  queueBytesMax: number
  /** Called when the queue begins and ends to be full. */
  full(isFull: boolean): void
}

/** A batch is written once it has so many bytes, so that entries stay small beside the limits on them. */
const BATCH_BYTES_MAX = 1_048_576
const RETRY_MS_MIN = 10
/** Room for a message is asked for below this part of the queue, so that senders do not stop and start with every message. */
const RESUME_BELOW = 0.5

/**
 * Messages on their way into the log: gathered for a moment, written as one entry, in order, one at a time. A batch that cannot be
 * taken now is tried again until it is; one that can never be is given up and counted.
 */
export class SyslogBatcher {
  readonly #deps: CollectorDeps
  readonly #options: BatcherOptions
  #open: SyslogBatch
  /** Closed, oldest first; the first may be in writing. */
  readonly #queue: SyslogBatch[] = []
  #queueBytes = 0
  #writing: Promise<void> | undefined
  #cancel: (() => void) | undefined
  #full = false
  #stopping = false
  #failing = false

  constructor(deps: CollectorDeps, options: BatcherOptions) {
    this.#deps = deps
    this.#options = options
    this.#open = new SyslogBatch(options.zone)
  }

  get full(): boolean {
    return this.#full
  }

  /** Takes the message even when full: whoever reads stops reading then, or drops. */
  add(peer: string, message: Buffer): void {
    const before = this.#open.bytes
    this.#open.add(peer, message)
    this.#grow(this.#open.bytes - before)
    if (this.#open.count >= this.#options.messagesMax || this.#open.bytes >= BATCH_BYTES_MAX) this.#close()
    else this.#cancel ??= this.#deps.clock.after(this.#options.flushMs, () => this.#close())
  }

  /** Resolves when all is written, or given up because it could not be. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#close()
    await this.#writing
  }

  #close(): void {
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#open.count > 0) {
      this.#queue.push(this.#open)
      this.#open = new SyslogBatch(this.#options.zone)
    }
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  async #writeAll(): Promise<void> {
    for (let batch = this.#queue[0]; batch; batch = this.#queue[0]) {
      await this.#deliver(batch)
      this.#queue.shift()
      this.#grow(-batch.bytes)
    }
  }

  /** Never rejects. While stopping, a refusal is final: nobody is there any more to wait for. */
  async #deliver(batch: SyslogBatch): Promise<void> {
    const { ingest, clock, log } = this.#deps
    const { listener, tenant } = this.#options
    const body = batch.body()
    for (;;) {
      try {
        await ingest.deliver('syslog', { kind: 'syslog', tenant, body, encoding: 'identity', format: 'text' })
        if (this.#failing) log.info({ listener }, 'syslog messages are stored again')
        this.#failing = false
        return
      } catch (error) {
        const retried = isFault(error) && error.retry && error.code !== 'INTERNAL' && !this.#stopping
        if (!this.#failing)
          log.warn({ listener, error: messageOf(error) }, 'syslog messages cannot be stored for now')
        this.#failing = true
        if (!retried) {
          this.#dropped.inc({ listener, reason: 'refused' }, batch.count)
          return
        }
        await clock.sleep(Math.max(RETRY_MS_MIN, error.retryAfterSeconds * 1_000))
      }
    }
  }

  #grow(bytes: number): void {
    this.#queueBytes += bytes
    const { queueBytesMax } = this.#options
    const isFull = this.#queueBytes >= (this.#full ? queueBytesMax * RESUME_BELOW : queueBytesMax)
    if (isFull === this.#full) return
    this.#full = isFull
    this.#options.full(isFull)
  }

  get #dropped() {
    return droppedMessages(this.#deps.metrics)
  }
}
