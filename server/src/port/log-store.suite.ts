import { afterEach, beforeEach, describe, expect } from 'vitest'
import { claims, type Limits } from './claim.suite.ts'
import type { LogQuery, LogScan, LogStore, StoredLog } from './log-store.ts'

export type LogStoreSubject = { store: LogStore; restart(): Promise<LogStore>; close(): Promise<void> }

const start = 1_700_000_000_000

/** What every log store promises. */
export function logStoreConformance(
  name: string,
  open: () => Promise<LogStoreSubject>,
  restartable = true,
  limits: Limits = {},
): void {
  const test = claims(limits)
  describe(`${name} as a LogStore`, () => {
    let subject: LogStoreSubject
    let store: LogStore
    beforeEach(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.close())
    const search = (query: Partial<LogQuery> = {}) =>
      store.search({
        tenant: 'default',
        labels: {},
        contains: '',
        traceId: '',
        startMs: 0,
        endMs: 8e15,
        limit: 100,
        ...query,
      })
    const append = (records: StoredLog[], position = 0, tenant = 'default') =>
      store.append({ tenant, records }, position)

    test('gives records back whole, newest first', async () => {
      const records = [
        logOf(1, { message: 'one "quoted" \n ünï 🙂', attributes: JSON.parse('{"__proto__":"x","k":"v"}') }),
        logOf(2, { severity: 'ERROR', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }),
      ]
      append(records)
      expect((await search()).records).toEqual([records[1], records[0]])
      await store.checkpoint()
      expect((await search()).records).toEqual([records[1], records[0]])
    })
    test('searches by label, part of the message, trace and time, case-sensitively', async () => {
      append([
        logOf(1, { message: 'Payment failed' }),
        logOf(2, { message: 'payment ok', labels: { 'service.name': 'payments', zone: 'a' } }),
        logOf(3, { message: 'cart ok', traceId: 'f'.repeat(32) }),
      ])
      const times = async (query: Partial<LogQuery>) =>
        (await search(query)).records.map((record) => record.timeMs - start)
      expect(await times({ contains: 'payment' })).toEqual([2])
      expect(await times({ labels: { 'service.name': 'payments' } })).toEqual([2])
      expect(await times({ labels: { 'service.name': 'payments', zone: 'b' } })).toEqual([])
      expect(await times({ traceId: 'f'.repeat(32) })).toEqual([3])
      expect(await times({ startMs: start + 2, endMs: start + 2 })).toEqual([2])
      expect(await times({ startMs: start + 2 })).toEqual([3, 2])
      expect(await times({ endMs: start + 2 })).toEqual([2, 1])
    })
    test('keeps tenants apart', async () => {
      append([logOf(1)], 0, 'acme')
      expect((await search()).records).toEqual([])
      expect((await search({ tenant: 'acme' })).records).toHaveLength(1)
    })
    test('stops at the limit and says that there was more', async () => {
      append(Array.from({ length: 10 }, (_, i) => logOf(i)))
      expect(await search({ limit: 10 })).toMatchObject({ truncated: false })
      const cut = await search({ limit: 3 })
      expect(cut.truncated).toBe(true)
      expect(cut.records.map((record) => record.timeMs - start)).toEqual([9, 8, 7])
    })
    test('finds the newest across many streams and blocks, written in any order', async () => {
      const total = 9_000
      const order = Array.from({ length: total }, (_, i) => (i * 4_001) % total)
      for (let from = 0; from < total; from += 500) {
        append(
          order
            .slice(from, from + 500)
            .map((i) => logOf(i, { labels: { 'service.name': `s${i % 3}` }, message: `line ${i}` })),
        )
        if (from % 2_000 === 0) await store.checkpoint()
      }
      const found = await search({ limit: 50 })
      expect(found.records.map((record) => record.timeMs - start)).toEqual(
        Array.from({ length: 50 }, (_, i) => total - 1 - i),
      )
      const all = await search({ limit: total })
      expect(all.truncated).toBe(false)
      expect(new Set(all.records.map((record) => record.message)).size).toBe(total)
      expect(
        (await search({ contains: 'line 123', limit: 5_000, labels: { 'service.name': 's0' } })).records
          .length,
      ).toBe(order.filter((i) => i % 3 === 0 && `line ${i}`.includes('line 123')).length)
      expect(store.stats().records).toBe(total)
    })
    const scan = async (query: Partial<LogScan> = {}): Promise<number[]> => {
      const found: number[] = []
      for await (const batch of store.scan({
        ...{ tenant: 'default', matchers: [], lines: [], startMs: start, endMs: start + 100_000 },
        ...{ direction: 'FORWARD', ...query },
      }))
        for (const record of batch) found.push(record.timeMs - start)
      return found
    }
    test('scans streams by all four operators, under the names of LogQL, in either order', async () => {
      append([
        logOf(1, { labels: { 'service.name': 'cart', env: 'prod' } }),
        logOf(2, { labels: { 'service.name': 'payment' } }),
        logOf(3, { labels: { 'service.name': 'cart', env: 'test' } }),
      ])
      const by = (name: string, op: '=' | '!=' | '=~' | '!~', value: string) =>
        scan({ matchers: [{ name, op, value }] })
      expect(await scan()).toEqual([1, 2, 3])
      expect(await scan({ direction: 'BACKWARD' })).toEqual([3, 2, 1])
      expect((await scan({ direction: 'ANY' })).sort()).toEqual([1, 2, 3])
      expect(await by('service_name', '=', 'cart')).toEqual([1, 3])
      expect(await by('service_name', '!=', 'cart')).toEqual([2])
      expect(await by('service_name', '=~', 'ca.+|none')).toEqual([1, 3])
      expect(await by('service_name', '!~', 'ca.+')).toEqual([2])
      expect(await by('env', '=', '')).toEqual([2])
      expect(await by('env', '!=', '')).toEqual([1, 3])
      expect(await scan({ startMs: start + 2, endMs: start + 2 })).toEqual([2])
      expect(await scan({ tenant: 'acme' })).toEqual([])
    })
    test('scans for parts of the message that are there and are not, whatever they hold', async () => {
      const quoted = 'say "a\\b" \n ünï 🙂'
      append([
        logOf(1, { message: `x ${quoted}` }),
        logOf(2, { message: 'x plain' }),
        logOf(3, { message: 'X' }),
      ])
      await store.checkpoint()
      expect(await scan({ lines: [{ text: quoted, present: true }] })).toEqual([1])
      expect(await scan({ lines: [{ text: quoted, present: false }] })).toEqual([2, 3])
      expect(
        await scan({
          lines: [
            { text: 'x', present: true },
            { text: 'plain', present: false },
          ],
        }),
      ).toEqual([1])
    })
    test('scans many overlapping streams and blocks in order of time, and no further than asked', async () => {
      const total = 9_000
      const order = Array.from({ length: total }, (_, i) => (i * 4_001) % total)
      for (let from = 0; from < total; from += 500) {
        append(
          order.slice(from, from + 500).map((i) => logOf(i, { labels: { 'service.name': `s${i % 3}` } })),
        )
        if (from % 2_000 === 0) await store.checkpoint()
      }
      const forward = await scan()
      expect(forward).toEqual(Array.from({ length: total }, (_, i) => i))
      expect(await scan({ direction: 'BACKWARD' })).toEqual(forward.toReversed())
      for await (const batch of store.scan({
        ...{ tenant: 'default', matchers: [], lines: [], startMs: start, endMs: start + 100_000 },
        direction: 'BACKWARD',
      })) {
        expect(batch[0]?.timeMs).toBe(start + total - 1)
        break
      }
    })
    test('names the streams of a range', async () => {
      append([logOf(1), logOf(2), logOf(3, { labels: { 'service.name': 'pay', zone: 'b' } })])
      const streams = async (name: string, value: string, tenant = 'default') =>
        (
          await store.streams({
            ...{ tenant, startMs: start, endMs: start + 1_000 },
            matchers: [{ name, op: '=~', value }],
          })
        )
          .map((stream) => stream.labels)
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      const cart = { 'service.name': 'cart' }
      const pay = { 'service.name': 'pay', zone: 'b' }
      expect(await streams('service_name', '.+')).toEqual([cart, pay])
      await store.checkpoint()
      expect(await streams('service_name', 'ca.*')).toEqual([cart])
      expect(await streams('zone', '.+')).toEqual([pay])
      expect(await streams('zone', '.+', 'acme')).toEqual([])
    })
    test('covers positions by checkpoints', async () => {
      append([logOf(1)], 5)
      append([logOf(2)], 6)
      expect(await store.checkpoint()).toBe(6)
      expect(store.checkpointed()).toBe(6)
    })
    test('deletes whole data older than a time', async () => {
      append(Array.from({ length: 10 }, (_, i) => logOf(i)))
      await store.checkpoint()
      await store.deleteBefore(start + 100)
      expect((await search()).records).toEqual([])
      expect(store.stats().records).toBe(0)
      append([logOf(200)])
      await store.deleteBefore(start + 100)
      expect((await search()).records).toHaveLength(1)
    })
    test.skipIf(!restartable)(
      'keeps records over a restart and ignores replayed entries it has',
      async () => {
        append([logOf(1)], 1)
        append([logOf(2)], 2)
        store = await subject.restart()
        expect(store.checkpointed()).toBe(2)
        append([logOf(2)], 2)
        append([logOf(3)], 3)
        expect((await search()).records.map((record) => record.timeMs - start)).toEqual([3, 2, 1])
        expect(store.stats().records).toBe(3)
        store = await subject.restart()
        expect((await search()).records.map((record) => record.timeMs - start)).toEqual([3, 2, 1])
      },
    )
  })
}

const logOf = (offset: number, part: Partial<StoredLog> = {}): StoredLog => ({
  timeMs: start + offset,
  severity: 'INFO',
  message: `message ${offset}`,
  labels: { 'service.name': 'cart' },
  attributes: {},
  traceId: '',
  spanId: '',
  ...part,
})
