import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../kernel/clock.ts'
import { isFault } from '../kernel/fault.ts'
import { ForgeApi } from './forge-api.ts'
import type { HttpRequest, HttpResponse } from './http-client.ts'

const secret = 'very-secret-token'
const nowMs = Date.UTC(2026, 0, 5)
type Reply = { status?: number; headers?: Record<string, string>; body?: string }

const setUp = (replies: Reply[] | ((request: HttpRequest) => Reply)) => {
  const asked: HttpRequest[] = []
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    asked.push(request)
    const {
      status = 200,
      headers = {},
      body = '{}',
    } = (typeof replies === 'function' ? replies(request) : replies.shift()) ?? {}
    return { status, headers, body: Buffer.from(body) }
  }
  const clock = { ...systemClock, now: () => nowMs }
  const api = new ForgeApi(
    { http: { send }, secrets: { read: async () => `${secret}\n` }, clock },
    {
      ...{ name: 'The forge', url: 'https://forge.example/api/', tokenSecret: 'TOKEN' },
      headers: (token) => ({ 'private-token': token }),
    },
  )
  return { api, asked }
}
const failure = async (reply: Reply): Promise<Record<string, unknown>> => {
  const { api } = setUp([reply])
  const error = await api.ask({ path: '/x' }).then(
    () => undefined,
    (thrown) => thrown,
  )
  if (!isFault(error)) throw new Error('it did not fail')
  expect(error.message).not.toContain(secret)
  return { code: error.code, message: error.message, retryAfterSeconds: error.retryAfterSeconds }
}
const collect = async (api: ForgeApi): Promise<number[]> => {
  const found: number[] = []
  for await (const part of api.list(
    z.array(z.number()),
    { path: '/list', query: { a: 1 } },
    { name: 'per', size: 2 },
  ))
    found.push(...part)
  return found
}

describe('where the token goes', () => {
  it('only to the address that was set, also when a next page is said to lie elsewhere', async () => {
    const { api, asked } = setUp([
      {
        body: '[1,2]',
        headers: {
          link: '<https://evil.example/steal?page=2&a=1>; rel="next", <https://evil.example/>; rel="last"',
        },
      },
      { body: '[3]', headers: { link: '<https://evil.example/x?page=1>; rel="prev"' } },
    ])
    expect(await collect(api)).toEqual([1, 2, 3])
    expect(asked.map(({ url }) => new URL(url).host)).toEqual(['forge.example', 'forge.example'])
    expect(new URL(asked[1]?.url ?? '').searchParams.get('page')).toBe('2')
    expect(asked[0]?.headers['private-token']).toBe(secret)
  })

  it('not after a redirect, which is a failure that names where to', async () => {
    expect(await failure({ status: 302, headers: { location: 'https://evil.example/x?y' } })).toMatchObject({
      ...{ code: 'UPSTREAM_FAILED', message: expect.stringContaining('moved to evil.example') },
    })
  })
})

describe('a forge that takes no more', () => {
  it.each([
    ['429 with Retry-After in seconds', { status: 429, headers: { 'retry-after': '17' } }, 17],
    [
      '429 with Retry-After as a date',
      { status: 429, headers: { 'retry-after': new Date(nowMs + 30_000).toUTCString() } },
      30,
    ],
    [
      '403 of the primary limit of GitHub',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(nowMs / 1_000 + 90) },
      },
      90,
    ],
    [
      '403 of its secondary limit',
      { status: 403, body: '{"message":"You have exceeded a secondary rate limit."}' },
      60,
    ],
    [
      '429 of GitLab',
      { status: 429, headers: { 'ratelimit-reset': String(nowMs / 1_000 + 40), 'ratelimit-remaining': '0' } },
      40,
    ],
    ['one that asks for a day', { status: 429, headers: { 'retry-after': '86400' } }, 3_600],
    ['one in the past', { status: 429, headers: { 'x-ratelimit-reset': '1' } }, 1],
    ['503 without a word', { status: 503 }, 5],
  ])('%s is tried again when it says', async (_, reply, seconds) => {
    expect(await failure(reply)).toMatchObject({ code: 'UPSTREAM_FAILED', retryAfterSeconds: seconds })
  })

  it('is not one that refuses', async () => {
    expect(await failure({ status: 403, body: '{"message":"Resource not accessible"}' })).toMatchObject({
      ...{ code: 'PERMISSION_DENIED', message: expect.stringContaining('Resource not accessible') },
    })
    expect(await failure({ status: 401 })).toMatchObject({ code: 'PERMISSION_DENIED' })
  })
})

describe('what was answered before', () => {
  it('is confirmed by its ETag and not sent again', async () => {
    const { api, asked } = setUp([
      { headers: { etag: 'W/"1"' }, body: '[7]' },
      { status: 304, body: '' },
      { headers: { etag: 'W/"2"' }, body: '[8]' },
    ])
    const read = () => api.need(z.array(z.number()), { path: '/x' })
    expect([await read(), await read(), await read()]).toEqual([[7], [7], [8]])
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, 'W/"1"', 'W/"1"'])
  })

  it('is forgotten, the oldest first', async () => {
    const { api, asked } = setUp(() => ({ headers: { etag: '"x"' } }))
    for (let i = 0; i < 200; i += 1) await api.ask({ path: `/${i}` })
    await api.ask({ path: '/0' })
    await api.ask({ path: '/199' })
    expect(asked.slice(-2).map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"x"'])
  })
})

describe('a list', () => {
  it('that has no end is refused', async () => {
    const { api, asked } = setUp(() => ({ body: '[1,2]' }))
    await expect(collect(api)).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(asked.length).toBeLessThanOrEqual(50)
  })

  it('without links ends at a page that is not full', async () => {
    const { api, asked } = setUp([{ body: '[1,2]' }, { body: '[3]' }])
    expect(await collect(api)).toEqual([1, 2, 3])
    expect(asked.map(({ url }) => new URL(url).searchParams.get('page'))).toEqual(['1', '2'])
  })
})

describe('whatever comes', () => {
  it('is an answer or a fault of one short line, never anything else', async () => {
    const reply = fc.record({
      status: fc.integer({ min: 200, max: 599 }),
      headers: fc.dictionary(
        fc.constantFrom('link', 'location', 'retry-after', 'x-ratelimit-reset', 'etag'),
        fc.string({ maxLength: 200 }),
      ),
      body: fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((value) => JSON.stringify({ message: value })),
      ),
    })
    await fc.assert(
      fc.asyncProperty(reply, async (one) => {
        const { api } = setUp(() => one)
        try {
          await api.need(z.object({ id: z.string() }), { path: '/x' })
        } catch (error) {
          if (!isFault(error)) throw error
          expect(error.message.length).toBeLessThan(700)
          expect(error.message).not.toMatch(/\n/)
          expect(error.retryAfterSeconds).toBeGreaterThan(0)
        }
      }),
    )
  })
})
