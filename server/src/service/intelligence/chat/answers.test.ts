import { ChatFrame, ChatMessage } from '@aiops/contract/model/chat'
import { describe, expect, it } from 'vitest'
import { openObjectFolder } from '../../../adapter/folder/object-folder.ts'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import {
  answerOf,
  begun,
  callerOf,
  exchange,
  openChatOver,
  type RigOptions,
  read,
  recordOf,
  saying,
  textIn,
} from './chat-rig.suite.ts'

const stores = { openRecords: openSqliteRecordStore, openObjects: openObjectFolder }
const openChat = (options: RigOptions = {}) => openChatOver(stores, options)

const anna = callerOf('anna')
const ben = callerOf('ben')
const _stranger = callerOf('anna', 'shop')
const _hourMs = 3_600_000

describe('a question', () => {
  it('is answered once, frame by frame, and kept whole', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const { message, told } = await rig.chat.send(anna, id, saying('why is billing slow?'))
    const frames = read(rig.chat, anna, [id, message.id])
    const asked = await rig.nextAsked()
    const call = {
      ...{ id: 'c1', tool: 'query_metrics', arguments: { query: 'p95' }, status: 'OK' as const },
      ...{ records: 1, ms: 3, sentence: 'Looked at p95.' },
    }
    asked.tell({ type: 'status', text: 'Reading' })
    asked.tell({ type: 'plan', intent: 'WHY', tools: ['query_metrics'] })
    asked.tell({ type: 'tool_use', id: 'c1', name: 'query_metrics', arguments: { query: 'p95' } })
    asked.tell({ type: 'tool_result', call })
    asked.tell({ type: 'evidence', evidence: [recordOf('e1')] })
    asked.tell({ type: 'text', text: 'It is ' })
    expect((await rig.chat.messages(anna, id)).messages[1]).toMatchObject({
      state: 'STREAMING',
      content: 'It is ',
    })
    await rig.clock.advance(250)
    asked.tell({ type: 'text', text: 'slow [e1].' })
    asked.tell({ type: 'citation', cites: ['e1'], text: 'It is slow.' })
    const usage = { provider: 'p', model: 'm', input_tokens: 10, output_tokens: 5, cost_usd: null, calls: 1 }
    const answer = answerOf('It is slow [e1].', { evidence: [recordOf('e1')], checked: [call], usage })
    asked.answer(answer)
    const { message: whole } = await told
    expect(ChatMessage.parse(whole)).toEqual(whole)
    expect(whole).toMatchObject({
      ...{ state: 'COMPLETE', content: 'It is slow [e1].', tokens_used: 15, latency_ms: 250, answer },
      tool_calls: [{ id: 'c1', name: 'query_metrics', arguments: { query: 'p95' } }],
      tool_results: [{ tool_call_id: 'c1', status: 'SUCCESS' }],
    })
    expect((await rig.chat.messages(anna, id)).messages[1]).toEqual(whole)
    const live = await frames
    expect(live.map(({ seq }) => seq)).toEqual(live.map((_, index) => index + 1))
    expect(live.map(({ event }) => event.type)).toEqual([
      ...['message_start', 'status', 'plan', 'tool_use', 'tool_result', 'evidence'],
      ...['content_delta', 'content_delta', 'citation', 'message_complete'],
    ])
    for (const frame of live) expect(ChatFrame.parse(frame)).toEqual(frame)
    for (let after = 0; after <= live.length; after += 1)
      expect(await read(rig.chat, anna, [id, message.id], after)).toEqual(live.slice(after))
  })

  it('knows what was understood and said before', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const first = await exchange(rig, anna, id, ['how is billing?', 'Slow.'])
    expect(first.asked.request).toMatchObject({ before: [], history: [] })
    const second = await exchange(rig, anna, id, ['and its logs?', 'Quiet.'])
    expect(second.asked.request).toMatchObject({
      before: [{ intent: 'HEALTH' }],
      history: [
        { role: 'USER', text: 'how is billing?' },
        { role: 'ASSISTANT', text: 'Slow.' },
      ],
    })
    for (let i = 0; i < 12; i += 1) await exchange(rig, anna, id, [`q${i}`, `a${i}`])
    const { request } = (await exchange(rig, anna, id, ['last', 'x'])).asked
    expect([request.before.length, request.history?.length]).toEqual([10, 20])
    expect(request.history?.at(-1)).toEqual({ role: 'ASSISTANT', text: 'a11' })
  })

  it('waits until the one before it is answered, and is one of 100 messages', async () => {
    const rig = await openChat({ config: { messages_max: 4 } })
    const { id } = await rig.chat.create(anna, begun)
    const { told } = await rig.chat.send(anna, id, saying('one'))
    await expect(rig.chat.send(anna, id, saying('two'))).rejects.toMatchObject({ code: 'CONFLICT' })
    ;(await rig.nextAsked()).answer(answerOf('1'))
    await told
    await exchange(rig, anna, id, ['two', '2'])
    await expect(rig.chat.send(anna, id, saying('three'))).rejects.toMatchObject({
      code: 'CONTEXT_TOO_LARGE',
    })
    expect((await rig.chat.messages(anna, id)).messages).toHaveLength(4)
  })

  it('of two at once in one conversation is taken once', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const both = await Promise.allSettled(['a', 'b'].map((text) => rig.chat.send(anna, id, saying(text))))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await rig.chat.messages(anna, id)).messages).toHaveLength(2)
  })

  it('comes at the pace that a user may have, and finds a place among the answers', async () => {
    const paced = await openChat({ config: { messages_burst: 2, messages_per_minute: 30 } })
    const ids = await Promise.all([0, 1, 2].map(async () => (await paced.chat.create(anna, begun)).id))
    await exchange(paced, anna, ids[0]!, ['1', '1'])
    await exchange(paced, anna, ids[0]!, ['2', '2'])
    await expect(paced.chat.send(anna, ids[0]!, saying('3'))).rejects.toMatchObject({
      ...{ code: 'RATE_LIMITED', retryAfterSeconds: 2 },
    })
    const full = await openChat({ config: { answers_max: 2 } })
    const more = await Promise.all([0, 1, 2].map(async () => (await full.chat.create(anna, begun)).id))
    for (const id of more.slice(0, 2)) await full.chat.send(anna, id, saying('?'))
    await expect(full.chat.send(anna, more[2]!, saying('?'))).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    expect(await full.metrics.render()).toContain('aiops_chat_answers_running 2')
  })
})

describe('readers of a shared answer', () => {
  it('see the same, wherever each came in, until it is shared no more', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, { ...begun, shared: true })
    const { message, told } = await rig.chat.send(anna, id, saying('?'))
    const early = read(rig.chat, anna, [id, message.id])
    const asked = await rig.nextAsked()
    asked.tell({ type: 'text', text: 'a' })
    const late = read(rig.chat, ben, [id, message.id])
    asked.tell({ type: 'text', text: 'b' })
    asked.answer(answerOf('ab'))
    await told
    expect(await late).toEqual(await early)

    const again = await rig.chat.send(anna, id, saying('?'))
    const mine = read(rig.chat, anna, [id, again.message.id])
    const theirs = read(rig.chat, ben, [id, again.message.id])
    const second = await rig.nextAsked()
    second.tell({ type: 'text', text: 'open' })
    await rig.clock.advance(1)
    await rig.chat.update(anna, id, { shared: false })
    second.tell({ type: 'text', text: ' closed' })
    expect(textIn(await theirs)).toBe('open')
    second.answer(answerOf('open closed'))
    expect(textIn(await mine)).toBe('open closed')
    expect(rig.events.at(-1)?.payload).toMatchObject({ shared: false })
  })

  it('leave when they go, and the answer is written on', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const { message, told } = await rig.chat.send(anna, id, saying('?'))
    const gone = new AbortController()
    const frames = read(rig.chat, anna, [id, message.id], 0, gone.signal)
    const asked = await rig.nextAsked()
    gone.abort()
    expect((await frames).length).toBeLessThanOrEqual(1)
    asked.answer(answerOf('whole'))
    expect((await told).message.state).toBe('COMPLETE')
  })
})
