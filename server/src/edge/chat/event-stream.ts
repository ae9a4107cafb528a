import { Readable } from 'node:stream'
import type { ChatFrame } from '@aiops/contract/model/chat'
import type { Clock } from '../../kernel/clock.ts'
import { chatLimits } from './limit.ts'

export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Proxies of the nginx family would hold it back until it is whole.
  'x-accel-buffering': 'no',
}

/**
 * Frames as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A frame is taken when the reader has room
 * for it, so that a slow one costs nothing here. `gone` is called once: with true when all was said, with false when the reader left.
 */
export function eventStreamOf(
  frames: AsyncIterable<ChatFrame>,
  abort: AbortController,
  clock: Clock,
  gone: (whole: boolean) => void,
): Readable {
  let whole = false
  let resume = (): void => undefined
  const stream = new Readable({
    read: () => resume(),
    destroy(error, done) {
      cancel()
      abort.abort()
      resume()
      gone(whole)
      done(error)
    },
  })
  const cancel = clock.every(chatLimits.commentMs, () => {
    if (!whole && stream.readableLength === 0) stream.push(':\n\n')
  })
  async function pump(): Promise<void> {
    // The head goes out at once.
    stream.push(':\n\n')
    for await (const frame of frames) {
      if (stream.destroyed) return
      if (stream.push(eventOf(frame))) continue
      await new Promise<void>((resolve) => {
        resume = resolve
      })
    }
    whole = !abort.signal.aborted
    if (!stream.destroyed) stream.push(null)
  }
  pump().catch((error: unknown) => stream.destroy(error as Error))
  return stream
}

/** JSON has no line breaks of its own and writes halves of characters as escapes, so that an event is one line of valid UTF-8. */
const eventOf = ({ seq, message_id, event }: ChatFrame): string =>
  `event: ${event.type}\nid: ${message_id}:${seq}\ndata: ${JSON.stringify(event)}\n\n`
