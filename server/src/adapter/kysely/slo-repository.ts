import type { Slo } from '@aiops/contract/model/slo'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { SloRepository } from '../../port/slo-repository.ts'
import type { Schema } from './schema.ts'

export const sloRepository = (db: Kysely<Schema>): SloRepository => ({
  async insert(tenant, slo) {
    const result = await db
      .insertInto('slo')
      .values({ tenant_id: tenant, id: slo.id, name: slo.name, body: JSON.stringify(slo) })
      .onConflict((c) => c.columns(['tenant_id', 'name']).doNothing())
      .executeTakeFirst()
    if (Number(result.numInsertedOrUpdatedRows) === 0) throw taken(slo)
  },
  async update(tenant, slo) {
    const other = await db
      .selectFrom('slo')
      .select('id')
      .where('tenant_id', '=', tenant)
      .where('name', '=', slo.name)
      .where('id', '<>', slo.id)
      .executeTakeFirst()
    if (other) throw taken(slo)
    const result = await db
      .updateTable('slo')
      .set({ name: slo.name, body: JSON.stringify(slo) })
      .where('tenant_id', '=', tenant)
      .where('id', '=', slo.id)
      .executeTakeFirst()
    return Number(result.numUpdatedRows) === 1
  },
  async delete(tenant, id) {
    const result = await db
      .deleteFrom('slo')
      .where('tenant_id', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst()
    return Number(result.numDeletedRows) === 1
  },
  async list(tenant) {
    const rows = await db
      .selectFrom('slo')
      .select('body')
      .where('tenant_id', '=', tenant)
      .orderBy('name')
      .execute()
    return rows.map(({ body }) => JSON.parse(body) as Slo)
  },
})

const taken = ({ name }: Slo): Fault => new Fault('CONFLICT', `There is an objective ${name} already.`)
