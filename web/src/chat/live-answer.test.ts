import type { ChatEvent } from '@aiops/contract/model/chat'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blankAnswer, type LiveAnswer, withFrame } from './live-answer.ts'

const told = (events: readonly ChatEvent[]) =>
  events.map((event, i) => ({ seq: i + 1, message_id: 'm', event }))
const take = (frames: ReturnType<typeof told>): LiveAnswer => frames.reduce(withFrame, blankAnswer('m'))
const delta = (text: string): ChatEvent => ({ type: 'content_delta', delta: text })

describe('live answer', () => {
  it('is the same when frames are told twice, as after a connection that was cut', () => {
    const frames = told([
      delta('The pool '),
      delta('is full.'),
      { type: 'reset', reason: 'r' },
      delta('It is full.'),
    ])
    fc.assert(
      fc.property(fc.nat(3), fc.nat(3), (first, from) => {
        const again = [...frames.slice(0, first + 1), ...frames.slice(Math.min(from, first + 1))]
        expect(take(again)).toEqual(take(frames))
      }),
    )
    expect(take(frames).text).toBe('It is full.')
  })

  it('takes nothing of another answer', () => {
    const other = { seq: 9, message_id: 'other', event: delta('elsewhere') }
    expect(withFrame(blankAnswer('m'), other)).toEqual(blankAnswer('m'))
  })

  it('shows a call while it runs and what came of it after', () => {
    const call = {
      ...{ id: 'c1', tool: 'list_alerts', arguments: { limit: 5 }, status: 'OK' as const, records: 2, ms: 4 },
      sentence: '2 alerts fire.',
    }
    const use: ChatEvent = {
      type: 'tool_use',
      tool_call_id: 'c1',
      name: 'list_alerts',
      arguments: { limit: 5 },
    }
    const result: ChatEvent = { type: 'tool_result', tool_call_id: 'c1', status: 'SUCCESS', call }
    expect(take(told([use])).calls).toEqual([
      { id: 'c1', tool: 'list_alerts', arguments: { limit: 5 }, record: undefined },
    ])
    expect(take(told([use, result])).calls).toEqual([
      { id: 'c1', tool: 'list_alerts', arguments: { limit: 5 }, record: call },
    ])
  })

  it('ends with the answer, or with why there is none', () => {
    const error: ChatEvent = { type: 'error', code: 'TIMEOUT', message: 'Too late.' }
    expect(take(told([delta('a'), error]))).toMatchObject({
      state: 'FAILED',
      text: 'a',
      error: { code: 'TIMEOUT' },
    })
    const whole: ChatEvent = { type: 'message_complete', tokens_used: 0, latency_ms: 1, answer: null }
    expect(take(told([whole])).state).toBe('TOLD')
  })
})
