import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Quota } from '../../kernel/quota.ts'
import { continueTrace, type TraceContext, withTrace } from '../../kernel/trace.ts'
import { checkOrigin } from '../../service/identity/index.ts'
import type { GatewayConfig } from './config.ts'
import type { GatewayDeps } from './index.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Kept beside the asynchronous context, which timers of Fastify's own, begun earlier, do not have. */
    trace: TraceContext | null
  }
}

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
}
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors 'none'"

/** Requests being answered. */
export type InFlight = { count: number; stopping: boolean; wake: () => void }

/** Around every request, in this order: trace, whether we still take any, origin; then the route; after it headers and counts. */
export function addHooks(
  app: FastifyInstance,
  deps: GatewayDeps,
  config: GatewayConfig,
  inFlight: InFlight,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    inFlight.count += 1
    // `close` comes whether the answer was finished or its caller went away.
    reply.raw.once('close', () => {
      inFlight.count -= 1
      if (inFlight.count === 0) inFlight.wake()
    })
    request.trace = continueTrace(request.headers.traceparent as string | undefined)
    withTrace(request.trace, () => {
      try {
        if (inFlight.stopping) throw new Fault('NOT_READY', 'The platform is stopping.')
        if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
          throw new Fault('INVALID_REQUEST', 'The Host header is missing.')
        checkOrigin(request.headers, deps.identity.required, config.allowed_hosts)
        done()
      } catch (error) {
        done(error as Error)
      }
    })
  })
  app.addHook('onSend', async (request, reply) => {
    const quota = request.principal && request.routeOptions.config.quota?.(request.principal)
    if (quota) reply.headers(quotaHeaders(quota, deps.clock))
    if (request.trace) reply.header('x-trace-id', request.trace.traceId)
    reply.headers(securityHeaders)
    // A stream that shows a document of its own is stricter than the page.
    if (!/^\/docs(\/|\?|$)/.test(request.url) && !reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', contentSecurityPolicy)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  addCounts(app, deps)
}

/** `X-RateLimit-Reset` is unix time in seconds. */
const quotaHeaders = ({ limit, remaining, resetSeconds }: Quota, clock: Clock) => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(Math.ceil(clock.now() / 1_000) + resetSeconds),
})

function addCounts(app: FastifyInstance, { metrics }: GatewayDeps): void {
  const requests = metrics.counter('aiops_api_requests_total', 'Requests answered.', [
    'endpoint',
    'method',
    'status_code',
  ])
  const latency = metrics.histogram('aiops_api_latency_seconds', 'Time to answer a request.', [
    'endpoint',
    'method',
  ])
  app.addHook('onResponse', async (request, reply) => {
    const endpoint = request.routeOptions.url ?? 'unknown'
    requests.inc({ endpoint, method: request.method, status_code: reply.statusCode })
    latency.observe({ endpoint, method: request.method }, reply.elapsedTime / 1_000)
  })
}
