import type { Remediation, StepResult } from '@aiops/contract/model/remediation'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { RemediationRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

const ended: readonly Remediation['status'][] = ['REJECTED', 'COMPLETED', 'FAILED', 'ROLLED_BACK']
const phases = ['STEP', 'VERIFY', 'ROLLBACK']

export function remediationRepository(db: Kysely<Schema>): RemediationRepository {
  async function whole(rows: readonly { id: string; body: string }[]): Promise<Remediation[]> {
    if (rows.length === 0) return []
    const steps = await db
      .selectFrom('remediation_step')
      .selectAll()
      .where(
        'remediation_id',
        'in',
        rows.map((row) => row.id),
      )
      .orderBy('step_order')
      .execute()
    return rows.map((row) => ({
      ...(JSON.parse(row.body) as Remediation),
      step_results: phases.flatMap((phase) =>
        steps
          .filter((s) => s.remediation_id === row.id && s.phase === phase)
          .map((s) => JSON.parse(s.body) as StepResult),
      ),
    }))
  }
  return {
    async insert(remediation) {
      const running = await db
        .selectFrom('remediation')
        .select('id')
        .where('tenant_id', '=', remediation.tenant_id)
        .where('incident_id', '=', remediation.incident_id)
        .where('runbook_id', '=', remediation.runbook_id)
        .where('ended', '=', 0)
        .executeTakeFirst()
      if (running)
        throw new Fault(
          'CONFLICT',
          `Runbook ${remediation.runbook_id} is already under way for this incident as ${running.id}.`,
        )
      await db.insertInto('remediation').values(rowOf(remediation)).execute()
    },
    async transition(remediation, from) {
      const result = await db
        .updateTable('remediation')
        .set(rowOf(remediation))
        .where('id', '=', remediation.id)
        .where('status', '=', from)
        .executeTakeFirst()
      return Number(result.numUpdatedRows) === 1
    },
    async journal(remediationId, result) {
      const row = {
        remediation_id: remediationId,
        phase: result.phase,
        step_order: result.order,
        body: JSON.stringify(result),
      }
      await db
        .insertInto('remediation_step')
        .values(row)
        .onConflict((c) => c.columns(['remediation_id', 'phase', 'step_order']).doUpdateSet(row))
        .execute()
    },
    async get(tenant, id) {
      const rows = await db
        .selectFrom('remediation')
        .select(['id', 'body'])
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .execute()
      return (await whole(rows))[0]
    },
    async list(tenant, filter) {
      let query = db.selectFrom('remediation').where('tenant_id', '=', tenant)
      if (filter.statuses.length) query = query.where('status', 'in', filter.statuses)
      if (filter.incidentId) query = query.where('incident_id', '=', filter.incidentId)
      const rows = await query
        .select(['id', 'body'])
        .orderBy('requested_ms', 'desc')
        .orderBy('id')
        .limit(filter.limit)
        .offset(filter.offset)
        .execute()
      const count = await query.select((e) => e.fn.countAll().as('total')).executeTakeFirst()
      return { remediations: await whole(rows), total: Number(count?.total ?? 0) }
    },
    async unfinished() {
      return whole(
        await db
          .selectFrom('remediation')
          .select(['id', 'body'])
          .where('status', 'in', ['APPROVED', 'RUNNING', 'VERIFYING', 'ROLLING_BACK'])
          .execute(),
      )
    },
    async pending() {
      return whole(
        await db
          .selectFrom('remediation')
          .select(['id', 'body'])
          .where('status', '=', 'PENDING_APPROVAL')
          .execute(),
      )
    },
  }
}

function rowOf(remediation: Remediation) {
  return {
    id: remediation.id,
    tenant_id: remediation.tenant_id,
    incident_id: remediation.incident_id,
    runbook_id: remediation.runbook_id,
    status: remediation.status,
    ended: ended.includes(remediation.status) ? 1 : 0,
    requested_ms: Date.parse(remediation.requested_at),
    body: JSON.stringify({ ...remediation, step_results: [] }),
  }
}
