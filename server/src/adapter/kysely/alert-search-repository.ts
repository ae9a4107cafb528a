import type { AlertFacets } from '@aiops/contract/api/alert-search'
import type { Alert } from '@aiops/contract/model/alert'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { type Kysely, sql } from 'kysely'
import type {
  AlertFiring,
  AlertSearchFilter,
  AlertSearchRepository,
  AlertSort,
} from '../../port/alert-search-repository.ts'
import { conditionsOf } from './alert-condition.ts'
import type { Schema } from './schema.ts'

/** Names and services told in the facets. */
const facetMax = 50
const usedIncidentsMax = 50_000
/** So many are sorted and counted here rather than by a second and a third look at all. */
const fewMax = 2_000

type Kind = { status: string; severity: string; source: string; name: string; service: string }
type Counted = Kind & { total: number }
type Found = Counted & { id: string; starts_ms: number; received_ms: number }
const columns = ['service', 'name', 'source', 'severity', 'status'] as const
const firingFirst = ['FIRING', 'RESOLVED'] as const

export function alertSearchRepository(db: Kysely<Schema>): AlertSearchRepository {
  return {
    async search(tenant, filter, page) {
      const few = isNarrow(filter) ? await fewOf(db, tenant, filter) : undefined
      if (few) {
        const own = sorted(
          few.filter((one) => isOf(one, filter)),
          page.sort,
        )
        const ids = own.slice(page.offset, page.offset + page.limit).map(({ id }) => id)
        const facets = page.facets ? facetsOf(few, filter) : null
        return { alerts: await alertsOf(db, ids), total: own.length, facets }
      }
      const counted = page.facets ? await countedKinds(db, tenant, filter) : undefined
      const total = counted
        ? counted.filter((kind) => isOf(kind, filter)).reduce((sum, one) => sum + one.total, 0)
        : await countOf(db, tenant, filter)
      const ids = page.offset < total ? await pageOf(db, tenant, filter, page, counted) : []
      return { alerts: await alertsOf(db, ids), total, facets: counted ? facetsOf(counted, filter) : null }
    },
    async byIds(tenant, ids) {
      return (await alertsOf(db, ids)).filter(({ tenant_id }) => tenant_id === tenant)
    },
    async firings(tenant, { fromMs, toMs, sources, limit, offset }) {
      const filter = { startMs: fromMs, endMs: toMs, sources }
      const rows = await conditionsOf(db, tenant, filter, true)
        .select(['source', 'name', 'fingerprint', 'severity', 'starts_ms', 'received_ms', 'incident_id'])
        .select([
          sql<string | null>`case when status = 'RESOLVED' then json_extract(body, '$.ends_at') end`.as(
            'ends_at',
          ),
          sql<number>`silenced_by is not null`.as('silenced'),
          'status',
        ])
        .orderBy('received_ms', 'desc')
        .orderBy('id')
        .limit(limit)
        .offset(offset)
        .execute()
      return rows.map(firingOf)
    },
    async usedIncidents(tenant, sinceMs) {
      const confirmed = db
        .selectFrom('feedback')
        .select('target_id')
        .where('tenant_id', '=', tenant)
        .where('target', '=', 'INCIDENT')
        .where('verdict', '=', 'CAUSE_RIGHT')
        .where('state', '=', 'ACCEPTED')
      const rows = await db
        .selectFrom('incident')
        .select('id')
        .where('tenant_id', '=', tenant)
        .where('updated_ms', '>=', sinceMs)
        .where((e) =>
          e.or([
            sql<boolean>`json_extract(body, '$.acknowledged_at') is not null`,
            e.and([
              e('status', 'in', ['RESOLVED', 'CLOSED']),
              sql<boolean>`json_extract(body, '$.cause.entity') is not null`,
            ]),
            e('id', 'in', confirmed),
          ]),
        )
        .orderBy('updated_ms', 'desc')
        .limit(usedIncidentsMax)
        .execute()
      return new Set(rows.map(({ id }) => id))
    },
  }
}

/** What seldom fits many and can only be found by reading all: it is read once, and the rest is done here. */
const isNarrow = ({ labels, text, entity, fingerprint, incident }: AlertSearchFilter): boolean =>
  Boolean(labels?.length || text || entity || fingerprint || typeof incident === 'string')

/** Those that fit but for their kinds, or undefined where they are more than a few. */
async function fewOf(
  db: Kysely<Schema>,
  tenant: string,
  filter: AlertSearchFilter,
): Promise<Found[] | undefined> {
  const rows = await conditionsOf(db, tenant, { ...filter, states: [] }, false)
    .select(['id', ...columns, 'starts_ms', 'received_ms'])
    .limit(fewMax + 1)
    .execute()
  return rows.length > fewMax ? undefined : rows.map((row) => ({ ...row, total: 1 }))
}

function sorted(found: readonly Found[], sort: AlertSort): Found[] {
  const rank = ({ severity }: Kind): number => severities.indexOf(severity as Severity)
  const newest = (a: Found, b: Found): number =>
    Number(b.received_ms) - Number(a.received_ms) || (a.id < b.id ? -1 : 1)
  return found.toSorted((a, b) => {
    if (sort === '-severity') return rank(a) - rank(b) || newest(a, b)
    if (sort === 'starts_at')
      return a.status === b.status
        ? Number(a.starts_ms) - Number(b.starts_ms) || (a.id < b.id ? -1 : 1)
        : a.status < b.status
          ? -1
          : 1
    return newest(a, b)
  })
}

async function countOf(db: Kysely<Schema>, tenant: string, filter: AlertSearchFilter): Promise<number> {
  const row = await conditionsOf(db, tenant, filter, true)
    .select((e) => e.fn.countAll().as('total'))
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}

/** How many there are of each combination of kinds, in one pass; where a state is chosen, the other state's count is a second one. */
async function countedKinds(
  db: Kysely<Schema>,
  tenant: string,
  filter: AlertSearchFilter,
): Promise<Counted[]> {
  const rows = await conditionsOf(db, tenant, filter, false)
    .select([...columns, (e) => e.fn.countAll().as('total')])
    // The kind that differs most comes first: sorting then seldom looks at a second.
    .groupBy([...columns])
    .execute()
  const counted = rows.map((row) => ({ ...row, total: Number(row.total) }))
  if (!filter.states?.length) return counted
  const states = await conditionsOf(db, tenant, { ...filter, states: [] }, true)
    .select(['status', (e) => e.fn.countAll().as('total')])
    .where('status', 'not in', filter.states)
    .groupBy('status')
    .execute()
  // What is not of the chosen state counts for the facet of states alone, which looks at no other kind again.
  const nothing = {
    severity: filter.severities?.[0] ?? '',
    source: filter.sources?.[0] ?? '',
    name: filter.names?.[0] ?? '',
    service: filter.services?.[0] ?? '',
  }
  return [...counted, ...states.map(({ status, total }) => ({ ...nothing, status, total: Number(total) }))]
}

const chosenOf = (filter: AlertSearchFilter): readonly (readonly [keyof Kind, readonly string[]])[] => [
  ['status', filter.states ?? []],
  ['severity', filter.severities ?? []],
  ['source', filter.sources ?? []],
  ['name', filter.names ?? []],
  ['service', filter.services ?? []],
]

const isOf = (kind: Kind, filter: AlertSearchFilter, without?: keyof Kind): boolean =>
  chosenOf(filter).every(
    ([key, chosen]) => key === without || chosen.length === 0 || chosen.includes(kind[key]),
  )

function facetsOf(counted: readonly Counted[], filter: AlertSearchFilter): AlertFacets {
  const count = (key: keyof Kind, most = Number.POSITIVE_INFINITY): Record<string, number> => {
    const totals = new Map<string, number>()
    for (const kind of counted)
      if (isOf(kind, filter, key)) totals.set(kind[key], (totals.get(kind[key]) ?? 0) + kind.total)
    const found = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    return Object.fromEntries(found.slice(0, most))
  }
  return {
    state: count('status'),
    severity: count('severity'),
    source: count('source', facetMax),
    name: count('name', facetMax),
    service: count('service', facetMax),
  }
}

type Page = { sort: AlertSort; limit: number; offset: number }

/** What comes first by a kind is read kind by kind where each is counted already: to sort all takes as long as to count them. */
async function pageOf(
  db: Kysely<Schema>,
  tenant: string,
  filter: AlertSearchFilter,
  page: Page,
  counted: readonly Counted[] | undefined,
): Promise<string[]> {
  if (!counted || page.sort === '-received_at') return idsOf(db, tenant, filter, page)
  const own = counted.filter((kind) => isOf(kind, filter))
  const parts =
    page.sort === '-severity'
      ? severities.map((one) => ({ key: 'severity', one, filter: { ...filter, severities: [one] } }) as const)
      : firingFirst.map((one) => ({ key: 'status', one, filter: { ...filter, states: [one] } }) as const)
  const sort = page.sort === '-severity' ? '-received_at' : page.sort
  const ids: string[] = []
  let { offset } = page
  for (const part of parts) {
    const total = own.reduce((sum, kind) => sum + (kind[part.key] === part.one ? kind.total : 0), 0)
    const limit = page.limit - ids.length
    if (limit > 0 && offset < total)
      ids.push(...(await idsOf(db, tenant, part.filter, { sort, limit, offset })))
    offset = Math.max(0, offset - total)
  }
  return ids
}

/** Sorting carries ids alone: bodies are read of the page. */
async function idsOf(
  db: Kysely<Schema>,
  tenant: string,
  filter: AlertSearchFilter,
  { sort, limit, offset }: Page,
): Promise<string[]> {
  let query = conditionsOf(db, tenant, filter, true).select('id')
  if (sort === '-severity') query = query.orderBy(rankOfSeverity)
  if (sort === 'starts_at') query = query.orderBy('status').orderBy('starts_ms')
  else query = query.orderBy('received_ms', 'desc')
  const rows = await query.orderBy('id').limit(limit).offset(offset).execute()
  return rows.map(({ id }) => id)
}

async function alertsOf(db: Kysely<Schema>, ids: readonly string[]): Promise<Alert[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('alert')
    .select(['id', 'body', 'incident_id', 'silenced_by'])
    .where('id', 'in', ids)
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    if (!row) return []
    const silenced = row.silenced_by === null ? {} : { silenced_by: JSON.parse(row.silenced_by) as string[] }
    return [{ ...(JSON.parse(row.body) as Alert), incident_id: row.incident_id, ...silenced }]
  })
}

const rankOfSeverity = sql`case severity ${sql.join(
  severities.map((one, rank) => sql`when ${sql.lit(one)} then ${sql.lit(rank)}`),
  sql` `,
)} end`

const firingOf = (row: {
  source: string
  name: string
  fingerprint: string
  severity: string
  status: string
  starts_ms: number
  received_ms: number
  ends_at: string | null
  incident_id: string | null
  silenced: number
}): AlertFiring => ({
  ...{ source: row.source, name: row.name, fingerprint: row.fingerprint },
  severity: row.severity as Severity,
  startsMs: Number(row.starts_ms),
  endsMs: row.status === 'FIRING' ? null : Date.parse(row.ends_at ?? '') || Number(row.received_ms),
  receivedMs: Number(row.received_ms),
  incidentId: row.incident_id,
  silenced: Boolean(row.silenced),
})
