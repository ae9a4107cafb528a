import { Readable } from 'node:stream'
import { beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { TokenBuckets } from '../../kernel/token-bucket.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { StreamRoute } from '../../port/stream-route.ts'
import type { WebRoute } from '../../port/web-route.ts'
import { errorOf, exampleHandlers, keyOf, openGateway, post } from './open-gateway.suite.ts'

let buckets: TokenBuckets
beforeEach(() => {
  buckets = new TokenBuckets(systemClock, { perMinute: 1, burst: 2, keysMax: 10 })
})
const quota = ({ actor }: { actor: string }) => buckets.quota(actor)
function take(actor: string): void {
  const retryAfterSeconds = buckets.take(actor)
  if (retryAfterSeconds > 0) throw new Fault('RATE_LIMITED', 'Wait a little.', { retryAfterSeconds })
}
const told = ({ headers }: Response) =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`))
const bearer = (name: string) => ({ authorization: `Bearer ${keyOf(name)}` })

test('an operation with a rate limit tells what is left of it, refusals included, and when all of it is there again', async () => {
  const { get } = await openGateway({
    keyed: true,
    handlers: {
      listSlos: async (input, caller) => {
        take(caller.actor)
        return exampleHandlers.listSlos(input, caller)
      },
    },
    deps: { quotas: { listSlos: quota } },
  })
  const say = (name: string) => get('/api/v1/slos', { headers: bearer(name) })
  const nowSeconds = Date.now() / 1_000
  const first = await say('operator')
  expect(first.status).toBe(200)
  expect(told(first).slice(0, 2)).toEqual(['2', '1'])
  const reset = Number(told(first)[2])
  expect(reset - nowSeconds).toBeGreaterThan(50)
  expect(reset - nowSeconds).toBeLessThan(90)
  await say('operator')
  const refused = await say('operator')
  expect(refused.status).toBe(429)
  expect(told(refused).slice(0, 2)).toEqual(['2', '0'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await errorOf(refused)).code).toBe('RATE_LIMITED')
  expect(told(await say('viewer'))[1]).toBe('1')
})

test('streams, protocols of hosts and of senders tell it as operations do; what has no limit tells nothing', async () => {
  const stream: StreamRoute = {
    ...{ method: 'GET', path: '/v9/stream', summary: '', action: 'stream', permission: 'chat:read', quota },
    open: async () => ({ status: 200, headers: {}, body: Readable.from(['a']) }),
  }
  const web: WebRoute = {
    ...{ methods: ['GET'], path: '/v9/web', summary: '', action: 'web', permission: 'chat:read' },
    ...{ bodyBytesMax: 10, quota, handle: async () => new Response('a') },
  }
  const receiver: Receiver = {
    ...{ path: '/v9/send', summary: '', quota: () => ({ limit: 900, remaining: 12, resetSeconds: 3 }) },
    handle: async () => ({ status: 204 }),
  }
  const boundless: Receiver = { ...receiver, path: '/v9/boundless', quota: () => undefined }
  const { get } = await openGateway({
    receivers: [receiver, boundless],
    deps: { streams: [stream], web: [web] },
  })
  expect(told(await get('/v9/stream')).slice(0, 2)).toEqual(['2', '2'])
  expect(told(await get('/v9/web')).slice(0, 2)).toEqual(['2', '2'])
  expect(told(await get('/v9/send', post('x'))).slice(0, 2)).toEqual(['900', '12'])
  for (const response of [await get('/v9/boundless', post('x')), await get('/api/v1/incidents')])
    expect(told(response)).toEqual([null, null, null])
})

test('a caller who is not known is told of no limit', async () => {
  const { get } = await openGateway({ keyed: true, deps: { quotas: { listIncidents: quota } } })
  const response = await get('/api/v1/incidents')
  expect(response.status).toBe(401)
  expect(told(response)).toEqual([null, null, null])
})
