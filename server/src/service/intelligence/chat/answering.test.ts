import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openObjectFolder } from '../../../adapter/folder/object-folder.ts'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { Fault } from '../../../kernel/fault.ts'
import {
  answerOf,
  begun,
  callerOf,
  exchange,
  openChatOver,
  type RigOptions,
  read,
  saying,
  textIn,
} from './chat-rig.suite.ts'

const stores = { openRecords: openSqliteRecordStore, openObjects: openObjectFolder }
const openChat = (options: RigOptions = {}) => openChatOver(stores, options)

const anna = callerOf('anna')
const _ben = callerOf('ben')
const _stranger = callerOf('anna', 'shop')
const _hourMs = 3_600_000

describe('an answer', () => {
  it('that is told otherwise than it ends begins anew, so that readers hold what is kept', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    for (const [pieces, text] of [
      [['A.', ' B.'], 'A. B.'],
      [['A.'], 'A. B.'],
      [['A. C.'], 'A. B.'],
      [[], 'A. B.'],
      [['A.', '\u{1F600}'.slice(0, 1), '\u{1F600}'.slice(1)], 'A.\u{1F600}'],
    ] as const) {
      const { message, told } = await rig.chat.send(anna, id, saying('?'))
      const asked = await rig.nextAsked()
      for (const piece of pieces) asked.tell({ type: 'text', text: piece })
      asked.answer(answerOf(text))
      expect((await told).message.content).toBe(text)
      expect(textIn(await read(rig.chat, anna, [id, message.id]))).toBe(text)
    }
  })

  it('stops when a person stops it, and what there is of it stays', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const { message, told } = await rig.chat.send(anna, id, saying('?'))
    const frames = read(rig.chat, anna, [id, message.id])
    const asked = await rig.nextAsked()
    asked.tell({ type: 'text', text: 'Half' })
    const stopped = await rig.chat.stopAnswer(anna, id, message.id)
    expect(stopped).toMatchObject({ state: 'STOPPED', content: 'Half', answer: null })
    expect(asked.signal.aborted).toBe(true)
    asked.tell({ type: 'text', text: ' more' })
    asked.answer(answerOf('Half more'))
    expect(await told).toEqual({ message: stopped, fault: null })
    expect((await frames).at(-1)?.event).toMatchObject({ type: 'message_complete', answer: null })
    expect(await rig.chat.stopAnswer(anna, id, message.id)).toEqual(stopped)
    await expect(rig.chat.stopAnswer(anna, id, 'nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await exchange(rig, anna, id, ['go on', 'Yes.'])
  })

  it.each([
    ['a fault', new Fault('UPSTREAM_FAILED', 'The cluster is away.'), 'UPSTREAM_FAILED'],
    ['a defect', new Error('secret detail'), 'INTERNAL'],
  ])('that fails by %s says so in a sentence, and the conversation goes on', async (_what, error, code) => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const { message, told } = await rig.chat.send(anna, id, saying('?'))
    const asked = await rig.nextAsked()
    asked.tell({ type: 'text', text: 'Half' })
    asked.fail(error)
    const { message: whole, fault } = await told
    expect(fault?.code).toBe(code)
    expect(whole).toMatchObject({ state: 'FAILED', answer: null })
    expect(whole.content).toMatch(/^Half\n\nThe answer failed: /)
    expect(JSON.stringify(whole)).not.toContain('secret detail')
    expect((await read(rig.chat, anna, [id, message.id])).at(-1)?.event).toMatchObject({
      type: 'error',
      code,
    })
    const next = await exchange(rig, anna, id, ['again', 'Yes.'])
    expect(next.asked.request.history).toEqual([{ role: 'USER', text: '?' }])
  })

  it('that nobody finishes in time has failed', async () => {
    const rig = await openChat({ config: { answer_timeout: '30s' } })
    const { id } = await rig.chat.create(anna, begun)
    const { told } = await rig.chat.send(anna, id, saying('?'))
    await rig.nextAsked()
    await rig.clock.advance(30_000)
    expect((await told).fault?.code).toBe('TIMEOUT')
  })

  it('that cannot be stored has failed, and is not left as if it were being written', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const { message, told } = await rig.chat.send(anna, id, saying('?'))
    const asked = await rig.nextAsked()
    rig.records.chats.saveMessage = () =>
      Promise.reject(new Fault('STORAGE_UNAVAILABLE', 'The disk is full.'))
    asked.answer(answerOf('Whole.'))
    expect((await told).fault?.code).toBe('STORAGE_UNAVAILABLE')
    expect((await rig.chat.messages(anna, id)).messages[1]).toMatchObject({ state: 'FAILED' })
    expect((await read(rig.chat, anna, [id, message.id])).at(-1)?.event.type).toBe('error')
  })

  it('that was being written when the process ended has failed in the next, and a reader goes on with that', async () => {
    const rig = await openChat()
    const file = join(rig.folder, 'records.db')
    const before = await openChat({ file })
    const { id } = await before.chat.create(anna, begun)
    const { message } = await before.chat.send(anna, id, saying('?'))
    ;(await before.nextAsked()).tell({ type: 'text', text: 'Half' })
    const after = await openChat({ file })
    const [, lost] = (await after.chat.messages(anna, id)).messages
    expect(lost).toMatchObject({ id: message.id, state: 'FAILED' })
    expect(lost?.content).toContain('cut off')
    const rest = await read(after.chat, anna, [id, message.id], 2)
    expect(rest.map(({ event }) => event.type)).toEqual(['reset', 'content_delta', 'error'])
    expect(await read(after.chat, anna, [id, message.id], rest.at(-1)!.seq)).toEqual([])
    await exchange(after, anna, id, ['again', 'Yes.'])
  })

  it('that is being written when the platform stops has failed, and readers are told', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const { message, told } = await rig.chat.send(anna, id, saying('?'))
    const frames = read(rig.chat, anna, [id, message.id])
    await rig.nextAsked()
    await rig.chat.stop()
    expect((await told).fault?.code).toBe('NOT_READY')
    expect((await frames).at(-1)?.event).toMatchObject({ type: 'error', code: 'NOT_READY' })
    await expect(rig.chat.send(anna, id, saying('?'))).rejects.toMatchObject({ code: 'NOT_READY' })
  })

  it('is told to its owner’s live viewers, and says whether to others', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    await exchange(rig, anna, id, ['why?', 'x'.repeat(500)])
    expect(rig.events.map(({ event_type, payload }) => [event_type, payload])).toMatchObject([
      ['CHAT_MESSAGE', { role: 'USER', state: 'COMPLETE', preview: 'why?', user_id: 'anna', shared: false }],
      ['CHAT_MESSAGE', { role: 'ASSISTANT', state: 'STREAMING', preview: '' }],
      ['CHAT_MESSAGE', { role: 'ASSISTANT', state: 'COMPLETE', preview: 'x'.repeat(120) }],
    ])
  })
})
