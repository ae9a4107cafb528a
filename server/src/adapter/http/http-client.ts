import {
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, type RequestOptions as HttpsOptions, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type {
  HttpClient,
  HttpRequest,
  HttpResponse,
  HttpSockets,
  HttpStreams,
} from '../../port/http-client.ts'
import { createAddressGuard } from './address-guard.ts'
import { ClosedBefore, codeOf, faultOf, plainHeaders } from './answer.ts'
import { createAwsSigner } from './aws-signature.ts'
import { guardedLookup, type Resolve, systemResolve } from './guarded-lookup.ts'
import { openSocket } from './http-socket.ts'
import { openStream } from './http-stream.ts'
import { urlOf } from './outbound.ts'
import { TlsContexts } from './tls-context.ts'

export type HttpClientSettings = {
  deny: readonly string[]
  /** A connection for each request: where thousands of hosts are asked seldom, kept ones would hold up others. */
  keepAlive?: boolean
}

const headerBytesMax = 65_536
const pool = {
  keepAlive: true,
  maxSockets: 64,
  maxTotalSockets: 1_024,
  maxFreeSockets: 256,
  timeout: 300_000,
}
/** TLS sessions are resumed, which spares most of a handshake. */
const single = { keepAlive: false, maxCachedSessions: 4_096 }

/**
 * Asks other systems, over connections that are kept for the next request. The addresses that were checked are the ones connected to;
 * a redirect is an answer like any other. `close` ends the connections that wait.
 */
export function createHttpClient(
  deps: { clock: Clock; resolve?: Resolve },
  settings: HttpClientSettings,
): HttpClient & HttpStreams & HttpSockets & { close(): void } {
  const guard = createAddressGuard(settings.deny)
  const lookup = guardedLookup(guard, deps.resolve ?? systemResolve)
  const sign = createAwsSigner()
  const contexts = new TlsContexts()
  const agents =
    settings.keepAlive === false
      ? { 'http:': new HttpAgent(single), 'https:': new HttpsAgent(single) }
      : { 'http:': new HttpAgent(pool), 'https:': new HttpsAgent(pool) }
  async function prepared(request: HttpRequest): Promise<{ url: URL; options: HttpsOptions }> {
    const asked = urlOf(request.url)
    const host = asked.hostname.replace(/^\[|\]$/g, '')
    guard.checkHost(host)
    if (isIP(host)) guard.checkAddress(host, host)
    const { url, headers } = await sign(asked, request, deps.clock.now())
    const secure = url.protocol === 'https:'
    const options: HttpsOptions = {
      method: request.method,
      headers: headersOf({ ...request, headers }),
      lookup,
      agent: secure ? agents['https:'] : agents['http:'],
      maxHeaderSize: headerBytesMax,
      ...(request.signal ? { signal: request.signal } : {}),
      ...(secure ? tlsOptions(request) : {}),
    }
    return { url, options }
  }
  return {
    async send(request) {
      const { url, options } = await prepared(request)
      try {
        return await exchange(url, options, request, deps.clock)
      } catch (error) {
        // A kept connection that the other side closed at the same moment: the request was never read, and asking changes nothing.
        if (error instanceof ClosedBefore && (request.method === 'GET' || request.method === 'HEAD'))
          return await exchange(url, { ...options, agent: false }, request, deps.clock)
        throw error
      }
    },
    async stream(request) {
      const plain = { ...request, headers: { 'accept-encoding': 'identity', ...request.headers } }
      const { url, options } = await prepared(plain)
      const secureContext = contexts.of(request.tls)
      const own = { ...options, agent: false, ...(secureContext ? { secureContext } : {}) }
      if (!request.reuse) return openStream(url, own, plain, deps.clock)
      const { signal: _, ...kept } = options
      return openStream(url, kept, plain, deps.clock).catch((error: unknown) => {
        if (error instanceof ClosedBefore) return openStream(url, own, plain, deps.clock)
        throw error
      })
    },
    async open(request, protocols) {
      const { url, options } = await prepared(request)
      return openSocket(url, { ...options, agent: false }, protocols, request, deps.clock)
    },
    close() {
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  }
}

const headersOf = ({ headers, body }: HttpRequest): Record<string, string> => ({
  'user-agent': 'aiops',
  accept: '*/*',
  'accept-encoding': 'gzip',
  ...headers,
  ...(body === undefined ? {} : { 'content-length': String(body.length) }),
})

/** Part of the key under which the agent keeps connections: one made without a check is not used with one. */
function tlsOptions({ tls }: HttpRequest): HttpsOptions {
  if (!tls) return {}
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    rejectUnauthorized: tls.insecureSkipVerify !== true,
  }
}

function exchange(
  url: URL,
  options: RequestOptions,
  asked: HttpRequest,
  clock: Clock,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options)
    const cancel = clock.after(asked.timeoutMs, () =>
      fail(new Fault('TIMEOUT', `${url.host} did not answer within ${asked.timeoutMs / 1_000} s.`)),
    )
    const fail = (error: unknown): void => {
      cancel()
      reject(faultOf(error, url.host, request.reusedSocket))
      request.destroy()
    }
    request.on('error', fail)
    request.on('response', (response) => {
      bodyOf(response, asked.bytesMax, url.host).then((body) => {
        cancel()
        resolve({ status: response.statusCode ?? 0, headers: plainHeaders(response), body })
      }, fail)
    })
    request.end(asked.body)
  })
}

/** The body without its compression; what is larger than the limit is refused before it is held. */
function bodyOf(response: IncomingMessage, bytesMax: number, host: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const encoding = (response.headers['content-encoding'] ?? '').toLowerCase()
    let plain: Readable = response
    if (encoding === 'gzip' || encoding === 'x-gzip') plain = response.pipe(createGunzip())
    else if (encoding === 'deflate') plain = response.pipe(createInflate())
    else if (encoding !== '' && encoding !== 'identity') {
      reject(new Fault('UPSTREAM_FAILED', `${host} answered with content encoding ${encoding.slice(0, 40)}.`))
      return
    }
    const parts: Buffer[] = []
    let sizeBytes = 0
    plain.on('data', (part: Buffer) => {
      sizeBytes += part.length
      if (sizeBytes > bytesMax) {
        reject(new Fault('BODY_TOO_LARGE', `The answer of ${host} is larger than ${bytesMax} bytes.`))
        response.destroy()
      } else parts.push(part)
    })
    plain.on('end', () => {
      if (response.complete) resolve(Buffer.concat(parts))
      else reject(new Fault('UPSTREAM_FAILED', `${host} broke off within its answer.`))
    })
    plain.on('error', (error) =>
      reject(new Fault('UPSTREAM_FAILED', `The answer of ${host} cannot be read (${codeOf(error)}).`)),
    )
    response.on('error', reject)
    response.on('aborted', () => reject(new Fault('UPSTREAM_FAILED', `${host} broke off within its answer.`)))
  })
}
