import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Ask } from '../../port/cluster-backend.ts'
import type { HttpClient } from '../../port/http-client.ts'
import { type ApiOptions, type JsonAnswer, JsonApi, notUnderstood } from '../../port/json-api.ts'

export type ApiAnswer = { data: unknown; warnings: string[]; infos: string[]; partial: boolean }

const Envelope = z.object({
  status: z.enum(['success', 'error']),
  data: z.unknown().optional(),
  errorType: z.string().optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).nullish(),
  infos: z.array(z.string()).nullish(),
  /** VictoriaMetrics' cluster says so when a storage node is missing. */
  isPartial: z.boolean().nullish(),
})

/** Requests to one Prometheus HTTP API (prometheus.io/docs/prometheus/latest/querying/api). */
export class PrometheusApi {
  readonly #api: JsonApi
  constructor(http: HttpClient, options: ApiOptions) {
    this.#api = new JsonApi(http, options)
  }

  /** As a query string. */
  async get(path: string, query: URLSearchParams, ask: Ask): Promise<ApiAnswer> {
    return answerOf(await this.#api.ask({ path, query }, ask))
  }

  /** As a form, so that long queries fit. */
  async post(path: string, form: URLSearchParams, ask: Ask): Promise<ApiAnswer> {
    return answerOf(await this.#api.ask({ path, form }, ask))
  }
}

function answerOf(answer: JsonAnswer): ApiAnswer {
  const envelope = Envelope.safeParse(answer.json)
  if (!envelope.success) throw notUnderstood('a Prometheus API', answer)
  const { data, warnings, infos, error, errorType, isPartial } = envelope.data
  if (envelope.data.status === 'error')
    throw faultOf(answer.status, errorType ?? '', error ?? 'it says no more')
  if (!answer.ok) throw notUnderstood('a Prometheus API', answer)
  return {
    data,
    warnings: (warnings ?? []).slice(0, 100),
    infos: (infos ?? []).slice(0, 100),
    // Prometheus' own warnings speak of the query; a proxy's, such as Thanos', of stores that did not answer.
    partial: isPartial === true || (warnings ?? []).some((one) => !/^PromQL (warning|info):/.test(one)),
  }
}

function faultOf(status: number, type: string, error: string): Fault {
  const said = error.slice(0, 500)
  if (type === 'bad_data' || status === 400)
    return new Fault('INVALID_PROMQL', `It does not accept the query: ${said}`)
  if (type === 'execution' || status === 422)
    return new Fault('QUERY_FAILED', `It cannot answer the query: ${said}`)
  if (type === 'timeout' || type === 'canceled')
    return new Fault('QUERY_TIMEOUT', `It did not finish the query: ${said}`)
  return new Fault('UPSTREAM_FAILED', `It answered ${status}: ${said}`)
}
