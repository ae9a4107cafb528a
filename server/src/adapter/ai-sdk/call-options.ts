import type { LanguageModel, ModelMessage, ModelRequest, ModelToolCall } from '../../port/language-model.ts'
import type { CallOptions } from './provider.ts'

type Prompt = CallOptions['prompt']
type ProviderOptions = NonNullable<CallOptions['providerOptions']>

/** A request in the words of the provider packages. */
export function callOptions(protocol: LanguageModel['protocol'], request: ModelRequest): CallOptions {
  const options: CallOptions = {
    prompt: promptOf(request.messages),
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    // The Responses API would keep what it is asked for thirty days.
    ...(protocol === 'OPENAI' ? { providerOptions: { openai: { store: false } } } : {}),
  }
  if (request.tools.length === 0) return options
  return {
    ...options,
    tools: request.tools.map(({ name, description, inputSchema }) => ({
      ...{ type: 'function' as const, name, description, inputSchema },
      // Strict schemas allow no optional fields, and the Responses API is strict unless told.
      ...(protocol === 'OPENAI' ? { strict: false } : {}),
    })),
    toolChoice: { type: request.toolChoice },
  }
}

/**
 * Leading system messages become one, because templates of small models know one; a later one is a user's, because some protocols allow
 * none there. Results of calls made at once stand together.
 */
function promptOf(messages: readonly ModelMessage[]): Prompt {
  const prompt: Prompt = []
  for (const message of messages) {
    const last = prompt.at(-1)
    if (message.role === 'system' && last === undefined)
      prompt.push({ role: 'system', content: message.text })
    else if (message.role === 'system' && last?.role === 'system') last.content += `\n\n${message.text}`
    else if (message.role === 'assistant') {
      const content = assistantContent(message)
      if (content.length > 0) prompt.push({ role: 'assistant', content })
    } else if (message.role === 'tool') {
      const output = {
        type: message.failed ? ('error-text' as const) : ('text' as const),
        value: message.text,
      }
      const { toolCallId, name: toolName } = message
      const result = { type: 'tool-result' as const, toolCallId, toolName, output }
      if (last?.role === 'tool') last.content.push(result)
      else prompt.push({ role: 'tool', content: [result] })
    } else prompt.push({ role: 'user', content: [{ type: 'text', text: message.text }] })
  }
  return prompt
}

type AssistantContent = Extract<Prompt[number], { role: 'assistant' }>['content']

const assistantContent = (message: Extract<ModelMessage, { role: 'assistant' }>): AssistantContent => [
  ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
  ...message.toolCalls.map((call: ModelToolCall) => ({
    type: 'tool-call' as const,
    toolCallId: call.id,
    toolName: call.name,
    // Templates and protocols demand an object; its result says what was wrong with what the model wrote.
    input: call.input ?? {},
    ...(call.opaque ? { providerOptions: call.opaque as ProviderOptions } : {}),
  })),
]
