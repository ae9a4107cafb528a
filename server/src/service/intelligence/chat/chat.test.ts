import { ChatSession } from '@aiops/contract/model/chat'
import { describe, expect, it } from 'vitest'
import { openObjectFolder } from '../../../adapter/folder/object-folder.ts'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { Fault } from '../../../kernel/fault.ts'
import { begun, callerOf, exchange, openChatOver, type RigOptions, read, saying } from './chat-rig.suite.ts'

const stores = { openRecords: openSqliteRecordStore, openObjects: openObjectFolder }
const openChat = (options: RigOptions = {}) => openChatOver(stores, options)

const anna = callerOf('anna')
const ben = callerOf('ben')
const stranger = callerOf('anna', 'shop')
const hourMs = 3_600_000

describe('a conversation', () => {
  it('takes its title from the first question, unless somebody gave it one', async () => {
    const rig = await openChat()
    const session = await rig.chat.create(anna, begun)
    expect(ChatSession.parse(session)).toEqual(session)
    expect(session).toMatchObject({ title: 'New conversation', message_count: 0, user_id: 'anna' })
    await exchange(rig, anna, session.id, ['why is billing slow?', 'It waits.'])
    await exchange(rig, anna, session.id, ['and orders?', 'Fine.'])
    expect(await rig.chat.get(anna, session.id)).toMatchObject({
      title: 'Why is billing slow?',
      message_count: 4,
    })
    const named = await rig.chat.create(anna, { ...begun, title: 'Night shift' })
    await exchange(rig, anna, named.id, ['why?', 'So.'])
    expect((await rig.chat.get(anna, named.id)).title).toBe('Night shift')
  })

  it('is read in pages from its end, each page in the order in which it was said; its transcript is whole', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    for (const at of [1, 2, 3]) await exchange(rig, anna, id, [`question ${at}`, `answer ${at}`])
    const page = async (limit: number, before?: string) => {
      const { messages, older } = await rig.chat.messages(anna, id, { limit, before })
      return { said: messages.map(({ content }) => content), older: older ?? undefined }
    }
    const newest = await page(4)
    expect(newest.said).toEqual(['question 2', 'answer 2', 'question 3', 'answer 3'])
    expect(await page(4, newest.older)).toEqual({ said: ['question 1', 'answer 1'], older: undefined })
    expect((await page(6)).older).toBeUndefined()
    const { text } = await rig.chat.transcript(anna, id, 'MARKDOWN')
    for (const at of [1, 2, 3]) expect(text).toContain(`question ${at}`)
    await expect(page(4, 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('does not exist for others, and is all of the tenant’s where it is shared', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    const { message } = await exchange(rig, anna, id, ['why?', 'So.'])
    const never = new AbortController().signal
    const attempts = (caller: typeof ben) => [
      rig.chat.get(caller, id),
      rig.chat.messages(caller, id),
      rig.chat.send(caller, id, saying('hello')),
      rig.chat.stopAnswer(caller, id, message.id),
      rig.chat.follow(caller, id, message.id, 0, never),
      rig.chat.attach(caller, id, { name: 'a', media_type: 'text/plain', text: 'a' }),
      rig.chat.transcript(caller, id, 'JSON'),
      rig.chat.update(caller, id, { shared: true }),
      rig.chat.delete(caller, id),
    ]
    for (const caller of [ben, stranger])
      for (const attempt of attempts(caller))
        await expect(attempt).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
    await rig.chat.update(anna, id, { shared: true })
    expect((await rig.chat.list(ben, { search: '', limit: 10, offset: 0 })).total).toBe(1)
    expect((await exchange(rig, ben, id, ['and now?', 'Still.'])).asked.caller).toEqual(ben)
    expect((await rig.chat.messages(ben, id)).messages.map(({ author }) => author)).toEqual([
      ...['anna', 'Default Assistant', 'ben', 'Default Assistant'],
    ])
    for (const refused of [rig.chat.update(ben, id, { title: 'mine' }), rig.chat.delete(ben, id)])
      await expect(refused).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    await expect(rig.chat.get(stranger, id)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
  })

  it('ends 24 hours after its last message, and 7 days after it began', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    await rig.clock.advance(23 * hourMs)
    await exchange(rig, anna, id, ['why?', 'So.'])
    await rig.clock.advance(23 * hourMs)
    const session = await rig.chat.get(anna, id)
    expect(Date.parse(session.expires_at) - rig.clock.now()).toBe(hourMs)
    await rig.clock.advance(hourMs)
    await expect(rig.chat.get(anna, id)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    await expect(rig.chat.get(ben, id)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
    const long = await rig.chat.create(anna, begun)
    for (let day = 0; day < 7; day += 1) {
      await rig.clock.advance(23 * hourMs)
      await exchange(rig, anna, long.id, ['still?', 'Yes.'])
    }
    const left = Date.parse((await rig.chat.get(anna, long.id)).expires_at) - Date.parse(long.created_at)
    expect(left).toBe(7 * 24 * hourMs)
  })

  it('is swept with its messages and files when it has ended, and is known as ended for a week', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    await exchange(rig, anna, id, ['why?', 'So.'])
    await rig.chat.attach(anna, id, { name: 'a.log', media_type: 'text/plain', text: 'line' })
    const keys = async () => {
      const found = []
      for await (const { key } of rig.objects.list('')) found.push(key)
      return found.length
    }
    expect(await keys()).toBe(1)
    await rig.clock.advance(25 * hourMs)
    await expect.poll(keys).toBe(0)
    expect(await rig.records.chats.messages('default', id)).toEqual([])
    await expect(rig.chat.messages(anna, id)).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    await rig.clock.advance(8 * 24 * hourMs)
    await expect
      .poll(() => rig.chat.get(anna, id).catch((error: Fault) => error.code))
      .toBe('SESSION_NOT_FOUND')
  })

  it('is deleted with its files, and ends the answer that is being written', async () => {
    const rig = await openChat()
    const { id } = await rig.chat.create(anna, begun)
    await rig.chat.attach(anna, id, { name: 'a.log', media_type: 'text/plain', text: 'line' })
    const { message, told } = await rig.chat.send(anna, id, saying('why?'))
    const frames = read(rig.chat, anna, [id, message.id])
    await rig.nextAsked()
    await rig.chat.delete(anna, id)
    expect((await told).fault?.code).toBe('SESSION_NOT_FOUND')
    expect((await frames).at(-1)?.event).toMatchObject({ type: 'error', code: 'SESSION_NOT_FOUND' })
    for await (const { key } of rig.objects.list('')) expect.unreachable(key)
    await expect(rig.chat.get(anna, id)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
  })

  it('has a persona and a model that there are, and goes on with the default one where the persona is gone', async () => {
    const personas = new Set(['default', 'night'])
    const { builtinPersonas } = await import('../persona/index.ts')
    const rig = await openChat({
      deps: {
        async personaOf(_, id) {
          if (!personas.has(id)) throw new Fault('PERSONA_NOT_FOUND', 'gone')
          return { ...builtinPersonas[0]!, id }
        },
      },
    })
    await expect(rig.chat.create(anna, { ...begun, persona_id: 'nobody' })).rejects.toMatchObject({
      code: 'PERSONA_NOT_FOUND',
    })
    await expect(rig.chat.create(anna, { ...begun, model: 'gpt-9' })).rejects.toMatchObject({
      code: 'MODEL_NOT_AVAILABLE',
    })
    const { id } = await rig.chat.create(anna, { ...begun, persona_id: 'night', model: 'local-llama' })
    const first = await exchange(rig, anna, id, ['why?', 'So.'])
    expect(first.asked.request).toMatchObject({ personaId: 'night', model: 'local-llama' })
    personas.delete('night')
    await rig.chat.update(anna, id, { model: 'deterministic', cluster_context: ['east'] })
    const second = await exchange(rig, anna, id, ['and?', 'So.'])
    expect(second.asked.request).toMatchObject({
      personaId: 'default',
      model: false,
      clusterContext: ['east'],
    })
    expect(second.message.persona_id).toBe('default')
    await rig.chat.update(anna, id, { model: null })
    expect((await exchange(rig, anna, id, ['and?', 'So.'])).asked.request.model).toBe(true)
  })

  it('is one of as many as its user may have', async () => {
    const rig = await openChat({ config: { sessions_per_user_max: 2 } })
    const first = await rig.chat.create(anna, begun)
    await rig.chat.create(anna, begun)
    await expect(rig.chat.create(anna, begun)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    await rig.chat.create(ben, begun)
    await rig.chat.delete(anna, first.id)
    await rig.chat.create(anna, begun)
  })
})
