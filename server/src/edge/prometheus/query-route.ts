import { Fault, isFault } from '../../kernel/fault.ts'
import { Turn } from '../../kernel/turn.ts'
import type { IngestReply, IngestRequest } from '../../pipeline/ingest/index.ts'
import type { QueryAnswer, QueryContext } from '../../service/telemetry/index.ts'
import { success } from './answer.ts'
import type { PrometheusDeps } from './index.ts'
import { badParameter, Parameters } from './parameter.ts'
import { valueJson } from './value-json.ts'

/** Prometheus' own bound on the steps of a range. */
const stepsMax = 11_000
/** Longest a query may take, whatever it asks for, ms. */
const timeoutMsMax = 120_000

/** `GET|POST /api/v1/query`. */
export async function instantQuery(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const limit = parameters.limit()
  const timeMs = parameters.time('time', deps.clock.now())
  const context = contextOf(deps, request, parameters)
  const startedMs = deps.clock.monotonic()
  const found = await inQuery(() => deps.promql.instant(parameters.text('query'), timeMs, context))
  return replyOf(deps, parameters, found, limit, startedMs)
}

/** `GET|POST /api/v1/query_range`. */
export async function rangeQuery(deps: PrometheusDeps, request: IngestRequest): Promise<IngestReply> {
  const parameters = new Parameters(request)
  const limit = parameters.limit()
  const startMs = requiredTime(parameters, 'start')
  const endMs = requiredTime(parameters, 'end')
  if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time')
  if (parameters.text('step') === '') throw badParameter('step', 'cannot parse "" to a valid duration')
  const stepMs = parameters.duration('step', 0)
  if (stepMs <= 0)
    throw badParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    )
  if ((endMs - startMs) / stepMs > stepsMax)
    throw new Fault(
      'INVALID_REQUEST',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    )
  const context = contextOf(deps, request, parameters)
  const startedMs = deps.clock.monotonic()
  const range = { startMs, endMs, stepMs: Math.max(1, Math.floor(stepMs)) }
  const found = await inQuery(() => deps.promql.range(parameters.text('query'), range, context))
  return replyOf(deps, parameters, found, limit, startedMs)
}

function requiredTime(parameters: Parameters, name: string): number {
  if (parameters.text(name) === '') throw badParameter(name, 'cannot parse "" to a valid timestamp')
  return parameters.time(name, 0)
}

function contextOf(deps: PrometheusDeps, { tenant }: IngestRequest, parameters: Parameters): QueryContext {
  const timeoutMs = parameters.duration('timeout', timeoutMsMax)
  const lookbackMs = parameters.duration('lookback_delta', 0)
  if (lookbackMs < 0) throw badParameter('lookback_delta', 'it must not be negative')
  return {
    source: deps.source(tenant),
    limits: { timeoutMs: Math.min(Math.max(timeoutMs, 1), timeoutMsMax), stepsMax: stepsMax + 1 },
    ...(lookbackMs > 0 ? { lookbackMs } : {}),
  }
}

/** What is wrong with the query's text is what is wrong with its parameter. */
async function inQuery(run: () => Promise<QueryAnswer>): Promise<QueryAnswer> {
  try {
    return await run()
  } catch (error) {
    if (isFault(error) && error.code === 'INVALID_PROMQL')
      throw new Fault('INVALID_PROMQL', `invalid parameter "query": ${error.message}`, { cause: error })
    throw error
  }
}

async function replyOf(
  deps: PrometheusDeps,
  parameters: Parameters,
  found: QueryAnswer,
  limit: number,
  startedMs: number,
): Promise<IngestReply> {
  const warnings = [...found.warnings]
  const value = found.value
  const list = value.type === 'matrix' ? value.series : value.type === 'vector' ? value.samples : []
  if (limit > 0 && list.length > limit) {
    list.length = limit
    warnings.push('results truncated due to limit')
  }
  const body = await valueJson(value, new Turn(deps.clock))
  const stats =
    parameters.text('stats') === '' ? '' : `,"stats":${JSON.stringify(statsOf(deps, found, startedMs))}`
  return success(`{${body}${stats}}`, { warnings, infos: found.infos })
}

/** What is measured; what Prometheus measures beside it is not told apart here and 0. */
function statsOf({ clock }: PrometheusDeps, { samplesRead }: QueryAnswer, startedMs: number) {
  const seconds = (clock.monotonic() - startedMs) / 1_000
  return {
    timings: {
      ...{ evalTotalTime: seconds, resultSortTime: 0, queryPreparationTime: 0, innerEvalTime: seconds },
      ...{ execQueueTime: 0, execTotalTime: seconds },
    },
    samples: { totalQueryableSamples: samplesRead, peakSamples: samplesRead },
  }
}
