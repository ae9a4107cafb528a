import { expect, it } from 'vitest'
import type { WebRoute } from '../../port/web-route.ts'
import { keyOf, openGateway } from './open-gateway.suite.ts'

const route = (seen: unknown[]): WebRoute => ({
  ...{ methods: ['POST', 'DELETE'], path: '/v9/{name}', action: 'tryThis', permission: 'deployments:write' },
  ...{ summary: 'Carries its key as the password of basic authentication.', bodyBytesMax: 100 },
  credential: ({ authorization = '' }) =>
    authorization.startsWith('Basic ')
      ? Buffer.from(authorization.slice(6), 'base64').toString().split(':')[1]
      : undefined,
  async handle(request, { actor }) {
    seen.push([request.method, new URL(request.url).pathname, actor, await request.text()])
    return new Response(null, { status: 200 })
  },
})
const basic = (name: string) => ({
  authorization: `Basic ${Buffer.from(`any:${keyOf(name)}`).toString('base64')}`,
})

it('knows who calls by a key that the protocol carries elsewhere, and hands on bodies of DELETE too', async () => {
  const seen: unknown[] = []
  const { get, audit } = await openGateway({ deps: { web: [route(seen)] }, keyed: true })
  const send = (method: string, headers: Record<string, string>, body = 'hello') =>
    get('/v9/a%2Fb', { method, headers, body })
  expect((await send('POST', basic('operator'))).status).toBe(200)
  expect((await send('DELETE', { authorization: `Bearer ${keyOf('operator')}` })).status).toBe(200)
  expect((await send('DELETE', basic('operator'), '')).status).toBe(200)
  expect(seen).toEqual([
    ['POST', '/v9/a%2Fb', 'operator', 'hello'],
    ['DELETE', '/v9/a%2Fb', 'operator', 'hello'],
    ['DELETE', '/v9/a%2Fb', 'operator', ''],
  ])
  expect((await send('POST', {})).status).toBe(401)
  expect((await send('POST', basic('nobody'))).status).toBe(401)
  expect((await send('POST', basic('viewer'))).status).toBe(403)
  expect((await send('POST', basic('operator'), 'x'.repeat(101))).status).toBe(413)
  expect(audit).toEqual([{ actor: 'viewer', action: 'tryThis', resource: '/v9/a%2Fb', outcome: 'DENIED' }])
})
