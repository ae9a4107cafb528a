import type { ChatMessage } from '@aiops/contract/model/chat'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredAttachment, StoredSession } from './chat-repository.ts'
import type { RecordStore } from './record-store.ts'

const startMs = 1_700_000_000_000
const at = (second: number): string => new Date(startMs + second * 1_000).toISOString()

const sessionOf = (id: string, more: Partial<StoredSession> = {}): StoredSession => ({
  ...{ id, tenant_id: 'default', user_id: 'anna', title: `about ${id}`, titled: false },
  ...{ persona_id: 'default', cluster_context: [], model: null, message_count: 0, shared: false },
  ...{ created_at: at(0), updated_at: at(0), expires_at: at(1_000) },
  ...more,
})
const messageOf = (id: string, more: Partial<ChatMessage> = {}): ChatMessage => ({
  ...{ id, session_id: 's', role: 'USER', author: 'anna', content: 'why?', persona_id: 'default' },
  ...{ tool_calls: [], tool_results: [], answer: null, attachments: [], model: null },
  ...{ tokens_used: 0, latency_ms: 0, state: 'COMPLETE', created_at: at(1) },
  ...more,
})
const attachmentOf = (id: string, more: Partial<StoredAttachment> = {}): StoredAttachment => ({
  ...{ id, tenant_id: 'default', session_id: 's', name: `${id}.log`, media_type: 'text/plain' },
  ...{ size_bytes: 10, created_at: at(2), expires_at: at(500) },
  ...more,
})
const all = { userId: 'anna', nowMs: startMs, search: '', limit: 50, offset: 0 }

/** What every RecordStore keeps of conversations. */
export function chatRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('conversations', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`chats-${count}`)
    })
    afterEach(() => store.close())
    const ids = async (filter: object = {}, tenant = 'default') =>
      (await store.chats.sessions(tenant, { ...all, ...filter })).sessions.map(({ id }) => id)

    it('are listed to their user, with those that are shared, the last used first', async () => {
      await store.chats.insertSession(sessionOf('a', { title: 'Disk of worker-4' }))
      await store.chats.insertSession(sessionOf('b', { user_id: 'ben' }))
      await store.chats.insertSession(sessionOf('c', { user_id: 'ben', shared: true, updated_at: at(5) }))
      await store.chats.insertSession(sessionOf('d', { tenant_id: 'shop', shared: true }))
      expect(await ids()).toEqual(['c', 'a'])
      expect(await ids({ userId: 'ben' })).toEqual(['c', 'b'])
      expect(await ids({ search: 'WORKER-' })).toEqual(['a'])
      expect(await ids({ search: '%' })).toEqual([])
      expect(await ids({ limit: 1, offset: 1 })).toEqual(['a'])
      expect((await store.chats.sessions('default', { ...all, limit: 1 })).total).toBe(2)
      expect(await ids({ nowMs: startMs + 1_000_000 })).toEqual([])
      await store.chats.updateSession(sessionOf('a', { title: 'other', updated_at: at(9) }))
      expect(await ids()).toEqual(['a', 'c'])
      expect((await store.chats.session('default', 'a'))?.title).toBe('other')
      expect(await store.chats.session('shop', 'a')).toBeUndefined()
      expect(await store.chats.countSessions('default', 'ben', startMs)).toBe(2)
      expect(await store.chats.countSessions('default', 'ben', startMs + 1_000_000)).toBe(0)
    })

    it('keep their messages in order, and how one was told', async () => {
      await store.chats.insertSession(sessionOf('s'))
      await store.chats.addMessages('default', [messageOf('z'), messageOf('y', { state: 'STREAMING' })])
      await store.chats.addMessages('default', [messageOf('x')])
      const told = async () => (await store.chats.messages('default', 's')).map(({ id }) => id)
      expect(await told()).toEqual(['z', 'y', 'x'])
      expect((await store.chats.messages('default', 's', 2)).map(({ id }) => id)).toEqual(['y', 'x'])
      const before = async (id: string, newest = 9) =>
        (await store.chats.messages('default', 's', newest, id)).map((message) => message.id)
      const all = await told()
      expect(await before('x')).toEqual(all.slice(0, -1))
      expect(await before('x', 1)).toEqual(['y'])
      expect(await before(all[0] ?? '')).toEqual([])
      expect(await before('nobody')).toEqual([])
      expect((await store.chats.streaming(10)).map(({ tenant, message }) => [tenant, message.id])).toEqual([
        ['default', 'y'],
      ])
      expect(await store.chats.saveMessage('default', messageOf('y', { content: 'done' }), '[1]')).toBe(true)
      expect(await store.chats.streaming(10)).toEqual([])
      expect((await store.chats.message('default', 's', 'y'))?.content).toBe('done')
      expect(await store.chats.frames('default', 's', 'y')).toBe('[1]')
      expect(await store.chats.frames('default', 's', 'z')).toBeNull()
      expect(await store.chats.message('shop', 's', 'y')).toBeUndefined()
      expect(await store.chats.message('default', 'other', 'y')).toBeUndefined()
      expect(await store.chats.saveMessage('shop', messageOf('y'), null)).toBe(false)
      expect(await told()).toEqual(['z', 'y', 'x'])
    })

    it('go with their messages, and what is attached is due', async () => {
      await store.chats.insertSession(sessionOf('s'))
      await store.chats.addMessages('default', [messageOf('a')])
      await store.chats.addAttachment(attachmentOf('f'))
      expect(await store.chats.deleteSession('shop', 's')).toBe(false)
      expect(await store.chats.deleteSession('default', 's')).toBe(true)
      expect(await store.chats.deleteSession('default', 's')).toBe(false)
      expect(await store.chats.messages('default', 's')).toEqual([])
      expect(await store.chats.attachments('default', 's')).toEqual([])
      expect((await store.chats.dueAttachments(startMs, 10)).map(({ id }) => id)).toEqual(['f'])
      expect(await store.chats.saveMessage('default', messageOf('a'), null)).toBe(false)
    })

    it('are emptied when they expire, and forgotten later', async () => {
      await store.chats.insertSession(sessionOf('s', { expires_at: at(10) }))
      await store.chats.insertSession(sessionOf('t', { expires_at: at(20) }))
      await store.chats.addMessages('default', [messageOf('a'), messageOf('b', { session_id: 't' })])
      await store.chats.addAttachment(attachmentOf('f'))
      expect(await store.chats.emptyExpired(startMs + 9_999, 10)).toBe(0)
      expect(await store.chats.emptyExpired(startMs + 10_000, 10)).toBe(1)
      expect(await store.chats.emptyExpired(startMs + 10_000, 10)).toBe(0)
      expect(await store.chats.messages('default', 's')).toEqual([])
      expect(await store.chats.messages('default', 't')).toHaveLength(1)
      expect((await store.chats.dueAttachments(startMs, 10)).map(({ id }) => id)).toEqual(['f'])
      expect((await store.chats.session('default', 's'))?.id).toBe('s')
      expect(await store.chats.forgetExpired(startMs + 10_000, 10)).toBe(0)
      expect(await store.chats.forgetExpired(startMs + 10_001, 10)).toBe(1)
      expect(await store.chats.session('default', 's')).toBeUndefined()
      expect((await store.chats.session('default', 't'))?.id).toBe('t')
    })

    it('count what is attached until it is due', async () => {
      await store.chats.addAttachment(attachmentOf('f', { expires_at: at(100) }))
      await store.chats.addAttachment(attachmentOf('e', { size_bytes: 5, created_at: at(1) }))
      await store.chats.addAttachment(attachmentOf('g', { tenant_id: 'shop' }))
      const { tenant_id: _, session_id: __, ...told } = attachmentOf('f', { expires_at: at(100) })
      const listed = await store.chats.attachments('default', 's')
      expect(listed.map(({ id }) => id)).toEqual(['e', 'f'])
      expect(listed[1]).toEqual(told)
      expect(await store.chats.attachmentBytes('default')).toBe(15)
      expect(await store.chats.attachmentBytes('nobody')).toBe(0)
      expect(await store.chats.dueAttachments(startMs + 99_999, 10)).toEqual([])
      expect(await store.chats.dueAttachments(startMs + 100_000, 10)).toEqual([
        attachmentOf('f', { expires_at: at(100) }),
      ])
      await store.chats.deleteAttachment('shop', 'f')
      await store.chats.deleteAttachment('default', 'f')
      expect((await store.chats.attachments('default', 's')).map(({ id }) => id)).toEqual(['e'])
    })
  })
}
