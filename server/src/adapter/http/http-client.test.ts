import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import type { HttpRequest } from '../../port/http-client.ts'
import type { Resolve } from './guarded-lookup.ts'
import { createHttpClient } from './http-client.ts'

let server: Server
let origin = ''
let sockets = new Set<Socket>()
let respond: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  server = createServer((request, response) => respond(request, response))
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  client.close()
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  sockets = new Set()
  respond = (_, response) => response.end('fine')
})

const client = createHttpClient({ clock: systemClock }, { deny: ['10.0.0.0/8', 'denied.test'] })
const ask = (own: Partial<HttpRequest> = {}, asker = client) =>
  asker.send({ method: 'GET', url: origin, headers: {}, timeoutMs: 2_000, bytesMax: 65_536, ...own })

describe('the HTTP client', () => {
  it.each([
    ['http://169.254.169.254/latest', 'PERMISSION_DENIED'],
    ['http://[::ffff:169.254.169.254]/', 'PERMISSION_DENIED'],
    ['http://2852039166/', 'PERMISSION_DENIED'],
    ['http://10.1.2.3/', 'PERMISSION_DENIED'],
    ['http://denied.test/', 'PERMISSION_DENIED'],
    ['file:///etc/passwd', 'VALIDATION_FAILED'],
    ['http://user:pass@127.0.0.1/', 'VALIDATION_FAILED'],
    ['http://127.0.0.1:1/', 'UPSTREAM_FAILED'],
  ])('asked for %s refuses with %s', async (url, code) => {
    await expect(ask({ url })).rejects.toMatchObject({ code })
  })

  it('refuses a name that resolves to what may not be reached', async () => {
    const resolve: Resolve = async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]
    const own = createHttpClient({ clock: systemClock, resolve }, { deny: [] })
    await expect(ask({ url: origin.replace('127.0.0.1', 'name.test') }, own)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
    own.close()
  })

  it('keeps its connection for the next request', async () => {
    for (let turn = 0; turn < 5; turn += 1) await ask()
    expect(sockets.size).toBeLessThanOrEqual(1)
  })

  it('takes gzip off, and gives headers in lower case', async () => {
    respond = (request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip')
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'X-Own': 'a' }).end(gzipSync('text'))
    }
    const { status, headers, body } = await ask()
    expect([status, headers['x-own'], body.toString()]).toEqual([200, 'a', 'text'])
  })

  it('refuses an answer over the limit, also one that only grows when decompressed, or never ends', async () => {
    respond = (_, response) => response.end(Buffer.alloc(65_537))
    await expect(ask()).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    respond = (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)))
    await expect(ask()).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    respond = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    await expect(ask()).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('does not wait longer than it is told, for the beginning or the end of an answer', async () => {
    respond = () => undefined
    await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    respond = (_, response) => response.write('part')
    await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('refuses an answer that breaks off, or is not what its encoding says', async () => {
    respond = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('part', () => response.destroy())
    }
    await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    respond = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip')
    await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    respond = (_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x')
    await expect(ask()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
  })

  it('follows no redirect', async () => {
    respond = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    expect(await ask()).toMatchObject({ status: 302 })
  })

  it('gives up when told to', async () => {
    respond = () => undefined
    const abort = new AbortController()
    const asked = ask({ signal: abort.signal })
    abort.abort()
    await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('asks once more where a kept connection was closed under it, but sends nothing twice that changes something', async () => {
    let requests = 0
    const closing = createTcpServer((socket) => {
      let first = true
      socket.on('error', () => undefined)
      socket.on('data', () => {
        requests += 1
        if (first) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        else socket.resetAndDestroy()
        first = false
      })
    })
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(closing.address() as AddressInfo).port}/`
    expect((await ask({ url })).body.toString()).toBe('ok')
    expect((await ask({ url })).body.toString()).toBe('ok')
    expect(requests).toBe(3)
    await ask({ url })
    await expect(ask({ url, method: 'POST', body: Buffer.from('x') })).rejects.toMatchObject({
      code: 'UPSTREAM_FAILED',
    })
    closing.close()
  })
})

it('signs for AWS what it sends, and says nothing of the key', async () => {
  let seen: IncomingMessage['headers'] = {}
  respond = (request, response) => {
    seen = request.headers
    response.end()
  }
  await ask({
    ...{ method: 'POST', body: Buffer.from('{}'), headers: { 'content-type': 'application/json' } },
    aws: { region: 'r', service: 's', accessKeyId: 'AKID', secretAccessKey: 'hidden', sessionToken: 'token' },
  })
  expect(seen).toMatchObject({
    'x-amz-date': expect.stringMatching(/^\d{8}T\d{6}Z$/),
    'x-amz-security-token': 'token',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/r\/s\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    ),
  })
  expect(JSON.stringify(seen)).not.toContain('hidden')
})

describe('an answer that does not end', () => {
  const open = (own: Partial<HttpRequest> = {}) =>
    client.stream({ method: 'GET', url: origin, headers: {}, timeoutMs: 2_000, bytesMax: 0, ...own })

  it('is read as it comes, and its connection ends with the reading', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    respond = (_, response) => {
      response.write('one')
      closed = new Promise((resolve) => response.on('close', resolve))
      setTimeout(() => response.write('two'), 20)
    }
    const { status, body } = await open()
    expect(status).toBe(200)
    const parts: string[] = []
    for await (const part of body) if (parts.push(Buffer.from(part).toString()) === 2) break
    expect(parts).toEqual(['one', 'two'])
    await closed
  })

  it('keeps its connection where that is asked for and the body was read to its end', async () => {
    const own = createHttpClient({ clock: systemClock }, { deny: [] })
    const asked = { method: 'POST' as const, url: origin, headers: {}, timeoutMs: 2_000, bytesMax: 0 }
    const whole = async (reuse: boolean) => {
      for await (const _ of (await own.stream({ ...asked, reuse })).body);
    }
    respond = (_, response) => {
      response.write('one')
      setTimeout(() => response.end('two'), 5)
    }
    for (let turn = 0; turn < 3; turn += 1) await whole(true)
    expect(sockets.size).toBe(1)
    await whole(false)
    expect(sockets.size).toBe(2)
    for await (const _ of (await own.stream({ ...asked, reuse: true })).body) break
    await whole(true)
    expect(sockets.size).toBe(3)
    own.close()
  })

  // Come whole and not read to its end, its connection is nobody's for a moment: an error then would end the process.
  it.each([0, 1, 2])('harms nobody when it is given up after %i parts', async (count) => {
    respond = (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end('x')
    for (let turn = 0; turn < 20; turn += 1) {
      const abort = new AbortController()
      const asked = { method: 'POST' as const, url: origin, headers: {}, timeoutMs: 2_000, bytesMax: 0 }
      const { body } = await client.stream({ ...asked, signal: abort.signal, reuse: true })
      const parts = body[Symbol.asyncIterator]()
      for (let part = 0; part < count; part += 1) await parts.next()
      abort.abort()
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect((await ask()).status).toBe(200)
  })

  it('is asked for once more where a kept connection was closed under it', async () => {
    let requests = 0
    const closing = createTcpServer((socket) => {
      let first = true
      socket.on('error', () => undefined)
      socket.on('data', () => {
        requests += 1
        if (first) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        else socket.resetAndDestroy()
        first = false
      })
    })
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(closing.address() as AddressInfo).port}/`
    const read = async () => {
      const parts: Uint8Array[] = []
      const asked = {
        method: 'POST' as const,
        url,
        headers: {},
        body: Buffer.from('x'),
        timeoutMs: 2_000,
        bytesMax: 0,
      }
      for await (const part of (await client.stream({ ...asked, reuse: true })).body) parts.push(part)
      return Buffer.concat(parts).toString()
    }
    expect([await read(), await read(), requests]).toEqual(['ok', 'ok', 3])
    closing.close()
  })

  it('is given up when it falls silent, when it breaks off, and on demand', async () => {
    const read = async (own: Partial<HttpRequest> = {}) => {
      for await (const _ of (await open(own)).body);
    }
    respond = (_, response) => response.write('one')
    await expect(read({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 30)
    await expect(read({ signal: abort.signal })).rejects.toMatchObject({ code: 'TIMEOUT' })
    respond = (_, response) => {
      response.write('one')
      setTimeout(() => response.destroy(), 20)
    }
    await expect(read()).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    await expect(open({ url: 'http://169.254.169.254/' })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    })
  })
})
