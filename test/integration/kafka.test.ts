import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KafkaConfig, openKafkaTelemetryLog } from '../../server/src/adapter/kafka/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { createLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { telemetryLogConformance } from '../../server/src/port/telemetry-log.suite.ts'
import type { Entry, Position, TelemetryLog } from '../../server/src/port/telemetry-log.ts'
import { type KafkaBroker, startKafka } from './kafka.ts'
import { integration } from './real-server.ts'

let topics = 0

integration('a real Kafka broker', ['java', 'kafka-server', 'kafka-storage'], () => {
  let broker: KafkaBroker
  beforeAll(async () => {
    broker = await startKafka()
  })
  afterAll(() => broker.remove())

  const open = (topic: string, config: Record<string, string> = {}): Promise<TelemetryLog> =>
    openKafkaTelemetryLog({
      brokers: [broker.address],
      topic,
      config: KafkaConfig.parse({ queue_bytes: '100000', ...config }),
      clock: systemClock,
      log: createLog({ level: 'silent' }),
      metrics: createMetrics(),
    })
  const newTopic = (): string => `telemetry-${process.pid}-${++topics}`

  telemetryLogConformance('Kafka', async () => {
    const topic = newTopic()
    let log = await open(topic)
    return {
      get log() {
        return log
      },
      async restart() {
        await log.close()
        log = await open(topic)
        return log
      },
      close: () => log.close(),
    }
  })

  describe('beyond what every log does', () => {
    test('each process has a partition of its own, with positions of its own', async () => {
      const topic = newTopic()
      const first = await open(topic, { partitions: '2' })
      const second = await open(topic, { partition: '1' })
      expect([await first.append(entryOf(1)), await second.append(entryOf(2))]).toEqual([1, 1])
      expect(await bytesOf(second, 0)).toEqual([2])
      await Promise.all([first.close(), second.close()])
      await expect(open(topic, { partition: '2' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    })
    test('entries larger than the topic takes are refused, others are not held up', async () => {
      const log = await open(newTopic(), { message_bytes: '20000', queue_bytes: '10000000' })
      await expect(log.append({ ...entryOf(1), body: new Uint8Array(30_000) })).rejects.toMatchObject({
        code: 'BODY_TOO_LARGE',
      })
      const many = Array.from({ length: 30 }, (_, i) =>
        log.append({ ...entryOf(i), body: new Uint8Array(9_000).fill(i) }),
      )
      expect(await Promise.all(many)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
      expect(await bytesOf(log, 0)).toEqual(Array.from({ length: 30 }, (_, i) => i))
      await log.close()
    })
    test('a megabyte and more goes in one message, and reads go on over many fetches', async () => {
      const log = await open(newTopic(), { queue_bytes: '100000000' })
      for (let i = 0; i < 6; i += 1)
        await log.append({ ...entryOf(i), body: new Uint8Array(3_000_000).fill(i) })
      expect(await bytesOf(log, 2)).toEqual([2, 3, 4, 5])
      await log.close()
    })
    test('while the broker is down senders are told to try again, and it goes on by itself', async () => {
      const log = await open(newTopic(), { timeout_ms: '2000' })
      expect(await log.append(entryOf(1))).toBe(1)
      await broker.kill()
      const refused = await Promise.allSettled([log.append(entryOf(2)), log.append(entryOf(3))])
      for (const one of refused)
        expect(one).toMatchObject({
          status: 'rejected',
          reason: { code: 'STORAGE_UNAVAILABLE', retry: true, retryAfterSeconds: 5 },
        })
      await expect(log.last()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
      await broker.start()
      expect(await appendedIn(log, entryOf(4), 30_000)).toBe(2)
      expect(await bytesOf(log, 0)).toEqual([1, 4])
      await log.close()
    })
  })
})

/** Tries as a sender does. */
async function appendedIn(log: TelemetryLog, entry: Entry, timeoutMs: number): Promise<Position> {
  const until = Date.now() + timeoutMs
  for (;;) {
    try {
      return await log.append(entry)
    } catch (error) {
      if (Date.now() > until) throw error
      await systemClock.sleep(200)
    }
  }
}

const entryOf = (byte: number): Entry => ({
  kind: 'remote-write',
  tenant: 'default',
  body: Uint8Array.of(byte),
  encoding: 'snappy',
  format: 'protobuf',
  receivedMs: 1_700_000_000_000,
})

async function bytesOf(log: TelemetryLog, after: Position): Promise<(number | undefined)[]> {
  const found: (number | undefined)[] = []
  for await (const { entry } of log.read(after)) found.push(entry.body[0])
  return found
}
