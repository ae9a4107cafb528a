import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type {
  ForgeRepository,
  StoredApproval,
  StoredHook,
  StoredMergeRequest,
  StoredNote,
  StoredProject,
  StoredProtection,
  StoredStatus,
} from '../../port/forge-repository.ts'
import type { Schema } from './schema.ts'

const read = <T>({ body }: { body: string }): T => JSON.parse(body) as T

/** `insertProject`, `insertRequest`, `changeRequest`, `saveNote` and `insertHook` read before they write: a transaction is theirs. */
export function forgeRepository(db: Kysely<Schema>): ForgeRepository {
  return { ...projects(db), ...requests(db), ...reviews(db), ...hooks(db) }
}

/** Calls that must be one transaction even when made alone. */
export const forgeTransactions = [
  'insertProject',
  'insertRequest',
  'changeRequest',
  'saveNote',
  'insertHook',
] as const satisfies readonly (keyof ForgeRepository)[]

type Part<K extends keyof ForgeRepository> = Pick<ForgeRepository, K>

function projects(
  db: Kysely<Schema>,
): Part<'insertProject' | 'project' | 'projects' | 'protect' | 'unprotect' | 'protections'> {
  return {
    async insertProject(tenant, project) {
      const there = await db
        .selectFrom('forge_project')
        .select((e) => e.fn.max('number').as('last'))
        .where('tenant_id', '=', tenant)
        .executeTakeFirst()
      const stored: StoredProject = { ...project, number: Number(there?.last ?? 0) + 1 }
      const result = await db
        .insertInto('forge_project')
        .values({
          tenant_id: tenant,
          name: project.name,
          number: stored.number,
          body: JSON.stringify(stored),
        })
        .onConflict((c) => c.columns(['tenant_id', 'name']).doNothing())
        .executeTakeFirst()
      if (Number(result.numInsertedOrUpdatedRows) === 0)
        throw new Fault('CONFLICT', `There is a repository ${project.name} already.`)
      return stored
    },
    async project(tenant, name) {
      const row = await db
        .selectFrom('forge_project')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('name', '=', name)
        .executeTakeFirst()
      return row && read<StoredProject>(row)
    },
    async projects(tenant) {
      const rows = await db
        .selectFrom('forge_project')
        .select('body')
        .where('tenant_id', '=', tenant)
        .orderBy('name')
        .execute()
      return rows.map((row) => read<StoredProject>(row))
    },
    async protect(tenant, project, protection) {
      const body = JSON.stringify(protection)
      await db
        .insertInto('forge_protection')
        .values({ tenant_id: tenant, project, pattern: protection.pattern, body })
        .onConflict((c) => c.columns(['tenant_id', 'project', 'pattern']).doUpdateSet({ body }))
        .execute()
    },
    async unprotect(tenant, project, pattern) {
      const result = await db
        .deleteFrom('forge_protection')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('pattern', '=', pattern)
        .executeTakeFirst()
      return Number(result.numDeletedRows) > 0
    },
    async protections(tenant, project) {
      const rows = await db
        .selectFrom('forge_protection')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .orderBy('pattern')
        .execute()
      return rows.map((row) => read<StoredProtection>(row))
    },
  }
}

function requests(
  db: Kysely<Schema>,
): Part<'insertRequest' | 'changeRequest' | 'request' | 'openRequest' | 'requests'> {
  const of = (tenant: string, project: string) =>
    db.selectFrom('forge_merge_request').where('tenant_id', '=', tenant).where('project', '=', project)
  return {
    async insertRequest(tenant, project, request) {
      const there = await of(tenant, project)
        .select((e) => e.fn.max('number').as('last'))
        .executeTakeFirst()
      const stored: StoredMergeRequest = { ...request, number: Number(there?.last ?? 0) + 1 }
      const { number, state, source, target } = stored
      const result = await db
        .insertInto('forge_merge_request')
        .values({ tenant_id: tenant, project, number, state, source, target, body: JSON.stringify(stored) })
        .onConflict((c) => c.doNothing())
        .executeTakeFirst()
      if (Number(result.numInsertedOrUpdatedRows) === 0)
        throw new Fault('CONFLICT', `A merge request of ${source} into ${target} is open already.`)
      return stored
    },
    async changeRequest(tenant, project, number, from, change) {
      const row = await of(tenant, project)
        .select('body')
        .where('number', '=', number)
        .where('state', '=', from)
        .executeTakeFirst()
      if (!row) return undefined
      const stored: StoredMergeRequest = { ...read<StoredMergeRequest>(row), ...change }
      await db
        .updateTable('forge_merge_request')
        .set({ state: stored.state, body: JSON.stringify(stored) })
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('number', '=', number)
        .execute()
      return stored
    },
    async request(tenant, project, number) {
      const row = await of(tenant, project).select('body').where('number', '=', number).executeTakeFirst()
      return row && read<StoredMergeRequest>(row)
    },
    async openRequest(tenant, project, source, target) {
      const row = await of(tenant, project)
        .select('body')
        .where('state', '=', 'OPEN')
        .where('source', '=', source)
        .where('target', '=', target)
        .executeTakeFirst()
      return row && read<StoredMergeRequest>(row)
    },
    async requests(tenant, project, { state, source, target, sourcePrefix = '', limit, offset = 0 }) {
      let found = of(tenant, project)
      if (state !== undefined) found = found.where('state', '=', state)
      if (source !== undefined) found = found.where('source', '=', source)
      if (target !== undefined) found = found.where('target', '=', target)
      // `like` would read % and _ as wildcards.
      if (sourcePrefix !== '')
        found = found.where((e) => e(e.fn('instr', ['source', e.val(sourcePrefix)]), '=', 1))
      const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow()
      const rows = await found.select('body').orderBy('number', 'desc').limit(limit).offset(offset).execute()
      return { requests: rows.map((row) => read<StoredMergeRequest>(row)), total: Number(total) }
    },
  }
}

function reviews(
  db: Kysely<Schema>,
): Part<'approve' | 'unapprove' | 'approvals' | 'saveNote' | 'notes' | 'setStatus' | 'statuses'> {
  return {
    async approve(tenant, project, number, approval) {
      const values = { at_ms: approval.atMs, body: JSON.stringify(approval) }
      await db
        .insertInto('forge_approval')
        .values({ tenant_id: tenant, project, number, login: approval.by, ...values })
        .onConflict((c) => c.columns(['tenant_id', 'project', 'number', 'login']).doUpdateSet(values))
        .execute()
    },
    async unapprove(tenant, project, number, by) {
      const result = await db
        .deleteFrom('forge_approval')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('number', '=', number)
        .where('login', '=', by)
        .executeTakeFirst()
      return Number(result.numDeletedRows) > 0
    },
    async approvals(tenant, project, number) {
      const rows = await db
        .selectFrom('forge_approval')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('number', '=', number)
        .orderBy('at_ms')
        .orderBy('login')
        .execute()
      return rows.map((row) => read<StoredApproval>(row))
    },
    async saveNote(tenant, project, number, note) {
      const ofProject = db
        .selectFrom('forge_note')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
      const there = await ofProject
        .select('body')
        .where('number', '=', number)
        .where((e) => e.or([e('id', '=', note.id), e('note_key', '=', note.key)]))
        .executeTakeFirst()
      const before = there && read<StoredNote>(there)
      const last = before
        ? undefined
        : await ofProject.select((e) => e.fn.max('note_number').as('last')).executeTakeFirst()
      const stored: StoredNote = before
        ? { ...note, id: before.id, number: before.number, createdMs: before.createdMs }
        : { ...note, number: Number(last?.last ?? 0) + 1 }
      const body = JSON.stringify(stored)
      await db
        .insertInto('forge_note')
        .values({
          ...{
            id: stored.id,
            tenant_id: tenant,
            project,
            number,
            note_key: note.key,
            note_number: stored.number,
          },
          ...{ created_ms: stored.createdMs, body },
        })
        .onConflict((c) => c.column('id').doUpdateSet({ body }))
        .execute()
      return stored
    },
    async notes(tenant, project, number, limit) {
      const rows = await db
        .selectFrom('forge_note')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('number', '=', number)
        .orderBy('created_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => read<StoredNote>(row)).reverse()
    },
    async setStatus(tenant, project, sha, status) {
      const body = JSON.stringify(status)
      await db
        .insertInto('forge_status')
        .values({ tenant_id: tenant, project, sha, context: status.context, body })
        .onConflict((c) => c.columns(['tenant_id', 'project', 'sha', 'context']).doUpdateSet({ body }))
        .execute()
    },
    async statuses(tenant, project, sha) {
      const rows = await db
        .selectFrom('forge_status')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('sha', '=', sha)
        .orderBy('context')
        .execute()
      return rows.map((row) => read<StoredStatus>(row))
    },
  }
}

function hooks(db: Kysely<Schema>): Part<'insertHook' | 'deleteHook' | 'hooks' | 'recordPush' | 'pushers'> {
  return {
    async insertHook(tenant, project, hook) {
      const there = await db
        .selectFrom('forge_hook')
        .select((e) => e.fn.max('number').as('last'))
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .executeTakeFirst()
      const stored: StoredHook = { ...hook, number: Number(there?.last ?? 0) + 1 }
      await db
        .insertInto('forge_hook')
        .values({ tenant_id: tenant, project, number: stored.number, body: JSON.stringify(stored) })
        .execute()
      return stored
    },
    async deleteHook(tenant, project, number) {
      // The row stays, so that its number is not given again.
      const result = await db
        .updateTable('forge_hook')
        .set({ body: '' })
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('number', '=', number)
        .where('body', '!=', '')
        .executeTakeFirst()
      return Number(result.numUpdatedRows) > 0
    },
    async hooks(tenant, project) {
      const rows = await db
        .selectFrom('forge_hook')
        .select('body')
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('body', '!=', '')
        .orderBy('number')
        .execute()
      return rows.map((row) => read<StoredHook>(row))
    },
    async recordPush(tenant, project, { sha, by, atMs }) {
      await db
        .insertInto('forge_push')
        .values({ tenant_id: tenant, project, sha, login: by, at_ms: atMs })
        .onConflict((c) => c.columns(['tenant_id', 'project', 'sha', 'login']).doNothing())
        .execute()
    },
    async pushers(tenant, project, shas) {
      if (shas.length === 0) return []
      const rows = await db
        .selectFrom('forge_push')
        .select('login')
        .distinct()
        .where('tenant_id', '=', tenant)
        .where('project', '=', project)
        .where('sha', 'in', [...shas])
        .orderBy('login')
        .execute()
      return rows.map(({ login }) => login)
    },
  }
}
