import { type Asked, eventFrame, type Frames, piecesOf, type Turn } from './script.ts'

/** OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses-streaming). */
export function openAiResponsesFrames(turn: Turn): Frames {
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    model: turn.model,
    output: [],
  }
  const content = turn.parts.flatMap((part, output_index) => {
    const item_id = `item_${output_index}`
    if (part.type === 'text')
      return [
        eventFrame('response.output_item.added', {
          output_index,
          item: { type: 'message', id: item_id, role: 'assistant', status: 'in_progress', content: [] },
        }),
        ...piecesOf(part.text, turn.pieceChars).map((delta) =>
          eventFrame('response.output_text.delta', { item_id, output_index, content_index: 0, delta }),
        ),
        eventFrame('response.output_item.done', {
          output_index,
          item: { type: 'message', id: item_id, role: 'assistant', status: 'completed', content: [] },
        }),
      ]
    const item = { type: 'function_call', id: item_id, call_id: part.id, name: part.name }
    return [
      eventFrame('response.output_item.added', {
        output_index,
        item: { ...item, arguments: '', status: 'in_progress' },
      }),
      ...piecesOf(part.arguments, turn.pieceChars).map((delta) =>
        eventFrame('response.function_call_arguments.delta', { item_id, output_index, delta }),
      ),
      eventFrame('response.function_call_arguments.done', {
        item_id,
        output_index,
        arguments: part.arguments,
      }),
      eventFrame('response.output_item.done', {
        output_index,
        item: { ...item, arguments: part.arguments, status: 'completed' },
      }),
    ]
  })
  const usage = turn.usage && {
    input_tokens: turn.usage.input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: turn.usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
  }
  const complete = turn.finish === 'STOP'
  return {
    opening: [eventFrame('response.created', { response }), eventFrame('response.in_progress', { response })],
    content,
    closing: [
      eventFrame(complete ? 'response.completed' : 'response.incomplete', {
        response: {
          ...response,
          status: complete ? 'completed' : 'incomplete',
          incomplete_details: complete
            ? null
            : { reason: turn.finish === 'CUT' ? 'max_output_tokens' : 'content_filter' },
          usage,
        },
      }),
    ],
    done: [],
  }
}

export const openAiResponsesError = (message: string): string =>
  eventFrame('error', { sequence_number: 1, code: 'server_error', message, param: null })

type InputItem = { type?: string; role?: string; content?: unknown; output?: unknown }

export function openAiResponsesAsked(body: { input?: InputItem[] }): Asked {
  const items = body.input ?? []
  const textOf = ({ content }: InputItem): string =>
    typeof content === 'string'
      ? content
      : ((content ?? []) as { text?: string }[]).map(({ text }) => text ?? '').join('')
  const lastUser = items.findLastIndex(({ role }) => role === 'user')
  return {
    system: items
      .filter(({ role }) => role === 'system' || role === 'developer')
      .map(textOf)
      .join('\n'),
    user: lastUser < 0 ? '' : textOf(items[lastUser]!),
    tools: items
      .slice(lastUser + 1)
      .filter(({ type }) => type === 'function_call_output')
      .map(({ output }) => (typeof output === 'string' ? output : JSON.stringify(output)))
      .join('\n'),
  }
}
