import { chatStreamPath } from '@aiops/contract/api/chat'
import { ApiError, pathOf } from '@aiops/contract/client'
import { ErrorBody } from '@aiops/contract/error'
import { createEventParser } from '@aiops/contract/event-stream'
import type { ChatEvent, ChatFrame } from '@aiops/contract/model/chat'

export type Draft = {
  content: string
  attachmentIds: readonly string[]
  /** The message of a person that was the last one when this was said. */
  after: string | undefined
}
export type Place = { messageId: string; after: number }

export type AnswerReader = {
  /** Says something and tells the frames of its answer, until the stream ends or breaks. */
  say(sessionId: string, draft: Draft, on: (frame: ChatFrame) => void, signal: AbortSignal): Promise<void>
  /** Goes on with an answer. Ends at once where nothing is left of it. */
  follow(sessionId: string, place: Place, on: (frame: ChatFrame) => void, signal: AbortSignal): Promise<void>
}

/** Throws `ApiError` where the server refuses, and what `fetch` throws where it cannot be reached. */
export function createAnswerReader(send: typeof fetch): AnswerReader {
  async function read(path: string, init: RequestInit, on: (frame: ChatFrame) => void): Promise<void> {
    const headers = { accept: 'text/event-stream', ...init.headers }
    const response = await send(path, { ...init, headers })
    if (!response.ok) throw await refusal(response)
    if (response.status === 204 || !response.body) return
    const parse = createEventParser()
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read())
      for (const { id, data } of parse(part.value)) {
        const frame = frameOf(id, data)
        if (frame) on(frame)
      }
  }
  return {
    say: (id, { content, attachmentIds }, on, signal) =>
      read(
        pathOf(chatStreamPath, { params: { id } }),
        {
          ...{ method: 'POST', signal, headers: { 'content-type': 'application/json' } },
          body: JSON.stringify({ content, attachment_ids: attachmentIds }),
        },
        on,
      ),
    follow: (id, { messageId, after }, on, signal) =>
      read(
        pathOf(chatStreamPath, { params: { id }, query: { message_id: messageId, after } }),
        { method: 'GET', signal },
        on,
      ),
  }
}

/** The id of an event is `<message id>:<seq>`. */
function frameOf(id: string, data: string): ChatFrame | undefined {
  const colon = id.lastIndexOf(':')
  const seq = Number(id.slice(colon + 1))
  if (colon < 1 || !Number.isInteger(seq) || seq < 1) return undefined
  try {
    return { seq, message_id: id.slice(0, colon), event: JSON.parse(data) as ChatEvent }
  } catch {
    return undefined
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    return new ApiError(response.status, ErrorBody.parse(JSON.parse(text)).error)
  } catch {
    const message = `The server answered ${response.status}.`
    return new ApiError(response.status, { code: 'UPSTREAM_FAILED', message, trace_id: '', timestamp: '' })
  }
}
