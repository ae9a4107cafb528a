import { describe, expect, it } from 'vitest'
import { Fault } from '../../kernel/fault.ts'
import { errorOf, keyOf, openGateway, post } from './open-gateway.suite.ts'

describe('a receiver', () => {
  it('gets the body as it was sent, whatever its type, and answers as its protocol does', async () => {
    let seen: unknown
    const { get } = await openGateway({
      receivers: [
        {
          path: '/v9/{name}/push',
          summary: 'A protocol.',
          async handle({ tenant, params, body, headers }) {
            seen = { tenant, params, body: body.toString('hex'), encoding: headers['content-encoding'] }
            return { status: 204, headers: { 'x-own': 'yes' } }
          },
        },
      ],
    })
    const init = post(Buffer.from([1, 255]), 'application/x-protobuf', {
      'content-encoding': 'snappy',
      'x-scope-orgid': 'shop',
    })
    const response = await get('/v9/loki/push', init)
    expect([response.status, response.headers.get('x-own')]).toEqual([204, 'yes'])
    expect(seen).toEqual({ tenant: 'shop', params: { name: 'loki' }, body: '01ff', encoding: 'snappy' })
    expect((await get('/v9/loki/push', post(Buffer.from('{'), ''))).status).toBe(204)
    expect((await get('/v9/loki/push', { method: 'POST' })).status).toBe(204)
  })

  it('that throws answers in the one error form', async () => {
    const thrown = [
      new Fault('INVALID_SAMPLE', 'too old', { details: [{ path: 'a', message: 'b' }] }),
      new Error('a defect'),
      new Fault('STORAGE_UNAVAILABLE', 'disk full', { retryAfterSeconds: 5 }),
    ]
    const { get } = await openGateway({
      receivers: [{ path: '/v9/push', summary: '', handle: () => Promise.reject(thrown.shift()) }],
    })
    const answers = await Promise.all([1, 2, 3].map(() => get('/v9/push', post('x', 'text/plain'))))
    expect(await Promise.all(answers.map(errorOf))).toMatchObject([
      { code: 'INVALID_SAMPLE', details: [{ path: 'a', message: 'b' }] },
      { code: 'INTERNAL' },
      { code: 'STORAGE_UNAVAILABLE' },
    ])
    expect(answers[2]?.headers.get('retry-after')).toBe('5')
  })

  it('tells a sender of far too much so, instead of breaking its connection', async () => {
    const { get } = await openGateway({
      receivers: [{ path: '/v9/push', summary: '', handle: async () => ({ status: 200 }) }],
      config: { body_limit_bytes: 1_024 },
    })
    for (let i = 0; i < 5; i += 1)
      expect((await get('/v9/push', post(Buffer.alloc(20_000_000), 'text/plain'))).status).toBe(413)
    expect((await get('/api/v1/alerts/ingest', post(Buffer.alloc(20_000_000)))).status).toBe(413)
  })

  it('is held to the body limit, whether the length is told or not', async () => {
    const { get } = await openGateway({
      receivers: [{ path: '/v9/push', summary: '', handle: async () => ({ status: 200 }) }],
      config: { body_limit_bytes: 1_024 },
    })
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 20; i += 1) controller.enqueue(new Uint8Array(100))
        controller.close()
      },
    })
    const streamed = { ...post(chunks, 'text/plain'), duplex: 'half' } as RequestInit
    for (const init of [post(new Uint8Array(2_000), 'text/plain'), streamed]) {
      const response = await get('/v9/push', init)
      expect([response.status, (await errorOf(response)).code]).toEqual([413, 'BODY_TOO_LARGE'])
    }
  })

  it('of a protocol with a form of its own for faults answers in that form, also where it was not reached', async () => {
    const { get } = await openGateway({
      keyed: true,
      receivers: [
        {
          path: '/v9/push',
          summary: '',
          handle: () => Promise.reject(new Fault('QUEUE_FULL', 'full')),
          refuse: ({ code, status }, headers) => ({
            status,
            headers: { 'x-own': 'yes', 'content-type': 'text/x' },
            body: `${code} ${headers['content-type']}`,
          }),
        },
      ],
    })
    const authorization = `Bearer ${keyOf('sender')}`
    const answers = [
      await get('/v9/push', post('x', 'text/y', { authorization })),
      await get('/v9/push', post('x', 'text/y')),
    ]
    expect(answers.map(({ status, headers }) => [status, headers.get('x-own')])).toEqual([
      [429, 'yes'],
      [401, 'yes'],
    ])
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([
      'QUEUE_FULL text/y',
      'UNAUTHENTICATED text/y',
    ])
  })
})
