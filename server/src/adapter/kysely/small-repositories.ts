import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import type { Edge } from '@aiops/contract/model/topology'
import type { Kysely } from 'kysely'
import type { Notification } from '../../port/notifier.ts'
import type {
  DiagnosisRepository,
  MembershipRepository,
  OutboxRepository,
  TopologyRepository,
} from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

/** Rows of one insert, well under SQLite's limit of 32,766 parameters. */
const rowsPerInsert = 1_000

export function membershipRepository(db: Kysely<Schema>): MembershipRepository {
  return {
    async add(incidentId, memberId, reason) {
      const row = { incident_id: incidentId, member_id: memberId, reason }
      await db
        .insertInto('membership')
        .values(row)
        .onConflict((c) => c.columns(['incident_id', 'member_id']).doUpdateSet({ reason }))
        .execute()
    },
    async reasons(incidentId) {
      const rows = await db
        .selectFrom('membership')
        .select(['member_id', 'reason'])
        .where('incident_id', '=', incidentId)
        .execute()
      return Object.fromEntries(rows.map((row) => [row.member_id, row.reason]))
    },
  }
}

export function diagnosisRepository(db: Kysely<Schema>): DiagnosisRepository {
  return {
    async save(tenant, diagnosis) {
      const row = {
        id: diagnosis.id,
        tenant_id: tenant,
        incident_id: diagnosis.incident_id,
        revision: diagnosis.revision,
        body: JSON.stringify(diagnosis),
      }
      await db
        .insertInto('diagnosis')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet(row))
        .execute()
    },
    async latest(incidentId) {
      const row = await db
        .selectFrom('diagnosis')
        .select('body')
        .where('incident_id', '=', incidentId)
        .orderBy('revision', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && (JSON.parse(row.body) as Diagnosis)
    },
  }
}

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
    async due(nowMs, limit) {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('sent', '=', 0)
        .where('due_ms', '<=', nowMs)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        id: row.id,
        notifier: row.notifier,
        tenant: row.tenant_id,
        notification: JSON.parse(row.body) as Notification,
        attempts: row.attempts,
      }))
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

type StoredEntity = Awaited<ReturnType<TopologyRepository['load']>>['entities'][number]

export function topologyRepository(db: Kysely<Schema>): TopologyRepository {
  return {
    async save(tenant, entities, edges) {
      const rows = [
        ...entities.map((entity) => ({
          tenant_id: tenant,
          kind: 'entity',
          key: entity.id,
          body: JSON.stringify(entity),
        })),
        ...edges.map((edge) => ({
          tenant_id: tenant,
          kind: 'edge',
          key: `${edge.type} ${edge.source} ${edge.target}`,
          body: JSON.stringify(edge),
        })),
      ]
      for (let at = 0; at < rows.length; at += rowsPerInsert) {
        await db
          .insertInto('topology')
          .values(rows.slice(at, at + rowsPerInsert))
          .onConflict((c) =>
            c.columns(['tenant_id', 'kind', 'key']).doUpdateSet((e) => ({ body: e.ref('excluded.body') })),
          )
          .execute()
      }
    },
    async load(tenant) {
      const rows = await db
        .selectFrom('topology')
        .select(['kind', 'body'])
        .where('tenant_id', '=', tenant)
        .execute()
      const of = <T>(kind: string): T[] =>
        rows.filter((row) => row.kind === kind).map((row) => JSON.parse(row.body) as T)
      return { entities: of<StoredEntity>('entity'), edges: of<Edge>('edge') }
    },
  }
}
