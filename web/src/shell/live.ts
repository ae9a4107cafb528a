import { type Event, type EventType, eventTypes } from '@aiops/contract/event'
import type { ClientMessage, ServerMessage } from '@aiops/contract/live'
import type { Point } from '@aiops/contract/model/series'

export type LiveState =
  | { phase: 'connecting' }
  | { phase: 'open' }
  /** Disconnected; the next try is at `retryAtMs`. */
  | { phase: 'waiting'; retryAtMs: number }

export type LiveSocket = { send(text: string): void; close(): void }
export type LiveHandlers = { open(): void; message(text: string): void; close(): void }

export type LiveDeps = {
  connect(handlers: LiveHandlers): LiveSocket
  /** Runs later, once; gives the cancellation. */
  after(ms: number, run: () => void): () => void
  now(): number
  onEvent(event: Event): void
  /** Called on each opening: what happened before it is not known. `again`: after the first. */
  onOpen(again: boolean): void
  /** At most 100 ids: what the server takes of one connection. */
  seriesMax?: number
}

export type PointsListener = (points: ReadonlyMap<number, readonly Point[]>) => void

/** One connection for the whole page. Series are counted: the last one to leave ends the subscription. */
export type Live = {
  start(): void
  stop(): void
  state(): LiveState
  onState(listener: () => void): () => void
  /** New points of these series until released. */
  watchSeries(ids: readonly number[], listener: PointsListener): () => void
}

/** Seconds between tries: 1, 2, 4, 8, 16, then 30 for ever. */
export const retryDelayMs = (attempt: number): number => Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 5))

const pingMs = 20_000
/** Two missed answers: the connection is dead even if the browser does not know yet. */
const silentMsMax = 45_000

export function createLive(deps: LiveDeps): Live {
  const seriesMax = deps.seriesMax ?? 100
  const watched = new Map<number, number>()
  const pointListeners = new Set<{ ids: ReadonlySet<number>; listener: PointsListener }>()
  const stateListeners = new Set<() => void>()
  let state: LiveState = { phase: 'connecting' }
  let socket: LiveSocket | undefined
  let cancelTimer: () => void = () => {}
  let attempt = 0
  let opened = 0
  let heardMs = 0
  let running = false
  /** Sockets of earlier tries may still speak; only the latest is listened to. */
  let generation = 0

  const setState = (next: LiveState): void => {
    state = next
    for (const listener of stateListeners) listener()
  }
  const send = (message: ClientMessage): void => {
    if (state.phase === 'open') socket?.send(JSON.stringify(message))
  }
  const subscribe = (types: EventType[], series: number[]): void => {
    const subscription = { event_types: types, cluster_filter: [], namespace_filter: [], series }
    send({ type: 'subscribe', subscription })
  }

  function connect(): void {
    generation += 1
    const mine = generation
    setState({ phase: 'connecting' })
    const ours = (run: () => void): void => {
      if (mine === generation && running) run()
    }
    socket = deps.connect({
      open: () => ours(onOpen),
      message: (text) => ours(() => onMessage(text)),
      close: () => ours(() => retry(retryDelayMs(attempt))),
    })
  }

  function onOpen(): void {
    attempt = 0
    opened += 1
    heardMs = deps.now()
    setState({ phase: 'open' })
    subscribe(eventTypes, [...watched.keys()].slice(0, seriesMax))
    deps.onOpen(opened > 1)
    schedulePing()
  }

  function schedulePing(): void {
    cancelTimer()
    cancelTimer = deps.after(pingMs, () => {
      if (deps.now() - heardMs > silentMsMax) return retry(0)
      send({ type: 'ping', timestamp: deps.now() })
      schedulePing()
    })
  }

  function retry(waitMs: number): void {
    generation += 1
    attempt += 1
    cancelTimer()
    socket?.close()
    socket = undefined
    setState({ phase: 'waiting', retryAtMs: deps.now() + waitMs })
    cancelTimer = deps.after(waitMs, connect)
  }

  function onMessage(text: string): void {
    heardMs = deps.now()
    const message = parse(text)
    if (message?.type === 'event') deps.onEvent(message.event as Event)
    else if (message?.type === 'points') deliver(message.points)
    else if (message?.type === 'disconnect')
      retry(Math.max(1_000, Math.min(message.reconnect_after_ms, 60_000)))
  }

  function deliver(points: Record<string, Point[]>): void {
    const byId = new Map(Object.entries(points).map(([id, list]) => [Number(id), list]))
    for (const { ids, listener } of pointListeners) {
      const part = new Map([...byId].filter(([id]) => ids.has(id)))
      if (part.size > 0) listener(part)
    }
  }

  function release(ids: readonly number[]): void {
    const gone: number[] = []
    for (const id of ids) {
      const count = (watched.get(id) ?? 1) - 1
      if (count > 0) watched.set(id, count)
      else if (watched.delete(id)) gone.push(id)
    }
    if (gone.length > 0) send({ type: 'unsubscribe', series: gone })
  }

  return {
    start() {
      if (running) return
      running = true
      connect()
    },
    stop() {
      running = false
      generation += 1
      cancelTimer()
      socket?.close()
      socket = undefined
    },
    state: () => state,
    onState(listener) {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    watchSeries(ids, listener) {
      const room = Math.max(0, seriesMax - watched.size)
      const fresh = ids.filter((id) => !watched.has(id)).slice(0, room)
      const taken = ids.filter((id) => watched.has(id) || fresh.includes(id))
      for (const id of taken) watched.set(id, (watched.get(id) ?? 0) + 1)
      if (fresh.length > 0) subscribe([], fresh)
      const entry = { ids: new Set(taken), listener }
      pointListeners.add(entry)
      let released = false
      return () => {
        if (released) return
        released = true
        pointListeners.delete(entry)
        release(taken)
      }
    },
  }
}

function parse(text: string): ServerMessage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'type' in value
      ? (value as ServerMessage)
      : undefined
  } catch {
    return undefined
  }
}
