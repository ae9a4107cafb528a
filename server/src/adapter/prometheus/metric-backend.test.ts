import { expect, it } from 'vitest'
import type { HttpRequest } from '../../port/http-client.ts'
import { createPrometheusBackend } from './metric-backend.ts'

const range = { startMs: 1_000_000, endMs: 1_060_000, stepMs: 30_000 }
const ask = { timeoutMs: 5_000 }
const matrix = (result: unknown) => ({ status: 'success', data: { resultType: 'matrix', result } })

function backendOf(body: unknown, status = 200) {
  const asked: HttpRequest[] = []
  const http = {
    send: async (request: HttpRequest) => {
      asked.push(request)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return { status, headers: {}, body: Buffer.from(text) }
    },
  }
  const access = async () => ({ headers: { authorization: 'Bearer x' } })
  return { backend: createPrometheusBackend(http, { url: 'http://p:9090/', bytesMax: 1_000, access }), asked }
}

it('asks by form with the credentials, and reads numbers that JSON has none for', async () => {
  const { backend, asked } = backendOf(
    matrix([
      {
        metric: { job: 'a' },
        values: [
          [1_000, '1.5'],
          [1_030, '+Inf'],
          [1_060, 'NaN'],
        ],
      },
    ]),
  )
  const { value } = await backend.range('up', range, ask)
  expect(value).toMatchObject({
    type: 'matrix',
    series: [
      { labels: { job: 'a' }, timesMs: [1e6, 1_030_000, 1_060_000], values: [1.5, Infinity, Number.NaN] },
    ],
  })
  expect(asked[0]).toMatchObject({
    url: 'http://p:9090/api/v1/query_range',
    headers: { authorization: 'Bearer x' },
  })
  expect(asked[0]?.body?.toString()).toBe('start=1000.000&end=1060.000&query=up&step=30.000&timeout=5000ms')
})

it.each([
  ['a page of HTML', '<html>login</html>', 'is not that of a Prometheus API: <html>login</html>'],
  ['nothing', '', 'is not that of a Prometheus API, but empty'],
  ['half of a JSON document', '{"status":"success","da', 'is not that of a Prometheus API'],
  ['another document', { ok: true }, 'is not that of a Prometheus API'],
  [
    'points before the range',
    matrix([{ metric: {}, values: [[999, '1']] }]),
    'outside of what was asked for',
  ],
  [
    'points after the range',
    matrix([{ metric: {}, values: [[1_061, '1']] }]),
    'outside of what was asked for',
  ],
  [
    'points in disorder',
    matrix([
      {
        metric: {},
        values: [
          [1_030, '1'],
          [1_000, '1'],
        ],
      },
    ]),
    'not in order of time',
  ],
  [
    'two points at once',
    matrix([
      {
        metric: {},
        values: [
          [1_000, '1'],
          [1_000, '2'],
        ],
      },
    ]),
    'not in order of time',
  ],
  ['words for numbers', matrix([{ metric: {}, values: [[1_000, 'many']] }]), '"many" is no number'],
  ['labels that are none', matrix([{ metric: { a: 7 }, values: [] }]), 'metric.a has another form'],
  [
    'a list of nothing',
    { status: 'success', data: { resultType: 'matrix', result: null } },
    'result has another form',
  ],
])('believes no backend that answers with %s', async (_what, body, sentence) => {
  await expect(backendOf(body).backend.range('up', range, ask)).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
    message: expect.stringContaining(sentence),
  })
})

it.each([
  [400, { status: 'error', errorType: 'bad_data', error: 'parse error' }, 'INVALID_PROMQL'],
  [422, { status: 'error', errorType: 'execution', error: 'many-to-many' }, 'QUERY_FAILED'],
  [503, { status: 'error', errorType: 'timeout', error: 'query timed out' }, 'QUERY_TIMEOUT'],
  [401, 'Unauthorized', 'PERMISSION_DENIED'],
  [500, 'oops', 'UPSTREAM_FAILED'],
  [302, '', 'UPSTREAM_FAILED'],
])('tells a refusal %i %j apart as %s', async (status, body, code) => {
  await expect(backendOf(body, status).backend.instant('up', 0, ask)).rejects.toMatchObject({ code })
})

it.each([
  [['PromQL warning: bucket label "le" is missing (1:1)'], undefined, false],
  [['store 10.0.0.1: connection refused'], undefined, true],
  [undefined, true, true],
])(
  'takes an answer with warnings %j and isPartial %j for partial: %j',
  async (warnings, isPartial, partial) => {
    const { backend } = backendOf({ ...matrix([]), warnings, isPartial })
    expect(await backend.range('up', range, ask)).toMatchObject({ partial })
  },
)

it('reads native histograms back to their schema', async () => {
  const buckets = [
    [3, '-0.001', '0.001', '2'],
    [0, '1', '1.414213562373095', '3'],
    [0, '2', '2.82842712474619', '4'],
  ]
  const { backend } = backendOf(
    matrix([{ metric: {}, histograms: [[1_000, { count: '9', sum: '12.5', buckets }]] }]),
  )
  const { value } = await backend.range('h', range, ask)
  expect(value.type === 'matrix' && value.series[0]?.histograms[0]?.histogram).toMatchObject({
    ...{ schema: 1, count: 9, sum: 12.5, zeroThreshold: 0.001, zeroCount: 2 },
    positive: { indexes: Int32Array.of(1, 3), counts: Float64Array.of(3, 4) },
  })
})
