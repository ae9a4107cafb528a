import { ApiError } from '@aiops/contract/client'
import type { ChatFrame } from '@aiops/contract/model/chat'
import type { AnswerReader, Draft } from './answer-reader.ts'
import { blankAnswer, type LiveAnswer, withFrame } from './live-answer.ts'

/** What is under way in one conversation. */
export type Exchange = {
  /** What was said, until it is among the messages. */
  draft: Draft | undefined
  live: LiveAnswer | undefined
  /** The connection is lost; the next try is under way or due. */
  reconnecting: boolean
  /** Why there is no answer, or no more of it. */
  error: unknown
}

export type LiveAnswersDeps = {
  reader: AnswerReader
  /** Runs later, once; gives the cancellation. */
  after(ms: number, run: () => void): () => void
  /** The messages of this conversation are others now. */
  onChanged(sessionId: string): void
  /** Runs once before the next picture is drawn. */
  beforePaint(run: () => void): void
}

/** Answers that are being read, one a conversation: whoever shows it may come and go. */
export type LiveAnswers = {
  say(sessionId: string, draft: Draft): void
  /** Reads an answer that somebody else asked for, or this page before it was loaded anew. */
  follow(sessionId: string, messageId: string): void
  exchange(sessionId: string): Exchange | undefined
  /** Forgets what is over: the message stands among the others, or its failure was read. */
  settle(sessionId: string): void
  /** As long as somebody watches it is read on. */
  watch(sessionId: string, listener: () => void): () => void
}

/** Waits between tries to go on: 0.25, 0.5, 1, 2, 4, then 8 s. */
const retryMs = (tries: number): number => Math.min(8_000, 250 * 2 ** tries)
/** About four minutes; then a person has to ask for it. */
const triesMax = 30

type Reading = { exchange: Exchange; abort: AbortController; tries: number; cancel: () => void }

export function createLiveAnswers(deps: LiveAnswersDeps): LiveAnswers {
  const readings = new Map<string, Reading>()
  const watchers = new Map<string, Set<() => void>>()
  const dirty = new Set<string>()

  function tell(sessionId: string): void {
    if (dirty.size === 0)
      deps.beforePaint(() => {
        const ids = [...dirty]
        dirty.clear()
        for (const id of ids) for (const listener of watchers.get(id) ?? []) listener()
      })
    dirty.add(sessionId)
  }
  const isCurrent = (id: string, reading: Reading): boolean => readings.get(id) === reading
  function change(id: string, reading: Reading, part: Partial<Exchange>): void {
    if (!isCurrent(id, reading)) return
    reading.exchange = { ...reading.exchange, ...part }
    tell(id)
  }

  function take(id: string, reading: Reading, frame: ChatFrame): void {
    const known = reading.exchange.live
    const live = withFrame(known ?? blankAnswer(frame.message_id), frame)
    reading.tries = 0
    change(id, reading, { live, reconnecting: false })
    // The question is stored: it can be shown from the messages.
    if (!known) deps.onChanged(id)
    if (!watchers.get(id)?.size && live.state === 'TELLING') drop(id)
  }

  async function run(id: string, reading: Reading): Promise<void> {
    const { exchange, abort } = reading
    const on = (frame: ChatFrame): void => {
      if (isCurrent(id, reading)) take(id, reading, frame)
    }
    try {
      if (exchange.live) {
        const { messageId, seq } = exchange.live
        await deps.reader.follow(id, { messageId, after: seq }, on, abort.signal)
      } else if (exchange.draft) await deps.reader.say(id, exchange.draft, on, abort.signal)
      ended(id, reading)
    } catch (error) {
      failed(id, reading, error)
    }
  }

  /** Without its last frame it was cut off, or it is over and was stored while nobody read. */
  function ended(id: string, reading: Reading): void {
    if (!isCurrent(id, reading)) return
    const { live } = reading.exchange
    if (live && live.state !== 'TELLING') deps.onChanged(id)
    else again(id, reading, new TypeError('network: the stream ended early'))
  }

  function failed(id: string, reading: Reading, error: unknown): void {
    if (!isCurrent(id, reading)) return
    const refused = error instanceof ApiError && error.status < 500 && error.status !== 429
    // What was said may have arrived though no answer came: it is never said twice by itself.
    if (refused || !reading.exchange.live) {
      change(id, reading, { error, reconnecting: false })
      deps.onChanged(id)
    } else again(id, reading, error)
  }

  function again(id: string, reading: Reading, error: unknown): void {
    if (!reading.exchange.live || reading.tries >= triesMax) {
      change(id, reading, { error, reconnecting: false })
      deps.onChanged(id)
      return
    }
    change(id, reading, { reconnecting: true })
    deps.onChanged(id)
    reading.cancel = deps.after(retryMs(reading.tries), () => void run(id, reading))
    reading.tries += 1
  }

  function drop(id: string): void {
    const reading = readings.get(id)
    if (!reading) return
    readings.delete(id)
    reading.cancel()
    reading.abort.abort()
    tell(id)
  }

  function begin(id: string, exchange: Exchange): void {
    drop(id)
    const reading = { exchange, abort: new AbortController(), tries: 0, cancel: () => {} }
    readings.set(id, reading)
    tell(id)
    void run(id, reading)
  }

  return {
    say: (id, draft) => begin(id, { draft, live: undefined, reconnecting: false, error: undefined }),
    follow(id, messageId) {
      if (readings.get(id)?.exchange.live?.messageId === messageId) return
      begin(id, { draft: undefined, live: blankAnswer(messageId), reconnecting: false, error: undefined })
    },
    exchange: (id) => readings.get(id)?.exchange,
    settle: drop,
    watch(id, listener) {
      const set = watchers.get(id) ?? new Set()
      watchers.set(id, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size > 0) return
        watchers.delete(id)
        // What was said and not yet heard of goes on: cut off now, it might never arrive.
        if (readings.get(id)?.exchange.live) drop(id)
      }
    },
  }
}
