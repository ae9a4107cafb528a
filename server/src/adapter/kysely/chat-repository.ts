import type { ChatMessage } from '@aiops/contract/model/chat'
import { type Kysely, sql } from 'kysely'
import type {
  ChatRepository,
  SessionFilter,
  StoredAttachment,
  StoredSession,
} from '../../port/chat-repository.ts'
import type { Schema } from './schema.ts'

export const chatRepository = (db: Kysely<Schema>): ChatRepository => ({
  ...sessionsOf(db),
  ...expiryOf(db),
  ...messagesOf(db),
  ...attachmentsOf(db),
})

type Sessions = Pick<
  ChatRepository,
  'insertSession' | 'updateSession' | 'session' | 'sessions' | 'countSessions' | 'deleteSession'
>

const sessionsOf = (db: Kysely<Schema>): Sessions => ({
  async insertSession(session) {
    await db
      .insertInto('chat_session')
      .values({ ...rowOf(session), emptied: 0 })
      .execute()
  },
  async updateSession(session) {
    await db
      .updateTable('chat_session')
      .set(rowOf(session))
      .where('tenant_id', '=', session.tenant_id)
      .where('id', '=', session.id)
      .execute()
  },
  async session(tenant, id) {
    const row = await db
      .selectFrom('chat_session')
      .select('body')
      .where('tenant_id', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && (JSON.parse(row.body) as StoredSession)
  },
  async sessions(tenant, filter) {
    const found = selection(db, tenant, filter)
    const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow()
    const rows = await found
      .select('body')
      .orderBy('updated_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(filter.limit)
      .offset(filter.offset)
      .execute()
    return { sessions: rows.map(({ body }) => JSON.parse(body) as StoredSession), total: Number(total) }
  },
  async countSessions(tenant, userId, nowMs) {
    const { total } = await db
      .selectFrom('chat_session')
      .select((e) => e.fn.countAll().as('total'))
      .where('tenant_id', '=', tenant)
      .where('user_id', '=', userId)
      .where('expires_ms', '>', nowMs)
      .executeTakeFirstOrThrow()
    return Number(total)
  },
  async deleteSession(tenant, id) {
    const result = await db
      .deleteFrom('chat_session')
      .where('tenant_id', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst()
    if (Number(result.numDeletedRows) === 0) return false
    await empty(db, [id])
    return true
  },
})

type Expiry = Pick<ChatRepository, 'emptyExpired' | 'forgetExpired'>

const expiryOf = (db: Kysely<Schema>): Expiry => ({
  async emptyExpired(nowMs, limit) {
    const rows = await db
      .selectFrom('chat_session')
      .select('id')
      .where('emptied', '=', 0)
      .where('expires_ms', '<=', nowMs)
      .orderBy('expires_ms')
      .limit(limit)
      .execute()
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id)
    await empty(db, ids)
    await db.updateTable('chat_session').set({ emptied: 1 }).where('id', 'in', ids).execute()
    return ids.length
  },
  async forgetExpired(beforeMs, limit) {
    const old = db
      .selectFrom('chat_session')
      .select('id')
      .where('emptied', '=', 1)
      .where('expires_ms', '<', beforeMs)
      .limit(limit)
    const result = await db.deleteFrom('chat_session').where('id', 'in', old).executeTakeFirst()
    return Number(result.numDeletedRows)
  },
})

type Messages = Pick<
  ChatRepository,
  'addMessages' | 'saveMessage' | 'message' | 'messages' | 'frames' | 'streaming'
>

const messagesOf = (db: Kysely<Schema>): Messages => ({
  async addMessages(tenant, messages) {
    for (const message of messages) {
      const last = await db
        .selectFrom('chat_message')
        .select((e) => e.fn.max('place').as('place'))
        .where('session_id', '=', message.session_id)
        .executeTakeFirst()
      await db
        .insertInto('chat_message')
        .values({
          ...{ id: message.id, tenant_id: tenant, session_id: message.session_id },
          ...{ place: Number(last?.place ?? 0) + 1, state: message.state },
          ...{ body: JSON.stringify(message), frames: null },
        })
        .execute()
    }
  },
  async saveMessage(tenant, message, frames) {
    const result = await db
      .updateTable('chat_message')
      .set({ state: message.state, body: JSON.stringify(message), frames })
      .where('tenant_id', '=', tenant)
      .where('id', '=', message.id)
      .executeTakeFirst()
    return Number(result.numUpdatedRows) === 1
  },
  async message(tenant, sessionId, id) {
    const row = await ofSession(db, tenant, sessionId).select('body').where('id', '=', id).executeTakeFirst()
    return row && (JSON.parse(row.body) as ChatMessage)
  },
  async messages(tenant, sessionId, newest, before) {
    let last = ofSession(db, tenant, sessionId).select('body').orderBy('place', 'desc')
    if (before !== undefined)
      last = last.where(
        'place',
        '<',
        ofSession(db, tenant, sessionId).select('place').where('id', '=', before),
      )
    const rows = await (newest === undefined ? last : last.limit(newest)).execute()
    return rows.map(({ body }) => JSON.parse(body) as ChatMessage).reverse()
  },
  async frames(tenant, sessionId, messageId) {
    const row = await ofSession(db, tenant, sessionId)
      .select('frames')
      .where('id', '=', messageId)
      .executeTakeFirst()
    return row?.frames ?? null
  },
  async streaming(limit) {
    const rows = await db
      .selectFrom('chat_message')
      .select(['tenant_id', 'body'])
      .where('state', '=', 'STREAMING')
      .limit(limit)
      .execute()
    return rows.map(({ tenant_id, body }) => ({
      tenant: tenant_id,
      message: JSON.parse(body) as ChatMessage,
    }))
  },
})

type Attachments = Pick<
  ChatRepository,
  'addAttachment' | 'attachments' | 'attachmentBytes' | 'dueAttachments' | 'deleteAttachment'
>

const attachmentsOf = (db: Kysely<Schema>): Attachments => ({
  async addAttachment({ tenant_id, session_id, ...attachment }) {
    await db
      .insertInto('chat_attachment')
      .values({
        ...{ id: attachment.id, tenant_id, session_id, size_bytes: attachment.size_bytes },
        created_ms: Date.parse(attachment.created_at),
        due_ms: Date.parse(attachment.expires_at),
        body: JSON.stringify(attachment),
      })
      .execute()
  },
  async attachments(tenant, sessionId) {
    const rows = await db
      .selectFrom('chat_attachment')
      .select('body')
      .where('tenant_id', '=', tenant)
      .where('session_id', '=', sessionId)
      .where('due_ms', '>', 0)
      .orderBy('created_ms')
      .orderBy('id')
      .execute()
    return rows.map(({ body }) => JSON.parse(body) as StoredAttachment)
  },
  async attachmentBytes(tenant) {
    const row = await db
      .selectFrom('chat_attachment')
      .select((e) => e.fn.sum('size_bytes').as('bytes'))
      .where('tenant_id', '=', tenant)
      .where('due_ms', '>', 0)
      .executeTakeFirst()
    return Number(row?.bytes ?? 0)
  },
  async dueAttachments(nowMs, limit) {
    const rows = await db
      .selectFrom('chat_attachment')
      .select(['tenant_id', 'session_id', 'body'])
      .where('due_ms', '<=', nowMs)
      .orderBy('due_ms')
      .limit(limit)
      .execute()
    return rows.map(({ body, ...row }) => ({ ...(JSON.parse(body) as StoredAttachment), ...row }))
  },
  async deleteAttachment(tenant, id) {
    await db.deleteFrom('chat_attachment').where('tenant_id', '=', tenant).where('id', '=', id).execute()
  },
})

/** Without `emptied`: an update must not reset it. */
const rowOf = (session: StoredSession) => ({
  ...{ id: session.id, tenant_id: session.tenant_id, user_id: session.user_id },
  shared: session.shared ? 1 : 0,
  updated_ms: Date.parse(session.updated_at),
  expires_ms: Date.parse(session.expires_at),
  search: session.title.toLowerCase(),
  body: JSON.stringify(session),
})

function selection(db: Kysely<Schema>, tenant: string, { userId, nowMs, search }: SessionFilter) {
  const found = db
    .selectFrom('chat_session')
    .where('tenant_id', '=', tenant)
    .where('expires_ms', '>', nowMs)
    .where((e) => e.or([e('user_id', '=', userId), e('shared', '=', 1)]))
  if (search === '') return found
  return found.where(sql<boolean>`instr(search, ${search.toLowerCase()}) > 0`)
}

const ofSession = (db: Kysely<Schema>, tenant: string, sessionId: string) =>
  db.selectFrom('chat_message').where('tenant_id', '=', tenant).where('session_id', '=', sessionId)

async function empty(db: Kysely<Schema>, sessionIds: readonly string[]): Promise<void> {
  await db.deleteFrom('chat_message').where('session_id', 'in', sessionIds).execute()
  await db.updateTable('chat_attachment').set({ due_ms: 0 }).where('session_id', 'in', sessionIds).execute()
}
