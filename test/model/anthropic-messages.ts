import { type Asked, eventFrame, type Frames, piecesOf, type Turn } from './script.ts'

/** Anthropic's Messages API (https://docs.anthropic.com/en/docs/build-with-claude/streaming). */
export function anthropicFrames(turn: Turn): Frames {
  const content = turn.parts.flatMap((part, index) => [
    eventFrame('content_block_start', {
      index,
      content_block:
        part.type === 'text'
          ? { type: 'text', text: '' }
          : { type: 'tool_use', id: part.id, name: part.name, input: {} },
    }),
    ...piecesOf(part.type === 'text' ? part.text : part.arguments, turn.pieceChars).map((piece) =>
      eventFrame('content_block_delta', {
        index,
        delta:
          part.type === 'text'
            ? { type: 'text_delta', text: piece }
            : { type: 'input_json_delta', partial_json: piece },
      }),
    ),
    eventFrame('content_block_stop', { index }),
  ])
  const called = turn.parts.some(({ type }) => type === 'call')
  const reason = { STOP: called ? 'tool_use' : 'end_turn', CUT: 'max_tokens', FILTERED: 'refusal' }
  return {
    opening: [
      eventFrame('message_start', {
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: turn.model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: turn.usage?.input ?? 0, output_tokens: 0 },
        },
      }),
      eventFrame('ping', {}),
    ],
    content,
    closing: [
      eventFrame('message_delta', {
        delta: { stop_reason: reason[turn.finish], stop_sequence: null },
        usage: { output_tokens: turn.usage?.output ?? 0 },
      }),
    ],
    done: [eventFrame('message_stop', {})],
  }
}

export const anthropicError = (message: string): string =>
  eventFrame('error', { error: { type: 'overloaded_error', message } })

type Block = { type: string; text?: string; content?: unknown }
type Message = { role: string; content: string | Block[] }

export function anthropicAsked(body: { system?: string | Block[]; messages?: Message[] }): Asked {
  const blocks = (content: string | Block[] | undefined): Block[] =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
  const textOf = (list: Block[]): string =>
    list
      .filter(({ type }) => type === 'text')
      .map(({ text }) => text ?? '')
      .join('\n')
  const messages = body.messages ?? []
  const hasText = ({ role, content }: Message): boolean => role === 'user' && textOf(blocks(content)) !== ''
  const lastUser = messages.findLastIndex(hasText)
  return {
    system: textOf(blocks(body.system)),
    user: lastUser < 0 ? '' : textOf(blocks(messages[lastUser]!.content)),
    tools: messages
      .slice(lastUser + 1)
      .flatMap(({ content }) => blocks(content))
      .filter(({ type }) => type === 'tool_result')
      .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)))
      .join('\n'),
  }
}
