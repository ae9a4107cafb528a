import { type BaseOptions, Producer } from '@platformatic/kafka'
import { Fault } from '../../kernel/fault.ts'
import type { Entry, Position, TelemetryLog } from '../../port/telemetry-log.ts'
import { type EntryMessage, entryOf, messageOf } from './entry-message.ts'
import { isTooLarge, unavailable } from './failure.ts'
import { PartitionReader } from './partition-reader.ts'
import { type KafkaLogOptions, prepareTopic } from './topic.ts'

type Waiting = {
  message: EntryMessage
  bytes: number
  resolve: (position: Position) => void
  reject: (error: unknown) => void
}

/** Bytes a message needs beside its value: headers, key, lengths. A generous guess, so that a batch stays within the topic's limit. */
const messageOverhead = 512
const batchBytesMax = 8 * 1_048_576
const batchMessagesMax = 5_000

/**
 * One partition of a topic; position = offset + 1. One process owns the partition: it alone appends, reads and truncates, so positions
 * are dense. Several collectors each own another partition (`partition=N`), with stores of their own, and whoever divides the senders
 * among them does it by tenant. A batch is in flight at a time, acknowledged by all in-sync replicas, with the producer's sequence
 * numbers, so that the client's own retries write nothing twice.
 * Acknowledged means in the memory of all in-sync replicas, as ever with Kafka: it outlives a broker's process, and a machine where
 * the topic has more replicas and `min.insync.replicas` of 2, or brokers that flush each message.
 * Where the port says that a failed entry is not there: a broker that answered nothing may have it. Its sender tries again, and it is
 * told apart as any repeated one.
 */
export async function openKafkaTelemetryLog(options: KafkaLogOptions): Promise<TelemetryLog> {
  const base = baseOptions(options)
  const found = await prepareTopic(base, options)
  return new KafkaTelemetryLog(base, options, found.messageBytesMax)
}

class KafkaTelemetryLog implements TelemetryLog {
  readonly #options: KafkaLogOptions
  readonly #producer: Producer
  readonly #reader: PartitionReader
  readonly #messageBytesMax: number
  readonly #foreign: { inc(): void }
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #sending: Promise<void> | undefined
  #closed = false

  constructor(base: BaseOptions, options: KafkaLogOptions, messageBytesMax: number) {
    this.#options = options
    this.#messageBytesMax = messageBytesMax
    this.#producer = new Producer({ ...base, acks: -1, idempotent: true, autocreateTopics: false })
    this.#reader = new PartitionReader(base, options.topic, options.config.partition)
    this.#foreign = options.metrics.counter(
      'aiops_kafka_foreign_messages_total',
      'Messages of the telemetry topic that no telemetry entry was written as.',
    )
    options.metrics.gauge(
      'aiops_kafka_queue_bytes',
      'Bytes of requests that wait for the broker.',
      [],
      (gauge) => gauge.set(this.#waitingBytes),
    )
  }

  append(entry: Entry): Promise<Position> {
    const bytes = entry.body.length
    const { queue_bytes: queueBytesMax } = this.#options.config
    if (this.#closed) return Promise.reject(new Fault('NOT_READY', 'The telemetry log is closed.'))
    if (bytes + messageOverhead > this.#messageBytesMax)
      return Promise.reject(
        new Fault(
          'BODY_TOO_LARGE',
          `A request of ${bytes} bytes is larger than a message of the topic may be (max.message.bytes ${this.#messageBytesMax}).`,
        ),
      )
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > queueBytesMax)
      return Promise.reject(
        new Fault(
          'QUEUE_FULL',
          `${this.#waitingBytes} bytes already wait for Kafka; the limit is ${queueBytesMax}.`,
        ),
      )
    const message = messageOf(entry)
    this.#waitingBytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, bytes, resolve, reject })
      // Whatever else is appended in this turn shares the batch.
      this.#sending ??= Promise.resolve().then(() => this.#send())
    })
  }

  async *read(after: Position): AsyncIterable<{ position: Position; entry: Entry }> {
    for await (const { offset, record } of this.#reader.read(BigInt(after))) {
      const entry = entryOf(record.value, record.headers)
      if (entry) yield { position: Number(offset) + 1, entry }
      else this.#skip(offset)
    }
  }

  async truncate(upTo: Position): Promise<void> {
    await this.#reader.deleteUpTo(BigInt(upTo))
  }

  async last(): Promise<Position> {
    return Number((await this.#reader.offsets()).end)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#sending
    await Promise.allSettled([this.#producer.close(), this.#reader.close()])
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#batchSize())
      try {
        const first = await this.#produce(batch.map(({ message }) => message))
        batch.forEach(({ resolve, bytes }, i) => {
          this.#waitingBytes -= bytes
          resolve(first + i)
        })
      } catch (error) {
        this.#refuse(batch, error)
      }
      // Those who wait act on their answers before the next batch is cut, so that one slow broker fills batches, not queues.
      await Promise.resolve()
    }
    this.#sending = undefined
  }

  /** What the broker refused concerns the batch alone; that it cannot be reached concerns all who wait. */
  #refuse(batch: Waiting[], error: unknown): void {
    const all = isTooLarge(error) ? batch : [...batch, ...this.#waiting.splice(0)]
    const fault = unavailable(error)
    this.#options.log.warn(
      { entries: all.length, reason: fault.message },
      'Kafka took no telemetry; senders are told to try again',
    )
    for (const { reject, bytes } of all) {
      this.#waitingBytes -= bytes
      reject(fault)
    }
  }

  #batchSize(): number {
    const bytesMax = Math.min(batchBytesMax, this.#messageBytesMax)
    let bytes = 0
    let count = 0
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes + messageOverhead
      if (count > 0 && (bytes > bytesMax || count >= batchMessagesMax)) break
      count += 1
    }
    return count
  }

  /** Position of the first message. */
  async #produce(messages: EntryMessage[]): Promise<Position> {
    const { topic, config } = this.#options
    const { partition } = config
    const result = await this.#producer.send({
      acks: -1,
      idempotent: true,
      messages: messages.map((message) => ({ ...message, topic, partition })),
    })
    const offset = result.offsets?.find((one) => one.topic === topic && one.partition === partition)?.offset
    if (offset === undefined || offset < 0n) throw new Error('the broker named no offset')
    return Number(offset) + 1
  }

  #skip(offset: bigint): void {
    this.#foreign.inc()
    this.#options.log.warn(
      { offset: Number(offset) },
      'A message of the telemetry topic is no entry; it is passed over',
    )
  }
}

function baseOptions({ brokers, config, password }: KafkaLogOptions): BaseOptions {
  return {
    clientId: 'aiops',
    bootstrapBrokers: [...brokers],
    timeout: config.timeout_ms,
    connectTimeout: config.timeout_ms,
    requestTimeout: config.timeout_ms,
    retries: 2,
    retryDelay: 250,
    ...(config.tls ? { tls: {} } : {}),
    ...(config.user !== ''
      ? { sasl: { mechanism: config.mechanism, username: config.user, password: password ?? '' } }
      : {}),
  }
}
