import { entityOf } from '@aiops/contract/model/entity'
import type { LogRecord } from '@aiops/contract/model/log'
import type { Series } from '@aiops/contract/model/series'
import { isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { LogStore } from '../../port/log-store.ts'
import type { MetricStore, SeriesDescription, SeriesRef } from '../../port/metric-store.ts'
import type { TraceStore } from '../../port/trace-store.ts'
import { cardinalityOf } from './cardinality.ts'
import type { Telemetry } from './index.ts'
import { thinRange } from './range.ts'
import { summaryView, traceView } from './trace/trace-view.ts'

/** Samples one request may touch: a week of 1 s data of a few series, or an hour of several hundred. */
const samplesMax = 5_000_000

export function createTelemetry(deps: {
  metricStore: MetricStore
  logStore: LogStore
  traceStore: TraceStore
}): Telemetry {
  const { catalog } = deps.metricStore
  return {
    series(tenant, filter) {
      const sets = filter.matchers.length > 0 ? filter.matchers : [[]]
      const refs = [...new Set(sets.flatMap((matchers) => catalog.select(tenant, matchers)))]
      const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
      const fitting = words.length === 0 ? refs : refs.filter((ref) => holdsAll(catalog.describe(ref), words))
      return {
        series: fitting.slice(0, filter.limit).map((ref) => seriesOf(catalog.describe(ref))),
        total: fitting.length,
      }
    },
    describe: (ref) => seriesOf(catalog.describe(ref)),
    labelNames: (tenant) => catalog.labelNames(tenant).sort(),
    labelValues: (tenant, name) => catalog.labelValues(tenant, name).sort(),
    select(tenant, query) {
      const known = catalog.count()
      const own = (query.refs ?? []).filter((ref) => ref < known && catalog.describe(ref).tenant === tenant)
      const refs = [...new Set([...own, ...(query.matchers ? catalog.select(tenant, query.matchers) : [])])]
      return { refs: refs.slice(0, query.limit), total: refs.length }
    },
    async range(tenant, query) {
      const { series, annotations } = await thinRange(deps.metricStore, tenant, { ...query, samplesMax })
      const results = series.map(({ ref, points }) => ({ series: seriesOf(catalog.describe(ref)), points }))
      return { results, annotations }
    },
    latest: (refs: readonly SeriesRef[]) => deps.metricStore.latest(refs),
    cardinality: (tenant, limit) => cardinalityOf(catalog, tenant, limit),
    async logs(tenant, query) {
      const labels: Record<string, string> = query.service === '' ? {} : { 'service.name': query.service }
      const found = await deps.logStore.search({
        tenant,
        labels,
        contains: query.contains,
        traceId: query.traceId,
        startMs: query.startMs,
        endMs: query.endMs,
        limit: query.limit,
      })
      const logs = found.records.map(
        (r): LogRecord => ({
          timestamp: isoTime(r.timeMs),
          severity: r.severity,
          message: r.message,
          labels: r.labels,
          attributes: r.attributes,
          ...(r.traceId === '' ? {} : { trace_id: r.traceId }),
          ...(r.spanId === '' ? {} : { span_id: r.spanId }),
        }),
      )
      return { logs, truncated: found.truncated }
    },
    async traces(tenant, query) {
      const found = await deps.traceStore.search({ tenant, ...query })
      return found.map(({ traceId, spans }) => summaryView(traceId, spans))
    },
    async trace(tenant, traceId) {
      const spans = await deps.traceStore.trace(tenant, traceId.padStart(32, '0'))
      if (spans.length === 0) throw new Fault('NOT_FOUND', `There is no trace ${traceId}.`)
      return traceView(traceId.padStart(32, '0'), spans)
    },
  }
}

function seriesOf({ ref, labels, meta }: SeriesDescription): Series {
  const { __name__: name = '', ...rest } = labels
  const entity = entityOf(labels)
  return {
    id: ref,
    name,
    labels: rest,
    kind: meta.kind,
    derived: meta.derived ?? false,
    ...(meta.unit ? { unit: meta.unit } : {}),
    ...(entity ? { entity } : {}),
  }
}

function holdsAll(description: SeriesDescription, words: readonly string[]): boolean {
  const text = Object.entries(description.labels).flat().join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}
