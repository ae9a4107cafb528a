import { gzipSync } from 'node:zlib'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { faultOf, Remote } from '../../kernel/remote.ts'
import { pagesByTime } from '../../port/log-page.ts'
import type { LogQuery, LogScan, LogStore, LogStream, StreamQuery } from '../../port/log-store.ts'
import {
  type LogServer,
  type NumberedLog,
  openRemoteLogStore,
  type RemoteLogDeps,
} from '../../port/remote-log-store.ts'
import type { Backlog } from '../../port/remote-store.ts'
import type { LokiConfig } from './config.ts'
import { labelSetsOf, lokiName, nanosecondsOf, recordsOf, streamsOf, tenantLabel } from './stream.ts'

export type LokiOptions = RemoteLogDeps & {
  url: string
  config: LokiConfig
  headers?: () => Promise<Readonly<Record<string, string>>>
}

const answerBytesMax = 268_435_456
const pagesMax = 1_000
const aheadMs = 3_600_000

/**
 * Log records in Grafana Loki 3 (structured metadata is needed), one Loki tenant for each of ours, which a Loki without tenants does
 * not mind: a label says whose stream it is. Differences from the port: Loki takes nothing much older than the newest record of a
 * stream; labels whose names differ only in signs that Loki does not allow share one there; a search goes back `lookback` at most;
 * old records go by Loki's retention.
 */
export function openLokiLogStore(options: LokiOptions): Promise<LogStore & Backlog> {
  const { config, clock } = options
  const remote = new Remote({
    ...{ name: 'Loki', url: options.url, timeoutMs: config.timeout_ms },
    ...(options.headers ? { headers: options.headers } : {}),
  })
  return openRemoteLogStore(
    options,
    {
      ...{ queueBytesMax: config.queue_bytes, batchBytesMax: config.batch_bytes },
      ...{ visibleMs: config.visible_ms, durableMs: config.durable_ms },
    },
    new LokiServer(remote, config, clock),
  )
}

/** grafana.com/docs/loki/latest/reference/loki-http-api: push and query_range. */
class LokiServer implements LogServer {
  readonly #remote: Remote
  readonly #config: LokiConfig
  readonly #clock: Clock
  constructor(remote: Remote, config: LokiConfig, clock: Clock) {
    this.#remote = remote
    this.#config = config
    this.#clock = clock
  }
  get name(): string {
    return this.#remote.name
  }

  async write(records: readonly NumberedLog[]): Promise<void> {
    for (const [tenant, own] of Map.groupBy(records, (item) => item.tenant))
      await this.#remote.send('/loki/api/v1/push', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'x-scope-orgid': tenant,
        },
        body: gzipSync(JSON.stringify({ streams: streamsOf(own) }), { level: 1 }),
      })
  }

  /** Window by window, page by page, from the newest on, until there are enough. */
  async search(query: LogQuery): Promise<NumberedLog[]> {
    const now = this.#clock.now()
    const windowMs = durationMs(this.#config.window)
    const firstMs = Math.max(query.startMs, now - durationMs(this.#config.lookback), 0)
    const lastMs = Math.min(query.endMs, now + aheadMs)
    const found = new Map<string, NumberedLog>()
    for (let endMs = lastMs; endMs >= firstMs && found.size < query.limit; endMs -= windowMs)
      await this.#searchWindow(query, Math.max(firstMs, endMs - windowMs), endMs, found)
    return [...found.values()]
  }

  /** Labels have there the names LogQL gives them, so the whole selector is the server's to test. */
  async *scan(query: LogScan): AsyncIterable<NumberedLog[]> {
    const now = this.#clock.now()
    const startMs = Math.max(query.startMs, now - durationMs(this.#config.lookback), 0)
    const endMs = Math.min(query.endMs, now + aheadMs)
    if (startMs > endMs) return
    const direction = query.direction === 'FORWARD' ? 'forward' : 'backward'
    const lines = query.lines.map(({ text, present }) => `${present ? '|=' : '!='} ${JSON.stringify(text)}`)
    const logql = [selectorOf(query), ...lines].join(' ')
    const options = { limit: this.#config.entries, windowMs: durationMs(this.#config.window) }
    yield* pagesByTime({ ...query, startMs, endMs }, options, async (page) => {
      const [start, end] = [nanosecondsOf(page.startMs), `${BigInt(nanosecondsOf(page.endMs)) + 1_000n}`]
      const range = { query: logql, start, end, limit: String(page.limit), direction }
      const found = (await this.#read(query.tenant, range)).flatMap(({ item }) => item ?? [])
      const sign = direction === 'forward' ? 1 : -1
      return found.sort((a, b) => sign * (a.record.timeMs - b.record.timeMs))
    })
  }

  async streams(query: StreamQuery): Promise<LogStream[]> {
    const now = this.#clock.now()
    const start = nanosecondsOf(Math.max(query.startMs, now - durationMs(this.#config.lookback), 0))
    const end = nanosecondsOf(Math.min(query.endMs, now + aheadMs))
    try {
      const answer = await this.#remote.text(
        '/loki/api/v1/series',
        {
          query: new URLSearchParams({ 'match[]': selectorOf(query), start, end }),
          headers: { 'x-scope-orgid': query.tenant, accept: 'application/json' },
        },
        answerBytesMax,
        `The streams take more than ${answerBytesMax} bytes; narrow the selector.`,
      )
      return labelSetsOf(JSON.parse(answer)).map((labels) => ({ labels }))
    } catch (error) {
      throw answerFault(error)
    }
  }

  /** Visible at once: nothing has to be asked for. */
  async show(): Promise<boolean> {
    return false
  }
  async count(): Promise<undefined> {
    return undefined
  }

  async #searchWindow(
    query: LogQuery,
    startMs: number,
    endMs: number,
    found: Map<string, NumberedLog>,
  ): Promise<void> {
    const limit = Math.min(query.limit, this.#config.entries)
    const start = BigInt(nanosecondsOf(startMs))
    // The end is not in the range there, and a time of ours is a whole millisecond of theirs.
    let end = BigInt(nanosecondsOf(Math.floor(endMs) + 1))
    for (let page = 0; page < pagesMax && found.size < query.limit && end > start; page += 1) {
      const records = await this.#page(query, start, end, limit)
      const before = found.size
      for (const { item } of records) if (item && hasLabels(item, query)) found.set(item.id, item)
      if (records.length < limit) return
      const oldest = records.reduce(
        (least, { nanoseconds }) => (nanoseconds < least ? nanoseconds : least),
        end,
      )
      // More of the oldest moment may follow, unless that is all the page held.
      end = found.size > before && oldest + 1n < end ? oldest + 1n : oldest
    }
  }

  async #page(
    query: LogQuery,
    start: bigint,
    end: bigint,
    limit: number,
  ): Promise<ReturnType<typeof recordsOf>> {
    const labels = Object.entries(query.labels).map(
      ([name, value]) => `${lokiName(name)}=${JSON.stringify(value)}`,
    )
    const logql = [
      `{${[`${tenantLabel}=${JSON.stringify(query.tenant)}`, ...labels].join(',')}}`,
      ...(query.contains === '' ? [] : [`|= ${JSON.stringify(query.contains)}`]),
      ...(query.traceId === '' ? [] : [`| trace_id=${JSON.stringify(query.traceId)}`]),
    ].join(' ')
    const range = { query: logql, start: String(start), end: String(end), limit: String(limit) }
    return this.#read(query.tenant, { ...range, direction: 'backward' })
  }

  async #read(tenant: string, range: Record<string, string>): Promise<ReturnType<typeof recordsOf>> {
    try {
      const text = await this.#remote.text(
        '/loki/api/v1/query_range',
        {
          query: new URLSearchParams(range),
          headers: { 'x-scope-orgid': tenant, accept: 'application/json' },
        },
        answerBytesMax,
        `More than ${answerBytesMax} bytes of log records fit; narrow the search.`,
      )
      return recordsOf(JSON.parse(text))
    } catch (error) {
      throw answerFault(error)
    }
  }
}

/** Several labels of ours may share one there. */
const hasLabels = ({ record }: NumberedLog, query: LogQuery): boolean =>
  Object.entries(query.labels).every(
    ([name, value]) => (Object.hasOwn(record.labels, name) ? record.labels[name] : '') === value,
  )

const selectorOf = ({ tenant, matchers }: StreamQuery): string =>
  `{${[
    `${tenantLabel}=${JSON.stringify(tenant)}`,
    ...matchers.map(({ name, op, value }) => `${lokiName(name)}${op}${JSON.stringify(value)}`),
  ].join(',')}}`

function answerFault(error: unknown): unknown {
  if (!(error instanceof SyntaxError || error instanceof z.ZodError)) return faultOf(error)
  return new Fault('STORAGE_UNAVAILABLE', 'Loki answered what is no answer of its interface.', {
    cause: error,
  })
}
