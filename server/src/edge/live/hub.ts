import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { livePath } from '@aiops/contract/live'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { upgradeRefusal } from '../../kernel/upgrade-refusal.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import { checkOrigin, type Identity } from '../../service/identity/index.ts'
import { liveLimits } from './limit.ts'
import { LiveClient } from './live-client.ts'
import { createPointFeed } from './point-feed.ts'

const { connectionsMax, messageBytesMax, heartbeatMs, flushMs, closeWithinMs } = liveLimits

export interface LiveHub extends Lifecycle {
  /** Takes the upgrades of this server: `/ws` is served, any other path is refused but those that somebody else takes. */
  attach(server: Server, elsewhere?: (path: string) => boolean): void
}

export type LiveHubDeps = {
  bus: EventBus
  identity: Identity
  catalog: SeriesCatalog
  allowedHosts: readonly string[]
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

/** Fans events out to viewers. A viewer that reads too slowly loses its oldest events, never another's, and it is counted. */
export function createLiveHub(deps: LiveHubDeps): LiveHub {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  })
  const clients = new Set<LiveClient>()
  const feed = createPointFeed(deps.bus)
  const { metrics, clock } = deps
  const opened = metrics.counter('ws_connections_total', 'WebSocket connections accepted.')
  const routed = metrics.counter(
    'ws_events_routed_total',
    'Events handed to a viewer that subscribed to them.',
  )
  metrics.gauge('ws_connections_active', 'WebSocket connections open.', [], (gauge) =>
    gauge.set(clients.size),
  )
  const stops: (() => void)[] = []

  function accept(socket: WebSocket, request: IncomingMessage): void {
    opened.inc()
    const headers = request.headers as Record<string, string | undefined>
    const client = new LiveClient(socket, { ...deps, feed, headers })
    clients.add(client)
    socket.on('close', () => {
      client.close()
      clients.delete(client)
    })
  }

  /** Browsers do not apply the same-origin policy to WebSockets, so the Origin is checked here. */
  function checkUpgrade(request: IncomingMessage): void {
    const path = (request.url ?? '').split('?')[0]
    if (path !== livePath) throw new Fault('NOT_FOUND', `The live connection is at ${livePath}.`)
    checkOrigin(request.headers, deps.identity.required, deps.allowedHosts)
    if (clients.size >= connectionsMax)
      throw new Fault('NOT_READY', `${connectionsMax} viewers are connected; try again later.`)
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Nobody listens for a broken connection until the handshake is done, and an unheard error ends the process.
    socket.on('error', () => socket.destroy())
    try {
      checkUpgrade(request)
    } catch (error) {
      socket.end(
        upgradeRefusal(error, request.headers.traceparent as string | undefined, isoTime(clock.now())),
      )
      return
    }
    sockets.handleUpgrade(request, socket, head, accept)
  }

  return {
    attach: (server, elsewhere) =>
      void server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (!elsewhere?.((request.url ?? '').split('?')[0] ?? '')) upgrade(request, socket, head)
      }),
    async start() {
      stops.push(
        deps.bus.subscribe('events', 'live', (event) => {
          // Written out once for all viewers, and not at all for none.
          let text: string | undefined
          for (const client of clients) {
            if (!client.wants(event)) continue
            text ??= JSON.stringify({ type: 'event', event })
            client.offer(text)
            routed.inc()
          }
        }),
        clock.every(flushMs, () => {
          for (const client of clients) client.flush()
        }),
        clock.every(heartbeatMs, () => {
          for (const client of clients) client.beat()
        }),
      )
    },
    async stop() {
      for (const stop of stops) stop()
      feed.close()
      const gone = [...clients].map((client) => client.goodbye('server_shutdown', 5_000))
      await Promise.race([Promise.all(gone), clock.sleep(closeWithinMs)])
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}
