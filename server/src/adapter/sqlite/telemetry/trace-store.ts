import type { Position } from '../../../port/telemetry-log.ts'
import type { SpanBatch, StoredSpan, TraceQuery, TraceStore } from '../../../port/trace-store.ts'
import type { Source } from './block-reader.ts'
import type { Totals } from './message.ts'
import { createPause } from './pause.ts'
import { RecordBlocks, type RecordBlocksDeps, type RecordForm } from './record-blocks.ts'

/** Decompressed blocks a search keeps while it gathers the spans of its traces. */
const cachedBlocks = 16
/** Newest spans per tenant by id, to drop a span sent twice; older ones are told apart when read. */
const recentMax = 20_000

/** A tenant's spans lie together by time; a block's key is the list of services in it. */
const form: RecordForm<StoredSpan> = {
  signal: 'span',
  timeOf: (span) => span.startMs,
  sizeOf: (span) => span.name.length + 300,
  encode: (spans) => JSON.stringify(spans),
  decode: (text) => JSON.parse(text) as StoredSpan[],
  keyOf: (_group, spans) => JSON.stringify([...new Set(spans.map((span) => span.service))]),
  tracesOf: (spans) => [...new Set(spans.map((span) => span.traceId))].sort(),
}

export class SqliteTraceStore implements TraceStore {
  readonly #blocks: RecordBlocks<StoredSpan>
  readonly #recent = new Map<string, Set<string>>()
  constructor(deps: RecordBlocksDeps, checkpointed: Position, totals: Totals) {
    this.#blocks = new RecordBlocks(form, deps, checkpointed, totals)
  }
  append(batch: SpanBatch, position: Position): void {
    if (!this.#blocks.isNew(position)) return
    const recent = this.#recent.get(batch.tenant) ?? new Set<string>()
    this.#recent.set(batch.tenant, recent)
    for (const span of batch.spans) {
      const id = span.traceId + span.spanId
      if (recent.has(id)) continue
      recent.add(id)
      this.#blocks.append(batch.tenant, '', span)
    }
    for (const id of recent) {
      if (recent.size <= recentMax) break
      recent.delete(id)
    }
  }
  async trace(tenant: string, traceId: string): Promise<StoredSpan[]> {
    return this.#spansOf(tenant, traceId, (source) => source.load())
  }
  async search(query: TraceQuery): Promise<{ traceId: string; spans: StoredSpan[] }[]> {
    const pause = createPause()
    const load = cached()
    let newest: [traceId: string, startMs: number][] = []
    for (const source of this.#blocks.sources(query.tenant, query.startMs, query.endMs)) {
      if (newest.length >= query.limit && (newest[query.limit - 1]?.[1] ?? 0) >= source.endMs) break
      if (query.service !== '' && !source.key.includes(JSON.stringify(query.service))) continue
      const seen = new Map(newest)
      for (const span of await load(source)) {
        if (matches(span, query) && span.startMs > (seen.get(span.traceId) ?? Number.NEGATIVE_INFINITY))
          seen.set(span.traceId, span.startMs)
      }
      newest = [...seen].sort((a, b) => b[1] - a[1]).slice(0, query.limit)
      await pause()
    }
    const traces: { traceId: string; spans: StoredSpan[] }[] = []
    for (const [traceId] of newest) {
      traces.push({ traceId, spans: await this.#spansOf(query.tenant, traceId, load) })
      await pause()
    }
    return traces
  }
  checkpoint(): Promise<Position> {
    return this.#blocks.checkpoint()
  }
  checkpointed(): Position {
    return this.#blocks.checkpointed()
  }
  deleteBefore(timeMs: number, tenant?: string): Promise<void> {
    return this.#blocks.deleteBefore(timeMs, tenant)
  }
  stats(): { spans: number; bytesOnDisk: number } {
    const { records, bytesOnDisk } = this.#blocks.stats()
    return { spans: records, bytesOnDisk }
  }
  async close(): Promise<void> {
    await this.checkpoint()
  }

  async #spansOf(tenant: string, traceId: string, load: Load): Promise<StoredSpan[]> {
    const spans = new Map<string, StoredSpan>()
    for (const source of this.#blocks.ofTrace(tenant, traceId)) {
      for (const span of await load(source))
        if (span.traceId === traceId && !spans.has(span.spanId)) spans.set(span.spanId, span)
    }
    return [...spans.values()].sort((a, b) => a.startMs - b.startMs)
  }
}

const matches = (span: StoredSpan, query: TraceQuery): boolean =>
  span.startMs >= query.startMs &&
  span.startMs <= query.endMs &&
  (query.service === '' || span.service === query.service) &&
  (query.operation === '' || span.name === query.operation) &&
  span.durationMs >= query.durationMsMin &&
  (!query.errorsOnly || span.status === 'ERROR')

type Load = (source: Source<StoredSpan>) => readonly StoredSpan[] | Promise<readonly StoredSpan[]>

function cached(): Load {
  const kept = new Map<number, readonly StoredSpan[]>()
  return async (source) => {
    const known = kept.get(source.id)
    if (known) return known
    const spans = await source.load()
    kept.set(source.id, spans)
    for (const id of kept.keys()) {
      if (kept.size <= cachedBlocks) break
      kept.delete(id)
    }
    return spans
  }
}
