import type { ChatMessage } from '@aiops/contract/model/chat'
import type { Draft } from './answer-reader.ts'
import type { Exchange } from './live-answers.ts'

/** What of a conversation is shown from its messages, and what from the answer that is being read. */
export type UnderWay = {
  stored: readonly ChatMessage[]
  /** What was said and is not among the messages. */
  draft: Draft | undefined
  /** An answer is awaited or written. */
  running: boolean
  /** Who answers. */
  name: string
}

/** Each message stands once: from the list as soon as it is whole there, until then as it is told. */
export function underWay(
  messages: readonly ChatMessage[],
  exchange: Exchange | undefined,
  persona: string,
): UnderWay {
  const writing = messages.find(({ state }) => state === 'STREAMING')
  const stored = messages.filter(({ state }) => state !== 'STREAMING')
  const told = exchange?.live?.messageId
  const known = told !== undefined && messages.some(({ id }) => id === told)
  const whole = told !== undefined && stored.some(({ id }) => id === told)
  const failed = exchange?.error !== undefined
  const running = writing !== undefined || (exchange !== undefined && !failed && !whole)
  return {
    stored,
    draft: known || hasArrived(messages, exchange) ? undefined : exchange?.draft,
    running,
    name: writing?.author ?? persona,
  }
}

/** No answer came, yet the question is there: only its way back was lost. */
function hasArrived(messages: readonly ChatMessage[], exchange: Exchange | undefined): boolean {
  if (!exchange?.draft || exchange.error === undefined) return false
  const last = messages.findLast(({ role }) => role === 'USER')
  return last !== undefined && last.content === exchange.draft.content && last.id !== exchange.draft.after
}
