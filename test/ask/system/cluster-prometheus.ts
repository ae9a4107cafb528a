import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Labels, Matcher } from '@aiops/contract/model/label'
import {
  createPromqlEngine,
  type QueryValue,
  type RawSeries,
  type SampleSource,
} from '../../../server/src/service/telemetry/index.ts'
import { deviceSeries, type PlayedSeries } from './device-series.ts'
import { hoursBack, minuteMs } from './service-fact.ts'

const stepMs = 15_000

export type ClusterPrometheus = {
  url: string
  /** Pod that GPU 1 is given to; none before it is known. */
  ranker: string
  stop(): Promise<void>
}

/** The Prometheus of harbour-east: a real engine over series that are computed when they are asked for. */
export async function serveClusterPrometheus(nowMs = Date.now()): Promise<ClusterPrometheus> {
  const engine = createPromqlEngine()
  const played = { ranker: '' }
  const series = (): PlayedSeries[] => deviceSeries(nowMs, played.ranker)
  const source: SampleSource = {
    async *select({ matchers, startMs, endMs }) {
      const fitting = series().filter(({ labels }) => matchers.every((one) => fits(one, labels)))
      const found = fitting.map((one) =>
        samplesOf(one, Math.max(startMs, nowMs - hoursBack * 60 * minuteMs), endMs),
      )
      const told = found.filter(({ timesMs }) => timesMs.length > 0)
      if (told.length > 0) yield told
    },
  }
  const answer = async (path: string, form: URLSearchParams): Promise<unknown> => {
    const msOf = (name: string): number => Number(form.get(name)) * 1_000
    const query = form.get('query') ?? ''
    if (path === '/api/v1/query')
      return valueJson(
        (await engine.instant(query, form.has('time') ? msOf('time') : Date.now(), { source })).value,
      )
    if (path === '/api/v1/query_range') {
      const range = { startMs: msOf('start'), endMs: msOf('end'), stepMs: msOf('step') }
      return valueJson((await engine.range(query, range, { source })).value)
    }
    const label = /^\/api\/v1\/label\/(.+)\/values$/.exec(path)?.[1]
    const all = series().map(({ labels }) => labels)
    if (path === '/api/v1/series') return all
    if (path === '/api/v1/labels') return [...new Set(all.flatMap((one) => Object.keys(one)))].sort()
    if (label) return [...new Set(all.flatMap((one) => one[decodeURIComponent(label)] ?? []))].sort()
    if (path === '/api/v1/metadata') return {}
    return undefined
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://prometheus')
    if (url.pathname === '/-/ready') return response.end('Prometheus Server is Ready.\n')
    response.setHeader('content-type', 'application/json')
    try {
      const form = request.method === 'POST' ? new URLSearchParams(await textOf(request)) : url.searchParams
      const data = await answer(url.pathname, form)
      if (data === undefined) response.statusCode = 404
      return response.end(JSON.stringify({ status: 'success', data: data ?? {} }))
    } catch (error) {
      response.statusCode = 400
      return response.end(JSON.stringify({ status: 'error', errorType: 'bad_data', error: String(error) }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(played, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}

const bodyBytesMax = 1 << 20
async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) {
    text += String(part)
    if (text.length > bodyBytesMax) throw new Error('The body is too long.')
  }
  return text
}

function samplesOf({ labels, valueAt }: PlayedSeries, startMs: number, endMs: number): RawSeries {
  const timesMs: number[] = []
  for (let at = Math.ceil(startMs / stepMs) * stepMs; at <= endMs; at += stepMs) timesMs.push(at)
  return { labels, timesMs: Float64Array.from(timesMs), values: Float64Array.from(timesMs, valueAt) }
}

/** Regular expressions are this program's own, and those of the platform, which is trusted here. */
function fits({ name, op, value }: Matcher, labels: Labels): boolean {
  const own = labels[name] ?? ''
  if (op === '=' || op === '!=') return (own === value) === (op === '=')
  const [, isFolded, pattern] = /^(\(\?i:(?=.*\)$))?(.*)$/s.exec(value) ?? []
  const expression = new RegExp(`^(?:${isFolded ? `(?:${pattern}` : pattern})$`, isFolded ? 'is' : 's')
  return expression.test(own) === (op === '=~')
}

function valueJson(value: QueryValue): object {
  const pair = (ms: number, of: number): [number, string] => [ms / 1_000, numberText(of)]
  if (value.type === 'vector') {
    const result = value.samples.map((one) => ({ metric: one.labels, value: pair(one.timeMs, one.value) }))
    return { resultType: 'vector', result }
  }
  if (value.type === 'matrix') {
    const result = value.series.map(({ labels, timesMs, values }) => ({
      metric: labels,
      values: timesMs.map((ms, i) => pair(ms, values[i] ?? Number.NaN)),
    }))
    return { resultType: 'matrix', result }
  }
  if (value.type === 'scalar') return { resultType: 'scalar', result: pair(value.timeMs, value.value) }
  return { resultType: 'string', result: [value.timeMs / 1_000, value.value] }
}

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
