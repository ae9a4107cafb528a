import { type Asked, dataFrame, type Frames, piecesOf, type Turn } from './script.ts'

/** Gemini's streamGenerateContent with `alt=sse` (https://ai.google.dev/api/generate-content). Calls come whole. */
export function googleFrames(turn: Turn): Frames {
  const chunk = (parts: object[], more: object = {}, top: object = {}): string =>
    dataFrame({
      candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
      modelVersion: turn.model,
      responseId: 'r1',
      ...top,
    })
  const content = turn.parts.flatMap((part) =>
    part.type === 'text'
      ? piecesOf(part.text, turn.pieceChars).map((text) => chunk([{ text }]))
      : [
          chunk([
            {
              functionCall: { id: part.id, name: part.name, args: argumentsOf(part.arguments) },
              thoughtSignature: `signature-${part.name}`,
            },
          ]),
        ],
  )
  const reason = { STOP: 'STOP', CUT: 'MAX_TOKENS', FILTERED: 'SAFETY' }
  const usageMetadata = turn.usage && {
    promptTokenCount: turn.usage.input,
    candidatesTokenCount: turn.usage.output,
    totalTokenCount: turn.usage.input + turn.usage.output,
  }
  return {
    opening: [],
    content,
    closing: [chunk([], { finishReason: reason[turn.finish] }, usageMetadata ? { usageMetadata } : {})],
    done: [],
  }
}

/** This protocol has no arguments as text: what is no JSON is sent as a JSON string. */
function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const googleError = (message: string): string =>
  dataFrame({ error: { code: 503, message, status: 'UNAVAILABLE' } })

type Part = { text?: string; functionResponse?: { response?: unknown } }
type Content = { role?: string; parts?: Part[] }

export function googleAsked(body: { systemInstruction?: Content; contents?: Content[] }): Asked {
  const textOf = (content: Content | undefined): string =>
    (content?.parts ?? []).map(({ text }) => text ?? '').join('')
  const contents = body.contents ?? []
  const lastUser = contents.findLastIndex((content) => content.role === 'user' && textOf(content) !== '')
  return {
    system: textOf(body.systemInstruction),
    user: textOf(contents[lastUser]),
    tools: contents
      .slice(lastUser + 1)
      .flatMap(({ parts = [] }) => parts)
      .filter(({ functionResponse }) => functionResponse)
      .map(({ functionResponse }) => JSON.stringify(functionResponse?.response))
      .join('\n'),
  }
}
