import type { Kysely } from 'kysely'
import type {
  StateKey,
  StateLock,
  StateRepository,
  StateVersion,
  StoredState,
} from '../../port/state-repository.ts'
import type { Schema } from './schema.ts'

type Row = Schema['terraform_state']
type LockRow = Schema['terraform_lock']

const versionColumns = [
  ...(['number', 'serial', 'lineage', 'deleted', 'sha256'] as const),
  ...(['size_bytes', 'created_ms', 'created_by'] as const),
] as const

export function stateRepository(db: Kysely<Schema>): StateRepository {
  const statesOf = ({ tenant, project, name }: StateKey) =>
    db
      .selectFrom('terraform_state')
      .where('tenant_id', '=', tenant)
      .where('project', '=', project)
      .where('name', '=', name)
  const newest: StateRepository['newest'] = async (key) => {
    const row = await statesOf(key).selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst()
    return row && storedOf(row)
  }
  return {
    newest,
    async version(key, number) {
      const row = await statesOf(key).selectAll().where('number', '=', number).executeTakeFirst()
      return row && storedOf(row)
    },
    async versions(key, limit) {
      const rows = await statesOf(key).select(versionColumns).orderBy('number', 'desc').limit(limit).execute()
      return rows.map(versionOf)
    },
    async add(key, state, { lockId, keep }) {
      const lock = await lockOf(db, key)
      if (lock && lock.id !== lockId) return 'LOCKED'
      const before = await statesOf(key)
        .select('number')
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst()
      if (state.number !== (before?.number ?? 0) + 1) return 'MOVED_ON'
      await db.insertInto('terraform_state').values(rowOf(key, state)).execute()
      await db
        .deleteFrom('terraform_state')
        .where('tenant_id', '=', key.tenant)
        .where('project', '=', key.project)
        .where('name', '=', key.name)
        .where('number', '<=', state.number - keep)
        .execute()
      return 'ADDED'
    },
    ...locksOf(db),
    async list(tenant, limit) {
      const rows = await db
        .selectFrom('terraform_state as s')
        .select(['s.project', 's.name', ...versionColumns.map((column) => `s.${column}` as const)])
        .where('s.tenant_id', '=', tenant)
        .where('s.number', '=', (e) =>
          e
            .selectFrom('terraform_state as n')
            .select(({ fn }) => fn.max('n.number').as('number'))
            .whereRef('n.tenant_id', '=', 's.tenant_id')
            .whereRef('n.project', '=', 's.project')
            .whereRef('n.name', '=', 's.name'),
        )
        .orderBy('s.project')
        .orderBy('s.name')
        .limit(limit)
        .execute()
      const locks = await db
        .selectFrom('terraform_lock')
        .selectAll()
        .where('tenant_id', '=', tenant)
        .execute()
      const held = new Map(locks.map((row) => [JSON.stringify([row.project, row.name]), lockFrom(row)]))
      return rows.map(({ project, name, ...row }) => ({
        ...{ project, name, newest: versionOf(row) },
        lock: held.get(JSON.stringify([project, name])) ?? null,
      }))
    },
  }
}

const locksOf = (db: Kysely<Schema>): Pick<StateRepository, 'lock' | 'lockOf' | 'unlock'> => ({
  async lock(key, lock) {
    await db
      .insertInto('terraform_lock')
      .values({
        ...{ tenant_id: key.tenant, project: key.project, name: key.name, lock_id: lock.id },
        ...{ info: lock.info, locked_ms: lock.lockedMs, locked_by: lock.lockedBy },
      })
      .onConflict((c) => c.columns(['tenant_id', 'project', 'name']).doNothing())
      .execute()
    const held = await lockOf(db, key)
    return held && (held.id !== lock.id || held.lockedBy !== lock.lockedBy) ? held : undefined
  },
  lockOf: (key) => lockOf(db, key),
  async unlock(key, id) {
    const held = await lockOf(db, key)
    if (!held || (id !== null && held.id !== id)) return undefined
    const gone = await db
      .deleteFrom('terraform_lock')
      .where('tenant_id', '=', key.tenant)
      .where('project', '=', key.project)
      .where('name', '=', key.name)
      .where('lock_id', '=', held.id)
      .executeTakeFirst()
    return Number(gone.numDeletedRows) > 0 ? held : undefined
  },
})

async function lockOf(
  db: Kysely<Schema>,
  { tenant, project, name }: StateKey,
): Promise<StateLock | undefined> {
  const row = await db
    .selectFrom('terraform_lock')
    .selectAll()
    .where('tenant_id', '=', tenant)
    .where('project', '=', project)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && lockFrom(row)
}

const lockFrom = ({ lock_id, info, locked_ms, locked_by }: LockRow): StateLock => ({
  ...{ id: lock_id, info, lockedMs: Number(locked_ms), lockedBy: locked_by },
})

const versionOf = (row: Pick<Row, (typeof versionColumns)[number]>): StateVersion => ({
  ...{ number: Number(row.number), serial: Number(row.serial), lineage: row.lineage },
  ...{ deleted: Number(row.deleted) === 1, sha256: row.sha256, sizeBytes: Number(row.size_bytes) },
  ...{ createdMs: Number(row.created_ms), createdBy: row.created_by },
})

const storedOf = (row: Row): StoredState => ({ ...versionOf(row), sealed: row.sealed })

const rowOf = (key: StateKey, state: StoredState): Row => ({
  ...{ tenant_id: key.tenant, project: key.project, name: key.name },
  ...{ number: state.number, serial: state.serial, lineage: state.lineage, deleted: state.deleted ? 1 : 0 },
  ...{ sha256: state.sha256, size_bytes: state.sizeBytes, sealed: state.sealed },
  ...{ created_ms: state.createdMs, created_by: state.createdBy },
})
