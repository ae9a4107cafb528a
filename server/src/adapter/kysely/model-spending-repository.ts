import type { Kysely } from 'kysely'
import type { ModelSpendingRepository } from '../../port/model-spending-repository.ts'
import type { Schema } from './schema.ts'

const daysKept = 30
/** US dollars by which a sum of fractions may miss what was meant. */
const usdTolerance = 1e-9

export function modelSpendingRepository(db: Kysely<Schema>): ModelSpendingRepository {
  async function begin(tenant: string, day: number): Promise<void> {
    const made = await db
      .insertInto('model_spending')
      .values({ tenant_id: tenant, day, tokens: 0, usd: 0 })
      .onConflict((c) => c.columns(['tenant_id', 'day']).doNothing())
      .executeTakeFirst()
    if (Number(made.numInsertedOrUpdatedRows) !== 1) return
    await db
      .deleteFrom('model_spending')
      .where('tenant_id', '=', tenant)
      .where('day', '<', day - daysKept)
      .execute()
  }
  const adding = (tenant: string, day: number, { tokens, usd }: { tokens: number; usd: number }) =>
    db
      .updateTable('model_spending')
      .set((e) => ({ tokens: e('tokens', '+', tokens), usd: e('usd', '+', usd) }))
      .where('tenant_id', '=', tenant)
      .where('day', '=', day)

  return {
    async spent(tenant, day) {
      const row = await db
        .selectFrom('model_spending')
        .select(['tokens', 'usd'])
        .where('tenant_id', '=', tenant)
        .where('day', '=', day)
        .executeTakeFirst()
      return { tokens: Number(row?.tokens ?? 0), usd: Number(row?.usd ?? 0) }
    },
    async reserve(tenant, day, held, limits) {
      await begin(tenant, day)
      let within = adding(tenant, day, held)
      // Compared where it is changed, so that nothing comes between.
      if (limits.tokens !== undefined) within = within.where('tokens', '<=', limits.tokens - held.tokens)
      if (limits.usd !== undefined) within = within.where('usd', '<=', limits.usd - held.usd + usdTolerance)
      return Number((await within.executeTakeFirst()).numUpdatedRows) === 1
    },
    async add(tenant, day, spent) {
      await begin(tenant, day)
      await adding(tenant, day, spent).execute()
    },
  }
}
