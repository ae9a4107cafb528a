import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { fetchWithKey } from '../shell/session.ts'
import { createAnswerReader } from './answer-reader.ts'
import { refreshChat } from './chat-live.ts'
import { createLiveAnswers, type Exchange, type LiveAnswers } from './live-answers.ts'

/** One for the page, so that an answer is read on from one page to the next. */
const made = new WeakMap<QueryClient, LiveAnswers>()

export function useLiveAnswers(): LiveAnswers {
  const cache = useQueryClient()
  const there = made.get(cache) ?? create(cache)
  made.set(cache, there)
  return there
}

/** What is under way in a conversation. While it is shown, its answer is read. */
export function useExchange(sessionId: string): Exchange | undefined {
  const answers = useLiveAnswers()
  const watch = useCallback(
    (listener: () => void) => answers.watch(sessionId, listener),
    [answers, sessionId],
  )
  return useSyncExternalStore(watch, () => answers.exchange(sessionId))
}

const create = (cache: QueryClient): LiveAnswers =>
  createLiveAnswers({
    reader: createAnswerReader(fetchWithKey),
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    onChanged: (id) => refreshChat(cache, id),
    beforePaint: (run) => void requestAnimationFrame(run),
  })
