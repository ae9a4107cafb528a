import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Ask, AskedRange, LogBackend, RemoteAnswer, RemoteLogs } from '../../port/cluster-backend.ts'
import type { HttpClient } from '../../port/http-client.ts'
import { type ApiOptions, JsonApi, type JsonQuestion, notUnderstood } from '../../port/json-api.ts'
import { answerValue, type Expected } from '../../port/query-answer.ts'

const Labels = z.record(z.string(), z.string())
/** The third part of a line holds its structured metadata, in either of two forms. */
const Line = z.union([
  z.tuple([z.string().regex(/^\d{1,19}$/), z.string()]),
  z.tuple([
    z.string().regex(/^\d{1,19}$/),
    z.string(),
    Labels.or(z.object({ structuredMetadata: Labels.optional(), parsed: Labels.optional() })),
  ]),
])
const Streams = z.object({
  resultType: z.literal('streams'),
  result: z.array(z.object({ stream: Labels, values: z.array(Line) })),
})
const Names = z.array(z.string())
const Envelope = z.object({
  status: z.literal('success'),
  data: z.unknown().optional(),
  warnings: z.array(z.string()).nullish(),
})

const nanoseconds = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`
const bounds = ({ startMs, endMs }: AskedRange): URLSearchParams =>
  new URLSearchParams({ start: nanoseconds(startMs), end: nanoseconds(endMs) })

/** One cluster's logs through Loki's HTTP API (grafana.com/docs/loki/latest/reference/loki-http-api). */
export function createLokiBackend(http: HttpClient, options: ApiOptions): LogBackend {
  const api = new JsonApi(http, options)
  return {
    async instant(query, { timeMs, limit }, ask) {
      const parameters = new URLSearchParams({ query, time: nanoseconds(timeMs), limit: String(limit) })
      const answer = await dataOf(api, { path: '/loki/api/v1/query', query: parameters }, ask)
      return { ...answer, value: logsOf(answer.value, { startMs: 0, endMs: timeMs }) }
    },
    async range(query, range, ask) {
      const parameters = bounds(range)
      parameters.set('query', query)
      parameters.set('limit', String(range.limit))
      parameters.set('direction', range.direction.toLowerCase())
      parameters.set('step', `${range.stepMs / 1_000}`)
      const answer = await dataOf(api, { path: '/loki/api/v1/query_range', query: parameters }, ask)
      return { ...answer, value: logsOf(answer.value, range) }
    },
    labelNames: (range, ask) => names(api, { path: '/loki/api/v1/labels', query: bounds(range) }, ask),
    labelValues: (name, range, ask) =>
      names(
        api,
        { path: `/loki/api/v1/label/${encodeURIComponent(name)}/values`, query: bounds(range) },
        ask,
      ),
  }
}

async function dataOf(api: JsonApi, question: JsonQuestion, ask: Ask): Promise<RemoteAnswer<unknown>> {
  const answer = await api.ask(question, ask)
  if (answer.status === 400) throw new Fault('INVALID_LOGQL', `It does not accept the query: ${answer.text}`)
  const envelope = Envelope.safeParse(answer.json)
  if (!answer.ok || !envelope.success) throw notUnderstood('a Loki', answer)
  const warnings = envelope.data.warnings ?? []
  return { value: envelope.data.data, warnings, infos: [], partial: warnings.length > 0 }
}

async function names(api: JsonApi, question: JsonQuestion, ask: Ask): Promise<RemoteAnswer<string[]>> {
  const answer = await dataOf(api, question, ask)
  // No label at all is told by leaving the list out.
  const parsed = Names.safeParse(answer.value ?? [])
  if (parsed.success) return { ...answer, value: parsed.data }
  throw new Fault('UPSTREAM_FAILED', 'Its answer has another form than Loki gives it.')
}

function logsOf(data: unknown, expected: Expected): RemoteLogs {
  const streams = Streams.safeParse(data)
  if (!streams.success) return answerValue(data, expected)
  return {
    type: 'streams',
    streams: streams.data.result.map(({ stream, values }) => ({
      labels: stream,
      lines: values.map(([time, line, more]) => ({
        timeNs: within(BigInt(time), expected),
        line,
        metadata: more === undefined ? {} : metadataOf(more),
      })),
    })),
  }
}

function metadataOf(more: Record<string, unknown>): Record<string, string> {
  const { structuredMetadata, parsed } = more
  if (typeof structuredMetadata !== 'object' && typeof parsed !== 'object')
    return more as Record<string, string>
  return { ...(structuredMetadata as Record<string, string>), ...(parsed as Record<string, string>) }
}

function within(timeNs: bigint, { startMs, endMs }: Expected): bigint {
  const timeMs = Number(timeNs / 1_000_000n)
  if (timeMs >= Math.floor(startMs) && timeMs <= endMs) return timeNs
  throw new Fault('UPSTREAM_FAILED', 'Its answer cannot be used: a line lies outside of the time asked for.')
}
