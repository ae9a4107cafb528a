import type { ChatEvent, ChatMessage } from '@aiops/contract/model/chat'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { answerMessage } from './chat-message.ts'
import { answerOf, recordOf, textIn } from './chat-rig.suite.ts'
import { packFrames, replayOf, unpackFrames } from './frame-pack.ts'

const evidence = ['e1', 'e2', 'e3'].map((id) => recordOf(id))
const answer = answerOf('text', { evidence })
const message: ChatMessage = {
  ...answerMessage({ id: 'm', sessionId: 's', author: 'a', personaId: 'default', createdAt: '' }),
  answer,
  content: 'text',
  state: 'COMPLETE',
}

const event: fc.Arbitrary<ChatEvent> = fc.oneof(
  // Also halves of characters: pieces of text may be cut anywhere.
  fc.string({ unit: 'binary', maxLength: 8 }).map((delta): ChatEvent => ({ type: 'content_delta', delta })),
  fc
    .string({ unit: 'grapheme', minLength: 1 })
    .map((text): ChatEvent => ({ type: 'content_delta', delta: text.slice(0, 1) })),
  fc.string().map((text): ChatEvent => ({ type: 'status', text })),
  fc.subarray(evidence).map((some): ChatEvent => ({ type: 'evidence', evidence: some })),
  fc.constant<ChatEvent>({ type: 'evidence', evidence: [recordOf('e1', 'another'), recordOf('e9')] }),
  fc.constant<ChatEvent>({ type: 'reset', reason: 'r' }),
  fc.constantFrom<ChatEvent>(
    { type: 'message_complete', tokens_used: 1, latency_ms: 2, answer },
    { type: 'message_complete', tokens_used: 1, latency_ms: 2, answer: null },
  ),
)

it('gives back every frame as it was, with gaps where there were some', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.integer({ min: 1, max: 3 })), { maxLength: 40 }), (steps) => {
      let seq = 0
      const frames = steps.map(([one, gap]) => {
        seq += gap
        return { seq, message_id: 'm', event: one }
      })
      const packed = packFrames(frames, answer)
      expect(unpackFrames(packed ?? '', message)).toEqual(frames)
    }),
  )
})

it('stores a long text in not much more than the text, and one that is too long not at all', () => {
  const frames = (count: number, delta: string) =>
    Array.from({ length: count }, (_, i) => ({
      ...{ seq: i + 1, message_id: 'm' },
      event: { type: 'content_delta' as const, delta },
    }))
  expect(packFrames(frames(4_000, 'word '), null)!.length).toBeLessThan(4_000 * 8)
  expect(packFrames(frames(4_000, 'x'.repeat(100)), null)).toBeNull()
})

it('tells what is not stored in one piece, after whatever was told', () => {
  const frames = replayOf(message)
  expect(frames.map(({ event }) => event.type)).toEqual([
    ...['message_start', 'reset', 'content_delta', 'message_complete'],
  ])
  expect(textIn(frames)).toBe('text')
  expect(frames[1]!.seq).toBeGreaterThan(100_000)
})
