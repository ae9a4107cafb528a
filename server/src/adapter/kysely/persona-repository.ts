import type { Persona } from '@aiops/contract/model/persona'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { PersonaRepository } from '../../port/persona-repository.ts'
import type { Schema } from './schema.ts'

export function personaRepository(db: Kysely<Schema>): PersonaRepository {
  const one = (tenant: string, id: string) =>
    db.selectFrom('persona').select('body').where('tenant_id', '=', tenant).where('id', '=', id)
  return {
    async insert(tenant, persona) {
      const result = await db
        .insertInto('persona')
        .values({ tenant_id: tenant, id: persona.id, body: JSON.stringify(persona) })
        .onConflict((c) => c.columns(['tenant_id', 'id']).doNothing())
        .executeTakeFirst()
      if (Number(result.numInsertedOrUpdatedRows) === 0)
        throw new Fault('CONFLICT', `There is a persona ${persona.id} already.`)
    },
    async update(tenant, persona) {
      const result = await db
        .updateTable('persona')
        .set({ body: JSON.stringify(persona) })
        .where('tenant_id', '=', tenant)
        .where('id', '=', persona.id)
        .executeTakeFirst()
      return Number(result.numUpdatedRows) === 1
    },
    async delete(tenant, id) {
      const result = await db
        .deleteFrom('persona')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return Number(result.numDeletedRows) === 1
    },
    async get(tenant, id) {
      const row = await one(tenant, id).executeTakeFirst()
      return row && (JSON.parse(row.body) as Persona)
    },
    async list(tenant) {
      const rows = await db
        .selectFrom('persona')
        .select('body')
        .where('tenant_id', '=', tenant)
        .orderBy('id')
        .execute()
      return rows.map(({ body }) => JSON.parse(body) as Persona)
    },
  }
}
