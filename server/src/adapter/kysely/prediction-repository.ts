import type { Prediction } from '@aiops/contract/model/forecast'
import type { Kysely } from 'kysely'
import type { PredictionRepository } from '../../port/prediction-repository.ts'
import type { Schema } from './schema.ts'

export const predictionRepository = (db: Kysely<Schema>): PredictionRepository => ({
  async insert(tenant, { series, prediction }) {
    const result = await db
      .insertInto('prediction')
      .values({ id: prediction.id, tenant_id: tenant, series, ...columnsOf(prediction) })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst()
    return Number(result.numInsertedOrUpdatedRows) === 1
  },
  async update(tenant, prediction) {
    const result = await db
      .updateTable('prediction')
      .set(columnsOf(prediction))
      .where('tenant_id', '=', tenant)
      .where('id', '=', prediction.id)
      .where('state', '=', 'OPEN')
      .executeTakeFirst()
    return Number(result.numUpdatedRows) === 1
  },
  async open(tenant, watch) {
    const rows = await db
      .selectFrom('prediction')
      .select(['series', 'body'])
      .where('tenant_id', '=', tenant)
      .where('watch', '=', watch)
      .where('state', '=', 'OPEN')
      .orderBy('series')
      .execute()
    return rows.map(({ series, body }) => ({ series, prediction: JSON.parse(body) as Prediction }))
  },
  async list(tenant, { watch, states, limit, offset }) {
    let query = db.selectFrom('prediction').where('tenant_id', '=', tenant)
    if (watch !== undefined) query = query.where('watch', '=', watch)
    if (states.length > 0) query = query.where('state', 'in', states)
    const rows = await query
      .select('body')
      .orderBy('predicted_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute()
    const count = await query.select((e) => e.fn.countAll().as('total')).executeTakeFirst()
    return {
      predictions: rows.map(({ body }) => JSON.parse(body) as Prediction),
      total: Number(count?.total ?? 0),
    }
  },
  async outcomes(tenant, watch, last) {
    const of = db.selectFrom('prediction').where('tenant_id', '=', tenant).where('watch', '=', watch)
    const rows = await of
      .select('state')
      .where('settled_ms', 'is not', null)
      .where('state', '<>', 'LOST')
      .orderBy('settled_ms', 'desc')
      .limit(last)
      .execute()
    const open = await of
      .select((e) => e.fn.countAll().as('total'))
      .where('state', '=', 'OPEN')
      .executeTakeFirst()
    const hits = rows.filter(({ state }) => state === 'HIT').length
    return { hits, misses: rows.length - hits, open: Number(open?.total ?? 0) }
  },
  async deleteBefore(predictedMs) {
    const result = await db
      .deleteFrom('prediction')
      .where('predicted_ms', '<', predictedMs)
      .where('state', '<>', 'OPEN')
      .executeTakeFirst()
    return Number(result.numDeletedRows)
  },
})

const columnsOf = (prediction: Prediction) => ({
  ...{ watch: prediction.watch, state: prediction.state, body: JSON.stringify(prediction) },
  predicted_ms: Date.parse(prediction.predicted_at),
  settled_ms: prediction.settled_at === null ? null : Date.parse(prediction.settled_at),
})
