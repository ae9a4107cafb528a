import { ApiError } from '@aiops/contract/client'
import type { ChatEvent, ChatFrame } from '@aiops/contract/model/chat'
import { describe, expect, it } from 'vitest'
import type { AnswerReader, Place } from './answer-reader.ts'
import { createLiveAnswers } from './live-answers.ts'

const draft = { content: 'What is broken?', attachmentIds: [], after: undefined }
const delta = (seq: number, text: string): ChatFrame => frame(seq, { type: 'content_delta', delta: text })
const frame = (seq: number, event: ChatEvent): ChatFrame => ({ seq, message_id: 'm', event })
const end = (seq: number): ChatFrame =>
  frame(seq, { type: 'message_complete', tokens_used: 0, latency_ms: 1, answer: null })
const refusal = new ApiError(409, { code: 'CONFLICT', message: 'Wait.', trace_id: '', timestamp: '' })
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve()
}

/** A reader whose connections give these frames and then end, or break. */
function setup(connections: (readonly ChatFrame[] | Error)[]) {
  const asked: (Place | 'say')[] = []
  const timers: (() => void)[] = []
  const changed: string[] = []
  const give = async (on: (frame: ChatFrame) => void, signal: AbortSignal): Promise<void> => {
    await Promise.resolve()
    const next = connections.shift() ?? []
    if (next instanceof Error) throw next
    for (const one of next) if (!signal.aborted) on(one)
  }
  const reader: AnswerReader = {
    say: (_id, _draft, on, signal) => {
      asked.push('say')
      return give(on, signal)
    },
    follow: (_id, place, on, signal) => {
      asked.push(place)
      return give(on, signal)
    },
  }
  const answers = createLiveAnswers({
    ...{ reader, onChanged: (id) => changed.push(id), beforePaint: (run) => run() },
    after: (_ms, run) => {
      timers.push(run)
      return () => {}
    },
  })
  return { answers, asked, timers, changed }
}

describe('live answers', () => {
  it('go on where they were cut off and lose nothing', async () => {
    const { answers, asked, timers } = setup([
      [delta(1, 'The '), delta(2, 'pool ')],
      [delta(2, 'pool '), delta(3, 'is full.'), end(4)],
    ])
    answers.watch('s', () => {})
    answers.say('s', draft)
    await turns()
    expect(answers.exchange('s')).toMatchObject({ reconnecting: true, live: { text: 'The pool ' } })
    timers.shift()?.()
    await turns()
    expect(asked).toEqual(['say', { messageId: 'm', after: 2 }])
    expect(answers.exchange('s')).toMatchObject({
      reconnecting: false,
      live: { text: 'The pool is full.', state: 'TOLD' },
    })
  })

  it('never say something twice by themselves', async () => {
    const { answers, asked, timers } = setup([new TypeError('network')])
    answers.watch('s', () => {})
    answers.say('s', draft)
    await turns()
    expect(timers).toHaveLength(0)
    expect(asked).toEqual(['say'])
    expect(answers.exchange('s')).toMatchObject({ draft, error: new TypeError('network') })
  })

  it('tell a refusal at once', async () => {
    const { answers, timers } = setup([[delta(1, 'a')], refusal])
    answers.watch('s', () => {})
    answers.say('s', draft)
    await turns()
    timers.shift()?.()
    await turns()
    expect(answers.exchange('s')?.error).toBe(refusal)
    expect(timers).toHaveLength(0)
  })

  it('give up after a bounded number of tries, and say so', async () => {
    const { answers, timers, changed } = setup([[delta(1, 'a')]])
    answers.watch('s', () => {})
    answers.say('s', draft)
    await turns()
    let tries = 0
    for (let next = timers.shift(); next && tries < 1_000; next = timers.shift()) {
      tries += 1
      next()
      await turns()
    }
    expect(tries).toBe(30)
    expect(answers.exchange('s')?.error).toBeInstanceOf(TypeError)
    expect(changed.length).toBeGreaterThan(0)
  })

  it('are dropped when nobody looks, but not before the server has heard of what was said', async () => {
    const { answers } = setup([[delta(1, 'a'), delta(2, 'b')]])
    answers.watch('s', () => {})()
    answers.say('s', draft)
    expect(answers.exchange('s')).toBeDefined()
    await turns()
    expect(answers.exchange('s')).toBeUndefined()
  })

  it('are read once, however often they are asked for', async () => {
    const { answers, asked } = setup([[delta(1, 'a'), end(2)]])
    answers.watch('s', () => {})
    answers.follow('s', 'm')
    answers.follow('s', 'm')
    await turns()
    expect(asked).toEqual([{ messageId: 'm', after: 0 }])
  })
})
