import { describe, expect, it } from 'vitest'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import { keyOf, openGateway, post } from './open-gateway.suite.ts'

const receiver = (seen: unknown[]): Receiver => ({
  path: '/v9/enqueue',
  summary: 'A protocol that carries its key in the body.',
  async handle({ tenant, actor }) {
    seen.push([tenant, actor])
    return { status: 202 }
  },
  credential: ({ body, query }) => query.get('token') ?? (body.toString('utf8').split(' ')[0] || undefined),
})

describe('a receiver whose protocol carries its key elsewhere', () => {
  it('knows the tenant by that key', async () => {
    const seen: unknown[] = []
    const { get } = await openGateway({ receivers: [receiver(seen)], keyed: true })
    expect((await get('/v9/enqueue', post(`${keyOf('stranger')} hello`, 'text/plain'))).status).toBe(202)
    expect((await get(`/v9/enqueue?token=${keyOf('sender')}`, post('hello', 'text/plain'))).status).toBe(202)
    expect(seen).toEqual([
      ['shop', 'stranger'],
      ['default', 'sender'],
    ])
  })

  it('still takes a bearer token, and goes by it alone', async () => {
    const seen: unknown[] = []
    const { get } = await openGateway({ receivers: [receiver(seen)], keyed: true })
    const bearer = (name: string) => ({ authorization: `Bearer ${name}` })
    const body = `${keyOf('stranger')} hello`
    expect((await get('/v9/enqueue', post(body, 'text/plain', bearer(keyOf('sender'))))).status).toBe(202)
    expect((await get('/v9/enqueue', post(body, 'text/plain', bearer('wrong')))).status).toBe(401)
    expect(seen).toEqual([['default', 'sender']])
  })

  it('refuses a stranger, one without the right, and more of a body than a stranger may send', async () => {
    const seen: unknown[] = []
    const { get, audit } = await openGateway({ receivers: [receiver(seen)], keyed: true })
    expect((await get('/v9/enqueue', post('nobody hello', 'text/plain'))).status).toBe(401)
    expect((await get('/v9/enqueue', post('', 'text/plain'))).status).toBe(401)
    expect((await get('/v9/enqueue', post(`${keyOf('viewer')} x`, 'text/plain'))).status).toBe(403)
    expect(audit).toContainEqual({
      actor: 'viewer',
      action: 'receive',
      resource: '/v9/enqueue',
      outcome: 'DENIED',
    })
    const large = 'x'.repeat(2_000_000)
    expect((await get('/v9/enqueue', post(large, 'text/plain'))).status).toBe(413)
    expect(seen).toEqual([])
    const bearer = { authorization: `Bearer ${keyOf('sender')}` }
    expect((await get('/v9/enqueue', post(large, 'text/plain', bearer))).status).toBe(202)
  })

  it('asks for no key where none is configured, and is open to everybody where its permission is null', async () => {
    const seen: unknown[] = []
    const open: Receiver = { ...receiver(seen), path: '/v9/open', permission: null, method: 'GET' }
    const { get } = await openGateway({ receivers: [receiver(seen)] })
    expect((await get('/v9/enqueue', post('hello', 'text/plain'))).status).toBe(202)
    const { credential: _, ...plain } = open
    const keyed = await openGateway({ receivers: [plain], keyed: true })
    expect((await keyed.get('/v9/open')).status).toBe(202)
  })
})
