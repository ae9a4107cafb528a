import type { Kysely } from 'kysely'
import type { Notification } from '../../port/notifier.ts'
import type { OutboxRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

export function outboxRepository(db: Kysely<Schema>): OutboxRepository {
  return {
    async add(notifier, tenant, notification) {
      const row = {
        notifier,
        tenant_id: tenant,
        idempotency_key: notification.idempotencyKey,
        attempts: 0,
        due_ms: 0,
        error: null,
        sent: 0,
        body: JSON.stringify(notification),
      }
      await db
        .insertInto('outbox')
        .values(row)
        .onConflict((c) => c.columns(['notifier', 'tenant_id', 'idempotency_key']).doNothing())
        .execute()
    },
    async due(nowMs, limit, except = []) {
      let waiting = db.selectFrom('outbox').where('sent', '=', 0).where('due_ms', '<=', nowMs)
      if (except.length > 0) waiting = waiting.where('notifier', 'not in', except)
      const rows = await waiting.selectAll().orderBy('id').limit(limit).execute()
      return rows.map((row) => ({
        id: row.id,
        notifier: row.notifier,
        tenant: row.tenant_id,
        notification: JSON.parse(row.body) as Notification,
        attempts: row.attempts,
      }))
    },
    async knows(notifier, tenant, idempotencyKey) {
      const row = await db
        .selectFrom('outbox')
        .select('id')
        .where('notifier', '=', notifier)
        .where('tenant_id', '=', tenant)
        .where('idempotency_key', '=', idempotencyKey)
        .executeTakeFirst()
      return row !== undefined
    },
    async sent(id) {
      await db.updateTable('outbox').set({ sent: 1, due_ms: null }).where('id', '=', id).execute()
    },
    async failed(id, error, nextAttemptMs) {
      await db
        .updateTable('outbox')
        .set((e) => ({ attempts: e('attempts', '+', 1), error, due_ms: nextAttemptMs }))
        .where('id', '=', id)
        .execute()
    },
  }
}
