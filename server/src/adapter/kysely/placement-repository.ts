import type { Decision } from '@aiops/contract/model/decision'
import type { Kysely } from 'kysely'
import type { DecisionFilter, PlacementRepository, ServiceState } from '../../port/placement-repository.ts'
import type { Schema } from './schema.ts'

/** Rows of one statement, well under SQLite's limit of 32,766 parameters. */
const rowsPerStatement = 500
const servicesMax = 1_000
const outcomesMax = 100_000
/** The service under which the regret of all of a tenant lies; no service can be called so. */
const regretKey = '*regret'

export function placementRepository(db: Kysely<Schema>): PlacementRepository {
  return {
    async saveDecisions(tenant, decisions) {
      for (let at = 0; at < decisions.length; at += rowsPerStatement)
        await db
          .insertInto('placement_decision')
          .values(decisions.slice(at, at + rowsPerStatement).map((one) => rowOf(tenant, one)))
          .onConflict((c) =>
            c.columns(['tenant_id', 'id']).doUpdateSet((e) => ({
              state: e.ref('excluded.state'),
              outcome: e.ref('excluded.outcome'),
              body: e.ref('excluded.body'),
            })),
          )
          .execute()
    },
    async transition(tenant, decision, from) {
      const { state, outcome, body } = rowOf(tenant, decision)
      const result = await db
        .updateTable('placement_decision')
        .set({ state, outcome, body })
        .where('tenant_id', '=', tenant)
        .where('id', '=', decision.id)
        .where('state', '=', from)
        .executeTakeFirst()
      return Number(result.numUpdatedRows) === 1
    },
    async decision(tenant, id) {
      const row = await db
        .selectFrom('placement_decision')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && (JSON.parse(row.body) as Decision)
    },
    async decisions(tenant, filter) {
      const found = selection(db, tenant, filter)
      const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow()
      const rows = await found
        .select('body')
        .orderBy('at_ms', 'desc')
        .orderBy('id')
        .limit(filter.limit)
        .offset(filter.offset)
        .execute()
      return { decisions: rows.map(({ body }) => JSON.parse(body) as Decision), total: Number(total) }
    },
    async latestDecisions(tenant) {
      const rows = await db
        .selectFrom('placement_decision as d')
        .select('d.body')
        .where('d.tenant_id', '=', tenant)
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('placement_decision as n')
                .select('n.id')
                .whereRef('n.tenant_id', '=', 'd.tenant_id')
                .whereRef('n.service', '=', 'd.service')
                .where((w) =>
                  w.or([
                    w('n.at_ms', '>', w.ref('d.at_ms')),
                    w.and([w('n.at_ms', '=', w.ref('d.at_ms')), w('n.id', '>', w.ref('d.id'))]),
                  ]),
                ),
            ),
          ),
        )
        .execute()
      return rows.map(({ body }) => JSON.parse(body) as Decision)
    },
    async outcomes(tenant) {
      const rows = await db
        .selectFrom('placement_decision')
        .select(['confidence', 'outcome'])
        .where('tenant_id', '=', tenant)
        .where('outcome', 'is not', null)
        .where('confidence', 'is not', null)
        .orderBy('at_ms', 'desc')
        .limit(outcomesMax)
        .execute()
      return rows.map(({ confidence, outcome }) => ({ confidence: confidence ?? 0, right: outcome === 1 }))
    },
    async saveStates(tenant, states) {
      for (let at = 0; at < states.length; at += rowsPerStatement)
        await put(
          db,
          states.slice(at, at + rowsPerStatement).map((state) => ({
            ...{ tenant_id: tenant, service: state.service, body: JSON.stringify(state) },
          })),
        )
    },
    async states(tenant) {
      const rows = await db
        .selectFrom('placement_state')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('service', '!=', regretKey)
        .execute()
      return rows.map(({ body }) => JSON.parse(body) as ServiceState)
    },
    saveRegret: (tenant, body) => put(db, [{ tenant_id: tenant, service: regretKey, body }]),
    async regret(tenant) {
      const row = await db
        .selectFrom('placement_state')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('service', '=', regretKey)
        .executeTakeFirst()
      return row?.body
    },
    async deleteBefore(timeMs) {
      const result = await db.deleteFrom('placement_decision').where('at_ms', '<', timeMs).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}

async function put(
  db: Kysely<Schema>,
  rows: { tenant_id: string; service: string; body: string }[],
): Promise<void> {
  await db
    .insertInto('placement_state')
    .values(rows)
    .onConflict((c) =>
      c.columns(['tenant_id', 'service']).doUpdateSet((e) => ({ body: e.ref('excluded.body') })),
    )
    .execute()
}

const rowOf = (tenant: string, decision: Decision) => ({
  ...{ id: decision.id, tenant_id: tenant, service: decision.service, at_ms: Date.parse(decision.at) },
  ...{ action: decision.action, state: decision.state, confidence: decision.confidence },
  outcome:
    decision.outcome?.right === undefined || decision.outcome.right === null
      ? null
      : decision.outcome.right
        ? 1
        : 0,
  body: JSON.stringify(decision),
})

function selection(db: Kysely<Schema>, tenant: string, filter: DecisionFilter) {
  const services = filter.services.slice(0, servicesMax)
  let found = db
    .selectFrom('placement_decision')
    .where('tenant_id', '=', tenant)
    .where('at_ms', '>=', filter.startMs)
    .where('at_ms', '<=', filter.endMs)
  if (services.length > 0) found = found.where('service', 'in', services)
  if (filter.actions.length > 0) found = found.where('action', 'in', filter.actions)
  if (filter.states.length > 0) found = found.where('state', 'in', filter.states)
  return found
}
