import type { Alert } from '@aiops/contract/model/alert'
import { type Kysely, sql } from 'kysely'
import { must } from '../../kernel/assert.ts'
import type { AlertRepository } from '../../port/record-store.ts'
import { alertsIn } from './alert-condition.ts'
import { labelPairs, serviceOf } from './alert-search-schema.ts'
import { RowStatement } from './row-statement.ts'
import type { Schema } from './schema.ts'

const read = ['body', 'incident_id', 'silenced_by'] as const
/** What seldom changes in a later state of an alert. */
const kindColumns = ['severity', 'source', 'name', 'service', 'labels'] as const
const knownColumns = [
  'id',
  'status',
  'correlated',
  'incident_id',
  'silenced_by',
  'body',
  ...kindColumns,
] as const

type Row = Omit<Schema['alert'], 'silenced_by' | 'reason'>
/** `body` is read of what has ended alone, whose end it holds. */
type Known = Pick<Schema['alert'], (typeof knownColumns)[number]>

export function alertRepository(db: Kysely<Schema>): AlertRepository {
  const upsertAll: AlertRepository['upsertAll'] = async (alerts) => {
    const rows = await knownRows(db, alerts)
    const added: Row[] = []
    const changed = { whole: new Map<string, Row>(), state: new Map<string, Row>() }
    const told = alerts.map((alert) => {
      const key = identityOf(alert.tenant_id, alert.fingerprint, Date.parse(alert.starts_at))
      const known = rows.get(key)
      // What ended does not begin again with the same start: a firing that comes late was overtaken on its way.
      if (known?.status === 'RESOLVED' && alert.status === 'FIRING')
        return { alert: stored(known), before: 'RESOLVED' as const }
      const kept = known ? merged(known, alert) : alert
      const row = rowOf(kept, known && known.status === kept.status ? known.correlated : 0)
      const before = (known?.status as Alert['status'] | undefined) ?? null
      rows.set(key, { ...row, silenced_by: known?.silenced_by ?? null })
      if (!known) added.push(row)
      else if (!replaceAdded(added, row)) {
        const isSameKind = kindColumns.every((column) => known[column] === row[column])
        if (isSameKind && !changed.whole.has(row.id)) changed.state.set(row.id, row)
        else {
          changed.state.delete(row.id)
          changed.whole.set(row.id, row)
        }
      }
      return { alert: kept, before }
    })
    await insertRows.run(db, added)
    await stateRows.run(db, [...changed.state.values()])
    await wholeRows.run(db, [...changed.whole.values()])
    return told
  }
  return {
    async upsert(alert) {
      const [told] = await upsertAll([alert])
      return must(told, 'each alert is told').alert
    },
    upsertAll,
    async latest(tenant, fingerprint) {
      const row = await db
        .selectFrom('alert')
        .select(read)
        .where('tenant_id', '=', tenant)
        .where('fingerprint', '=', fingerprint)
        .orderBy('starts_ms', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && stored(row)
    },
    async expiring(afterMs, untilMs, limit) {
      const rows = await db
        .selectFrom('alert')
        .select(read)
        // A literal, so that the index over firing alerts serves.
        .where('status', '=', sql.lit('FIRING'))
        .where('expires_ms', 'is not', null)
        .where('expires_ms', '>', afterMs)
        .where('expires_ms', '<=', untilMs)
        .orderBy('expires_ms')
        .limit(limit)
        .execute()
      return rows.map(stored)
    },
    async markSilenced(id, silenceIds) {
      await db
        .updateTable('alert')
        .set({ silenced_by: silenceIds.length > 0 ? JSON.stringify(silenceIds) : null })
        .where('id', '=', id)
        .execute()
    },
    async markCorrelated(alerts) {
      await markRows.run(db, alerts)
    },
    async uncorrelated(limit) {
      const rows = await db
        .selectFrom('alert')
        .select(read)
        // A literal, so that the index over what is not yet correlated serves.
        .where('correlated', '=', sql.lit(0))
        .orderBy('received_ms')
        .limit(limit)
        .execute()
      return rows.map(stored)
    },
    async list(tenant, filter) {
      let query = alertsIn(db, tenant, filter.incidentId !== undefined)
      if (filter.status) query = query.where('status', '=', filter.status)
      if (filter.severities.length) query = query.where('severity', 'in', filter.severities)
      if (filter.incidentId) query = query.where('incident_id', '=', filter.incidentId)
      if (filter.receivedMs)
        query = query
          .where('received_ms', '>=', filter.receivedMs.fromMs)
          .where('received_ms', '<=', filter.receivedMs.toMs)
      const rows = await query
        .select(read)
        .orderBy('received_ms', 'desc')
        .orderBy('id')
        .limit(filter.limit)
        .execute()
      const counts = await query
        .select((e) => ['severity', e.fn.countAll().as('total')])
        .groupBy('severity')
        .execute()
      const bySeverity = Object.fromEntries(counts.map((c) => [c.severity, Number(c.total)]))
      return {
        alerts: rows.map(stored),
        total: counts.reduce((sum, c) => sum + Number(c.total), 0),
        bySeverity,
      }
    },
    async countSince(tenant, sinceMs) {
      const row = await db
        .selectFrom('alert')
        .select((e) => e.fn.countAll().as('total'))
        .where('tenant_id', '=', tenant)
        .where('received_ms', '>=', sinceMs)
        .executeTakeFirst()
      return Number(row?.total ?? 0)
    },
  }
}

const stored = (row: { body: string; incident_id: string | null; silenced_by: string | null }): Alert => ({
  ...(JSON.parse(row.body) as Alert),
  incident_id: row.incident_id,
  ...(row.silenced_by === null ? {} : { silenced_by: JSON.parse(row.silenced_by) as string[] }),
})

/** What came anew over what is known. Of two ends the later holds, in whatever order they came. */
function merged(known: Known, alert: Alert): Alert {
  const before = known.status === 'RESOLVED' ? (JSON.parse(known.body) as Alert).ends_at : null
  const kept: Alert = {
    ...alert,
    id: known.id,
    ends_at: before !== null && before > (alert.ends_at ?? '') ? before : alert.ends_at,
    incident_id: known.incident_id,
  }
  if (known.silenced_by !== null) kept.silenced_by = JSON.parse(known.silenced_by) as string[]
  return kept
}

/** What is stored of these alerts, by identity. */
async function knownRows(db: Kysely<Schema>, alerts: readonly Alert[]): Promise<Map<string, Known>> {
  const found = new Map<string, Known>()
  for (const [tenant, own] of Map.groupBy(alerts, ({ tenant_id }) => tenant_id)) {
    const rows = await findRows.read<Known & { fingerprint: string; starts_ms: number }>(db, own, [tenant])
    for (const row of rows) found.set(identityOf(tenant, row.fingerprint, Number(row.starts_ms)), row)
  }
  return found
}

const identityOf = (tenant: string, fingerprint: string, startsMs: number): string =>
  `${startsMs} ${tenant} ${fingerprint}`

/** One that the same call has added is not written twice. */
function replaceAdded(added: Row[], row: Row): boolean {
  const at = added.findLastIndex(({ id }) => id === row.id)
  if (at >= 0) added[at] = row
  return at >= 0
}

const rowOf = (alert: Alert, correlated: number): Row => ({
  id: alert.id,
  tenant_id: alert.tenant_id,
  fingerprint: alert.fingerprint,
  starts_ms: Date.parse(alert.starts_at),
  status: alert.status,
  severity: alert.severity,
  incident_id: alert.incident_id,
  received_ms: Date.parse(alert.received_at),
  correlated,
  expires_ms: alert.expires_at === undefined ? null : Date.parse(alert.expires_at),
  body: JSON.stringify(alert.silenced_by === undefined ? alert : { ...alert, silenced_by: undefined }),
  source: alert.source,
  name: alert.name,
  service: serviceOf(alert),
  labels: labelPairs(alert.labels),
})

const columns = [
  ...(['id', 'tenant_id', 'fingerprint', 'starts_ms', 'status', 'severity', 'incident_id'] as const),
  ...(['received_ms', 'correlated', 'expires_ms', 'body', 'source', 'name', 'service', 'labels'] as const),
]
const valuesOf = (row: Row): unknown[] => columns.map((column) => row[column])

const insertRows = new RowStatement<Row>(
  (rows) => `insert into alert (${columns.join(', ')}) values ${rows}`,
  valuesOf,
)
/**
 * What changes as an alert is repeated and ends; what it is found by and its incident never change here. A column that is named costs the
 * upkeep of its indices.
 */
const stateColumns = ['status', 'received_ms', 'correlated', 'expires_ms', 'body'] as const
/** Of a list of values PostgreSQL takes each for text. */
const typed = (column: (typeof columns)[number], value: string): string =>
  ['received_ms', 'correlated', 'expires_ms'].includes(column) ? `cast(${value} as bigint)` : value
const updateOf = (changing: readonly (typeof columns)[number][]): RowStatement<Row> =>
  new RowStatement<Row>(
    (rows) =>
      `update alert set ${changing.map((column, at) => `${column} = ${typed(column, `row.column${at + 2}`)}`).join(', ')}
      from (values ${rows}) as row where alert.id = row.column1`,
    (row) => [row.id, ...changing.map((column) => row[column])],
  )
const stateRows = updateOf(stateColumns)
const wholeRows = updateOf([...stateColumns, ...kindColumns])
const markRows = new RowStatement<{ id: string; incidentId: string | null; reason?: string | undefined }>(
  (rows) => `update alert set
      correlated = 1, incident_id = home.column2, reason = coalesce(home.column3, reason)
    from (values ${rows}) as home where alert.id = home.column1`,
  ({ id, incidentId, reason }) => [id, incidentId, reason ?? null],
)
const findRows = new RowStatement<Alert>(
  (rows) => `select ${knownColumns.filter((column) => column !== 'body').join(', ')}, fingerprint, starts_ms,
      case when status = 'RESOLVED' then body else '' end as body
    from alert where tenant_id = ? and (fingerprint, starts_ms) in
      (select column1, cast(column2 as bigint) from (values ${rows}) as asked)`,
  ({ fingerprint, starts_at }) => [fingerprint, Date.parse(starts_at)],
)
