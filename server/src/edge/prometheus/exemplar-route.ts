import { Fault, messageOf } from '../../kernel/fault.ts'
import { apiNumber } from '../../kernel/go-number.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import type { Exemplar, SeriesRef } from '../../port/metric-store.ts'
import type { Expression } from '../../service/telemetry/index.ts'
import { success } from './answer.ts'
import type { PrometheusDeps } from './index.ts'
import { badParameter, Parameters } from './parameter.ts'
import { selectorsOf } from './selector-of.ts'
import { seconds } from './value-json.ts'

const exemplarsMax = 10_000
const seriesMax = 100_000

/** `GET|POST /api/v1/query_exemplars`: of every selector in the query. */
export async function queryExemplars(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const startMs = parameters.time('start', 0)
  const endMs = parameters.time('end', deps.clock.now())
  if (endMs < startMs) throw new Fault('INVALID_REQUEST', 'end timestamp must not be before start timestamp')
  let expression: Expression
  try {
    expression = deps.language.parse(parameters.text('query'))
  } catch (error) {
    throw badParameter('query', messageOf(error))
  }
  const { tenant } = request
  const { catalog } = deps.metricStore
  const refs = [
    ...new Set(selectorsOf(expression).flatMap(({ matchers }) => catalog.select(tenant, matchers))),
  ]
  if (refs.length > seriesMax)
    throw new Fault(
      'QUERY_TOO_LARGE',
      `${refs.length} series fit, and ${seriesMax} may be looked at: narrow the query.`,
    )
  const found =
    refs.length === 0
      ? []
      : await deps.metricStore.exemplars({ tenant, refs, startMs, endMs, samplesMax: exemplarsMax })
  const groups = [...Map.groupBy(found, ({ ref }) => ref)]
  return success(`[${groups.map(([ref, exemplars]) => seriesJson(deps, ref, exemplars)).join(',')}]`)
}

function seriesJson(deps: PrometheusDeps, ref: SeriesRef, exemplars: readonly Exemplar[]): string {
  const labels = JSON.stringify(deps.metricStore.catalog.describe(ref).labels)
  const list = exemplars.map(
    (exemplar) =>
      `{"labels":${JSON.stringify(exemplar.labels)},"value":"${apiNumber(exemplar.value)}","timestamp":${seconds(exemplar.timeMs)}}`,
  )
  return `{"seriesLabels":${labels},"exemplars":[${list.join(',')}]}`
}
