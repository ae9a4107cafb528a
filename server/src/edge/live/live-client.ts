import type { Event } from '@aiops/contract/event'
import { ClientMessage, type ServerMessage } from '@aiops/contract/live'
import type { Point } from '@aiops/contract/model/series'
import type { WebSocket } from 'ws'
import type { Clock } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { SeriesCatalog, SeriesRef } from '../../port/metric-store.ts'
import type { Identity, Principal } from '../../service/identity/index.ts'
import { liveLimits } from './limit.ts'
import type { PointFeed } from './point-feed.ts'
import { Subscription } from './subscription.ts'

const {
  authWithinMs,
  pongWithinMs,
  closeWithinMs,
  messagesBurst,
  messagesPerSecond,
  queueMax,
  bufferedBytesMax,
  pointsPerSeriesMax,
} = liveLimits

type Deps = {
  identity: Identity
  catalog: SeriesCatalog
  feed: PointFeed
  headers: Readonly<Record<string, string | undefined>>
  clock: Clock
  random: Random
  metrics: Metrics
}

const countersOf = (metrics: Metrics) => ({
  received: metrics.counter('ws_messages_received_total', 'Messages from viewers.'),
  sent: metrics.counter('ws_messages_sent_total', 'Messages to viewers.'),
  refused: metrics.counter('ws_messages_refused_total', 'Messages from viewers that were not taken.', [
    'code',
  ]),
  dropped: metrics.counter('ws_events_dropped_total', 'Events dropped because a viewer read too slowly.'),
  points: metrics.counter('ws_points_dropped_total', 'Points dropped because a viewer read too slowly.'),
})

/** One viewer: who it is, what it subscribed to, what waits for it. */
export class LiveClient {
  readonly #socket: WebSocket
  readonly #deps: Deps
  readonly #id: string
  readonly #cancelAuth: () => void
  readonly #count
  readonly #subscription
  #principal: Principal | undefined
  #points = new Map<SeriesRef, Point[]>()
  #queue: string[] = []
  #cancelPong: (() => void) | undefined
  #tokens: number = messagesBurst
  #tokensAtMs: number

  constructor(socket: WebSocket, deps: Deps) {
    this.#socket = socket
    this.#deps = deps
    this.#id = deps.random.uuid(deps.clock.now())
    this.#tokensAtMs = deps.clock.monotonic()
    this.#count = countersOf(deps.metrics)
    this.#subscription = new Subscription(deps, (ref, timeMs, value) => this.#keep(ref, timeMs, value))
    this.#cancelAuth = deps.clock.after(authWithinMs, () => {
      if (!this.#principal)
        this.#refuse('AUTH_FAILED', `No auth message came within ${authWithinMs / 1_000} seconds.`)
    })
    socket.on('message', (data, binary) => this.#receive(binary ? '' : String(data)))
    socket.on('pong', () => this.#cancelPong?.())
    // What breaks the protocol, such as a message over the limit: `ws` has already sent why.
    socket.on('error', () => this.#cutOff())
    // Where no key is asked for, a viewer need not say who it is.
    if (!deps.identity.required) this.#authenticate('')
  }

  wants(event: Event): boolean {
    return this.#principal !== undefined && this.#subscription.fits(event)
  }

  /** `text` is the whole message, the same for every viewer. */
  offer(text: string): void {
    this.#queue.push(text)
    if (this.#queue.length > queueMax) {
      this.#queue.shift()
      this.#count.dropped.inc()
    }
    this.#drain()
  }

  /** What waits, once a second. */
  flush(): void {
    this.#drain()
    if (this.#points.size === 0 || this.#socket.bufferedAmount > bufferedBytesMax) return
    this.#send({ type: 'points', points: Object.fromEntries(this.#points) })
    this.#points.clear()
  }

  /** Pings; a viewer that does not answer in time is gone. */
  beat(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.ping()
    this.#cancelPong = this.#deps.clock.after(pongWithinMs, () => this.goodbye('heartbeat_timeout', 1_000))
  }

  /** Resolves when the viewer has gone. */
  goodbye(reason: string, reconnectAfterMs: number): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()))
    this.#send({ type: 'disconnect', reason, reconnect_after_ms: reconnectAfterMs })
    this.#socket.close(1001, reason)
    this.#cutOff()
    return this.#socket.readyState === this.#socket.CLOSED ? Promise.resolve() : gone
  }

  close(): void {
    this.#cancelAuth()
    this.#cancelPong?.()
    this.#subscription.clear()
    this.#points.clear()
    this.#queue = []
  }

  #receive(text: string): void {
    this.#count.received.inc()
    // Whoever neither stops sending nor reads the answers would otherwise fill our memory with them.
    if (this.#socket.bufferedAmount > 2 * bufferedBytesMax) this.#socket.terminate()
    else if (this.#mayWrite()) this.#take(messageIn(text))
    else this.#complain('RATE_LIMITED', `Send at most ${messagesPerSecond} messages a second.`)
  }

  #take(message: ClientMessage | undefined): void {
    if (!message) this.#complain('INVALID_MESSAGE', 'That is not a message of the live protocol.')
    else if (message.type === 'auth') this.#authenticate(message.token)
    else if (message.type === 'ping') {
      this.#send({ type: 'pong', timestamp: message.timestamp, server_time: this.#deps.clock.now() })
    } else if (!this.#principal) this.#refuse('AUTH_FAILED', 'Send an auth message first.')
    else {
      if (message.type === 'subscribe') this.#subscription.add(message.subscription)
      else this.#subscription.remove(message)
      for (const ref of this.#points.keys()) if (!this.#subscription.holds(ref)) this.#points.delete(ref)
      this.#send(this.#subscription.confirmation())
    }
  }

  #mayWrite(): boolean {
    const nowMs = this.#deps.clock.monotonic()
    const earned = ((nowMs - this.#tokensAtMs) / 1_000) * messagesPerSecond
    this.#tokens = Math.min(messagesBurst, this.#tokens + earned)
    this.#tokensAtMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  #authenticate(token: string): void {
    try {
      const { authorization: _, ...headers } = this.#deps.headers
      const principal = this.#deps.identity.authenticate(
        token === '' ? headers : { ...headers, authorization: `Bearer ${token}` },
      )
      this.#deps.identity.authorize(principal, 'incidents:read')
      this.#deps.identity.authorize(principal, 'telemetry:read')
      const { tenant, actor } = principal
      if (tenant !== this.#principal?.tenant || actor !== this.#principal.actor) this.#forget()
      this.#principal = principal
      this.#subscription.viewer = principal
      this.#cancelAuth()
      this.#send({ type: 'auth_response', status: 'authenticated', client_id: this.#id })
    } catch (error) {
      this.#refuse('AUTH_FAILED', messageOf(error))
    }
  }

  #forget(): void {
    this.#points.clear()
    this.#queue = []
  }

  #keep(ref: SeriesRef, timeMs: number, value: number): void {
    const points = this.#points.get(ref) ?? []
    points.push([timeMs, Number.isFinite(value) ? value : null])
    if (points.length > pointsPerSeriesMax) {
      points.shift()
      this.#count.points.inc()
    }
    this.#points.set(ref, points)
  }

  /** The viewer made a mistake and stays. */
  #complain(code: string, message: string): void {
    this.#count.refused.inc({ code })
    this.#send({ type: 'error', code, message })
  }

  #refuse(code: string, message: string): void {
    this.#complain(code, message)
    this.#principal = undefined
    this.#socket.close(1008, code)
    this.#cutOff()
  }

  #cutOff(): void {
    this.#deps.clock.after(closeWithinMs, () => this.#socket.terminate())
  }

  #drain(): void {
    while (this.#queue.length > 0 && this.#socket.bufferedAmount < bufferedBytesMax) {
      this.#count.sent.inc()
      this.#socket.send(this.#queue.shift() ?? '')
    }
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#count.sent.inc()
    this.#socket.send(JSON.stringify(message))
  }
}

function messageIn(text: string): ClientMessage | undefined {
  try {
    return ClientMessage.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
