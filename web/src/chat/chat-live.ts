import type { Event } from '@aiops/contract/event'
import type { QueryClient } from '@tanstack/react-query'

/** Reads what a conversation shows again, once for all that happens within this time. */
const gatherMs = 80
const waiting = new WeakMap<QueryClient, Set<string>>()

export function refreshChat(cache: QueryClient, sessionId: string): void {
  const ids = waiting.get(cache) ?? new Set()
  waiting.set(cache, ids)
  if (ids.has(sessionId)) return
  ids.add(sessionId)
  setTimeout(() => {
    ids.delete(sessionId)
    void cache.invalidateQueries({ queryKey: ['chat-messages', sessionId] })
    void cache.invalidateQueries({ queryKey: ['chat-session', sessionId] })
    void cache.invalidateQueries({ queryKey: ['chat-sessions'] })
  }, gatherMs)
}

/** Somebody said something, here or in another browser: its page finds the answer among the messages and follows it. */
export function touchChat(cache: QueryClient, event: Event): void {
  if (event.event_type === 'CHAT_MESSAGE') refreshChat(cache, event.payload.session_id)
}
