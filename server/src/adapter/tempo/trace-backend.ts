import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { RemoteAnswer, TraceBackend } from '../../port/cluster-backend.ts'
import type { HttpClient } from '../../port/http-client.ts'
import { type ApiOptions, JsonApi, notUnderstood } from '../../port/json-api.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import { idOf, spansOf } from './otlp-span.ts'

const Found = z.object({
  traces: z
    .array(
      z.object({
        traceID: z.string(),
        rootServiceName: z.string().default(''),
        rootTraceName: z.string().default(''),
        startTimeUnixNano: z.string().regex(/^\d{1,20}$/),
        durationMs: z.number().min(0).default(0),
      }),
    )
    .default([]),
})

/** One cluster's traces through Tempo's HTTP API (grafana.com/docs/tempo/latest/api_docs). Its times of search are whole seconds. */
export function createTempoBackend(http: HttpClient, options: ApiOptions): TraceBackend {
  const api = new JsonApi(http, options)
  return {
    async search({ query, startMs, endMs, limit }, ask) {
      const parameters = new URLSearchParams({
        ...{ q: query, limit: String(limit) },
        ...{ start: String(Math.floor(startMs / 1_000)), end: String(Math.ceil(endMs / 1_000)) },
      })
      const answer = await api.ask({ path: '/api/search', query: parameters }, ask)
      if (answer.status === 400)
        throw new Fault('INVALID_TRACEQL', `It does not accept the query: ${answer.text}`)
      const found = Found.safeParse(answer.json)
      if (!answer.ok || !found.success) throw notUnderstood('a Tempo', answer)
      return whole(
        found.data.traces.slice(0, limit).map((trace) => ({
          traceId: idOf(trace.traceID, 32),
          ...{ rootService: trace.rootServiceName, rootName: trace.rootTraceName },
          startMs: startOf(trace, startMs, endMs),
          durationMs: trace.durationMs,
        })),
      )
    },
    async trace(traceId, ask) {
      const answer = await api.ask({ path: `/api/traces/${encodeURIComponent(traceId)}` }, ask)
      if (answer.status === 404) return whole<StoredSpan[]>([])
      if (!answer.ok) throw notUnderstood('a Tempo', answer)
      const spans = readSpans(answer.json)
      if (spans.some((span) => span.traceId !== idOf(traceId, 32)))
        throw new Fault('UPSTREAM_FAILED', 'Its answer cannot be used: it has spans of another trace.')
      return whole(spans)
    },
  }
}

function readSpans(json: unknown): StoredSpan[] {
  try {
    return spansOf(json)
  } catch (cause) {
    throw new Fault('UPSTREAM_FAILED', 'Its answer is no trace as Tempo gives it.', { cause })
  }
}

/** A trace may begin before the range and end after it, but must lie in it somewhere; seconds are what was asked by. */
function startOf(
  { startTimeUnixNano, durationMs }: { startTimeUnixNano: string; durationMs: number },
  askedMs: number,
  endMs: number,
): number {
  const startMs = Number(BigInt(startTimeUnixNano) / 1_000n) / 1_000
  if (startMs <= endMs + 1_000 && startMs + durationMs >= askedMs - 1_000) return startMs
  throw new Fault('UPSTREAM_FAILED', 'Its answer cannot be used: a trace lies outside of the time asked for.')
}

const whole = <T>(value: T): RemoteAnswer<T> => ({ value, warnings: [], infos: [], partial: false })
