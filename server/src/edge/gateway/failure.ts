import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorBody, type ErrorCode, errors } from '@aiops/contract/error'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import { continueTrace, currentTrace, withTrace } from '../../kernel/trace.ts'

/** What Fastify itself refuses, in our words. */
const ofFastify: Record<string, readonly [code: ErrorCode, sentence: string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UNSUPPORTED_MEDIA_TYPE',
    'The content type is missing, malformed or not one this path accepts.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'BODY_TOO_LARGE',
    'The body is larger than server.body_limit_bytes allows. Send smaller requests.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'INVALID_REQUEST',
    'The body is not as long as its content length says.',
  ],
  FST_ERR_BAD_URL: ['INVALID_REQUEST', 'The path is not validly percent-encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['INVALID_REQUEST', 'A part of the path is too long.'],
  FST_ERR_HANDLER_TIMEOUT: ['TIMEOUT', 'The answer did not come within server.request_timeout.'],
}

/** Details of one refusal, at most. */
const detailsMax = 20

/** Whatever was thrown as a Fault; a defect keeps its message to the log. */
export function faultOf(error: unknown): Fault {
  if (isFault(error)) return error
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number }
  const known = ofFastify[code]
  if (known) return new Fault(...known, { cause: error })
  if (statusCode >= 400 && statusCode < 500)
    return new Fault('INVALID_REQUEST', messageOf(error), { cause: error })
  return new Fault('INTERNAL', 'Something went wrong here; the log holds it under this trace id.', {
    cause: error,
  })
}

/** What is wrong with a request's fields, each named. */
export function invalid(error: z.ZodError): Fault {
  const details = error.issues
    .slice(0, detailsMax)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = details[0]
  return new Fault(
    'VALIDATION_FAILED',
    `${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'invalid'}`,
    { details },
  )
}

export type FailureDeps = { clock: Clock; metrics: Metrics; log: Log }

const counterOf = (metrics: Metrics) =>
  metrics.counter('aiops_api_errors_total', 'Requests answered with an error.', [
    'endpoint',
    'method',
    'error_type',
  ])

/** Sends every error in the one form, or in that of the route's protocol, counts it, and logs defects with their stack. */
export function failureHandler(deps: FailureDeps) {
  const counter = counterOf(deps.metrics)
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const fault = faultOf(error)
    counter.inc({
      endpoint: request.routeOptions.url ?? 'unknown',
      method: request.method,
      error_type: fault.code,
    })
    if (fault.code === 'INTERNAL') {
      const defect = fault.cause ?? fault
      deps.log.error(
        {
          path: request.routeOptions.url,
          error: messageOf(defect),
          stack: defect instanceof Error ? defect.stack : undefined,
        },
        'a request met a defect',
      )
    }
    if (errors[fault.code].retry && (fault.status === 429 || fault.status === 503))
      reply.header('retry-after', String(fault.retryAfterSeconds))
    const own = request.routeOptions.config.refuse?.(fault, request.headers as Record<string, string>)
    const body = JSON.stringify(bodyOf(fault, deps.clock, (request.trace ?? currentTrace())?.traceId))
    const send = (): void => {
      if (own)
        void reply
          .code(own.status)
          .headers(own.headers ?? {})
          .send(own.body)
      else void reply.code(fault.status).type('application/json').send(body)
    }
    if (fault.code === 'BODY_TOO_LARGE') void discardRest(request.raw, deps.clock).then(send)
    else send()
  }
}

/** Of a body that is too large, so much is read on and thrown away, for so long at most. */
const discardBytesMax = 67_108_864
const discardMs = 3_000

/**
 * A sender still writing when its connection closes sees it broken and never reads the answer. So the rest is read first,
 * within bounds; beyond them the connection is closed on it.
 */
function discardRest(body: IncomingMessage, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (body.readableEnded || Number(body.headers['content-length'] ?? 0) > discardBytesMax) return resolve()
    const cancel = clock.after(discardMs, done)
    let bytes = 0
    function count(part: Buffer): void {
      bytes += part.length
      if (bytes > discardBytesMax) done()
    }
    function done(): void {
      cancel()
      body.off('data', count).off('end', done).off('close', done)
      resolve()
    }
    body.on('data', count).once('end', done).once('close', done).resume()
  })
}

/** What is wrong before there is a route, such as a malformed URL; no hook has run yet, so the trace begins here. */
export function frameworkFailureHandler(deps: FailureDeps) {
  const handle = failureHandler(deps)
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void =>
    withTrace(continueTrace(request.headers.traceparent as string | undefined), () => {
      reply.header('x-trace-id', currentTrace()?.traceId ?? '')
      handle(error, request, reply)
    })
}

const ofParser: Record<string, string> = {
  HPE_HEADER_OVERFLOW: 'The headers are larger than 16 KiB.',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive within server.request_timeout.',
}

/** What is no HTTP, or too much of it, never becomes a request: it is answered on the bare socket. */
export function clientErrorHandler(deps: FailureDeps) {
  const counter = counterOf(deps.metrics)
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    const fault = new Fault('INVALID_REQUEST', ofParser[error.code ?? ''] ?? 'That is not valid HTTP.')
    counter.inc({ endpoint: 'unknown', method: 'unknown', error_type: fault.code })
    if (socket.writable) socket.write(rawReply(fault, deps.clock))
    socket.destroySoon()
  }
}

/** A whole HTTP answer with the one error form, for sockets that Fastify does not hold. */
function rawReply(fault: Fault, clock: Clock): string {
  const body = JSON.stringify(bodyOf(fault, clock, continueTrace(undefined).traceId))
  const head = [
    `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

function bodyOf(fault: Fault, clock: Clock, traceId = ''): ErrorBody {
  return {
    error: {
      code: fault.code,
      message: fault.message,
      ...(fault.details.length > 0 ? { details: [...fault.details] } : {}),
      trace_id: traceId,
      timestamp: isoTime(clock.now()),
    },
  }
}
