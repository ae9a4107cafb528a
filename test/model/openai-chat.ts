import { type Asked, dataFrame, type Frames, piecesOf, type Turn } from './script.ts'

/** Chat Completions as OpenAI describes them and vLLM, Ollama, llama.cpp, LM Studio and Foundry Local speak them. */
export function openAiChatFrames(turn: Turn): Frames {
  const chunk = (delta: object, more: object = {}): string =>
    dataFrame({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: turn.model,
      choices: [{ index: 0, delta, finish_reason: null, ...more }],
    })
  const calls = turn.parts.filter((part) => part.type === 'call')
  const content = turn.parts.flatMap((part) =>
    part.type === 'text' ? piecesOf(part.text, turn.pieceChars).map((text) => chunk({ content: text })) : [],
  )
  // Calls made at once come interleaved, as servers send them.
  content.push(
    ...calls.map((call, index) =>
      chunk({
        tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }],
      }),
    ),
  )
  const pieces = calls.map((call) => piecesOf(call.arguments, turn.pieceChars))
  for (let at = 0; at < Math.max(0, ...pieces.map((list) => list.length)); at += 1)
    pieces.forEach((list, index) => {
      if (list[at] !== undefined)
        content.push(chunk({ tool_calls: [{ index, function: { arguments: list[at] } }] }))
    })
  const reason = { STOP: calls.length > 0 ? 'tool_calls' : 'stop', CUT: 'length', FILTERED: 'content_filter' }
  const closing = [chunk({}, { finish_reason: reason[turn.finish] })]
  if (turn.usage)
    closing.push(
      dataFrame({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: turn.model,
        choices: [],
        usage: {
          prompt_tokens: turn.usage.input,
          completion_tokens: turn.usage.output,
          total_tokens: turn.usage.input + turn.usage.output,
        },
      }),
    )
  return {
    opening: [chunk({ role: 'assistant', content: '' })],
    content,
    closing,
    done: ['data: [DONE]\n\n'],
  }
}

export const openAiChatError = (message: string): string =>
  dataFrame({ error: { message, type: 'server_error', param: null, code: null } })

type ChatMessage = { role: string; content: unknown }

export function openAiChatAsked(body: { messages?: ChatMessage[] }): Asked {
  const messages = body.messages ?? []
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  const textOf = (message: ChatMessage): string =>
    typeof message.content === 'string' ? message.content : JSON.stringify(message.content ?? '')
  return {
    system: messages
      .filter(({ role }) => role === 'system' || role === 'developer')
      .map(textOf)
      .join('\n'),
    user: lastUser < 0 ? '' : textOf(messages[lastUser]!),
    tools: messages
      .slice(lastUser + 1)
      .filter(({ role }) => role === 'tool')
      .map(textOf)
      .join('\n'),
  }
}
