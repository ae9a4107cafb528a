import { setTimeout as wait } from 'node:timers/promises'
import { api, type OperationId } from '@aiops/contract/api/index'
import type { Operation } from '@aiops/contract/api/operation'
import { createClient } from '@aiops/contract/client'
import { ErrorBody } from '@aiops/contract/error'
import { exampleOf } from '@aiops/contract/example'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import { currentTrace } from '../../kernel/trace.ts'
import type { Handlers } from './index.ts'
import { errorOf, openGateway, post, rawBytes, rawGet } from './open-gateway.suite.ts'

const ids = Object.keys(api) as OperationId[]

describe('an operation', () => {
  it('of the table is mounted and answers through the typed client', async () => {
    const { url } = await openGateway()
    const client = createClient({ url }) as unknown as Record<
      OperationId,
      (input: unknown) => Promise<unknown>
    >
    for (const id of ids) {
      const { params, query, body }: Operation = api[id]
      const example = (part: typeof params | typeof body) => part && exampleOf(part)
      const input = { params: example(params), query: example(query), body: example(body) }
      expect(await client[id](input), id).toEqual(api[id].response.parse(exampleOf(api[id].response)))
    }
  })

  it('gets its input parsed, with defaults', async () => {
    let seen: unknown
    const listSeries: Handlers['listSeries'] = async (input, { tenant }) => {
      seen = { ...input.query, tenant }
      return { series: [], total: 0 }
    }
    const { get } = await openGateway({ handlers: { listSeries } })
    await get('/api/v1/metrics/series?match=a&match=b&__proto__=x', { headers: { 'x-tenant-id': 'shop' } })
    expect(seen).toEqual({ match: ['a', 'b'], limit: 500, tenant: 'shop' })
  })

  it('sends no field that its schema does not name, and its own status', async () => {
    const { get } = await openGateway({
      handlers: { getReady: async () => ({ ready: true, secret: 'x' }) as never },
    })
    expect(await (await get('/ready')).json()).toEqual({ ready: true })
    expect(
      (await get('/api/v1/alerts/ingest', post(JSON.stringify(exampleOf(api.ingestAlerts.body))))).status,
    ).toBe(202)
  })

  it('whose answer does not fit its schema is a defect of ours, not a mistake of the caller', async () => {
    const { get } = await openGateway({ handlers: { getReady: async () => ({ ready: 'perhaps' }) as never } })
    const response = await get('/ready')
    expect(response.status).toBe(500)
    expect(await errorOf(response)).toMatchObject({ code: 'INTERNAL' })
  })

  it('that throws a defect keeps its words to the log', async () => {
    const getReady = async () => {
      throw new Error('password=hunter2')
    }
    const { get } = await openGateway({ handlers: { getReady } })
    expect(JSON.stringify(await errorOf(await get('/ready')))).not.toContain('hunter2')
  })

  it('tells when to come again where trying again helps', async () => {
    const faults = {
      getReady: new Fault('NOT_READY', 'starting', { retryAfterSeconds: 7 }),
      getHealth: new Fault('QUEUE_FULL', 'full', { retryAfterSeconds: 3 }),
      listLabels: new Fault('CONFLICT', 'no'),
    }
    const handlers = Object.fromEntries(
      Object.entries(faults).map(([id, fault]) => [id, () => Promise.reject(fault)]),
    )
    const { get } = await openGateway({ handlers })
    const answers = await Promise.all(
      ['/ready', '/health', '/api/v1/metrics/labels'].map((path) => get(path)),
    )
    expect(answers.map((a) => [a.status, a.headers.get('retry-after')])).toEqual([
      [503, '7'],
      [429, '3'],
      [409, null],
    ])
  })

  it('that takes too long is given up', async () => {
    const { get } = await openGateway({
      handlers: { getReady: async () => wait(5_000).then(() => ({ ready: true })) },
      config: { request_timeout: '50ms' },
    })
    const response = await get('/ready')
    expect([response.status, (await errorOf(response)).code]).toEqual([504, 'TIMEOUT'])
  })

  it('that changes something is in the audit log with its outcome; reading and sending telemetry are not', async () => {
    const commentIncident: Handlers['commentIncident'] = async () => {
      throw new Fault('NOT_FOUND', 'no')
    }
    const { get, audit } = await openGateway({ handlers: { commentIncident } })
    await get('/api/v1/incidents/1/comments', post('{"comment":"x"}'))
    await get('/api/v1/incidents/1/diagnose', { method: 'POST' })
    await get('/api/v1/incidents')
    await get('/api/v1/alerts/ingest', post(JSON.stringify(exampleOf(api.ingestAlerts.body))))
    expect(audit).toEqual([
      {
        actor: 'local',
        action: 'commentIncident',
        resource: '/api/v1/incidents/1/comments',
        outcome: 'FAILURE',
      },
      {
        actor: 'local',
        action: 'diagnoseIncident',
        resource: '/api/v1/incidents/1/diagnose',
        outcome: 'SUCCESS',
      },
    ])
  })
})

describe('a bad request', () => {
  const ingest = '/api/v1/alerts/ingest'
  const valid = JSON.stringify(exampleOf(api.ingestAlerts.body))
  const big = JSON.stringify({ source: 'x'.repeat(2_000) })
  const cases: [what: string, path: string, init: RequestInit, status: number, code: string][] = [
    ['JSON that breaks off', ingest, post('{"source":'), 400, 'INVALID_REQUEST'],
    ['no body under a JSON content type', ingest, post(''), 400, 'INVALID_REQUEST'],
    ['no body at all', ingest, { method: 'POST' }, 422, 'VALIDATION_FAILED'],
    ['bytes that are not UTF-8', ingest, post(Buffer.from([0x22, 0xff, 0x22])), 400, 'INVALID_REQUEST'],
    [
      'a __proto__ key',
      ingest,
      post('{"source":"a","alerts":[{"labels":{"__proto__":"x"}}]}'),
      400,
      'INVALID_REQUEST',
    ],
    ['an escaped __proto__ key', ingest, post('{"\\u005f_proto__":{"a":1}}'), 400, 'INVALID_REQUEST'],
    ['plain text', ingest, post(valid, 'text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', ingest, post('source=a', 'application/x-www-form-urlencoded'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a content type that is none', ingest, post(valid, '///'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no content type', ingest, post(Buffer.from(valid), ''), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a content encoding',
      ingest,
      post(valid, 'application/json', { 'content-encoding': 'gzip' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a body over the limit', ingest, post(big), 413, 'BODY_TOO_LARGE'],
    ['a page size of zero', '/api/v1/anomalies?page_size=0', {}, 422, 'VALIDATION_FAILED'],
    ['a malformed path', '/api/v1/incidents/%zz', {}, 400, 'INVALID_REQUEST'],
    ['a very long path part', `/api/v1/incidents/${'x'.repeat(300)}`, {}, 400, 'INVALID_REQUEST'],
    ['an unknown path', '/api/v1/nothing', {}, 404, 'NOT_FOUND'],
    ['an unknown path of a protocol', '/v1/nothing', post('x', ''), 404, 'NOT_FOUND'],
    [
      'a method the path does not take',
      '/api/v1/incidents/1',
      { method: 'DELETE' },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    ['a GET where one writes', '/api/v1/metrics/query', {}, 405, 'METHOD_NOT_ALLOWED'],
    [
      'an unknown tenant',
      '/api/v1/incidents',
      { headers: { 'x-tenant-id': 'nobody' } },
      403,
      'TENANT_UNKNOWN',
    ],
  ]

  it.each(cases)(
    'with %s is refused in the one error form and counted',
    async (_what, path, init, status, code) => {
      const { get, metrics } = await openGateway({ config: { body_limit_bytes: 1_024 } })
      const response = await get(path, init)
      expect(response.status).toBe(status)
      expect(await errorOf(response)).toMatchObject({ code, message: expect.stringMatching(/\S/) })
      expect(await metrics.render()).toMatch(
        new RegExp(`aiops_api_errors_total\\{[^}]*error_type="${code}"\\} 1`),
      )
      expect((await get('/health')).status).toBe(200)
    },
  )

  it('names each wrong field in its details', async () => {
    const { get } = await openGateway()
    const body = { source: '', alerts: [{ name: 'a', severity: 'x', status: 'odd', message: 3 }] }
    const { details } = await errorOf(await get(ingest, post(JSON.stringify(body))))
    expect(details?.map((d) => d.path)).toEqual(['source', 'alerts.0.status', 'alerts.0.message'])
  })

  it('with a constructor key changes nothing', async () => {
    const { get } = await openGateway()
    const body =
      '{"source":"a","constructor":{"prototype":{"polluted":1}},"alerts":[{"name":"a","severity":"x","status":"firing","message":"m"}]}'
    expect((await get(ingest, post(body))).status).toBe(202)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('says which methods the path takes', async () => {
    const { get } = await openGateway()
    const response = await get('/api/v1/incidents/1', { method: 'DELETE' })
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })

  it.each([
    ['no HTTP', 'NONSENSE\r\n\r\n'],
    ['headers over 16 KiB', `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
    [
      'two content lengths',
      'POST /v1/metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    ],
    ['no Host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n'],
  ])('that is %s gets the same form on the bare socket', async (_what, bytes) => {
    const { port, metrics } = await openGateway()
    const answer = await rawBytes(port, bytes)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    const { error } = ErrorBody.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)))
    expect(error.code).toBe('INVALID_REQUEST')
    expect(error.trace_id).toMatch(/^[0-9a-f]{32}$/)
    expect(await metrics.render()).toContain('error_type="INVALID_REQUEST"} 1')
  })
})

describe('a page of another origin or a name of another host', () => {
  it.each([
    [{ host: 'evil.example' }],
    [{ host: 'localhost', origin: 'http://evil.example' }],
    [{ host: 'localhost', origin: 'null' }],
  ])('is refused: %j', async (headers) => {
    const { port } = await openGateway()
    const { status, body } = await rawGet(port, '/api/v1/settings', headers)
    expect([status, JSON.parse(body).error.code]).toEqual([403, 'ORIGIN_DENIED'])
  })

  it('is served where the name is allowed, in any case', async () => {
    const { port } = await openGateway({ config: { allowed_hosts: ['AIOps.lan'] } })
    expect((await rawGet(port, '/health', { host: 'aiops.LAN:80' })).status).toBe(200)
  })
})

describe('the trace of a request', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` }

  it('is the caller’s, also after a body was read, and is what the handler sees', async () => {
    const seen: (string | undefined)[] = []
    const ingestAlerts: Handlers['ingestAlerts'] = async () => {
      seen.push(currentTrace()?.traceId)
      return { accepted: 0, rejected: 0, alert_ids: [] }
    }
    const { get } = await openGateway({ handlers: { ingestAlerts } })
    const body = JSON.stringify(exampleOf(api.ingestAlerts.body))
    const response = await get('/api/v1/alerts/ingest', post(body, 'application/json', headers))
    expect(response.headers.get('x-trace-id')).toBe(traceId)
    expect(seen).toEqual([traceId])
    expect((await errorOf(await get('/api/v1/nothing', { headers }))).trace_id).toBe(traceId)
    expect((await errorOf(await get('/%zz', { headers }))).trace_id).toBe(traceId)
  })

  it('is a new one where the header is malformed', async () => {
    const { get } = await openGateway()
    const response = await get('/health', { headers: { traceparent: '00-zz-zz-00' } })
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/)
  })
})
