import type { Answer, EvidenceRecord } from '@aiops/contract/model/answer'
import type { ChatEvent, ChatFrame } from '@aiops/contract/model/chat'
import type { Call } from '../answer/call-list.tsx'

/** An answer as far as it was told. */
export type LiveAnswer = {
  messageId: string
  /** Of the last frame that was taken. */
  seq: number
  /** What is being done, in a few words. */
  status: string
  /** Tools that will be asked. */
  planned: readonly string[]
  calls: readonly Call[]
  evidence: readonly EvidenceRecord[]
  text: string
  /** `TOLD`: nothing more will come. */
  state: 'TELLING' | 'TOLD' | 'FAILED'
  answer: Answer | null
  error: { code: string; message: string } | null
}

export const blankAnswer = (messageId: string): LiveAnswer => ({
  ...{ messageId, seq: 0, status: '', planned: [], calls: [], evidence: [], text: '' },
  ...{ state: 'TELLING', answer: null, error: null },
})

/** One frame more. What was taken already, or belongs to another answer, changes nothing: a reader may be told twice. */
export function withFrame(live: LiveAnswer, { seq, message_id, event }: ChatFrame): LiveAnswer {
  if (message_id !== live.messageId || seq <= live.seq) return live
  return { ...withEvent(live, event), seq }
}

function withEvent(live: LiveAnswer, event: ChatEvent): LiveAnswer {
  switch (event.type) {
    case 'status':
      return { ...live, status: event.text }
    case 'plan':
      return { ...live, planned: event.tools }
    case 'tool_use': {
      const { tool_call_id: id, name: tool } = event
      return {
        ...live,
        calls: withCall(live.calls, { id, tool, arguments: event.arguments, record: undefined }),
      }
    }
    case 'tool_result': {
      const { call: record } = event
      const call = { id: event.tool_call_id, tool: record.tool, arguments: record.arguments, record }
      return { ...live, calls: withCall(live.calls, call) }
    }
    case 'evidence': {
      const known = new Set(live.evidence.map(({ id }) => id))
      return { ...live, evidence: [...live.evidence, ...event.evidence.filter(({ id }) => !known.has(id))] }
    }
    case 'content_delta':
      return { ...live, text: live.text + event.delta }
    case 'reset':
      return { ...live, text: '' }
    case 'message_complete':
      return { ...live, state: 'TOLD', status: '', answer: event.answer }
    case 'error':
      return { ...live, state: 'FAILED', status: '', error: { code: event.code, message: event.message } }
    case 'message_start':
    case 'citation':
      return live
  }
}

function withCall(calls: readonly Call[], call: Call): readonly Call[] {
  const at = calls.findIndex(({ id }) => id === call.id)
  return at < 0 ? [...calls, call] : calls.with(at, call)
}
