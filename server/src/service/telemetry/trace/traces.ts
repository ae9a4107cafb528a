import type { Clock } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import { inTurns } from '../../../kernel/steps.ts'
import { Turn } from '../../../kernel/turn.ts'
import type { StoredSpan, TraceStore } from '../../../port/trace-store.ts'
import {
  parseTraceql,
  searchTraces,
  type TraceqlLimits,
  traceMetrics,
  traceqlLimits,
} from '../traceql/index.ts'
import { analyzeTrace } from './analysis.ts'
import type { Traces } from './index.ts'
import { serviceGraph } from './service-graph.ts'
import { countTexts, tagValues } from './tag-value.ts'
import { wholeSteps } from './whole-steps.ts'

export function createTraces(
  deps: { traceStore: TraceStore; clock: Clock },
  limits: Partial<TraceqlLimits> = {},
): Traces {
  const { traceStore: store, clock } = deps
  const bounds = { ...traceqlLimits, ...limits }
  const spans = async (tenant: string, traceId: string): Promise<StoredSpan[]> => {
    const found = await store.trace(tenant, traceId.toLowerCase().padStart(32, '0'))
    if (found.length === 0) throw new Fault('NOT_FOUND', `There is no trace ${traceId}.`)
    return found
  }
  return {
    async search(tenant, { query, traceId, ...search }) {
      const { pipeline, metric } = parseTraceql(query)
      if (metric)
        throw new Fault(
          'INVALID_TRACEQL',
          'This is a metrics query: ask for it over a range, not as a search.',
        )
      const one = traceId === undefined ? store : oneTrace(store, traceId.toLowerCase().padStart(32, '0'))
      return searchTraces(one, { tenant, pipeline, ...search }, bounds, clock)
    },
    async metrics(tenant, { query, startMs, endMs, stepMs, signal }) {
      const { pipeline, metric } = parseTraceql(query)
      if (!metric)
        throw new Fault(
          'INVALID_TRACEQL',
          'This is no metrics query: end it with a function such as | rate() or | count_over_time().',
        )
      const range = { tenant, ...wholeSteps(startMs, endMs, stepMs), ...(signal ? { signal } : {}) }
      return traceMetrics(store, { pipeline, metric }, range, bounds, clock)
    },
    tagNames: (tenant, query) => store.tagNames({ tenant, ...query }),
    tagValues: (tenant, query) => tagValues(store, { tenant, ...query }, clock),
    spans,
    analysis: async (tenant, traceId) =>
      inTurns(
        analyzeTrace(traceId.toLowerCase().padStart(32, '0'), await spans(tenant, traceId)),
        new Turn(clock),
      ),
    async services(tenant, { limit, ...range }) {
      const counts = await countTexts(
        store,
        { tenant, ...range, anyOf: [] },
        ({ service }) => [service],
        clock,
      )
      return [...counts.keys()].sort().slice(0, limit)
    },
    async operations(tenant, { service, limit, ...range }) {
      const anyOf = service === '' ? [] : [{ services: [service] }]
      const keyOf = (span: StoredSpan) => [JSON.stringify([span.service, span.name, span.kind])]
      const counts = await countTexts(store, { tenant, ...range, anyOf }, keyOf, clock)
      return [...counts.keys()]
        .map((key) => JSON.parse(key) as [string, string, StoredSpan['kind']])
        .map(([of, name, kind]) => ({ service: of, name, kind }))
        .sort((a, b) => (`${a.service}\0${a.name}` < `${b.service}\0${b.name}` ? -1 : 1))
        .slice(0, limit)
    },
    serviceGraph: (tenant, query) => serviceGraph(store, { tenant, ...query }, bounds, clock),
  }
}

/** A store of one trace. */
const oneTrace = (store: Pick<TraceStore, 'trace'>, traceId: string): Pick<TraceStore, 'scan'> => ({
  async *scan({ tenant }) {
    const spans = await store.trace(tenant, traceId)
    if (spans.length > 0) yield [{ traceId, spans, newestMs: spans.at(-1)?.startMs ?? 0 }]
  },
})
