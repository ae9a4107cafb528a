import type { IncomingMessage, Server } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { Fault, isFault } from '../../kernel/fault.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import { checkOrigin } from '../../service/identity/index.ts'
import type { LokiApiDeps } from './index.ts'
import { directionOf, durationOf, limitOf, queryOf, timeOf } from './parameter.ts'
import { TailClient } from './tail-client.ts'

/** Where a tail begins; the live hub leaves these alone. */
export const tailPaths: ReadonlySet<string> = new Set([
  '/loki/api/v1/tail',
  '/api/prom/tail',
  '/api/v1/logs/tail',
])

const clientsMax = 100
const flushMs = 250
const heartbeatMs = 30_000
const delayMax = 5_000
const hourMs = 3_600_000

/** https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs: entries as they come, first those since `start`. */
export function createTail(deps: LokiApiDeps): Lifecycle & { attach(server: Server): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4_096, perMessageDeflate: false })
  const clients = new Set<TailClient>()
  const stops: (() => void)[] = []
  deps.metrics.gauge('aiops_loki_tails', 'Log tails open.', [], (gauge) => gauge.set(clients.size))
  const dropped = deps.metrics.counter(
    'aiops_loki_tail_dropped_total',
    'Entries not sent to a tail that reads too slowly.',
  )

  function begin(request: IncomingMessage): () => (socket: WebSocket) => void {
    const headers = request.headers as Record<string, string | undefined>
    checkOrigin(request.headers, deps.identity.required, deps.allowedHosts)
    const principal = deps.identity.authenticate(headers)
    deps.identity.authorize(principal, 'telemetry:read')
    if (clients.size >= clientsMax)
      throw new Fault(
        'NOT_READY',
        `max concurrent tail requests limit exceeded, count > limit (${clients.size + 1} > ${clientsMax})`,
      )
    const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
    const text = queryOf(query)
    const fits = deps.logql.follow(text)
    const delayMs = durationOf(query.get('delay_for') || '0', 'delay_for')
    if (delayMs > delayMax)
      throw new Fault('INVALID_REQUEST', `delay_for can't be greater than ${delayMax / 1_000}`)
    directionOf(query)
    const now = deps.clock.now()
    const start = query.get('start')
    const past = { startMs: start ? timeOf(start, 'start') : now - hourMs, endMs: now, limit: limitOf(query) }
    return () => (socket) => {
      const client = new TailClient(socket, {
        ...deps,
        tenant: principal.tenant,
        fits,
        delayMs,
        headers,
        countDropped: (count) => dropped.inc({}, count),
      })
      clients.add(client)
      socket.on('close', () => clients.delete(client))
      socket.on('error', () => socket.terminate())
      void client.begin(text, past)
    }
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!tailPaths.has((request.url ?? '').split('?')[0]!)) return
    socket.on('error', () => socket.destroy())
    try {
      sockets.handleUpgrade(request, socket, head, begin(request)())
    } catch (error) {
      socket.end(refusalOf(error))
    }
  }

  return {
    attach: (server) => void server.on('upgrade', upgrade),
    async start() {
      stops.push(
        deps.bus.subscribe('logs', 'tail', ({ tenant, records }) => {
          for (const client of clients) if (client.tenant === tenant) client.offer(records)
        }),
        deps.clock.every(flushMs, () => {
          for (const client of clients) client.flush()
        }),
        deps.clock.every(heartbeatMs, () => {
          for (const client of clients) client.beat()
        }),
      )
    },
    async stop() {
      for (const stop of stops) stop()
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

/** A whole HTTP answer as text: the connection is no WebSocket yet. */
function refusalOf(error: unknown): string {
  const fault = isFault(error) ? error : new Fault('INTERNAL', 'Something went wrong here.', { cause: error })
  const status = fault.code === 'INVALID_LOGQL' ? 400 : fault.status
  const text = `${fault.message}\n`
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...[
      'content-type: text/plain; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      'connection: close',
    ],
  ]
  return `${head.join('\r\n')}\r\n\r\n${text}`
}
