import type { TenantId } from '@aiops/contract/model/tenant'
import { type Backlog, RemoteWriter, type RemoteWriterConfig, type RemoteWriterDeps } from './remote-store.ts'
import { fitsFilter, spanTest } from './span-filter.ts'
import { tagNamesOf, tagValuesOf } from './span-tag.ts'
import type { Position } from './telemetry-log.ts'
import type {
  ScannedTrace,
  SpanBatch,
  SpanFilter,
  SpanScan,
  StoredSpan,
  TagNames,
  TagQuery,
  TagValueQuery,
  TraceQuery,
  TraceStore,
} from './trace-store.ts'

/** A trace database on another machine, as far as `RemoteTraceStore` needs it. */
export interface TraceServer {
  readonly name: string
  write(batches: readonly SpanBatch[]): Promise<void>
  /** All spans of a trace; empty when unknown. The same span may come more than once. */
  trace(tenant: TenantId, traceId: string): Promise<StoredSpan[]>
  /** Ids of at most `limit` traces that may fit, the newest first as far as it can tell. */
  find(query: TraceQuery): Promise<string[]>
  show(): Promise<boolean>
}

const tracesAtOnce = 8
/** Traces that a scan asks the server for, for each filter: beyond them it sees nothing. */
const scanMax = 1_000

/**
 * A TraceStore on another machine. What the server does not show yet is searched in memory; a scan
 * sees at most the 1,000 traces that the server names for each of its filters. Old spans go by the server's own retention:
 * `deleteBefore` hides them. `stats` counts the spans taken since the start.
 */
export function createRemoteTraceStore(
  deps: RemoteWriterDeps,
  config: RemoteWriterConfig,
  server: TraceServer,
): TraceStore & Backlog {
  return new RemoteTraceStore(deps, config, server)
}

class RemoteTraceStore implements TraceStore, Backlog {
  readonly #server: TraceServer
  readonly #writer: RemoteWriter<SpanBatch>
  readonly #floors = new Map<TenantId, number>()
  #spans = 0

  constructor(deps: RemoteWriterDeps, config: RemoteWriterConfig, server: TraceServer) {
    this.#server = server
    this.#writer = new RemoteWriter(deps, config, {
      ...{ name: server.name, store: 'traces' },
      write: (batches) => server.write(batches),
      show: () => server.show(),
      size: (batch) => batch.spans.length,
    })
  }

  append(batch: SpanBatch, position: Position): void {
    if (!this.#writer.saw(position) || batch.spans.length === 0) return
    this.#spans += batch.spans.length
    this.#writer.push(
      batch,
      batch.spans.reduce((sum, span) => sum + sizeOf(span), 0),
    )
  }

  async trace(tenant: TenantId, traceId: string): Promise<StoredSpan[]> {
    // Taken before the server is asked: what becomes visible meanwhile is seen twice, and once by its id.
    const recent = this.#recent(tenant).filter((span) => span.traceId === traceId)
    const spans = new Map<string, StoredSpan>()
    for (const span of [...(await this.#server.trace(tenant, traceId)), ...recent])
      if (!spans.has(span.spanId)) spans.set(span.spanId, span)
    const floorMs = this.#floorMs(tenant)
    return [...spans.values()]
      .filter(({ startMs }) => startMs >= floorMs)
      .sort((a, b) => a.startMs - b.startMs)
  }

  async search(query: TraceQuery): Promise<{ traceId: string; spans: StoredSpan[] }[]> {
    const asked = { ...query, startMs: Math.max(query.startMs, this.#floorMs(query.tenant)) }
    if (asked.startMs > asked.endMs) return []
    const recent = this.#recent(query.tenant).filter((span) => fits(span, asked))
    const ids = [
      ...new Set([...recent.map((span) => span.traceId).reverse(), ...(await this.#server.find(asked))]),
    ]
    const found: { traceId: string; spans: StoredSpan[]; newestMs: number }[] = []
    for (let at = 0; at < ids.length; at += tracesAtOnce) {
      const some = ids.slice(at, at + tracesAtOnce)
      const traces = await Promise.all(some.map((traceId) => this.trace(query.tenant, traceId)))
      traces.forEach((spans, i) => {
        const fitting = spans.filter((span) => fits(span, asked))
        if (fitting.length > 0)
          found.push({
            traceId: some[i]!,
            spans,
            newestMs: Math.max(...fitting.map(({ startMs }) => startMs)),
          })
      })
    }
    return found
      .sort((a, b) => b.newestMs - a.newestMs)
      .slice(0, query.limit)
      .map(({ traceId, spans }) => ({ traceId, spans }))
  }

  async *scan(query: SpanScan): AsyncGenerator<ScannedTrace[]> {
    const filters = query.anyOf.length === 0 ? [{}] : query.anyOf
    const wanted = spanTest({ ...query, startMs: Math.max(query.startMs, this.#floorMs(query.tenant)) })
    const traces = new Map<string, StoredSpan[]>()
    for (const filter of filters) {
      if (query.signal?.aborted) return
      for (const { traceId, spans } of await this.search(nearestQuery(query, filter)))
        if (spans.some((span) => fitsFilter(span, filter))) traces.set(traceId, spans)
    }
    const found = [...traces].flatMap(([traceId, spans]) => {
      const fitting = spans.filter(wanted)
      return fitting.length === 0 ? [] : [{ traceId, spans, newestMs: newestOf(fitting) }]
    })
    yield found.sort((a, b) => b.newestMs - a.newestMs)
  }
  async *scanSpans(query: SpanScan): AsyncGenerator<StoredSpan[]> {
    const wanted = spanTest(query)
    for await (const traces of this.scan(query)) yield traces.flatMap(({ spans }) => spans.filter(wanted))
  }
  tagNames(query: TagQuery): Promise<TagNames> {
    return tagNamesOf(this, query)
  }
  tagValues(query: TagValueQuery): Promise<string[]> {
    return tagValuesOf(this, query)
  }
  checkpoint(): Promise<Position> {
    return this.#writer.checkpoint()
  }
  checkpointed(): Position {
    return this.#writer.checkpointed()
  }
  async deleteBefore(timeMs: number, tenant?: TenantId): Promise<void> {
    this.#floors.set(tenant ?? '', Math.max(timeMs, this.#floors.get(tenant ?? '') ?? 0))
  }
  stats(): { spans: number; bytesOnDisk: number } {
    return { spans: this.#spans, bytesOnDisk: 0 }
  }
  backlog(): { full: boolean; problem: string | null } {
    return this.#writer.backlog()
  }
  close(): Promise<void> {
    return this.#writer.close()
  }

  #recent(tenant: TenantId): StoredSpan[] {
    return this.#writer.recent().flatMap((batch) => (batch.tenant === tenant ? batch.spans : []))
  }
  #floorMs(tenant: TenantId): number {
    return Math.max(this.#floors.get('') ?? 0, this.#floors.get(tenant) ?? 0)
  }
}

const newestOf = (spans: readonly StoredSpan[]): number =>
  spans.reduce((newest, { startMs }) => Math.max(newest, startMs), Number.NEGATIVE_INFINITY)

/** What the server's own search can say of a filter; it may find more than fits. */
const nearestQuery = ({ tenant, startMs, endMs }: SpanScan, filter: SpanFilter): TraceQuery => ({
  ...{ tenant, startMs, endMs, limit: scanMax },
  service: only(filter.services),
  operation: only(filter.names),
  durationMsMin: filter.durationMsMin ?? 0,
  errorsOnly: only(filter.statuses) === 'ERROR',
})
const only = (values: readonly string[] | undefined): string =>
  values?.length === 1 ? (values[0] ?? '') : ''

const fits = (span: StoredSpan, query: TraceQuery): boolean =>
  span.startMs >= query.startMs &&
  span.startMs <= query.endMs &&
  (query.service === '' || span.service === query.service) &&
  (query.operation === '' || span.name === query.operation) &&
  span.durationMs >= query.durationMsMin &&
  (!query.errorsOnly || span.status === 'ERROR')

/** About what a span takes in memory and on the wire, bytes. */
function sizeOf(span: StoredSpan): number {
  let size = 300 + span.name.length + span.service.length + span.statusMessage.length
  const add = (attributes: StoredSpan['attributes']): void => {
    for (const [name, value] of Object.entries(attributes)) size += 40 + name.length + value.length
  }
  add(span.attributes)
  for (const event of span.events ?? []) add(event.attributes)
  for (const link of span.links ?? []) add(link.attributes)
  return size
}
