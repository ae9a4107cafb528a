import type { TenantId } from '@aiops/contract/model/tenant'
import type { LogQuery, LogStore } from '../../../../port/log-store.ts'
import type { SpanScan, StoredSpan, TraceQuery, TraceStore } from '../../../../port/trace-store.ts'
import type { Cutoffs } from './cutoff.ts'

/** A log store whose reads show nothing older than the retention. */
export const keptLogs = (inner: LogStore, cutoffs: Cutoffs): LogStore => ({
  append: (batch, position) => inner.append(batch, position),
  async search(query: LogQuery) {
    const startMs = Math.max(query.startMs, cutoffs.of('logs', query.tenant))
    return startMs <= query.endMs ? inner.search({ ...query, startMs }) : { records: [], truncated: false }
  },
  async *scan(query) {
    const startMs = Math.max(query.startMs, cutoffs.of('logs', query.tenant))
    if (startMs <= query.endMs) yield* inner.scan({ ...query, startMs })
  },
  async streams(query) {
    const startMs = Math.max(query.startMs, cutoffs.of('logs', query.tenant))
    return startMs <= query.endMs ? inner.streams({ ...query, startMs }) : []
  },
  checkpoint: () => inner.checkpoint(),
  checkpointed: () => inner.checkpointed(),
  deleteBefore: (timeMs, tenant) => inner.deleteBefore(timeMs, tenant),
  stats: () => inner.stats(),
  close: () => inner.close(),
})

/** A trace store likewise: a trace shows its spans that began within the retention. */
export function keptTraces(inner: TraceStore, cutoffs: Cutoffs): TraceStore {
  const within = (spans: StoredSpan[], tenant: TenantId): StoredSpan[] => {
    const cutoff = cutoffs.of('traces', tenant)
    return spans.every((span) => span.startMs >= cutoff)
      ? spans
      : spans.filter((span) => span.startMs >= cutoff)
  }
  const kept = <Q extends Pick<SpanScan, 'tenant' | 'startMs'>>(query: Q): Q => ({
    ...query,
    startMs: Math.max(query.startMs, cutoffs.of('traces', query.tenant)),
  })
  return {
    append: (batch, position) => inner.append(batch, position),
    trace: async (tenant, traceId) => within(await inner.trace(tenant, traceId), tenant),
    async search(query: TraceQuery) {
      const startMs = Math.max(query.startMs, cutoffs.of('traces', query.tenant))
      if (startMs > query.endMs) return []
      const found = await inner.search({ ...query, startMs })
      return found.map(({ traceId, spans }) => ({ traceId, spans: within(spans, query.tenant) }))
    },
    async *scan(query: SpanScan) {
      for await (const traces of inner.scan(kept(query)))
        yield traces.map((trace) => ({ ...trace, spans: within(trace.spans, query.tenant) }))
    },
    scanSpans: (query) => inner.scanSpans(kept(query)),
    ...(inner.spansIn
      ? { spansIn: (query, enough) => inner.spansIn?.(kept(query), enough) ?? Promise.resolve(0) }
      : {}),
    tagNames: (query) => inner.tagNames(kept(query)),
    tagValues: (query) => inner.tagValues(kept(query)),
    checkpoint: () => inner.checkpoint(),
    checkpointed: () => inner.checkpointed(),
    deleteBefore: (timeMs, tenant) => inner.deleteBefore(timeMs, tenant),
    stats: () => inner.stats(),
    close: () => inner.close(),
  }
}
