import type { Edge, EdgeKey } from '@aiops/contract/model/topology'
import type { Kysely } from 'kysely'
import type { StoredEntity, TopologyRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

/** Rows of one insert, well under SQLite's limit of 32,766 parameters. */
const rowsPerInsert = 1_000

/** Of one statement that deletes. */
const keysPerDelete = 500

const keyOf = ({ type, source, target }: EdgeKey): string => `${type} ${source} ${target}`

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
          key: keyOf(edge),
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
    async remove(tenant, entities, edges) {
      for (const [kind, keys] of [
        ['entity', entities],
        ['edge', edges.map(keyOf)],
      ] as const)
        for (let at = 0; at < keys.length; at += keysPerDelete)
          await db
            .deleteFrom('topology')
            .where('tenant_id', '=', tenant)
            .where('kind', '=', kind)
            .where('key', 'in', keys.slice(at, at + keysPerDelete))
            .execute()
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
