import type { Event, PipelineStats } from '@aiops/contract/event'
import { type ClientMessage, livePath } from '@aiops/contract/live'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react'
import { createLive, type Live, type LiveHandlers, type LiveSocket, type LiveState } from './live.ts'
import { createLiveCache } from './live-cache.ts'
import { createRateHistory, type RateHistory } from './rate-history.ts'
import { sessionKey } from './session.ts'

type EventListener = (event: Event) => void
type LiveValue = { live: Live; rates: RateHistory; listeners: Set<EventListener> }
const Context = createContext<LiveValue | undefined>(undefined)

/** Holds the page's one WebSocket. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient()
  const [value] = useState(() => createLiveValue(cache))
  useEffect(() => {
    value.live.start()
    return () => value.live.stop()
  }, [value])
  return <Context value={value}>{children}</Context>
}

export function useLive(): Live {
  return useValue().live
}

export function useLiveState(): LiveState {
  const { live } = useValue()
  return useSyncExternalStore(live.onState, live.state)
}

/** PIPELINE_STATS of the last two minutes, oldest first. */
export function useRates(): readonly PipelineStats[] {
  const { rates } = useValue()
  return useSyncExternalStore(rates.subscribe, rates.list)
}

/** Each event as it comes, while the component is shown; the listener must be the same from one drawing to the next. */
export function useLiveEvents(listener: EventListener): void {
  const { listeners } = useValue()
  useEffect(() => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, [listeners, listener])
}

function useValue(): LiveValue {
  const value = use(Context)
  if (!value) throw new Error('LiveProvider is missing above this component.')
  return value
}

function createLiveValue(cache: QueryClient): LiveValue {
  const rates = createRateHistory(120)
  const listeners = new Set<EventListener>()
  const liveCache = createLiveCache(cache, (ms, run) => setTimeout(run, ms))
  const live = createLive({
    connect: connectBrowser,
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    now: () => Date.now(),
    onEvent: (event) => {
      if (event.event_type === 'PIPELINE_STATS') rates.add(event.payload)
      liveCache.apply(event)
      for (const tell of listeners) tell(event)
    },
    onOpen: (again) => liveCache.readAgain(again),
  })
  return { live, rates, listeners }
}

function connectBrowser(handlers: LiveHandlers): LiveSocket {
  const url = new URL(livePath, location.href)
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  socket.onopen = () => {
    // What follows waits behind it: the server takes messages in order.
    const token = sessionKey()
    if (token !== null) socket.send(JSON.stringify({ type: 'auth', token } satisfies ClientMessage))
    handlers.open()
  }
  socket.onmessage = (message) => handlers.message(String(message.data))
  socket.onclose = () => handlers.close()
  return { send: (text) => socket.send(text), close: () => socket.close() }
}
