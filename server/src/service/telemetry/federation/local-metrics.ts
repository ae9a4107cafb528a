import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { MetricBackend, RemoteAnswer } from '../../../port/cluster-backend.ts'
import type { MetricStore } from '../../../port/metric-store.ts'
import type { PromqlEngine, QueryAnswer, SampleSource } from '../promql/index.ts'
import { narrowed } from '../promql/narrowed-source.ts'
import { parseSelector } from '../selector.ts'

export type LocalMetricsDeps = {
  engine: PromqlEngine
  metricStore: MetricStore
  source(tenant: TenantId): SampleSource
}

/** Which series count, and under which labels they are shown. */
type Part = { matchers?: readonly Matcher[]; shown?: (labels: Labels) => Labels }

/** A tenant's own stores as one of the clusters: the same questions, answered in this process. */
export function localMetrics(
  deps: LocalMetricsDeps,
  tenant: TenantId,
  { matchers = [], shown = (labels) => labels }: Part = {},
): MetricBackend {
  const { engine } = deps
  const { catalog } = deps.metricStore
  const context = (signal?: AbortSignal) => ({
    source: narrowed(deps.source(tenant), matchers, shown),
    ...(signal ? { signal } : {}),
  })
  return {
    instant: async (query, timeMs, ask) => answerOf(await engine.instant(query, timeMs, context(ask.signal))),
    range: async (query, range, ask) => answerOf(await engine.range(query, range, context(ask.signal))),
    series: async (selectors) => {
      const sets: Matcher[][] = selectors.map((selector) => [...parseSelector(selector), ...matchers])
      const refs = new Set(sets.flatMap((matchers) => catalog.select(tenant, matchers)))
      return whole([...refs].map((ref): Labels => shown(catalog.describe(ref).labels)))
    },
    labelNames: async () => whole(catalog.labelNames(tenant)),
    labelValues: async (name) => whole(catalog.labelValues(tenant, name)),
    metadata: async () => whole(metadataOf(deps.metricStore, tenant)),
  }
}

const whole = <T>(value: T): RemoteAnswer<T> => ({ value, warnings: [], infos: [], partial: false })
const answerOf = ({ value, warnings, infos }: QueryAnswer): RemoteAnswer<QueryAnswer['value']> => ({
  ...{ value, warnings, infos, partial: false },
})

/** Type and unit as senders told them; of each name the first series'. */
function metadataOf({ catalog }: MetricStore, tenant: TenantId) {
  const metadata: Record<string, { type: string; help: string; unit: string }[]> = {}
  for (const name of catalog.labelValues(tenant, '__name__')) {
    const [ref] = catalog.select(tenant, [{ name: '__name__', op: '=', value: name }])
    if (ref === undefined) continue
    const { kind, unit } = catalog.describe(ref).meta
    metadata[name] = [{ type: kind.toLowerCase(), help: '', unit: unit ?? '' }]
  }
  return metadata
}
