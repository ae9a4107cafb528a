import type { Answer, ToolCallRecord } from '@aiops/contract/model/answer'
import type { Attachment, ChatEvent, ChatMessage, ToolCall, ToolResult } from '@aiops/contract/model/chat'
import type { AskEvent, AskRequest } from '../index.ts'

/** Of what was said before: so much goes along with a question. */
const understandingsMax = 10
export const historyMax = 20
const historyCharactersMax = 4_000
/** Records of one frame. */
const evidenceMax = 50

type Draft = {
  id: string
  sessionId: string
  author: string
  personaId: string
  createdAt: string
}

const blank = ({ id, sessionId, author, personaId, createdAt }: Draft) => ({
  ...{ id, session_id: sessionId, author, persona_id: personaId, created_at: createdAt },
  ...{ tool_calls: [], tool_results: [], answer: null, attachments: [], model: null },
  ...{ tokens_used: 0, latency_ms: 0 },
})

export const questionOf = (draft: Draft, content: string, attachments: Attachment[]): ChatMessage => ({
  ...blank(draft),
  ...{ role: 'USER', state: 'COMPLETE', content, attachments },
})

export const answerMessage = (draft: Draft): ChatMessage => ({
  ...blank(draft),
  ...{ role: 'ASSISTANT', state: 'STREAMING', content: '' },
})

/** What it took to answer, where there is an answer. */
export function answered(answer: Answer | null, calls: readonly ToolCallRecord[]) {
  const made = answer?.checked ?? calls
  const usage = answer?.usage
  return {
    answer,
    model: answer?.model ?? null,
    tokens_used: usage ? usage.input_tokens + usage.output_tokens : 0,
    tool_calls: made.map((call): ToolCall => ({ id: call.id, name: call.tool, arguments: call.arguments })),
    tool_results: made.map(resultOf),
  }
}

const statusOf = ({ status }: ToolCallRecord): ToolResult['status'] =>
  status === 'TIMEOUT' ? 'TIMEOUT' : status === 'FAILED' || status === 'DENIED' ? 'ERROR' : 'SUCCESS'

function resultOf(call: ToolCallRecord): ToolResult {
  const status = statusOf(call)
  return {
    tool_call_id: call.id,
    status,
    result: { records: call.records, sentence: call.sentence },
    ...(status === 'SUCCESS' ? {} : { error: call.sentence }),
  }
}

/** One thing that happens while a question is answered, as readers are told of it. */
export function eventsOf(event: AskEvent): ChatEvent[] {
  switch (event.type) {
    case 'text':
      return event.text === '' ? [] : [{ type: 'content_delta', delta: event.text }]
    case 'tool_use':
      return [
        { type: 'tool_use', tool_call_id: event.id, name: event.name, arguments: { ...event.arguments } },
      ]
    case 'tool_result':
      return [
        { type: 'tool_result', tool_call_id: event.call.id, status: statusOf(event.call), call: event.call },
      ]
    case 'plan':
      return [{ ...event, tools: [...event.tools] }]
    case 'citation':
      return [{ ...event, cites: [...event.cites] }]
    case 'evidence': {
      const parts: ChatEvent[] = []
      for (let at = 0; at < event.evidence.length; at += evidenceMax)
        parts.push({ type: 'evidence', evidence: event.evidence.slice(at, at + evidenceMax) })
      return parts
    }
    default:
      return [event]
  }
}

/** What was said before, as the next question needs it. */
export function contextOf(messages: readonly ChatMessage[]): Pick<AskRequest, 'before' | 'history'> {
  const before = messages.flatMap(({ answer }) => (answer ? [answer.understanding] : []))
  const history = messages.flatMap(({ role, state, content }) =>
    (role === 'USER' || role === 'ASSISTANT') && state !== 'FAILED' && content !== ''
      ? [{ role, text: content.slice(0, historyCharactersMax) }]
      : [],
  )
  return { before: before.slice(-understandingsMax), history: history.slice(-historyMax) }
}
