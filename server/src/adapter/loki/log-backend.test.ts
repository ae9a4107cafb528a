import { expect, it } from 'vitest'
import type { HttpRequest } from '../../port/http-client.ts'
import { createLokiBackend } from './log-backend.ts'

const range = {
  startMs: 1_000_000,
  endMs: 1_060_000,
  stepMs: 30_000,
  limit: 10,
  direction: 'BACKWARD' as const,
}
const ask = { timeoutMs: 5_000 }
const streams = (values: unknown, stream: unknown = { app: 'a' }) => ({
  status: 'success',
  data: { resultType: 'streams', result: [{ stream, values }] },
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
  const access = async () => ({ headers: { 'x-scope-orgid': 'x' } })
  return { backend: createLokiBackend(http, { url: 'http://l:3100', bytesMax: 1_000, access }), asked }
}

it('reads lines with their nanoseconds and both forms of metadata', async () => {
  const { backend, asked } = backendOf(
    streams([
      ['1030000000001', 'three', { structuredMetadata: { a: '1' }, parsed: { b: '2' } }],
      ['1020000000000', 'two', { c: '3' }],
      ['1010000000000', 'one'],
    ]),
  )
  const { value } = await backend.range('{app="a"}', range, ask)
  expect(value).toMatchObject({
    type: 'streams',
    streams: [
      {
        labels: { app: 'a' },
        lines: [
          { timeNs: 1030000000001n, line: 'three', metadata: { a: '1', b: '2' } },
          { line: 'two', metadata: { c: '3' } },
          { line: 'one', metadata: {} },
        ],
      },
    ],
  })
  expect(asked[0]).toMatchObject({ method: 'GET', headers: { 'x-scope-orgid': 'x' } })
  expect(new URL(asked[0]?.url ?? '').searchParams.get('start')).toBe('1000000000000')
})

it.each([
  ['a page of HTML', '<html>login</html>', 'is not that of a Loki: <html>login</html>'],
  ['nothing', '', 'is not that of a Loki, but empty'],
  ['half of a JSON document', '{"status":"success","da', 'is not that of a Loki'],
  ['another document', { ok: true }, 'is not that of a Loki'],
  ['a status of its own', { status: 'error', error: 'no' }, 'is not that of a Loki'],
  ['lines before the range', streams([['999999999999', 'x']]), 'a line lies outside of the time asked for'],
  ['lines after the range', streams([['1061000000000', 'x']]), 'a line lies outside of the time asked for'],
  ['times that are no numbers', streams([['soon', 'x']]), 'has another form'],
  ['times without end', streams([['9'.repeat(60), 'x']]), 'has another form'],
  ['lines that are none', streams([['1030000000000', 7]]), 'has another form'],
  ['labels that are none', streams([], { app: 7 }), 'has another form'],
  [
    'metadata that is none',
    streams([['1030000000000', 'x', { structuredMetadata: { a: 7 } }]]),
    'has another form',
  ],
  [
    'a list of nothing',
    { status: 'success', data: { resultType: 'streams', result: null } },
    'has another form',
  ],
  [
    'points of a metric query outside of the range',
    { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, '1']] }] } },
    'outside of what was asked for',
  ],
])('believes no backend that answers with %s', async (_what, body, sentence) => {
  await expect(backendOf(body).backend.range('{app="a"}', range, ask)).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
    message: expect.stringContaining(sentence),
  })
})

it.each([
  [400, 'parse error : syntax error', 'INVALID_LOGQL'],
  [401, 'no org id', 'PERMISSION_DENIED'],
  [429, 'too many outstanding requests', 'UPSTREAM_FAILED'],
  [500, 'oops', 'UPSTREAM_FAILED'],
  [302, '', 'UPSTREAM_FAILED'],
])('tells a refusal %i %j apart as %s', async (status, body, code) => {
  await expect(
    backendOf(body, status).backend.instant('rate({a="b"}[1m])', { timeMs: 1, limit: 1 }, ask),
  ).rejects.toMatchObject({ code })
})

it('takes an answer with warnings for partial, and a missing list of labels for an empty one', async () => {
  const { backend } = backendOf({ status: 'success', warnings: ['an ingester did not answer'] })
  expect(await backend.labelNames(range, ask)).toEqual({
    ...{ value: [], warnings: ['an ingester did not answer'], infos: [], partial: true },
  })
  await expect(
    backendOf({ status: 'success', data: { a: 1 } }).backend.labelNames(range, ask),
  ).rejects.toMatchObject({
    code: 'UPSTREAM_FAILED',
  })
})
