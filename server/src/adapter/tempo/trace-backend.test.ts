import { expect, it } from 'vitest'
import type { HttpRequest } from '../../port/http-client.ts'
import { createTempoBackend } from './trace-backend.ts'

const search = { query: '{}', startMs: 1_000_000, endMs: 1_060_000, limit: 2 }
const ask = { timeoutMs: 5_000 }
const id = '0af7651916cd43dd8448eb211c80319c'
const found = (trace: object) => ({
  traces: [{ traceID: id, startTimeUnixNano: '1030000000000', durationMs: 5, ...trace }],
})
const spans = (traceId: string, more: object = {}) => ({
  batches: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] },
      scopeSpans: [
        {
          spans: [
            {
              ...{ traceId: Buffer.from(traceId, 'hex').toString('base64'), name: 'GET /' },
              spanId: Buffer.from('b7ad6b7169203331', 'hex').toString('base64'),
              ...{ startTimeUnixNano: '1030000000000', endTimeUnixNano: '1031000000000', ...more },
            },
          ],
        },
      ],
    },
  ],
})

function backendOf(body: unknown, status = 200) {
  const asked: HttpRequest[] = []
  const http = {
    send: async (request: HttpRequest) => {
      asked.push(request)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return { status, headers: {}, body: Buffer.from(text) }
    },
  }
  const access = async () => ({ headers: {} })
  return { backend: createTempoBackend(http, { url: 'http://t:3200', bytesMax: 1_000, access }), asked }
}

it('reads what was found, no more than was asked for, ids without leading zeros among it', async () => {
  const one = { traceID: 'af', startTimeUnixNano: '1030000000500', durationMs: 7, rootServiceName: 'cart' }
  const { backend, asked } = backendOf({ traces: [one, one, one] })
  const { value } = await backend.search(search, ask)
  expect(value).toHaveLength(2)
  expect(value[0]).toEqual({
    ...{ traceId: 'af'.padStart(32, '0'), rootService: 'cart', rootName: '' },
    ...{ startMs: 1_030_000.0005 - (1_030_000.0005 % 0.001), durationMs: 7 },
  })
  expect(new URL(asked[0]?.url ?? '').search).toBe('?q=%7B%7D&limit=2&start=1000&end=1060')
})

it.each([
  ['a page of HTML', '<html>login</html>', 'is not that of a Tempo: <html>login</html>'],
  ['nothing', '', 'is not that of a Tempo, but empty'],
  ['half of a JSON document', '{"traces":[', 'is not that of a Tempo'],
  ['a list for a document', [1], 'is not that of a Tempo'],
  ['ids that are none', found({ traceID: 7 }), 'is not that of a Tempo'],
  ['times that are none', found({ startTimeUnixNano: 'soon' }), 'is not that of a Tempo'],
  ['times without end', found({ startTimeUnixNano: '9'.repeat(60) }), 'is not that of a Tempo'],
  ['durations below 0', found({ durationMs: -1 }), 'is not that of a Tempo'],
  ['traces that ended before', found({ startTimeUnixNano: '0' }), 'lies outside of the time asked for'],
  [
    'traces that began after',
    found({ startTimeUnixNano: '2000000000000' }),
    'lies outside of the time asked for',
  ],
])('believes no search that answers with %s', async (_what, body, sentence) => {
  await expect(backendOf(body).backend.search(search, ask)).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
    message: expect.stringContaining(sentence),
  })
})

it('gives a trace by its id, and an empty one for an id that is not known', async () => {
  const { value } = await backendOf(spans(id)).backend.trace(id, ask)
  expect(value).toMatchObject([
    { traceId: id, spanId: 'b7ad6b7169203331', service: 'cart', durationMs: 1_000 },
  ])
  expect((await backendOf('trace not found', 404).backend.trace(id, ask)).value).toEqual([])
})

it.each([
  ['a page of HTML', '<html>login</html>', 'is no trace as Tempo gives it'],
  ['a list of nothing', { batches: null }, 'is no trace as Tempo gives it'],
  ['spans that are none', { batches: [{ scopeSpans: [{ spans: [7] }] }] }, 'is no trace as Tempo gives it'],
  ['times that are none', spans(id, { startTimeUnixNano: 'soon' }), 'is no trace as Tempo gives it'],
  ['spans of another trace', spans('1'.repeat(32)), 'spans of another trace'],
])('believes no trace that is %s', async (_what, body, sentence) => {
  await expect(backendOf(body).backend.trace(id, ask)).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
    message: expect.stringContaining(sentence),
  })
})

it.each([
  [400, 'invalid TraceQL query', 'INVALID_TRACEQL'],
  [401, '', 'PERMISSION_DENIED'],
  [500, 'oops', 'UPSTREAM_FAILED'],
])('tells a refusal %i %j apart as %s', async (status, body, code) => {
  await expect(backendOf(body, status).backend.search(search, ask)).rejects.toMatchObject({ code })
})
