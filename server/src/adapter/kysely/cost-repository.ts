import type { Budget } from '@aiops/contract/model/budget'
import type { PriceBook } from '@aiops/contract/model/price-book'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { CostHour, CostRepository } from '../../port/cost-repository.ts'
import type { Schema } from './schema.ts'

export function costRepository(db: Kysely<Schema>): CostRepository {
  return { ...books(db), ...budgets(db), ...hours(db) }
}

const books = (db: Kysely<Schema>): Pick<CostRepository, 'saveBook' | 'books'> => ({
  async saveBook(tenant, book) {
    const body = JSON.stringify(book)
    await db
      .insertInto('price_book')
      .values({ tenant_id: tenant, name: book.name, as_of_ms: Date.parse(book.as_of), body })
      .onConflict((c) => c.columns(['tenant_id', 'name', 'as_of_ms']).doUpdateSet({ body }))
      .execute()
  },
  async books(tenant) {
    const rows = await db
      .selectFrom('price_book')
      .select('body')
      .where('tenant_id', '=', tenant)
      .orderBy('as_of_ms', 'desc')
      .orderBy('name')
      .execute()
    return rows.map(({ body }) => JSON.parse(body) as PriceBook)
  },
})

const budgets = (
  db: Kysely<Schema>,
): Pick<CostRepository, 'insertBudget' | 'updateBudget' | 'deleteBudget' | 'budgets'> => ({
  async insertBudget(tenant, budget) {
    const result = await db
      .insertInto('budget')
      .values({ tenant_id: tenant, id: budget.id, name: budget.name, body: JSON.stringify(budget) })
      .onConflict((c) => c.columns(['tenant_id', 'name']).doNothing())
      .executeTakeFirst()
    if (Number(result.numInsertedOrUpdatedRows) === 0) throw taken(budget)
  },
  async updateBudget(tenant, budget) {
    const other = await db
      .selectFrom('budget')
      .select('id')
      .where('tenant_id', '=', tenant)
      .where('name', '=', budget.name)
      .where('id', '<>', budget.id)
      .executeTakeFirst()
    if (other) throw taken(budget)
    const result = await db
      .updateTable('budget')
      .set({ name: budget.name, body: JSON.stringify(budget) })
      .where('tenant_id', '=', tenant)
      .where('id', '=', budget.id)
      .executeTakeFirst()
    return Number(result.numUpdatedRows) === 1
  },
  async deleteBudget(tenant, id) {
    const result = await db
      .deleteFrom('budget')
      .where('tenant_id', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst()
    return Number(result.numDeletedRows) === 1
  },
  async budgets(tenant) {
    const rows = await db
      .selectFrom('budget')
      .select('body')
      .where('tenant_id', '=', tenant)
      .orderBy('name')
      .execute()
    return rows.map(({ body }) => JSON.parse(body) as Budget)
  },
})

const taken = ({ name }: Budget): Fault => new Fault('CONFLICT', `There is a budget ${name} already.`)

const hours = (
  db: Kysely<Schema>,
): Pick<CostRepository, 'saveHour' | 'hours' | 'knownHours' | 'deleteHoursBefore'> => {
  const within = (tenant: string, fromMs: number, toMs: number) =>
    db
      .selectFrom('cost_hour')
      .where('tenant_id', '=', tenant)
      .where('hour_ms', '>=', fromMs)
      .where('hour_ms', '<', toMs)
      .orderBy('hour_ms')
  return {
    async saveHour(tenant, { hourMs, ...rest }) {
      const body = JSON.stringify(rest)
      await db
        .insertInto('cost_hour')
        .values({ tenant_id: tenant, hour_ms: hourMs, body })
        .onConflict((c) => c.columns(['tenant_id', 'hour_ms']).doUpdateSet({ body }))
        .execute()
    },
    async hours(tenant, fromMs, toMs) {
      const rows = await within(tenant, fromMs, toMs).select(['hour_ms', 'body']).execute()
      return rows.map(({ hour_ms, body }): CostHour => ({ hourMs: Number(hour_ms), ...JSON.parse(body) }))
    },
    async knownHours(tenant, fromMs, toMs) {
      const rows = await within(tenant, fromMs, toMs).select('hour_ms').execute()
      return rows.map(({ hour_ms }) => Number(hour_ms))
    },
    async deleteHoursBefore(timeMs) {
      const result = await db.deleteFrom('cost_hour').where('hour_ms', '<', timeMs).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}
