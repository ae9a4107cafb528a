import type { ChatFrame } from '@aiops/contract/model/chat'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { recordOf, textIn } from './chat-rig.suite.ts'
import { FrameLog } from './frame-log.ts'

it('tells every reader the same, whenever it looks, also where a long answer is shortened', () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.string({ maxLength: 5 }).map((delta) => ({ type: 'content_delta' as const, delta })),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'reset' as const, reason: 'r' }) },
    { weight: 1, arbitrary: fc.constant({ type: 'status' as const, text: 's' }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), fc.nat(4), (steps, joins, every) => {
      const log = new FrameLog('m')
      log.add({ type: 'message_start', id: 'm', role: 'ASSISTANT' })
      const live: ChatFrame[] = []
      const late: ChatFrame[] = []
      const look = (frames: ChatFrame[]): void => void frames.push(...log.since(frames.at(-1)?.seq ?? 0))
      for (const [index, event] of steps.entries()) {
        log.add(event)
        look(live)
        if (index >= joins && index % (every + 1) === 0) look(late)
      }
      log.end({ type: 'status', text: 'end' })
      look(live)
      look(late)
      expect(textIn(live)).toBe(log.text)
      expect(textIn(late)).toBe(log.text)
    }),
  )
})

it('keeps what it keeps of a long answer within bounds, and readers hold the same text', () => {
  const log = new FrameLog('m')
  log.add({ type: 'message_start', id: 'm', role: 'ASSISTANT' })
  const live: ChatFrame[] = []
  let said = ''
  let most = 0
  for (let i = 0; i < 12_000; i += 1) {
    log.add({ type: 'content_delta', delta: `${i} ` })
    said += `${i} `
    if (i % 3 === 0) live.push(...log.since(live.at(-1)?.seq ?? 0))
    most = Math.max(most, log.frames.length)
  }
  live.push(...log.since(live.at(-1)?.seq ?? 0))
  expect(most).toBeLessThanOrEqual(5_000)
  expect(textIn(live)).toBe(said)
  expect(textIn(log.since(0))).toBe(said)
  const seqs = live.map(({ seq }) => seq)
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  for (let i = 0; i < 100; i += 1)
    log.add({ type: 'evidence', evidence: [recordOf(`e${i}`, 'x'.repeat(100_000))] })
  expect(JSON.stringify(log.frames).length).toBeLessThan(3_000_000)
  expect(textIn(log.since(0))).toBe(said)
})
