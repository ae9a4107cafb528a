import { chatStreamPath, chat as operations } from '@aiops/contract/api/chat'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { StreamAnswer, StreamRoute } from '../../port/stream-route.ts'
import { eventStreamHeaders, eventStreamOf } from './event-stream.ts'
import type { ChatApiDeps } from './index.ts'
import type { Readers } from './readers.ts'

const { params, body } = operations.sendChatMessage
const SendQuery = z.object({
  /** The answer is stopped when its reader goes before the end. */
  stop_on_close: z.enum(['0', '1', 'true', 'false']).default('0'),
})
const FollowQuery = z.object({
  message_id: z.string().max(64).optional(),
  after: z.coerce.number().int().min(0).optional(),
})

/** A message said and its answer read, or an answer read on, as server-sent events. */
export function streamRoutes(deps: ChatApiDeps, readers: Readers): StreamRoute[] {
  const { chat, clock } = deps

  /** The reader has its place before anything is begun for it. */
  async function answered(
    caller: Caller,
    begin: () => Promise<{ id: string; messageId: string; after: number }>,
    left: (place: { id: string; messageId: string }) => void = () => undefined,
  ): Promise<StreamAnswer> {
    const leave = readers.enter()
    const abort = new AbortController()
    try {
      const place = await begin()
      const { id, messageId, after } = place
      const { over, frames } = await chat.follow(caller, id, messageId, after, abort.signal)
      // What tells a browser's EventSource not to come again.
      if (over) {
        leave()
        return { status: 204, headers: {}, body: null }
      }
      const stream = eventStreamOf(frames, abort, clock, (whole) => {
        leave()
        if (!whole) left(place)
      })
      readers.onClose(stream)
      return { status: 200, headers: eventStreamHeaders, body: stream }
    } catch (error) {
      leave()
      throw error
    }
  }

  const send: StreamRoute = {
    ...{ method: 'POST', path: chatStreamPath, action: 'sendChatMessage', permission: 'chat:write' },
    summary:
      'Say something and read the answer while it is written. It is written to its end whoever reads it.',
    ...{ params, body, query: SendQuery, quota: (caller: Caller) => chat.quota(caller) },
    async open({ caller, ...request }) {
      const { id } = request.params as z.output<typeof params>
      const { stop_on_close } = request.query as z.output<typeof SendQuery>
      const stops = stop_on_close === '1' || stop_on_close === 'true'
      const begin = async () => {
        const { message } = await chat.send(caller, id, request.body as z.output<typeof body>)
        return { id, messageId: message.id, after: 0 }
      }
      return answered(caller, begin, ({ messageId }) => {
        if (stops) chat.stopAnswer(caller, id, messageId).catch(() => undefined)
      })
    },
  }

  const follow: StreamRoute = {
    ...{ method: 'GET', path: chatStreamPath, action: 'followChatMessage', permission: 'chat:read' },
    summary: 'Read an answer, from its beginning or from where its reader was cut off.',
    ...{ params, query: FollowQuery },
    async open({ caller, headers, ...request }) {
      const { id } = request.params as z.output<typeof params>
      const query = request.query as z.output<typeof FollowQuery>
      const place = placeIn(headers['last-event-id'])
      const messageId = query.message_id ?? place?.messageId
      if (messageId === undefined)
        throw new Fault('VALIDATION_FAILED', 'message_id: say which answer, or send Last-Event-ID', {
          details: [{ path: 'message_id', message: 'say which answer, or send Last-Event-ID' }],
        })
      // A browser that comes again has the older address and the newer header.
      const after = place?.messageId === messageId ? place.seq : (query.after ?? 0)
      return answered(caller, async () => ({ id, messageId, after }))
    },
  }
  return [send, follow]
}

function placeIn(lastEventId: string | undefined): { messageId: string; seq: number } | undefined {
  const parts = /^([\w-]{1,64}):(\d{1,9})$/.exec(lastEventId ?? '')
  return parts ? { messageId: parts[1]!, seq: Number(parts[2]) } : undefined
}
