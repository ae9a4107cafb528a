import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../kernel/clock.ts'
import { Fault, isFault } from '../../kernel/fault.ts'
import { createAddressGuard } from './address-guard.ts'
import { guardedLookup, type Resolve, systemResolve } from './guarded-lookup.ts'

export type { Resolve }

/** `act.outbound` of the configuration; its schema lives with the stage. */
export type OutboundSettings = { deny: readonly string[]; timeout_max: string; response_bytes_max: number }

export type OutboundRequest = {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body?: string
  timeoutMs: number
  signal: AbortSignal
}

/** `text` holds what was read of the body, at most the limit. */
export type OutboundResponse = {
  status: number
  statusText: string
  text: string
  sizeBytes: number
  cut: boolean
}

/**
 * Asks another system over HTTP. Redirects are answers like any other, never followed; the addresses that were checked are the ones
 * connected to (no second resolution that could answer otherwise); each request has a connection of its own.
 * Throws VALIDATION_FAILED (URL), PERMISSION_DENIED (address), UPSTREAM_FAILED (nothing was sent) or TIMEOUT (sent, and no answer came).
 */
export type Outbound = (request: OutboundRequest) => Promise<OutboundResponse>

const headerBytesMax = 16_384

export function createOutbound(
  deps: { clock: Clock; resolve?: Resolve },
  settings: OutboundSettings,
): Outbound {
  const guard = createAddressGuard(settings.deny)
  const resolve = deps.resolve ?? systemResolve
  const timeoutMaxMs = durationMs(settings.timeout_max)
  const lookup = guardedLookup(guard, resolve)

  return async (request) => {
    const url = urlOf(request.url)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    guard.checkHost(host)
    if (isIP(host)) guard.checkAddress(host, host)
    const options: RequestOptions = {
      method: request.method,
      headers: headersOf(request),
      lookup,
      agent: false,
      maxHeaderSize: headerBytesMax,
      signal: request.signal,
    }
    const timeoutMs = Math.min(request.timeoutMs, timeoutMaxMs)
    return exchange(url, options, request.body, {
      timeoutMs,
      bytesMax: settings.response_bytes_max,
      clock: deps.clock,
    })
  }
}

export function urlOf(text: string): URL {
  const url = URL.parse(text)
  if (!url) throw new Fault('VALIDATION_FAILED', 'The address is no URL.')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Fault('VALIDATION_FAILED', `Only http and https are spoken, not ${url.protocol.slice(0, 32)}`)
  if (url.username || url.password)
    throw new Fault('VALIDATION_FAILED', 'The URL holds a user name or password; use a header with a secret.')
  if (url.hostname === '') throw new Fault('VALIDATION_FAILED', 'The URL names no host.')
  return url
}

const headersOf = ({ headers, body }: OutboundRequest): Record<string, string> => ({
  'user-agent': 'aiops',
  accept: '*/*',
  ...headers,
  ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  connection: 'close',
})

type Limits = { timeoutMs: number; bytesMax: number; clock: Clock }

/** One request and its answer. Once the status is known the outcome is, so a body that does not end is cut, not an error. */
function exchange(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
  limits: Limits,
): Promise<OutboundResponse> {
  return new Promise((resolve, reject) => {
    let sent = false
    let answer: Answer | undefined
    const where = url.host
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options)
    const cancel = limits.clock.after(limits.timeoutMs, () =>
      end(
        new Fault(
          sent ? 'TIMEOUT' : 'UPSTREAM_FAILED',
          `${where} did not answer within ${limits.timeoutMs / 1_000} s.`,
        ),
      ),
    )
    function end(error?: unknown): void {
      cancel()
      if (answer) resolve(answer.take())
      else reject(faultOf(error, where, sent))
      request.destroy()
    }
    const onSent = (): void => {
      sent = true
    }
    request.on('socket', (socket) =>
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', onSent),
    )
    request.on('response', (response) => {
      answer = answerOf(response, limits.bytesMax, end)
    })
    request.on('error', end)
    request.on('close', () => end())
    request.end(body)
  })
}

type Answer = { take(): OutboundResponse }

function answerOf(response: IncomingMessage, bytesMax: number, end: () => void): Answer {
  const parts: Buffer[] = []
  let sizeBytes = 0
  response.on('data', (part: Buffer) => {
    const room = bytesMax - sizeBytes
    if (room > 0) parts.push(part.subarray(0, room))
    sizeBytes += part.length
    if (sizeBytes > bytesMax) end()
  })
  response.on('end', () => end())
  response.on('error', () => end())
  return {
    take: () => ({
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      text: Buffer.concat(parts).toString('utf8'),
      sizeBytes: Math.min(sizeBytes, bytesMax),
      cut: sizeBytes > bytesMax || !response.complete,
    }),
  }
}

/** System errors hold addresses and codes, never what was sent. */
function faultOf(error: unknown, where: string, sent: boolean): Fault {
  if (isFault(error)) return error
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'no answer'
  return sent
    ? new Fault('TIMEOUT', `${where} broke off without an answer (${code}).`)
    : new Fault('UPSTREAM_FAILED', `${where} could not be reached (${code}).`)
}
