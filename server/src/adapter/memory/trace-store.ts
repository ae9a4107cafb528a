import { spanTest } from '../../port/span-filter.ts'
import { tagNamesOf, tagValuesOf } from '../../port/span-tag.ts'
import type { Position } from '../../port/telemetry-log.ts'
import type {
  ScannedTrace,
  SpanBatch,
  SpanScan,
  StoredSpan,
  TagNames,
  TagQuery,
  TagValueQuery,
  TraceQuery,
  TraceStore,
} from '../../port/trace-store.ts'

export class MemoryTraceStore implements TraceStore {
  #spans = new Map<string, { tenant: string; span: StoredSpan }>()
  #position = 0
  #checkpointed = 0
  append(batch: SpanBatch, position: Position): void {
    this.#position = Math.max(this.#position, position)
    for (const span of batch.spans) {
      const key = `${batch.tenant}/${span.traceId}/${span.spanId}`
      if (!this.#spans.has(key)) this.#spans.set(key, { tenant: batch.tenant, span })
    }
  }
  async trace(tenant: string, traceId: string): Promise<StoredSpan[]> {
    return this.#of(tenant)
      .filter((span) => span.traceId === traceId)
      .sort((a, b) => a.startMs - b.startMs)
  }
  async search(query: TraceQuery): Promise<{ traceId: string; spans: StoredSpan[] }[]> {
    const fits = (span: StoredSpan): boolean =>
      span.startMs >= query.startMs &&
      span.startMs <= query.endMs &&
      (query.service === '' || span.service === query.service) &&
      (query.operation === '' || span.name === query.operation) &&
      span.durationMs >= query.durationMsMin &&
      (!query.errorsOnly || span.status === 'ERROR')
    const newestFirst = this.#of(query.tenant)
      .filter(fits)
      .sort((a, b) => b.startMs - a.startMs)
    const ids = [...new Set(newestFirst.map((span) => span.traceId))].slice(0, query.limit)
    return Promise.all(
      ids.map(async (traceId) => ({ traceId, spans: await this.trace(query.tenant, traceId) })),
    )
  }
  async *scan(query: SpanScan): AsyncGenerator<ScannedTrace[]> {
    const newest = new Map<string, number>()
    for await (const spans of this.scanSpans(query))
      for (const { traceId, startMs } of spans) if (!newest.has(traceId)) newest.set(traceId, startMs)
    const byTrace = Map.groupBy(this.#of(query.tenant), (span) => span.traceId)
    for (const [traceId, newestMs] of newest) {
      const spans = (byTrace.get(traceId) ?? []).sort((a, b) => a.startMs - b.startMs)
      yield [{ traceId, spans, newestMs }]
      if (query.signal?.aborted) return
    }
  }
  async *scanSpans(query: SpanScan): AsyncGenerator<StoredSpan[]> {
    query.onPassed?.(await this.spansIn(query))
    yield this.#of(query.tenant)
      .filter(spanTest(query))
      .sort((a, b) => b.startMs - a.startMs)
  }
  async spansIn(query: SpanScan): Promise<number> {
    return this.#of(query.tenant).filter(spanTest({ ...query, anyOf: [] })).length
  }
  tagNames(query: TagQuery): Promise<TagNames> {
    return tagNamesOf(this, query)
  }
  tagValues(query: TagValueQuery): Promise<string[]> {
    return tagValuesOf(this, query)
  }
  async checkpoint(): Promise<Position> {
    this.#checkpointed = this.#position
    return this.#checkpointed
  }
  checkpointed(): Position {
    return this.#checkpointed
  }
  async deleteBefore(timeMs: number, tenant?: string): Promise<void> {
    for (const [key, item] of this.#spans)
      if (item.span.startMs < timeMs && (tenant ?? item.tenant) === item.tenant) this.#spans.delete(key)
  }
  stats(): { spans: number; bytesOnDisk: number } {
    return { spans: this.#spans.size, bytesOnDisk: 0 }
  }
  async close(): Promise<void> {}
  #of(tenant: string): StoredSpan[] {
    return [...this.#spans.values()].filter((item) => item.tenant === tenant).map(({ span }) => span)
  }
}
