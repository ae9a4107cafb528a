import { Admin, type BaseOptions, Consumer, type KafkaRecord } from '@platformatic/kafka'
import { unavailable } from './failure.ts'

type FetchedPartition = Pick<
  Awaited<ReturnType<Consumer['fetch']>>['responses'][number]['partitions'][number],
  'partitionIndex' | 'records'
>

const fetchBytesMax = 8 * 1_048_576
/** Kafka's stand-ins for a time in a request for offsets. */
const latest = -1n
const earliest = -2n

/** Reads one partition from an offset, outside of any consumer group: the position kept is ours. */
export class PartitionReader {
  readonly #admin: Admin
  readonly #consumer: Consumer
  readonly #topic: string
  readonly #partition: number

  constructor(base: BaseOptions, topic: string, partition: number) {
    this.#admin = new Admin(base)
    this.#consumer = new Consumer({ ...base, groupId: `aiops-${topic}-${partition}`, autocommit: false })
    this.#consumer.topics.track(topic)
    this.#topic = topic
    this.#partition = partition
  }

  /** First offset there is, and the one the next message gets. */
  async offsets(): Promise<{ start: bigint; end: bigint }> {
    const [start, end] = await Promise.all([this.#offsetAt(earliest), this.#offsetAt(latest)])
    return { start, end }
  }

  /** Records from `from` on, up to what is there when it is called. What lies before the first one there is, is gone. */
  async *read(from: bigint): AsyncIterable<{ offset: bigint; record: KafkaRecord }> {
    const { start, end } = await this.offsets()
    let next = from > start ? from : start
    while (next < end) {
      const reached = next
      for (const batch of (await this.#fetch(next)).records ?? []) {
        for (const record of batch.records) {
          const offset = batch.firstOffset + BigInt(record.offsetDelta)
          // A batch that holds the offset asked for begins before it.
          if (offset < next || offset >= end) continue
          yield { offset, record }
          next = offset + 1n
        }
        // Batches without records of ours (control records) are passed too.
        const after = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
        if (after > next) next = after
      }
      if (next === reached) throw unavailable(new Error(`nothing could be read at offset ${next}`))
    }
  }

  /** Deletes what is below `offset`; what is not there yet stays. */
  async deleteUpTo(offset: bigint): Promise<void> {
    const { start, end } = await this.offsets()
    const upTo = offset < end ? offset : end
    if (upTo <= start) return
    await this.#admin
      .deleteRecords({
        topics: [{ name: this.#topic, partitions: [{ partition: this.#partition, offset: upTo }] }],
      })
      .catch(rethrow)
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#admin.close(), this.#consumer.close(true)])
  }

  async #offsetAt(timestamp: bigint): Promise<bigint> {
    const partitions = [{ partitionIndex: this.#partition, timestamp }]
    const listed = await this.#admin
      .listOffsets({ topics: [{ name: this.#topic, partitions }] })
      .catch(rethrow)
    const found = listed
      .flatMap((topic) => topic.partitions)
      .find((one) => one.partitionIndex === this.#partition)
    if (!found) throw unavailable(new Error('the broker named no offset'))
    return found.offset
  }

  async #fetch(fetchOffset: bigint): Promise<FetchedPartition> {
    const metadata = await this.#consumer.metadata({ topics: [this.#topic] }).catch(rethrow)
    const topic = metadata.topics.get(this.#topic)
    const leader = topic?.partitions[this.#partition]?.leader
    if (!topic || leader === undefined || leader < 0)
      throw unavailable(new Error('the partition has no leader'))
    const partition = {
      ...{ partition: this.#partition, fetchOffset },
      ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: fetchBytesMax },
    }
    const response = await this.#consumer
      .fetch({
        ...{ node: leader, topics: [{ topicId: topic.id, partitions: [partition] }] },
        ...{ minBytes: 1, maxBytes: fetchBytesMax, maxWaitTime: 500 },
      })
      .catch(rethrow)
    const found = response.responses.flatMap(({ partitions }) => partitions)
    return (
      found.find((one) => one.partitionIndex === this.#partition) ?? {
        partitionIndex: this.#partition,
        records: null,
      }
    )
  }
}

const rethrow = (error: unknown): never => {
  throw unavailable(error)
}
