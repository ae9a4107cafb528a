import { type Kysely, sql } from 'kysely'
import { isoTime } from '../../kernel/clock.ts'
import { auditHash, auditText, noHash } from '../../port/audit-chain.ts'
import type { AuditEntry, AuditFilter, AuditRecord, AuditRepository } from '../../port/record-store.ts'
import type { Schema } from './schema.ts'

/** Entries looked at before others have their turn (about 5 ms), and for one page. */
const windowRows = 2_000
const scannedMax = 100_000

export function auditRepository(
  db: Kysely<Schema>,
): AuditRepository & { appendAll(records: readonly AuditRecord[]): Promise<void> } {
  const head = () =>
    db
      .selectFrom('audit')
      .select(['sequence', 'hash'])
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst()

  /** In a transaction: what it reads must still be the newest when it writes. */
  async function appendAll(records: readonly AuditRecord[]): Promise<void> {
    if (records.length === 0) return
    let { sequence, hash } = (await head()) ?? { sequence: 0, hash: noHash }
    const rows = records.map((record) => {
      sequence += 1
      const body = auditText(record, sequence)
      hash = auditHash(hash, body)
      return { sequence, tenant_id: record.tenant, hash, body }
    })
    await db.insertInto('audit').values(rows).execute()
  }

  return {
    ...{ head, appendAll },
    append: (record) => appendAll([record]),
    async list(tenant, filter) {
      const bounds = await boundsOf(db, tenant, filter)
      const entries: AuditEntry[] = []
      let { before } = bounds
      for (let scanned = 0; scanned < scannedMax; scanned += windowRows) {
        const window = await windowOf(db, tenant, before, bounds.from)
        if (window === undefined) return { entries, next: null }
        const missing = filter.limit - entries.length
        const found = await inWindow(db, tenant, filter, { from: window, before }, missing)
        entries.push(...found)
        const last = entries.at(-1)
        if (last && entries.length === filter.limit) return { entries, next: last.sequence }
        before = window
        await new Promise((resolve) => setImmediate(resolve))
      }
      return { entries, next: before }
    },
    async links(sequence, limit) {
      const rows = await db
        .selectFrom('audit')
        .select(['sequence', 'tenant_id as tenant', 'hash', 'body'])
        .where('sequence', '>', sequence)
        .orderBy('sequence')
        .limit(limit)
        .execute()
      return rows
    },
  }
}

/** The values of an entry, without the names of its fields. */
const searched = sql.raw(
  `coalesce(audit.actor, '') || ' ' || coalesce(audit.action, '') || ' ' || coalesce(audit.resource, '') || ' ' || case when json_valid(audit.body) then json_extract(audit.body, '$.details') else '' end`,
)

type Bounds = { from: number; before: number }

/** The numbers within which the entries of the time range lie: times of neighbours may be in another order than their numbers. */
async function boundsOf(db: Kysely<Schema>, tenant: string, filter: AuditFilter): Promise<Bounds> {
  const before = filter.before ?? Number.MAX_SAFE_INTEGER
  const { fromMs, toMs } = filter
  if (fromMs === undefined && toMs === undefined) return { from: 1, before }
  let query = db
    .selectFrom('audit')
    .select(({ fn }) => [fn.min('sequence').as('least'), fn.max('sequence').as('most')])
    .where('tenant_id', '=', tenant)
  if (fromMs !== undefined) query = query.where('at', '>=', isoTime(fromMs))
  if (toMs !== undefined) query = query.where('at', '<=', isoTime(toMs))
  const found = await query.executeTakeFirst()
  return { from: Number(found?.least ?? 1), before: Math.min(before, Number(found?.most ?? 0) + 1) }
}

/** The first number of the next window down from `before`; undefined where there is none. */
async function windowOf(
  db: Kysely<Schema>,
  tenant: string,
  before: number,
  from: number,
): Promise<number | undefined> {
  const found = await db
    .selectFrom((inner) =>
      inner
        .selectFrom('audit')
        .select('sequence')
        .where('tenant_id', '=', tenant)
        .where('sequence', '<', before)
        .where('sequence', '>=', from)
        .orderBy('sequence', 'desc')
        .limit(windowRows)
        .as('window'),
    )
    .select(({ fn }) => fn.min('window.sequence').as('least'))
    .executeTakeFirst()
  return found?.least == null ? undefined : Number(found.least)
}

async function inWindow(
  db: Kysely<Schema>,
  tenant: string,
  filter: AuditFilter,
  { from, before }: Bounds,
  limit: number,
): Promise<AuditEntry[]> {
  let query = db
    .selectFrom('audit')
    .leftJoin('audit as previous', (join) =>
      join.on('previous.sequence', '=', sql<number>`audit.sequence - 1`),
    )
    .select(['audit.sequence', 'audit.hash', 'audit.body', 'previous.hash as previousHash'])
    .where('audit.tenant_id', '=', tenant)
    .where('audit.sequence', '>=', from)
    .where('audit.sequence', '<', before)
  const { actor, action, outcome, resource, text, fromMs, toMs } = filter
  if (outcome !== undefined) query = query.where('audit.outcome', '=', outcome)
  if (fromMs !== undefined) query = query.where('audit.at', '>=', isoTime(fromMs))
  if (toMs !== undefined) query = query.where('audit.at', '<=', isoTime(toMs))
  // instr, not like: what is looked for may hold % and _.
  for (const [column, part] of Object.entries({ actor, action, resource }))
    if (part)
      query = query.where(
        sql<boolean>`instr(lower(${sql.ref(`audit.${column}`)}), ${part.toLowerCase()}) > 0`,
      )
  if (text) query = query.where(sql<boolean>`instr(lower(${searched}), ${text.toLowerCase()}) > 0`)
  const rows = await query.orderBy('audit.sequence', 'desc').limit(limit).execute()
  return rows.flatMap(({ body, sequence, hash, previousHash }) => {
    const record = recordOf(body)
    return record ? [{ ...record, sequence, hash, previousHash: previousHash ?? noHash }] : []
  })
}

/** Undefined where somebody made it unreadable: verification says so, and the rest is still shown. */
function recordOf(body: string): AuditRecord | undefined {
  try {
    return JSON.parse(body) as AuditRecord
  } catch {
    return undefined
  }
}
