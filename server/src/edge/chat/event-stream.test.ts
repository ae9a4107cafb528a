import type { ChatFrame } from '@aiops/contract/model/chat'
import { expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import { eventStreamOf } from './event-stream.ts'

const frameOf = (seq: number, delta = 'x'): ChatFrame => ({
  ...{ seq, message_id: 'm' },
  event: { type: 'content_delta', delta },
})

/** Frames that a test lets go one by one. */
function source() {
  const waiting: ChatFrame[] = []
  let wake = (): void => undefined
  let ended = false
  let taken = 0
  const abort = new AbortController()
  abort.signal.addEventListener('abort', () => wake())
  async function* frames(): AsyncGenerator<ChatFrame> {
    for (;;) {
      const next = waiting.shift()
      if (next) {
        taken += 1
        yield next
      } else if (ended || abort.signal.aborted) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  return {
    abort,
    frames: frames(),
    taken: () => taken,
    put: (...more: ChatFrame[]) => {
      waiting.push(...more)
      wake()
    },
    end: () => {
      ended = true
      wake()
    },
  }
}

it('says each frame as an event with its type, place and data on one line', async () => {
  const gone: boolean[] = []
  const from = source()
  const stream = eventStreamOf(from.frames, from.abort, new ManualClock(), (whole) => gone.push(whole))
  from.put(frameOf(1, 'a\n\nb\r\u2028 \u{1F600} \ud83d'))
  from.end()
  let text = ''
  for await (const part of stream.setEncoding('utf8')) text += part
  expect(text).toBe(
    `:\n\nevent: content_delta\nid: m:1\ndata: {"type":"content_delta","delta":"a\\n\\nb\\r\u2028 \u{1F600} \\ud83d"}\n\n`,
  )
  expect(gone).toEqual([true])
})

it('sends a comment every 15 seconds while nothing is said', async () => {
  const clock = new ManualClock()
  const from = source()
  const stream = eventStreamOf(from.frames, from.abort, clock, () => undefined)
  let text = ''
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await clock.advance(14_999)
  expect(text).toBe(':\n\n')
  await clock.advance(30_001)
  expect(text).toBe(':\n\n:\n\n:\n\n:\n\n')
  from.end()
  await clock.advance(60_000)
  expect(stream.closed).toBe(true)
})

it('takes no more frames than its reader has room for', async () => {
  const clock = new ManualClock()
  const from = source()
  const stream = eventStreamOf(from.frames, from.abort, clock, () => undefined)
  from.put(...Array.from({ length: 1_000 }, (_, i) => frameOf(i + 1, 'x'.repeat(1_000))))
  from.end()
  await clock.advance(60_000)
  expect(from.taken()).toBeLessThan(100)
  let text = ''
  for await (const part of stream.setEncoding('utf8')) text += part
  expect(text.match(/^id: m:\d+$/gm)).toHaveLength(1_000)
})

it('lets go of the answer when its reader leaves', async () => {
  const gone: boolean[] = []
  const from = source()
  const stream = eventStreamOf(from.frames, from.abort, new ManualClock(), (whole) => gone.push(whole))
  stream.resume()
  from.put(frameOf(1))
  stream.destroy()
  await new Promise((resolve) => stream.once('close', resolve))
  expect(from.abort.signal.aborted).toBe(true)
  expect(gone).toEqual([false])
})
