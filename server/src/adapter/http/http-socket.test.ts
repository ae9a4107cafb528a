import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { systemClock } from '../../kernel/clock.ts'
import type { HttpRequest, HttpSocket } from '../../port/http-client.ts'
import { createHttpClient } from './http-client.ts'

let serve: (socket: WebSocket, request: IncomingMessage) => void
let refuse: number | undefined
let origin = ''
const sockets = new WebSocketServer({ noServer: true, handleProtocols: (given) => [...given][0] ?? false })
const server = createServer((_, response) => response.end('plain'))
server.on('upgrade', (request, socket, head) => {
  if (refuse !== undefined)
    return socket.end(
      `HTTP/1.1 ${refuse} No\r\nx-why: told\r\ncontent-length: 6\r\nconnection: close\r\n\r\nreason`,
    )
  sockets.handleUpgrade(request, socket, head, (open) => {
    open.on('error', () => undefined)
    serve(open, request)
  })
})
const client = createHttpClient({ clock: systemClock }, { deny: ['denied.test'] })
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?q=1`
})
afterAll(() => {
  client.close()
  for (const open of sockets.clients) open.terminate()
  server.close()
})
beforeEach(() => {
  refuse = undefined
})

const ask = (own: Partial<HttpRequest> = {}) =>
  client.open({ method: 'GET', url: origin, headers: {}, timeoutMs: 2_000, bytesMax: 1_000, ...own }, [
    'one',
    'two',
  ])
const open = async (own?: Partial<HttpRequest>): Promise<HttpSocket> => {
  const answer = await ask(own)
  if (answer.status !== 101) throw new Error(`refused with ${answer.status}`)
  return answer as HttpSocket
}
async function read(socket: HttpSocket): Promise<string[]> {
  const found: string[] = []
  for await (const message of socket.messages) found.push(Buffer.from(message).toString())
  return found
}

describe('a WebSocket', () => {
  it('carries messages both ways, in order, with headers and the protocol chosen', async () => {
    serve = (socket, request) => {
      for (let i = 0; i < 100; i += 1) socket.send(i % 2 === 0 ? `m${i}` : Buffer.from(`m${i}`))
      socket.on('message', (data) => {
        socket.send(`${request.headers['x-own']} ${request.url} ${data}`)
        socket.close()
      })
    }
    const socket = await open({ headers: { 'x-own': 'a' } })
    expect(socket.protocol).toBe('one')
    await socket.send(Buffer.from('hello'))
    expect(await read(socket)).toEqual([
      ...Array.from({ length: 100 }, (_, i) => `m${i}`),
      'a /path?q=1 hello',
    ])
  })

  it('that is refused gives the answer', async () => {
    refuse = 403
    const answer = await ask()
    expect(answer).toMatchObject({ status: 403, headers: { 'x-why': 'told' } })
    expect('body' in answer && answer.body.toString()).toBe('reason')
  })

  it('with a message over the limit, without a goodbye, or silent, ends with a Fault', async () => {
    serve = (socket) => socket.send('x'.repeat(1_001))
    await expect(read(await open())).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    serve = (socket) => socket.send('last', () => socket.terminate())
    await expect(read(await open())).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' })
    serve = () => undefined
    await expect(read(await open({ timeoutMs: 50 }))).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('is given up on demand, before and after it opens, and closed by who stops reading', async () => {
    const abort = new AbortController()
    serve = () => undefined
    const reading = read(await open({ signal: abort.signal }))
    abort.abort()
    await expect(reading).rejects.toMatchObject({ code: 'TIMEOUT' })
    await expect(ask({ signal: abort.signal })).rejects.toMatchObject({ code: 'TIMEOUT' })
    let closed: Promise<unknown> = Promise.resolve()
    serve = (socket) => {
      closed = new Promise((resolve) => socket.on('close', resolve))
      socket.send('one')
    }
    for await (const _ of (await open()).messages) break
    await closed
  })

  it.each([
    ['http://169.254.169.254/', 'PERMISSION_DENIED'],
    ['https://[::ffff:169.254.169.254]/', 'PERMISSION_DENIED'],
    ['http://denied.test/', 'PERMISSION_DENIED'],
    ['ws://127.0.0.1/', 'VALIDATION_FAILED'],
    ['http://127.0.0.1:1/', 'UPSTREAM_FAILED'],
  ])('to %s is refused with %s', async (url, code) => {
    await expect(ask({ url })).rejects.toMatchObject({ code })
  })

  it('to a name that resolves to what may not be reached is refused', async () => {
    const resolve = async () => [{ address: '169.254.169.254', family: 4 }]
    const own = createHttpClient({ clock: systemClock, resolve }, { deny: [] })
    const asked = own.open(
      { method: 'GET', url: 'http://name.test/', headers: {}, timeoutMs: 2_000, bytesMax: 10 },
      ['one'],
    )
    await expect(asked).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    own.close()
  })
})
