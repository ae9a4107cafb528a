import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Entry, Position, TelemetryLog } from './telemetry-log.ts'

export type TelemetryLogSubject = {
  log: TelemetryLog
  restart(): Promise<TelemetryLog>
  close(): Promise<void>
}

/** What every telemetry log promises. The subject takes 100,000 bytes waiting. */
export function telemetryLogConformance(
  name: string,
  open: () => Promise<TelemetryLogSubject>,
  restartable = true,
): void {
  describe(`${name} as a TelemetryLog`, () => {
    let subject: TelemetryLogSubject
    let log: TelemetryLog
    beforeEach(async () => {
      subject = await open()
      log = subject.log
    })
    afterEach(() => subject.close())

    test('gives positions from 1 in order of append, also when appends overlap', async () => {
      expect(await log.last()).toBe(0)
      expect(await log.append(entryOf(1))).toBe(1)
      expect(await Promise.all(Array.from({ length: 50 }, (_, i) => log.append(entryOf(i + 2))))).toEqual(
        Array.from({ length: 50 }, (_, i) => i + 2),
      )
      expect(await log.last()).toBe(51)
      expect((await read(log, 0)).map(({ position, entry }) => [position, entry.body[0]])).toEqual(
        Array.from({ length: 51 }, (_, i) => [i + 1, i + 1]),
      )
    })
    test('resolves overlapping appends in order of position', async () => {
      const order: Position[] = []
      await Promise.all(Array.from({ length: 20 }, async (_, i) => order.push(await log.append(entryOf(i)))))
      expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    })
    test('gives entries back as they were, whatever becomes of the sender’s buffer', async () => {
      const pool = Buffer.alloc(64, 7)
      const entry: Entry = {
        kind: 'otlp-logs',
        tenant: 'acme',
        body: pool.subarray(10, 20),
        encoding: 'gzip',
        format: 'json',
        receivedMs: 1_700_000_000_123,
      }
      const appended = log.append(entry)
      pool.fill(0)
      await appended
      const [found] = await read(log, 0)
      expect({ ...found!.entry, body: [...found!.entry.body] }).toEqual({ ...entry, body: Array(10).fill(7) })
    })
    test('reads only what comes after a position', async () => {
      for (let i = 1; i <= 5; i += 1) await log.append(entryOf(i))
      expect((await read(log, 3)).map(({ position }) => position)).toEqual([4, 5])
      expect(await read(log, 5)).toEqual([])
    })
    test('drops what is truncated and goes on counting', async () => {
      for (let i = 1; i <= 5; i += 1) await log.append(entryOf(i))
      await log.truncate(3)
      expect((await read(log, 0)).map(({ position }) => position)).toEqual([4, 5])
      await log.truncate(99)
      expect(await read(log, 0)).toEqual([])
      expect(await log.append(entryOf(6))).toBe(6)
    })
    test('refuses with QUEUE_FULL what would make more wait than its limit, and only that', async () => {
      const big = (): Promise<Position> => log.append({ ...entryOf(1), body: new Uint8Array(60_000) })
      const [first, second] = await Promise.allSettled([big(), big()])
      expect(first).toEqual({ status: 'fulfilled', value: 1 })
      expect(second).toMatchObject({ status: 'rejected', reason: { code: 'QUEUE_FULL', retry: true } })
      expect(await big()).toBe(2)
      expect(await read(log, 0)).toHaveLength(2)
    })
    test('takes an empty body', async () => {
      await log.append({ ...entryOf(1), body: new Uint8Array(0) })
      expect((await read(log, 0))[0]!.entry.body).toHaveLength(0)
    })
    test.skipIf(!restartable)('keeps entries and positions over a restart, a truncated log too', async () => {
      await log.append(entryOf(1))
      await log.append(entryOf(2))
      log = await subject.restart()
      expect(await log.last()).toBe(2)
      expect((await read(log, 0)).map(({ entry }) => entry.body[0])).toEqual([1, 2])
      await log.truncate(2)
      log = await subject.restart()
      expect(await log.last()).toBe(2)
      expect(await log.append(entryOf(3))).toBe(3)
    })
  })
}

const entryOf = (byte: number): Entry => ({
  kind: 'remote-write',
  tenant: 'default',
  body: Uint8Array.of(byte, 2, 3),
  encoding: 'snappy',
  format: 'protobuf',
  receivedMs: 1_700_000_000_000,
})

async function read(log: TelemetryLog, after: Position): Promise<{ position: Position; entry: Entry }[]> {
  const found = []
  for await (const item of log.read(after)) found.push(item)
  return found
}
