import { servicesOf, spanTest } from '../../../port/span-filter.ts'
import { tagNamesOf, tagValuesOf } from '../../../port/span-tag.ts'
import type { Position } from '../../../port/telemetry-log.ts'
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
} from '../../../port/trace-store.ts'
import type { Source } from './block-reader.ts'
import type { Totals } from './message.ts'
import { createPause } from './pause.ts'
import { RecordBlocks, type RecordBlocksDeps, type RecordForm } from './record-blocks.ts'
import { spansOfTrace } from './trace-text.ts'

/** Decompressed blocks a search keeps while it gathers the spans of its traces. */
const cachedBlocks = 16
/** Traces a scan hands over at once. */
const scanBatch = 32
/** Newest spans per tenant by id, to drop a span sent twice; older ones are told apart when read. */
const recentMax = 20_000

/** A tenant's spans lie together by time; a block's key is the list of services in it. */
const form: RecordForm<StoredSpan> = {
  signal: 'span',
  timeOf: (span) => span.startMs,
  // About what a dozen attributes take. Half a megabyte of text a block: a lookup decompresses all of it to give ten spans.
  sizeOf: (span) => span.name.length + 700,
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
    const pick = (text: Buffer): StoredSpan[] | undefined => spansOfTrace(text, traceId)
    return this.#spansOf(tenant, traceId, (source) => source.loadIf([], pick))
  }
  async search(query: TraceQuery): Promise<{ traceId: string; spans: StoredSpan[] }[]> {
    const { tenant, startMs, endMs, limit } = query
    const found: { traceId: string; spans: StoredSpan[] }[] = []
    if (limit <= 0) return found
    for await (const batch of this.scan({ tenant, startMs, endMs, anyOf: [filterOf(query)] })) {
      for (const { traceId, spans } of batch) {
        found.push({ traceId, spans })
        if (found.length === limit) return found
      }
    }
    return found
  }
  async *scan(query: SpanScan): AsyncGenerator<ScannedTrace[]> {
    const wanted = spanTest(query)
    const load = grouped(needlesOf(query.anyOf))
    const loadAll = grouped([])
    const seen = new Set<string>()
    const waiting: Waiting = new Map()
    for (const source of this.#sources(query)) {
      // What lies in this and all later sources is older than those: they are next in order.
      yield* this.#gathered(query, waiting, source.endMs, loadAll)
      if (query.signal?.aborted) return
      query.onPassed?.(source.records)
      for (const [traceId, spans] of await load(source)) {
        if (seen.has(traceId) && !waiting.has(traceId)) continue
        const known = waiting.get(traceId)
        let newestMs = known?.newestMs ?? Number.NEGATIVE_INFINITY
        for (const span of spans) if (span.startMs > newestMs && wanted(span)) newestMs = span.startMs
        if (newestMs === Number.NEGATIVE_INFINITY) continue
        seen.add(traceId)
        waiting.set(traceId, { newestMs, source: known?.source ?? source })
      }
    }
    yield* this.#gathered(query, waiting, Number.NEGATIVE_INFINITY, loadAll)
  }
  async *scanSpans(query: SpanScan): AsyncGenerator<StoredSpan[]> {
    const wanted = spanTest(query)
    const needles = needlesOf(query.anyOf)
    const pause = createPause()
    for (const source of this.#sources(query)) {
      const spans = (await source.loadIf(needles)).filter(wanted)
      query.onPassed?.(source.records)
      if (spans.length > 0) yield spans
      await pause()
      if (query.signal?.aborted) return
    }
  }
  async spansIn(query: SpanScan, enough: number): Promise<number> {
    const pause = createPause()
    let spans = 0
    for (const source of this.#sources(query)) {
      spans += source.records
      if (spans > enough) break
      await pause()
    }
    return spans
  }
  tagNames(query: TagQuery): Promise<TagNames> {
    return tagNamesOf(this, query)
  }
  tagValues(query: TagValueQuery): Promise<string[]> {
    return tagValuesOf(this, query)
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

  /** Of the range, less those in which no service of the scan is. */
  *#sources({ tenant, startMs, endMs, anyOf }: SpanScan): Generator<Source<StoredSpan>> {
    const services = servicesOf(anyOf)?.map((service) => JSON.stringify(service))
    for (const source of this.#blocks.sources(tenant, startMs, endMs))
      if (!services || services.some((service) => source.key.includes(service))) yield source
  }
  /** Takes those of `waiting` that are as new as `fromMs`, newest first, and fetches their spans. */
  async *#gathered(
    { tenant, signal }: SpanScan,
    waiting: Waiting,
    fromMs: number,
    load: LoadGroups,
  ): AsyncGenerator<ScannedTrace[]> {
    const pause = createPause()
    const due = [...waiting]
      .filter(([, { newestMs }]) => newestMs >= fromMs)
      .sort(([, a], [, b]) => b.newestMs - a.newestMs)
    let batch: ScannedTrace[] = []
    for (const [traceId, { newestMs, source: first }] of due) {
      waiting.delete(traceId)
      const spans = new Map<string, StoredSpan>()
      const sources = this.#blocks.ofTrace(tenant, traceId)
      // Its places may be damaged.
      for (const source of sources.length > 0 ? sources : [first])
        for (const span of (await load(source)).get(traceId) ?? [])
          if (!spans.has(span.spanId)) spans.set(span.spanId, span)
      batch.push({ traceId, spans: [...spans.values()].sort(byStart), newestMs })
      if (batch.length < scanBatch) continue
      yield batch
      batch = []
      await pause()
      if (signal?.aborted) return
    }
    if (batch.length > 0) yield batch
  }
  async #spansOf(tenant: string, traceId: string, load: Load): Promise<StoredSpan[]> {
    const spans = new Map<string, StoredSpan>()
    for (const source of this.#blocks.ofTrace(tenant, traceId)) {
      for (const span of await load(source))
        if (span.traceId === traceId && !spans.has(span.spanId)) spans.set(span.spanId, span)
    }
    return [...spans.values()].sort(byStart)
  }
}

const byStart = (a: StoredSpan, b: StoredSpan): number => a.startMs - b.startMs

const filterOf = ({ service, operation, durationMsMin, errorsOnly }: TraceQuery): SpanFilter => ({
  ...(service === '' ? {} : { services: [service] }),
  ...(operation === '' ? {} : { names: [operation] }),
  ...(durationMsMin > 0 ? { durationMsMin } : {}),
  ...(errorsOnly ? { statuses: ['ERROR'] } : {}),
})

/** Traces to come, with their newest wanted span, and where that one lies. */
type Waiting = Map<string, { newestMs: number; source: Source<StoredSpan> }>
type Load = (source: Source<StoredSpan>) => readonly StoredSpan[] | Promise<readonly StoredSpan[]>

type LoadGroups = (source: Source<StoredSpan>) => Promise<ReadonlyMap<string, readonly StoredSpan[]>>

/** Spans of a source by trace, kept for those that follow. */
function grouped(needles: readonly Buffer[]): LoadGroups {
  const kept = new Map<number, Map<string, StoredSpan[]>>()
  return async (source) => {
    const known = kept.get(source.id)
    if (known) return known
    const groups = Map.groupBy(await source.loadIf(needles), (span) => span.traceId)
    kept.set(source.id, groups)
    for (const id of kept.keys()) {
      if (kept.size <= cachedBlocks) break
      kept.delete(id)
    }
    return groups
  }
}

/** Texts that a block with a wanted span must hold, as `JSON.stringify` writes them. */
function needlesOf(anyOf: readonly SpanFilter[]): Buffer[] {
  const [only] = anyOf
  if (!only || anyOf.length > 1) return []
  const found: string[] = []
  const add = (key: string, values: readonly string[] | undefined): void => {
    if (values?.length === 1) found.push(`${JSON.stringify(key)}:${JSON.stringify(values[0])}`)
  }
  add('service', only.services)
  add('name', only.names)
  add('kind', only.kinds)
  add('status', only.statuses)
  for (const { name, values } of only.attributes ?? []) add(name, values)
  return found.map((text) => Buffer.from(text))
}
