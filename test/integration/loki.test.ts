import { afterEach, describe, expect, test } from 'vitest'
import { LokiConfig, openLokiLogStore } from '../../server/src/adapter/loki/index.ts'
import { ManualClock } from '../../server/src/kernel/clock.ts'
import { createLog } from '../../server/src/kernel/log.ts'
import { createMetrics } from '../../server/src/kernel/metric.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import type { LogQuery, LogStore, StoredLog } from '../../server/src/port/log-store.ts'
import { type Exchange, type Replay, startReplay } from './replay.ts'

// No Loki can be had as a package or by `go install`, so this is its documented interface played back
// (https://grafana.com/docs/loki/latest/reference/loki-http-api/): the form of requests and answers is Loki's, the content ours.

const now = 1_700_000_100_000
const second = (offset: number): string => `${1_700_000_000 + offset}000000000`
const tenant = { 'x-scope-orgid': 'acme' }
const push = (streams: unknown[], status = 204): Exchange => ({
  ...{ method: 'POST', path: '/loki/api/v1/push', headers: tenant, body: { streams }, status },
})
const search = (query: Record<string, string>, result: unknown[], status = 200): Exchange => ({
  method: 'GET',
  path: '/loki/api/v1/query_range',
  headers: tenant,
  query: { direction: 'backward', ...query },
  status,
  answer: {
    status: 'success',
    data: { resultType: 'streams', result, stats: { summary: { execTime: 0.002 } } },
  },
})
/** Loki gives structured metadata among the labels, and puts labels of its own there. */
const found = (id: string, at: number, line: string, more: Record<string, string> = {}) => ({
  stream: {
    ...{ aiops_id: id, aiops_tenant: 'acme', detected_level: 'info', service_name: 'cart', severity: 'INFO' },
    ...more,
  },
  values: [[second(at), line]],
})

let replay: Replay
let store: LogStore
afterEach(async () => {
  await store.close()
  await replay.close()
})
async function open(exchanges: readonly Exchange[], config: Record<string, string> = {}): Promise<void> {
  replay = await startReplay(exchanges)
  store = await openLokiLogStore({
    ...{ url: replay.origin, origin: '', clock: new ManualClock(now), random: seededRandom(1) },
    ...{ log: createLog({ level: 'silent' }), metrics: createMetrics() },
    positions: { read: () => 0, save: async () => {} },
    config: LokiConfig.parse({ durable_ms: '0', visible_ms: '0', ...config }),
  })
}

describe('Loki by recorded exchanges', () => {
  test('takes records of one stream in one push, with what is no label as structured metadata', async () => {
    await open([
      push([
        {
          stream: { aiops_tenant: 'acme', service_name: 'cart' },
          values: [
            [
              second(1),
              'one',
              { aiops_id: '7-0', severity: 'INFO', aiops_labels: '[["service.name","cart"]]' },
            ],
            [
              second(2),
              'two',
              {
                ...{ aiops_id: '7-1', severity: 'ERROR', trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) },
                ...{ aiops_labels: '[["service.name","cart"]]', attributes: '[["k","v"]]' },
              },
            ],
          ],
        },
      ]),
    ])
    const labels = { 'service.name': 'cart' }
    const traced = {
      severity: 'ERROR',
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      attributes: { k: 'v' },
    } as const
    const records = [logOf(1, { message: 'one', labels }), logOf(2, { message: 'two', labels, ...traced })]
    store.append({ tenant: 'acme', records }, 7)
    expect(await store.checkpoint()).toBe(7)
    expect(replay.played).toEqual([1])
    expect(replay.unknown).toEqual([])
  })
  test('asks in LogQL and gives records back as they were', async () => {
    await open([
      search(
        {
          query: `{aiops_tenant="acme",service_name="cart"} |= "said \\"no\\"" | trace_id="${'a'.repeat(32)}"`,
          ...{ start: second(0), end: '1700000050001000000', limit: '11' },
        },
        [
          found('7-1', 2, 'said "no" again', {
            ...{
              trace_id: 'a'.repeat(32),
              aiops_labels: '[["service.name","cart"]]',
              attributes: '[["k","v"]]',
            },
          }),
          found('7-0', 1, 'said "no"', {
            trace_id: 'a'.repeat(32),
            aiops_labels: '[["service.name","cart"]]',
          }),
        ],
      ),
    ])
    const query = {
      labels: { 'service.name': 'cart' },
      contains: 'said "no"',
      traceId: 'a'.repeat(32),
      limit: 10,
    }
    const { records, truncated } = await store.search(
      queryOf({ ...query, startMs: 1_700_000_000_000, endMs: 1_700_000_050_000 }),
    )
    expect(replay.unknown).toEqual([])
    expect(truncated).toBe(false)
    const own = { labels: { 'service.name': 'cart' }, traceId: 'a'.repeat(32) }
    expect(records).toEqual([
      logOf(2, { message: 'said "no" again', ...own, attributes: { k: 'v' } }),
      logOf(1, { message: 'said "no"', ...own }),
    ])
  })
  test('reads metadata beside the line too, and passes over what others wrote', async () => {
    await open([
      search({}, [
        {
          stream: { aiops_tenant: 'acme', job: 'x' },
          values: [
            [second(3), 'm', { structuredMetadata: { aiops_id: '1-0', severity: 'WARN' }, parsed: {} }],
          ],
        },
        { stream: { job: 'other' }, values: [[second(1), 'not ours']] },
      ]),
    ])
    const { records } = await store.search(queryOf({ startMs: 1_700_000_000_000 }))
    expect(records).toEqual([logOf(3, { message: 'm', severity: 'WARN', labels: { job: 'x' } })])
  })
  test('goes on page by page, and once more for the oldest moment of a page', async () => {
    const page = (end: string, result: unknown[]): Exchange => search({ end, limit: '2' }, result)
    const one = (id: string, at: number) => found(id, at, id, { aiops_labels: '[]' })
    await open(
      [
        page('1700000009001000000', [one('a', 9), one('b', 8)]),
        page('1700000008000000001', [one('b', 8), one('c', 8)]),
        page('1700000008000000000', [one('d', 1)]),
      ],
      { entries: '2' },
    )
    const { records } = await store.search(queryOf({ startMs: 1_700_000_000_000, endMs: 1_700_000_009_000 }))
    expect(records.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd'])
    expect(replay.played).toEqual([1, 1, 1])
  })
  test('looks back window by window, no further than it is told to', async () => {
    await open([search({}, [])], { window: '1h', lookback: '3h' })
    expect(await store.search(queryOf({}))).toEqual({ records: [], truncated: false })
    // One hour ahead of now for clocks that differ, three hours back.
    expect(replay.played).toEqual([5])
  })
  test('keeps what a busy Loki does not take, and tells what it refuses', async () => {
    await open([push([], 429), { ...push([]), body: undefined, status: 429 }])
    store.append({ tenant: 'acme', records: [logOf(1)] }, 1)
    await expect(store.checkpoint()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(store.checkpointed()).toBe(0)
  })
  test('passes over what Loki will never take', async () => {
    await open([{ method: 'POST', path: '/loki/api/v1/push', status: 400, answer: 'entry too far behind' }])
    store.append({ tenant: 'acme', records: [logOf(1)] }, 1)
    expect(await store.checkpoint()).toBe(1)
  })
})

const logOf = (at: number, part: Partial<StoredLog> = {}): StoredLog => ({
  timeMs: 1_700_000_000_000 + at * 1_000,
  ...{ severity: 'INFO', message: 'm', labels: {}, attributes: {}, traceId: '', spanId: '' },
  ...part,
})
const queryOf = (part: Partial<LogQuery>): LogQuery => ({
  ...{ tenant: 'acme', labels: {}, contains: '', traceId: '', startMs: 0, endMs: 8e15, limit: 100 },
  ...part,
})
