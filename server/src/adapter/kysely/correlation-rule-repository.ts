import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type {
  CorrelationRuleRepository,
  StoredCorrelationRule,
} from '../../port/correlation-rule-repository.ts'
import type { Schema } from './schema.ts'

export const correlationRuleRepository = (db: Kysely<Schema>): CorrelationRuleRepository => ({
  async save(tenant, rule) {
    const other = await db
      .selectFrom('correlation_rule')
      .select('id')
      .where('tenant_id', '=', tenant)
      .where('name', '=', rule.name)
      .where('id', '<>', rule.id)
      .executeTakeFirst()
    if (other) throw new Fault('CONFLICT', `There is a correlation rule ${rule.name} already.`)
    const row = { tenant_id: tenant, id: rule.id, name: rule.name, body: JSON.stringify(rule) }
    await db
      .insertInto('correlation_rule')
      .values(row)
      .onConflict((c) => c.columns(['tenant_id', 'id']).doUpdateSet(row))
      .execute()
  },
  async delete(tenant, id) {
    const result = await db
      .deleteFrom('correlation_rule')
      .where('tenant_id', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst()
    return Number(result.numDeletedRows) === 1
  },
  async all() {
    const rows = await db
      .selectFrom('correlation_rule')
      .select(['tenant_id', 'body'])
      .orderBy('id')
      .orderBy('tenant_id')
      .execute()
    return rows.map((row) => ({ tenant: row.tenant_id, rule: JSON.parse(row.body) as StoredCorrelationRule }))
  },
  async saveHits(hits) {
    for (const { tenant, ruleId, count, lastMs } of hits) {
      const row = { tenant_id: tenant, rule_id: ruleId, count, last_ms: lastMs }
      await db
        .insertInto('correlation_rule_hit')
        .values(row)
        .onConflict((c) => c.columns(['tenant_id', 'rule_id']).doUpdateSet(row))
        .execute()
    }
  },
  async hits() {
    const rows = await db
      .selectFrom('correlation_rule_hit')
      .selectAll()
      .orderBy('tenant_id')
      .orderBy('rule_id')
      .execute()
    return rows.map((row) => ({
      ...{ tenant: row.tenant_id, ruleId: row.rule_id },
      ...{ count: row.count, lastMs: row.last_ms },
    }))
  },
})
