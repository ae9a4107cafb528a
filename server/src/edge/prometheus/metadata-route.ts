import type { SeriesKind } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Turn } from '../../kernel/turn.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import { answer } from './answer.ts'
import type { PrometheusDeps } from './index.ts'
import { Parameters } from './parameter.ts'

const types: Readonly<Record<SeriesKind, string>> = {
  ...{ GAUGE: 'gauge', COUNTER: 'counter', HISTOGRAM: 'histogram', SUMMARY: 'summary', UNKNOWN: 'unknown' },
}

type Metadata = { type: string; help: string; unit: string }

/** `GET /api/v1/metadata`: kind and unit as the store knows them; help texts are not kept. */
export async function metricMetadata(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const limit = parameters.limit()
  const perMetric = parameters.limit('limit_per_metric')
  const metric = parameters.text('metric')
  const all =
    metric === '' ? deps.metricStore.catalog.labelValues(request.tenant, '__name__').sort() : [metric]
  const names = limit > 0 ? all.slice(0, limit) : all
  const found: [string, Metadata[]][] = []
  const turn = new Turn(deps.clock)
  for (const name of names) {
    if (turn.due()) await turn.give()
    const metadata = metadataOf(deps, request.tenant, name)
    if (metadata.length > 0) found.push([name, perMetric > 0 ? metadata.slice(0, perMetric) : metadata])
  }
  return answer(Object.fromEntries(found))
}

/** Series of one name nearly always agree: a few are looked at. */
const seriesMax = 20

function metadataOf({ metricStore }: PrometheusDeps, tenant: TenantId, name: string): Metadata[] {
  const refs = metricStore.catalog.select(tenant, [{ name: '__name__', op: '=', value: name }])
  const found = new Map<string, Metadata>()
  for (const ref of refs.slice(0, seriesMax)) {
    const { kind, unit = '' } = metricStore.catalog.describe(ref).meta
    found.set(`${kind} ${unit}`, { type: types[kind], help: '', unit })
  }
  return [...found.values()]
}
