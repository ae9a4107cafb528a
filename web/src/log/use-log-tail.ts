import { useEffect, useRef, useState } from 'react'
import { sessionKey } from '../shell/session.ts'
import { askLogs } from './ask-logs.ts'
import { entryOf, type LogEntry, nanosecondsOf, timestampOf } from './log-entry.ts'
import { addLines, emptyTail, type TailBuffer } from './tail-buffer.ts'
import { inOrder, type TailMessage, tailLines } from './tail-message.ts'

export type TailState = TailBuffer & { state: 'connecting' | 'open' | 'failed'; error?: unknown }

/** `own`: no other cluster than this server itself is asked. */
type Tail = { query: string; clusters: readonly string[]; own: boolean; paused: boolean }
type Take = (lines: readonly LogEntry[], dropped: number) => void
type Tell = (state: TailState['state'], error?: unknown) => void

const pollMs = 2_000
const pollLimit = 1_000
const retryMs = 3_000
/** A tail begins with what was said so long before. */
const beforeMs = 60_000
/** Lines that come while a tail stands still; beyond it the oldest are counted as dropped. */
const heldMax = 1_000

/**
 * New lines as they come. Our own logs come over Loki's WebSocket; those of other clusters, and all where a key is asked
 * for, which a browser cannot show to a WebSocket, are asked for again and again.
 */
export function useLogTail({ query, clusters, own, paused }: Tail): TailState {
  const [tail, setTail] = useState<TailState>({ ...emptyTail, state: 'connecting' })
  const held = useRef<{ lines: LogEntry[]; dropped: number }>({ lines: [], dropped: 0 })
  const standing = useRef(paused)
  standing.current = paused
  const key = JSON.stringify(clusters)
  useEffect(() => {
    setTail({ ...emptyTail, state: 'connecting' })
    held.current = { lines: [], dropped: 0 }
    const take: Take = (lines, dropped) => {
      const waiting = held.current
      if (!standing.current) return setTail((old) => ({ ...old, ...addLines(old, lines, dropped) }))
      const all = [...waiting.lines, ...lines]
      held.current = {
        lines: all.slice(-heldMax),
        dropped: waiting.dropped + dropped + Math.max(0, all.length - heldMax),
      }
    }
    const tell: Tell = (state, error) => setTail((old) => ({ ...old, state, error }))
    const ids = JSON.parse(key) as string[]
    return own && sessionKey() === null
      ? listen(query, take, tell)
      : poll({ query, clusters: ids }, take, tell)
  }, [query, key, own])
  useEffect(() => {
    const { lines, dropped } = held.current
    if (paused || (lines.length === 0 && dropped === 0)) return
    held.current = { lines: [], dropped: 0 }
    setTail((old) => ({ ...old, ...addLines(old, lines, dropped) }))
  }, [paused])
  return tail
}

/** https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs */
function listen(query: string, take: Take, tell: Tell): () => void {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let newest = BigInt(Date.now() - beforeMs) * 1_000_000n
  const open = (): void => {
    const parameters = new URLSearchParams({ query, limit: '200', start: String(newest) })
    socket = new WebSocket(
      `${location.origin.replace(/^http/, 'ws')}/loki/api/v1/tail?${parameters.toString()}`,
    )
    socket.onopen = () => tell('open')
    socket.onmessage = ({ data }) => {
      const { lines, dropped } = tailLines(JSON.parse(String(data)) as TailMessage)
      const last = lines.at(-1)
      if (last) newest = nanosecondsOf(last.timestamp) + 1n
      take(lines, dropped)
    }
    socket.onclose = ({ reason }) => {
      tell('failed', reason ? new Error(reason) : undefined)
      timer = setTimeout(open, retryMs)
    }
  }
  open()
  return () => {
    clearTimeout(timer)
    if (!socket) return
    socket.onclose = null
    socket.onmessage = null
    socket.close()
  }
}

function poll({ query, clusters }: Pick<Tail, 'query' | 'clusters'>, take: Take, tell: Tell): () => void {
  let over = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let newest = BigInt(Date.now() - beforeMs) * 1_000_000n
  const ask = async (): Promise<void> => {
    try {
      const now = BigInt(Date.now()) * 1_000_000n
      const answer = await askLogs({
        ...{ query, clusters, start: timestampOf(newest), end: timestampOf(now), stepSeconds: 60 },
        ...{ limit: pollLimit, direction: 'FORWARD' },
      })
      if (over) return
      tell('open')
      const lines = inOrder(answer.logs.map((line) => entryOf(line)))
      const last = lines.at(-1)
      if (last) newest = nanosecondsOf(last.timestamp) + 1n
      take(lines, 0)
    } catch (error) {
      if (!over) tell('failed', error)
    }
    if (!over) timer = setTimeout(() => void ask(), pollMs)
  }
  void ask()
  return () => {
    over = true
    clearTimeout(timer)
  }
}
