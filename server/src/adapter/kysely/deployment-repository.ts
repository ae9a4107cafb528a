import type { Deployment } from '@aiops/contract/model/deployment'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import {
  type DeploymentRepository,
  holdsService,
  isFinal,
  type KillSwitch,
  type StoredDeployment,
  type StoredDrift,
} from '../../port/deployment-repository.ts'
import type { Schema } from './schema.ts'

const off: KillSwitch = { on: false, by: null, at: null, reason: null }
const columns = ['tenant_id', 'revision', 'body', 'work'] as const

/** `insert`, `swap` and `acquire` read before they write: each is to be called within a transaction. */
export function deploymentRepository(db: Kysely<Schema>): DeploymentRepository {
  const killSwitch = async (tenant: string): Promise<KillSwitch> => {
    const row = await db
      .selectFrom('deployment_control')
      .select('body')
      .where('tenant_id', '=', tenant)
      .executeTakeFirst()
    return row ? (JSON.parse(row.body) as KillSwitch) : off
  }
  const openCount = async (tenant: string): Promise<number> => {
    const { total } = await db
      .selectFrom('deployment')
      .select((e) => e.fn.countAll().as('total'))
      .where('tenant_id', '=', tenant)
      .where('slot', 'is not', null)
      .executeTakeFirstOrThrow()
    return Number(total)
  }
  const appliedSince = async (tenant: string, sinceMs: number): Promise<number> => {
    const { total } = await db
      .selectFrom('deployment')
      .select((e) => e.fn.countAll().as('total'))
      .where('tenant_id', '=', tenant)
      .where('applied_ms', '>', sinceMs)
      .executeTakeFirstOrThrow()
    return Number(total)
  }
  const get: DeploymentRepository['get'] = async (tenant, id) => {
    const row = await db
      .selectFrom('deployment')
      .select(columns)
      .where('tenant_id', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst()
    return row && storedOf(row)
  }
  return {
    ...{ get, killSwitch },
    async insert(stored, openMax) {
      const { tenant, deployment } = stored
      const { id, repository } = deployment
      if (await get(tenant, id)) return
      const slot = slotOf(deployment)
      const other = await db
        .selectFrom('deployment')
        .select('id')
        .where('tenant_id', '=', tenant)
        .where('repository', '=', repository)
        .where('slot', '=', slot)
        .executeTakeFirst()
      if (slot !== null && other)
        throw new Fault('CONFLICT', `Deployment ${other.id} of ${deployment.service} is under way.`)
      if (openMax !== null && (await openCount(tenant)) >= openMax)
        throw new Fault('CONFLICT', `${openMax} deployments are under way, which is as many as may be.`)
      const created_ms = Date.parse(deployment.created_at)
      await db
        .insertInto('deployment')
        .values({
          ...{ id, tenant_id: tenant, repository, created_ms, applied_ms: null },
          ...{ lease_holder: null, lease_ms: 0 },
          ...rowOf(stored, stored.revision),
        })
        .execute()
    },
    async swap(stored, { holder, claim }) {
      const { tenant, revision, deployment } = stored
      if (claim && (await killSwitch(tenant)).on) return 'STOPPED'
      const limit = claim?.limit
      if (limit && (await appliedSince(tenant, limit.sinceMs)) >= limit.max) return 'LIMIT'
      let update = db
        .updateTable('deployment')
        .set({ ...rowOf(stored, revision + 1), ...(claim ? { applied_ms: claim.atMs } : {}) })
        .where('tenant_id', '=', tenant)
        .where('id', '=', deployment.id)
        .where('revision', '=', revision)
      if (holder !== null) update = update.where('lease_holder', '=', holder)
      const { numUpdatedRows } = await update.executeTakeFirst()
      return Number(numUpdatedRows) === 1 ? 'SWAPPED' : 'MOVED'
    },
    async list(tenant, { services, states, startMs, endMs, limit, offset }) {
      let found = db.selectFrom('deployment').where('tenant_id', '=', tenant)
      if (services.length > 0) found = found.where('service', 'in', services)
      if (states.length > 0) found = found.where('state', 'in', states)
      if (startMs !== undefined) found = found.where('created_ms', '>=', startMs)
      if (endMs !== undefined) found = found.where('created_ms', '<=', endMs)
      const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow()
      const rows = await found
        .select('body')
        .orderBy('created_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute()
      return { deployments: rows.map(({ body }) => JSON.parse(body) as Deployment), total: Number(total) }
    },
    async due(nowMs, limit) {
      const rows = await db
        .selectFrom('deployment')
        .select(['tenant_id', 'id'])
        .where('final', '=', 0)
        .where('due_ms', '<=', nowMs)
        .orderBy('due_ms')
        .limit(limit)
        .execute()
      return rows.map(({ tenant_id, id }) => ({ tenant: tenant_id, id }))
    },
    async acquire(tenant, id, { holder, nowMs, untilMs }) {
      const { numUpdatedRows } = await db
        .updateTable('deployment')
        .set({ lease_holder: holder, lease_ms: untilMs })
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .where((e) =>
          e.or([e('lease_holder', 'is', null), e('lease_holder', '=', holder), e('lease_ms', '<=', nowMs)]),
        )
        .executeTakeFirst()
      return Number(numUpdatedRows) === 1 ? get(tenant, id) : undefined
    },
    async release(tenant, id, holder) {
      await db
        .updateTable('deployment')
        .set({ lease_holder: null, lease_ms: 0 })
        .where('tenant_id', '=', tenant)
        .where('id', '=', id)
        .where('lease_holder', '=', holder)
        .execute()
    },
    async counts(tenant, sinceMs) {
      return { open: await openCount(tenant), applied: await appliedSince(tenant, sinceMs) }
    },
    async unreviewed(limit) {
      const rows = await db
        .selectFrom('deployment')
        .select(columns)
        .where('unreviewed', '=', 1)
        .orderBy('created_ms')
        .limit(limit)
        .execute()
      return rows.map(storedOf)
    },
    async said(tenant) {
      const rows = await db
        .selectFrom('deployment')
        .select(['outcome', 'overridden'])
        .select((e) => e.fn.countAll().as('total'))
        .where('tenant_id', '=', tenant)
        .groupBy(['outcome', 'overridden'])
        .execute()
      const sum = (fits: (row: (typeof rows)[number]) => boolean): number =>
        rows.filter(fits).reduce((all, { total }) => all + Number(total), 0)
      return {
        ALLOW: sum(({ outcome }) => outcome === 'ALLOW'),
        REQUIRE_APPROVAL: sum(({ outcome }) => outcome === 'REQUIRE_APPROVAL'),
        DENY: sum(({ outcome }) => outcome === 'DENY'),
        overridden: sum(({ overridden }) => overridden === 1),
      }
    },
    async setKillSwitch(tenant, to) {
      const values = { tenant_id: tenant, body: JSON.stringify(to) }
      await db
        .insertInto('deployment_control')
        .values(values)
        .onConflict((c) => c.column('tenant_id').doUpdateSet(values))
        .execute()
    },
    async saveDrift(tenant, check) {
      const { repository, stack } = check
      const values = { tenant_id: tenant, repository, stack, body: JSON.stringify(check) }
      await db
        .insertInto('drift')
        .values(values)
        .onConflict((c) => c.columns(['tenant_id', 'repository', 'stack']).doUpdateSet(values))
        .execute()
    },
    async drift(tenant) {
      const rows = await db
        .selectFrom('drift')
        .select('body')
        .where('tenant_id', '=', tenant)
        .orderBy('repository')
        .orderBy('stack')
        .execute()
      return rows.map(({ body }) => JSON.parse(body) as StoredDrift)
    },
  }
}

type Row = { tenant_id: string; revision: number; body: string; work: string }

const storedOf = ({ tenant_id, revision, body, work }: Row): StoredDeployment => ({
  ...{ tenant: tenant_id, revision: Number(revision) },
  ...{ deployment: JSON.parse(body) as Deployment, work: JSON.parse(work) as StoredDeployment['work'] },
})

/** What is unique among those under way. */
const slotOf = ({ state, service }: Deployment): string | null => (holdsService(state) ? service : null)

function rowOf({ deployment, work }: StoredDeployment, revision: number) {
  const { service, state, policy, override } = deployment
  return {
    ...{ service, state, revision, slot: slotOf(deployment), due_ms: work.dueMs },
    final: isFinal(state) ? 1 : 0,
    outcome: policy?.outcome ?? null,
    overridden: policy?.rules.some((rule) => rule.overridden) ? 1 : 0,
    unreviewed: override && override.reviewed_by === null ? 1 : 0,
    ...{ body: JSON.stringify(deployment), work: JSON.stringify(work) },
  }
}
