import type { Edge } from '@aiops/contract/model/topology'
import type { Kysely } from 'kysely'
import type { TopologyRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

/** Rows of one insert, well under SQLite's limit of 32,766 parameters. */
const rowsPerInsert = 1_000

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
