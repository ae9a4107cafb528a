import type { AlertPreset } from '@aiops/contract/model/alert-preset'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { AlertPresetRepository } from '../../port/alert-preset-repository.ts'
import type { Schema } from './schema.ts'

export function alertPresetRepository(db: Kysely<Schema>): AlertPresetRepository {
  const all = (tenant: string) => db.selectFrom('alert_preset').where('tenant_id', '=', tenant)
  return {
    async insert(tenant, preset, { personMax, tenantMax }) {
      const made = await all(tenant).select('created_by').execute()
      const own = made.filter((row) => row.created_by === preset.created_by).length
      if (own >= personMax || made.length >= tenantMax)
        throw new Fault('CONFLICT', `There are ${own} saved searches of yours already; delete one first.`)
      await db
        .insertInto('alert_preset')
        .values({
          ...{ tenant_id: tenant, id: preset.id, created_by: preset.created_by },
          ...{ shared: preset.shared ? 1 : 0, body: JSON.stringify(preset) },
        })
        .execute()
    },
    async delete(tenant, id) {
      const gone = await db
        .deleteFrom('alert_preset')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return Number(gone.numDeletedRows) === 1
    },
    async get(tenant, id) {
      const row = await all(tenant).select('body').where('id', '=', id).executeTakeFirst()
      return row && (JSON.parse(row.body) as AlertPreset)
    },
    async list(tenant, person) {
      const rows = await all(tenant)
        .select('body')
        .where((e) => e.or([e('shared', '=', 1), e('created_by', '=', person)]))
        .execute()
      return rows
        .map(({ body }) => JSON.parse(body) as AlertPreset)
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))
    },
  }
}
