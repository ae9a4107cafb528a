import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Ask, AskedRange, MetricBackend, RemoteAnswer } from '../../port/cluster-backend.ts'
import type { HttpClient } from '../../port/http-client.ts'
import type { ApiOptions } from '../../port/json-api.ts'
import { answerValue } from '../../port/query-answer.ts'
import { type ApiAnswer, PrometheusApi } from './api.ts'

const Names = z.array(z.string())
const LabelSets = z.array(z.record(z.string(), z.string()))
const Metadata = z.record(
  z.string(),
  z.array(z.object({ type: z.string(), help: z.string(), unit: z.string() })),
)
/** Prometheus takes no range beyond this: an instant range selector may reach back before 1970. */
const earliestMs = -8_640_000_000_000_000

const seconds = (ms: number): string => (ms / 1_000).toFixed(3)
const bounds = ({ startMs, endMs }: AskedRange): URLSearchParams =>
  new URLSearchParams({ start: seconds(startMs), end: seconds(endMs) })

/** One cluster's metrics through the Prometheus HTTP API. */
export function createPrometheusBackend(http: HttpClient, options: ApiOptions): MetricBackend {
  const api = new PrometheusApi(http, options)
  const timeout = ({ timeoutMs }: Ask): string => `${Math.max(1, Math.ceil(timeoutMs))}ms`
  return {
    async instant(query, timeMs, ask) {
      const form = new URLSearchParams({ query, time: seconds(timeMs), timeout: timeout(ask) })
      const answer = await api.post('/api/v1/query', form, ask)
      return { ...notesOf(answer), value: answerValue(answer.data, { startMs: earliestMs, endMs: timeMs }) }
    },
    async range(query, range, ask) {
      const form = bounds(range)
      form.set('query', query)
      form.set('step', seconds(range.stepMs))
      form.set('timeout', timeout(ask))
      const answer = await api.post('/api/v1/query_range', form, ask)
      return { ...notesOf(answer), value: answerValue(answer.data, range) }
    },
    async series(matchers, range, ask) {
      const form = bounds(range)
      for (const matcher of matchers) form.append('match[]', matcher)
      return checked(LabelSets, await api.post('/api/v1/series', form, ask))
    },
    labelNames: async (range, ask) => checked(Names, await api.post('/api/v1/labels', bounds(range), ask)),
    labelValues: async (name, range, ask) =>
      checked(Names, await api.get(`/api/v1/label/${encodeURIComponent(name)}/values`, bounds(range), ask)),
    metadata: async (ask) => checked(Metadata, await api.get('/api/v1/metadata', new URLSearchParams(), ask)),
  }
}

const notesOf = ({ warnings, infos, partial }: ApiAnswer) => ({ warnings, infos, partial })

function checked<T>(schema: z.ZodType<T>, answer: ApiAnswer): RemoteAnswer<T> {
  const parsed = schema.safeParse(answer.data)
  if (parsed.success) return { ...notesOf(answer), value: parsed.data }
  throw new Fault('UPSTREAM_FAILED', 'Its answer has another form than the Prometheus API gives it.')
}
