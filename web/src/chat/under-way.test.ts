import type { ChatMessage } from '@aiops/contract/model/chat'
import { describe, expect, it } from 'vitest'
import { blankAnswer } from './live-answer.ts'
import type { Exchange } from './live-answers.ts'
import { underWay } from './under-way.ts'

const message = (id: string, part: Partial<ChatMessage>): ChatMessage =>
  ({
    id,
    role: 'ASSISTANT',
    state: 'COMPLETE',
    author: 'Default Assistant',
    content: '',
    ...part,
  }) as ChatMessage
const question = message('q', { role: 'USER', author: 'dana', content: 'Why?' })
const draft = { content: 'Why?', attachmentIds: [], after: undefined }
const exchange = (part: Partial<Exchange>): Exchange => ({
  ...{ draft, live: undefined, reconnecting: false, error: undefined },
  ...part,
})

describe('what is under way', () => {
  it('shows what was said at once, and once only when it is stored', () => {
    expect(underWay([], exchange({}), 'P')).toMatchObject({ stored: [], draft, running: true, name: 'P' })
    const live = blankAnswer('m')
    const writing = [question, message('m', { state: 'STREAMING' })]
    expect(underWay([], exchange({ live }), 'P').draft).toBe(draft)
    expect(underWay(writing, exchange({ live }), 'P')).toEqual({
      ...{ stored: [question], draft: undefined, running: true, name: 'Default Assistant' },
    })
  })

  it('shows an answer from the list as soon as it is whole there', () => {
    const whole = [question, message('m', {})]
    expect(underWay(whole, exchange({ live: blankAnswer('m') }), 'P')).toMatchObject({
      stored: whole,
      running: false,
    })
  })

  it('follows an answer that somebody else asked for', () => {
    expect(underWay([question, message('m', { state: 'STREAMING' })], undefined, 'P').running).toBe(true)
    expect(underWay([question], undefined, 'P').running).toBe(false)
  })

  it('knows a question that arrived though no answer came back from one that did not', () => {
    const lost = exchange({ error: new TypeError('network') })
    expect(underWay([], lost, 'P')).toMatchObject({ draft, running: false })
    expect(underWay([question, message('m', {})], lost, 'P').draft).toBeUndefined()
    const said = { ...draft, after: 'q' }
    expect(underWay([question], { ...lost, draft: said }, 'P').draft).toBe(said)
  })
})
