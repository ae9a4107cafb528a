import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import type { Incident } from '@aiops/contract/model/incident'
import type { RunbookStep } from '@aiops/contract/model/runbook'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { must } from '../../kernel/assert.ts'
import { systemClock } from '../../kernel/clock.ts'
import { createHttpExecutor } from './http-executor.ts'
import { createOutbound, type OutboundSettings, type Resolve } from './outbound.ts'
import { createWebhookNotifier } from './webhook-notifier.ts'

const settings: OutboundSettings = { deny: [], timeout_max: '5s', response_bytes_max: 65_536 }
type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string }

let server: Server
let origin = ''
let seen: Seen[] = []
let respond: (request: Seen, response: ServerResponse) => void

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      seen.push(one)
      respond(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen = []
  respond = (_, response) => response.end('fine')
})

const signal = new AbortController().signal
const ask = (
  url: string,
  options: { resolve?: Resolve; settings?: Partial<OutboundSettings>; timeoutMs?: number } = {},
) =>
  createOutbound(
    { clock: systemClock, ...(options.resolve ? { resolve: options.resolve } : {}) },
    { ...settings, ...options.settings },
  )({
    method: 'GET',
    url,
    headers: {},
    timeoutMs: options.timeoutMs ?? 2_000,
    signal,
  })

describe('an outgoing request', () => {
  it.each([
    ['http://169.254.169.254/latest/meta-data', 'PERMISSION_DENIED'],
    ['http://[::ffff:169.254.169.254]/', 'PERMISSION_DENIED'],
    ['http://[::ffff:a9fe:a9fe]/', 'PERMISSION_DENIED'],
    ['http://0xa9fea9fe/', 'PERMISSION_DENIED'],
    ['http://2852039166/', 'PERMISSION_DENIED'],
    ['http://0251.0376.0251.0376/', 'PERMISSION_DENIED'],
    ['http://169.254.43518/', 'PERMISSION_DENIED'],
    ['http://[fd00:ec2::254]/', 'PERMISSION_DENIED'],
    ['http://[fe80::1]/', 'PERMISSION_DENIED'],
    ['file:///etc/passwd', 'VALIDATION_FAILED'],
    ['gopher://127.0.0.1/', 'VALIDATION_FAILED'],
    ['ftp://127.0.0.1/', 'VALIDATION_FAILED'],
    ['javascript:alert(1)', 'VALIDATION_FAILED'],
    ['http://user:pass@127.0.0.1/', 'VALIDATION_FAILED'],
    ['nonsense', 'VALIDATION_FAILED'],
  ])('to %s is refused with %s', async (url, code) => {
    await expect(ask(url)).rejects.toMatchObject({ code })
  })

  it('to a name that resolves to a refused address is refused, also where only one of several is', async () => {
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254']) {
      const resolve: Resolve = async () => [
        { address: '127.0.0.1', family: 4 },
        { address, family: address.includes(':') ? 6 : 4 },
      ]
      await expect(ask(origin.replace('127.0.0.1', 'metadata.test'), { resolve })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      })
    }
    expect(seen).toEqual([])
  })

  it('connects to the address that was checked: the name is resolved once', async () => {
    let asked = 0
    const resolve: Resolve = async () => {
      asked += 1
      return [{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]
    }
    expect(await ask(origin.replace('127.0.0.1', 'rebinding.test'), { resolve })).toMatchObject({
      status: 200,
      text: 'fine',
    })
    expect(asked).toBe(1)
    expect(seen[0]?.headers.host).toContain('rebinding.test')
  })

  it('to what the configuration denies is refused; loopback is allowed otherwise', async () => {
    await expect(ask(origin, { settings: { deny: ['127.0.0.0/8'] } })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    await expect(
      ask(origin.replace('127.0.0.1', 'localhost'), { settings: { deny: ['localhost'] } }),
    ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(await ask(origin)).toMatchObject({ status: 200 })
  })

  it('follows no redirect', async () => {
    respond = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    expect(await ask(origin)).toMatchObject({ status: 302 })
    expect(seen).toHaveLength(1)
  })

  it('reads no more than the limit, even of an answer that never ends', async () => {
    respond = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    const answer = await ask(origin)
    expect([answer.status, answer.text.length, answer.cut]).toEqual([200, 65_536, true])
  })

  it('knows the difference between never sent and sent without an answer', async () => {
    await expect(ask('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    const unknown: Resolve = async () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    await expect(ask('http://nowhere.test/', { resolve: unknown })).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
      message: expect.stringContaining('ENOTFOUND'),
    })
    respond = (_, response) => response.destroy()
    await expect(ask(origin)).rejects.toMatchObject({ code: 'TIMEOUT' })
    respond = () => undefined
    await expect(ask(origin, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(ask(origin, { settings: { timeout_max: '50ms' } })).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
  })

  it('takes the status as the outcome where the body does not end', async () => {
    respond = (_, response) => response.writeHead(200).write('part')
    expect(await ask(origin, { timeoutMs: 200 })).toMatchObject({ status: 200, text: 'part', cut: true })
  })

  it('is told when the other side speaks no HTTP', async () => {
    const tcp = createTcpServer((socket) => socket.end('SSH-2.0-nonsense\r\n'))
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    await expect(ask(`http://127.0.0.1:${(tcp.address() as AddressInfo).port}/`)).rejects.toMatchObject({
      code: 'TIMEOUT',
    })
    tcp.close()
  })
})

const step = (overrides: object = {}): RunbookStep => ({
  name: 'Restore',
  type: 'http',
  method: 'POST',
  url: `${origin}/restore`,
  headers: { authorization: 'Bearer k' },
  body: { a: [1, 'x'] },
  timeout: '1s',
  idempotent: false,
  on_failure: 'ABORT',
  ...overrides,
})

describe('an http step', () => {
  const executor = createHttpExecutor({ clock: systemClock }, settings)
  const context = { idempotencyKey: 'r/STEP/1', signal }

  it('succeeds on 2xx, sends JSON and its key, and keeps what was answered', async () => {
    respond = (_, response) => response.writeHead(201).end('made\u0007\n')
    expect(await executor.run(step(), context)).toBe('201 Created: made')
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/restore',
      body: '{"a":[1,"x"]}',
      headers: {
        'idempotency-key': 'r/STEP/1',
        authorization: 'Bearer k',
        'content-type': 'application/json',
      },
    })
  })

  it.each([
    [302, 'UPSTREAM_FAILED'],
    [400, 'UPSTREAM_FAILED'],
    [500, 'UPSTREAM_FAILED'],
    [504, 'TIMEOUT'],
  ])('fails on %i with %s', async (status, code) => {
    respond = (_, response) => response.writeHead(status, { location: '/' }).end('because')
    await expect(executor.run(step(), context)).rejects.toMatchObject({ code })
  })

  it('says everything that it would send', () => {
    expect(executor.describe(step())).toBe(
      `POST ${origin}/restore with authorization: Bearer k and body {"a":[1,"x"]}, within 1s`,
    )
  })

  it('ends when the platform stops', async () => {
    respond = () => undefined
    const stop = new AbortController()
    const run = executor.run(step(), { idempotencyKey: 'k', signal: stop.signal })
    setTimeout(() => stop.abort(), 50)
    await expect(run).rejects.toMatchObject({ code: 'TIMEOUT' })
  })
})

describe('a webhook', () => {
  const incident = { id: 'i', number: 3, title: 't' } as Incident
  const notification = {
    idempotencyKey: 'incident/i/ESCALATED/1',
    kind: 'ESCALATED' as const,
    incident,
    sentence: 's',
    url: 'http://x/incidents/3',
  }
  const notifier = (secret?: string) =>
    createWebhookNotifier(
      { clock: systemClock, secrets: { read: async (name) => `value of ${name}` } },
      { name: 'hook', url: `${origin}/hook`, ...(secret ? { secret } : {}) },
      settings,
    )

  it('posts a signed message that its receiver can check', async () => {
    await notifier('HOOK').send(notification, signal)
    const { headers, body } = must(seen[0], 'the webhook was called')
    expect(headers['x-aiops-signature']).toBe(
      `sha256=${createHmac('sha256', 'value of HOOK').update(body).digest('hex')}`,
    )
    expect(headers['idempotency-key']).toBe(notification.idempotencyKey)
    expect(JSON.parse(body)).toEqual({
      version: '1',
      kind: 'ESCALATED',
      idempotency_key: notification.idempotencyKey,
      incident,
      sentence: 's',
      url: notification.url,
    })
  })

  it.each([
    [500, true],
    [429, true],
    [404, false],
    [302, false],
  ])('answered with %i is worth another attempt: %s', async (status, retry) => {
    respond = (_, response) => response.writeHead(status).end()
    await expect(notifier().send(notification, signal)).rejects.toMatchObject({ retry })
    expect(seen[0]?.headers['x-aiops-signature']).toBeUndefined()
  })
})
