import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../server/src/kernel/clock.ts'
import { type Authority, createAuthority } from './certificate.ts'
import { Channel } from './channel.ts'
import { createExecServer, type ExecScript } from './exec.ts'
import type { FaultSwitch } from './fault-switch.ts'
import type { ApiAnswer, ApiRequest } from './handler.ts'

export type Listening = {
  url: string
  /** With TLS: who signed its certificate. */
  ca: string
  authority: Authority | undefined
  close(): Promise<void>
}
type Deps = {
  clock: Clock
  faults: FaultSwitch
  handle(request: ApiRequest): ApiAnswer | undefined
  exec(): ExecScript
}

const bodyBytesMax = 3 << 20

/** The server on a port of loopback, with TLS where it is asked for. */
export async function listen(deps: Deps, options: { tls: boolean; port?: number }): Promise<Listening> {
  const authority = options.tls ? createAuthority() : undefined
  const serve = (request: IncomingMessage, response: ServerResponse) => void answer(deps, request, response)
  const server: Server = authority
    ? createTlsServer(
        { ...authority.server, ca: authority.ca, requestCert: true, rejectUnauthorized: false },
        serve,
      )
    : createServer(serve)
  const exec = createExecServer(deps.exec)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => undefined)
    const path = new URL(request.url ?? '', 'http://server').pathname
    const target = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/exec$/.exec(path)
    // What a plain request for it would be told says whether the pod is there and the caller may.
    const asked = deps.handle({ ...requestOf(request), method: 'POST', url: `${path}?check` })
    if (asked && asked.status < 300 && target)
      return exec(request, socket, head, { namespace: target[1]!, pod: target[2]! })
    if (!asked) return socket.destroy()
    const body = Buffer.from(asked.body as Uint8Array)
    const status = target ? asked.status : 400
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    )
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${authority ? 'https' : 'http'}://127.0.0.1:${port}`,
    ca: authority?.ca ?? '',
    authority,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      authority?.close()
    },
  }
}

function requestOf(request: IncomingMessage): ApiRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
  const socket = request.socket as TLSSocket
  const common = socket.authorized ? socket.getPeerCertificate()?.subject?.CN : undefined
  const certificateUser = Array.isArray(common) ? common[0] : common
  return { method: request.method ?? 'GET', url: request.url ?? '/', headers, certificateUser }
}

async function answer(deps: Deps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of request) {
      parts.push(part as Buffer)
      bytes += (part as Buffer).length
      if (bytes > bodyBytesMax) return void request.socket.destroy()
    }
    if (deps.faults.delayMs > 0) await deps.clock.sleep(deps.faults.delayMs)
    const answered = deps.handle({ ...requestOf(request), body: Buffer.concat(parts) })
    if (!answered) return void request.socket.destroy()
    const { status, headers, body } = answered
    if (!(body instanceof Channel)) {
      response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
      return
    }
    response.writeHead(status, headers).flushHeaders()
    response.on('close', () => body.end())
    for await (const part of body.read()) {
      if (!response.write(part)) await drained(response)
    }
    response.end()
  } catch {
    // A watch that is broken off, or a client that went: either way the connection ends without the last chunk.
    request.socket.destroy()
  }
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
