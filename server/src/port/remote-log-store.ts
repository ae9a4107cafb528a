import type { TenantId } from '@aiops/contract/model/tenant'
import type { LogBatch, LogQuery, LogScan, LogStore, LogStream, StoredLog, StreamQuery } from './log-store.ts'
import { inTimeOrder, recordTest, streamsOf, streamTest } from './log-stream.ts'
import { type Backlog, RemoteWriter, type RemoteWriterConfig, type RemoteWriterDeps } from './remote-store.ts'
import type { Position } from './telemetry-log.ts'

/** A record with an id that is the same whenever its entry is read again, so that it is seen once. */
export type NumberedLog = { id: string; tenant: TenantId; record: StoredLog }

/** A log database on another machine, as far as `RemoteLogStore` needs it. */
export interface LogServer {
  readonly name: string
  write(records: readonly NumberedLog[]): Promise<void>
  /** Newest first, at most `limit`; the same id may come more than once. */
  search(query: LogQuery): Promise<NumberedLog[]>
  /** As the port's, ANY as BACKWARD; what its language cannot say may be left untested: it is tested here too. */
  scan(query: LogScan): AsyncIterable<NumberedLog[]>
  streams(query: StreamQuery): Promise<LogStream[]>
  show(): Promise<boolean>
  /** Records since then, of all tenants; undefined where it cannot say. */
  count(sinceMs: number): Promise<number | undefined>
}

export type RemoteLogDeps = RemoteWriterDeps & {
  /** Tells the positions of this process' log from those of others that write to the same server. */
  origin: string
}

/**
 * A LogStore on another machine. What the server does not show yet is searched in memory. Old records go by the server's own retention:
 * `deleteBefore` hides them.
 */
export async function openRemoteLogStore(
  deps: RemoteLogDeps,
  config: RemoteWriterConfig,
  server: LogServer,
): Promise<LogStore & Backlog> {
  const store = new RemoteLogStore(deps, config, server)
  await store.recount()
  return store
}

class RemoteLogStore implements LogStore, Backlog {
  readonly #deps: RemoteLogDeps
  readonly #server: LogServer
  readonly #writer: RemoteWriter<readonly NumberedLog[]>
  readonly #floors = new Map<TenantId, number>()
  #records = 0

  constructor(deps: RemoteLogDeps, config: RemoteWriterConfig, server: LogServer) {
    this.#deps = deps
    this.#server = server
    this.#writer = new RemoteWriter(deps, config, {
      ...{ name: server.name, store: 'logs' },
      write: (items) => server.write(items.flat()),
      show: () => server.show(),
      size: (item) => item.length,
    })
  }

  append({ tenant, records }: LogBatch, position: Position): void {
    if (!this.#writer.saw(position) || records.length === 0) return
    const { random, clock, origin } = this.#deps
    const entry = position > 0 ? `${origin}${position}` : random.uuid(clock.now())
    const items = records.map((record, i) => ({ id: `${entry}-${i}`, tenant, record }))
    this.#records += items.length
    this.#writer.push(
      items,
      items.reduce((sum, { record }) => sum + sizeOf(record), 0),
    )
  }

  async search(query: LogQuery): Promise<{ records: StoredLog[]; truncated: boolean }> {
    const floorMs = this.#floorMs(query.tenant)
    const asked = { ...query, startMs: Math.max(query.startMs, floorMs), limit: query.limit + 1 }
    if (asked.startMs > asked.endMs) return { records: [], truncated: false }
    // Taken before the server is asked: what becomes visible meanwhile is seen twice, and once by its id.
    const recent = this.#writer.recent().flat()
    const found = new Map((await this.#server.search(asked)).map((item) => [item.id, item.record]))
    for (const item of recent)
      if (item.tenant === query.tenant && fits(item.record, asked)) found.set(item.id, item.record)
    const records = [...found.values()].sort((a, b) => b.timeMs - a.timeMs)
    return { records: records.slice(0, query.limit), truncated: records.length > query.limit }
  }

  async *scan(asked: LogScan): AsyncIterable<StoredLog[]> {
    const query = { ...asked, startMs: Math.max(asked.startMs, this.#floorMs(asked.tenant)) }
    if (query.startMs > query.endMs) return
    const backward = query.direction !== 'FORWARD'
    const [fitsStream, fitsRecord] = [streamTest(query.matchers), recordTest(query)]
    const wanted = (record: StoredLog): boolean => fitsRecord(record) && fitsStream(record.labels)
    const recent = this.#writer
      .recent()
      .flat()
      .filter((item) => item.tenant === query.tenant)
    const ids = new Set(recent.map((item) => item.id))
    const waiting = inTimeOrder(
      recent.map((item) => item.record).filter(wanted),
      backward ? 'BACKWARD' : 'FORWARD',
    )
    let next = 0
    for await (const page of this.#server.scan(query)) {
      const batch: StoredLog[] = []
      for (const { id, record } of page) {
        if (ids.has(id) || !wanted(record)) continue
        const first = (one: StoredLog): boolean =>
          backward ? one.timeMs >= record.timeMs : one.timeMs < record.timeMs
        while (next < waiting.length && first(waiting[next]!)) batch.push(waiting[next++]!)
        batch.push(record)
      }
      if (batch.length > 0) yield batch
    }
    if (next < waiting.length) yield waiting.slice(next)
  }
  async streams(asked: StreamQuery): Promise<LogStream[]> {
    const query = { ...asked, startMs: Math.max(asked.startMs, this.#floorMs(asked.tenant)) }
    if (query.startMs > query.endMs) return []
    const fits = recordTest({ ...query, lines: [] })
    const recent = this.#writer
      .recent()
      .flat()
      .filter(({ tenant, record }) => tenant === query.tenant && fits(record))
    const found = new Map<string, LogStream>()
    // What waits may be counted at the server already: only its streams are news.
    const all = [...(await this.#server.streams(query)), ...streamsOf(recent.map((item) => item.record))]
    for (const stream of all) {
      const key = JSON.stringify(Object.entries(stream.labels).sort(([a], [b]) => (a < b ? -1 : 1)))
      if (!found.has(key)) found.set(key, stream)
    }
    const test = streamTest(query.matchers)
    return [...found.values()].filter((stream) => test(stream.labels))
  }
  #floorMs(tenant: TenantId): number {
    return Math.max(this.#floors.get('') ?? 0, this.#floors.get(tenant) ?? 0)
  }

  checkpoint(): Promise<Position> {
    return this.#writer.checkpoint()
  }
  checkpointed(): Position {
    return this.#writer.checkpointed()
  }
  async deleteBefore(timeMs: number, tenant?: TenantId): Promise<void> {
    this.#floors.set(tenant ?? '', Math.max(timeMs, this.#floors.get(tenant ?? '') ?? 0))
    await this.recount()
  }
  stats(): { records: number; bytesOnDisk: number } {
    return { records: this.#records, bytesOnDisk: 0 }
  }
  backlog(): { full: boolean; problem: string | null } {
    return this.#writer.backlog()
  }
  close(): Promise<void> {
    return this.#writer.close()
  }

  /** The server knows how many there are; from there on they are counted as they come. */
  async recount(): Promise<void> {
    const floorMs = this.#floors.get('') ?? 0
    const count = await this.#server.count(floorMs)
    if (count === undefined) return
    const waiting = this.#writer.recent().flat()
    this.#records =
      count + (count === 0 ? waiting.filter(({ record }) => record.timeMs >= floorMs).length : 0)
  }
}

function fits(record: StoredLog, query: LogQuery): boolean {
  return (
    record.timeMs >= query.startMs &&
    record.timeMs <= query.endMs &&
    (query.traceId === '' || record.traceId === query.traceId) &&
    record.message.includes(query.contains) &&
    Object.entries(query.labels).every(
      ([name, value]) => (Object.hasOwn(record.labels, name) ? record.labels[name] : '') === value,
    )
  )
}

/** About what a record takes in memory and on the wire, bytes. */
function sizeOf({ message, attributes, labels }: StoredLog): number {
  let size = 200 + message.length
  for (const [name, value] of Object.entries(attributes)) size += name.length + value.length
  for (const [name, value] of Object.entries(labels)) size += name.length + value.length
  return size
}
