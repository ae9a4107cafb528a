import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { jsonText } from '../../kernel/large-text.ts'
import { inTurns } from '../../kernel/steps.ts'
import { Turn } from '../../kernel/turn.ts'
import type { IngestReply, IngestRequest, Receiver } from '../../pipeline/ingest/index.ts'
import type { TempoApi, TempoDeps } from './index.ts'
import { jsonResourceSpans, protobufTrace, protobufTraceAnswer } from './otlp-trace.ts'
import { countOf, durationMsOf, rangeOf, searchQueryOf } from './query.ts'
import { instantAnswer, rangeAnswer, searchAnswer } from './search-answer.ts'
import { statusText } from './status.ts'
import { tagAnswer, tagAnswerV2, valueAnswer, valueAnswerV2 } from './tag-answer.ts'

const prefix = '/tempo'
const [searchMax, spansPerSet] = [20, 3]
/** Points Tempo's data source is content with where it names no step. */
const stepsWanted = 250

/** Source of paths, parameters and shapes: https://grafana.com/docs/tempo/latest/api_docs/. Faults are answered as text, as Tempo does. */
export function createTempoApi(deps: TempoDeps): TempoApi {
  const { traces, clock } = deps
  const range = (query: URLSearchParams) => rangeOf(query, clock)
  const queryOf = (query: URLSearchParams): string => query.get('q') ?? query.get('query') ?? ''

  const search = async ({ tenant, query }: IngestRequest): Promise<IngestReply> =>
    json(
      searchAnswer(
        await traces.search(tenant, {
          ...range(query),
          query: searchQueryOf(query),
          limit: countOf(query, 'limit', searchMax),
          spansPerSet: countOf(query, 'spss', spansPerSet),
        }),
      ),
    )
  const trace =
    (version: 1 | 2) =>
    async ({ tenant, params, headers }: IngestRequest): Promise<IngestReply> => {
      const id = params.traceID ?? ''
      if (!/^[0-9a-fA-F]{1,32}$/.test(id))
        throw new Fault('INVALID_REQUEST', 'trace IDs can only contain hex characters and at most 32 of them')
      const spans = await traces.spans(tenant, id)
      if (/application\/(vnd\.google\.)?protobuf/.test(headers.accept ?? ''))
        return protobuf(
          await inTurns(version === 1 ? protobufTrace(spans) : protobufTraceAnswer(spans), new Turn(clock)),
        )
      const resourceSpans = await inTurns(jsonResourceSpans(spans), new Turn(clock))
      return json(version === 1 ? { batches: resourceSpans } : { trace: { resourceSpans } })
    }
  const tags =
    (answer: typeof tagAnswer) =>
    async ({ tenant, query }: IngestRequest): Promise<IngestReply> => {
      const names = await traces.tagNames(tenant, { ...range(query), limit: countOf(query, 'limit', 1_000) })
      return json(answer(names, query.get('scope') ?? ''))
    }
  const values =
    (answer: typeof valueAnswer) =>
    async ({ tenant, query, params }: IngestRequest): Promise<IngestReply> =>
      json(
        answer(
          await traces.tagValues(tenant, {
            ...range(query),
            name: params.tag ?? '',
            query: queryOf(query),
            limit: countOf(query, 'limit', 1_000),
          }),
        ),
      )
  const metrics = async ({ tenant, query }: IngestRequest): Promise<IngestReply> => {
    const bounds = range(query)
    const step = query.get('step')
    const stepMs = step
      ? durationMsOf('step', step)
      : Math.max(1_000, Math.ceil((bounds.endMs - bounds.startMs) / stepsWanted / 1_000) * 1_000)
    return json(rangeAnswer(await traces.metrics(tenant, { ...bounds, query: queryOf(query), stepMs })))
  }
  const instant = async ({ tenant, query }: IngestRequest): Promise<IngestReply> =>
    json(instantAnswer(await traces.metrics(tenant, { ...range(query), query: queryOf(query), stepMs: 0 })))

  const routes: [path: string, summary: string, handle: Receiver['handle']][] = [
    ['/api/search', 'traces by TraceQL', search],
    ['/api/search/tags', 'names of attributes', tags(tagAnswer)],
    ['/api/v2/search/tags', 'names of attributes by scope', tags(tagAnswerV2)],
    ['/api/search/tag/{tag}/values', 'values of an attribute', values(valueAnswer)],
    ['/api/v2/search/tag/{tag}/values', 'values of an attribute with their types', values(valueAnswerV2)],
    ['/api/traces/{traceID}', 'one trace as OTLP', trace(1)],
    ['/api/v2/traces/{traceID}', 'one trace as OTLP, with its status', trace(2)],
    ['/api/metrics/query_range', 'TraceQL metrics over a range', metrics],
    ['/api/metrics/query', 'TraceQL metrics at one moment', instant],
    ['/api/status/buildinfo', 'version', async () => json(statusText(deps.version))],
  ]
  const open: [path: string, body: string][] = [
    ['/api/echo', 'echo'],
    ['/ready', 'ready'],
  ]
  return {
    receivers: [
      ...routes.map(
        ([path, summary, handle]): Receiver => ({
          ...{ method: 'GET', path: prefix + path, permission: 'telemetry:read', handle, refuse },
          summary: `Tempo: ${summary}.`,
        }),
      ),
      ...open.map(
        ([path, body]): Receiver => ({
          ...{ method: 'GET', path: prefix + path, permission: path === '/ready' ? null : 'telemetry:read' },
          ...{ summary: 'Tempo: whether it answers.', refuse },
          handle: async () => ({ status: 200, headers: text, body }),
        }),
      ),
    ],
  }
}

const text = { 'content-type': 'text/plain; charset=utf-8' }
const json = async (body: unknown): Promise<IngestReply> => ({
  ...{ status: 200, headers: { 'content-type': 'application/json' } },
  body: await jsonText(body, new Turn(systemClock)),
})
const protobuf = (body: Buffer): IngestReply => ({
  ...{ status: 200, headers: { 'content-type': 'application/protobuf' }, body },
})

/** Tempo answers a query it cannot read by 400 and one it cannot hold by 422 where ours differ only in name. */
const refuse = (fault: Fault): IngestReply => ({
  status: fault.status,
  headers: text,
  body: fault.code === 'NOT_FOUND' ? 'trace not found' : fault.message,
})
