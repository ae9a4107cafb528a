import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../kernel/fault.ts'
import { Turn } from '../../kernel/turn.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import type { SeriesRef } from '../../port/metric-store.ts'
import { answer, success } from './answer.ts'
import type { PrometheusDeps } from './index.ts'
import { unescapedName } from './label-name.ts'
import { badParameter, Parameters } from './parameter.ts'

/** Series whose labels one request may look at. */
const seriesMax = 1_000_000

const truncated = 'results truncated due to limit'

/** `GET|POST /api/v1/series`. Series that ended before `start` are left out; when each began is not known. */
export async function listSeries(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  if (parameters.texts('match[]').length === 0)
    throw new Fault('INVALID_REQUEST', 'no match[] parameter provided')
  const limit = parameters.limit()
  const found = selected(deps, request.tenant, parameters)
  const wanted = limit > 0 ? found.slice(0, limit) : found
  const parts: string[] = []
  await eachLabels(deps, wanted, (labels) => void parts.push(JSON.stringify(labels)))
  return success(`[${parts.join(',')}]`, { warnings: wanted.length < found.length ? [truncated] : [] })
}

/** `GET|POST /api/v1/labels`. */
export async function listLabels(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const limit = parameters.limit()
  const hasRange = parameters.time('start', 0) !== 0 || parameters.time('end', 0) !== 0
  if (parameters.texts('match[]').length === 0 && !hasRange)
    return limited(deps.metricStore.catalog.labelNames(request.tenant), limit)
  const names = new Set<string>()
  await eachLabels(deps, selected(deps, request.tenant, parameters), (labels) => {
    for (const name of Object.keys(labels)) names.add(name)
  })
  return limited([...names], limit)
}

/** `GET /api/v1/label/<name>/values`. */
export async function listLabelValues(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const name = unescapedName(request.params.name ?? '')
  if (name === '' || !name.isWellFormed() || name.includes('\0'))
    throw new Fault('INVALID_REQUEST', `invalid label name: ${JSON.stringify(name)}`)
  const limit = parameters.limit()
  const hasRange = parameters.time('start', 0) !== 0 || parameters.time('end', 0) !== 0
  if (parameters.texts('match[]').length === 0 && !hasRange)
    return limited(deps.metricStore.catalog.labelValues(request.tenant, name), limit)
  const values = new Set<string>()
  await eachLabels(deps, selected(deps, request.tenant, parameters), (labels) => {
    if (Object.hasOwn(labels, name)) values.add(labels[name]!)
  })
  return limited([...values], limit)
}

/** Series that fit any of the selectors, each once; all where there is none. */
function selected(deps: PrometheusDeps, tenant: TenantId, parameters: Parameters): SeriesRef[] {
  const startMs = parameters.time('start', Number.NEGATIVE_INFINITY)
  const endMs = parameters.time('end', Number.POSITIVE_INFINITY)
  if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time')
  const given = parameters.matchers(deps.language)
  const sets: (readonly Matcher[])[] = given.length > 0 ? given : [[]]
  const { catalog } = deps.metricStore
  const refs =
    sets.length === 1
      ? catalog.select(tenant, sets[0]!)
      : [...new Set(sets.flatMap((matchers) => catalog.select(tenant, matchers)))].sort((a, b) => a - b)
  if (refs.length > seriesMax)
    throw new Fault(
      'QUERY_TOO_LARGE',
      `${refs.length} series fit, and ${seriesMax} may be looked at: narrow match[].`,
    )
  if (!Number.isFinite(startMs)) return refs
  const latest = deps.metricStore.latest(refs)
  return refs.filter((ref) => (latest.get(ref)?.timeMs ?? startMs) >= startMs)
}

async function eachLabels(
  { metricStore, clock }: PrometheusDeps,
  refs: readonly SeriesRef[],
  visit: (labels: Labels) => void,
): Promise<void> {
  const turn = new Turn(clock)
  for (const ref of refs) {
    if (turn.due()) await turn.give()
    visit(metricStore.catalog.describe(ref).labels)
  }
}

function limited(names: string[], limit: number): IngestReply {
  const sorted = names.sort()
  const wanted = limit > 0 ? sorted.slice(0, limit) : sorted
  return answer(wanted, { warnings: wanted.length < sorted.length ? [truncated] : [] })
}
