import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { AlertSearchFilter } from '../../port/alert-search-repository.ts'
import { expressionSql, holds, labelIs } from './alert-expression.ts'
import type { Schema } from './schema.ts'

/**
 * Alerts that fit. Without `kinds`, severities, sources, names and services are left open: the counts of each kind are taken from the
 * same pass. Words and labels are first looked for in the body's text, which costs a fifth of reading it as JSON.
 */
export function conditionsOf(db: Kysely<Schema>, tenant: string, filter: AlertSearchFilter, kinds: boolean) {
  const { states, entity, fingerprint, labels = [], silenced, incident, text, startMs, endMs, where } = filter
  let query = alertsIn(db, tenant, typeof incident === 'string')
  if (states?.length) query = query.where('status', 'in', states)
  if (fingerprint !== undefined) query = query.where('fingerprint', '=', fingerprint)
  if (typeof incident === 'string') query = query.where('incident_id', '=', incident)
  else if (incident !== undefined) query = query.where('incident_id', incident ? 'is not' : 'is', null)
  if (silenced !== undefined) query = query.where('silenced_by', silenced ? 'is not' : 'is', null)
  if (startMs !== undefined) query = query.where('received_ms', '>=', startMs)
  if (endMs !== undefined) query = query.where('received_ms', '<', endMs)
  if (kinds) {
    const { severities = [], sources = [], names = [], services = [] } = filter
    if (severities.length > 0) query = query.where('severity', 'in', severities)
    if (sources.length > 0) query = query.where('source', 'in', sources)
    if (names.length > 0) query = query.where('name', 'in', names)
    if (services.length > 0) query = query.where('service', 'in', services)
  }
  if (entity !== undefined)
    query = query.where(
      whereHeld(`"entity":${JSON.stringify(entity)}`, sql`json_extract(body, '$.entity') = ${entity}`),
    )
  for (const { name, equal, value } of labels) {
    const label = sql`coalesce(json_extract(body, ${`$.labels."${name}"`}), '')`
    if (value === '') query = query.where(equal ? sql<boolean>`${label} = ''` : sql<boolean>`${label} <> ''`)
    else query = query.where(equal ? labelIs(name, value) : sql<boolean>`not ${labelIs(name, value)}`)
  }
  if (where) query = query.where(expressionSql(where))
  if (text) {
    const written = JSON.stringify(text).slice(1, -1)
    query = query.where(isOfForm(text, tenant) ? whereHeld(written, said(written)) : holds(written))
  }
  return query
}

/**
 * A tenant's alerts. Those of one incident are found by it: a database would rather walk through all that the tenant has in their order,
 * which an expression in place of the column forbids.
 */
export const alertsIn = (db: Kysely<Schema>, tenant: string, ofIncident: boolean) =>
  ofIncident
    ? db.selectFrom('alert').where(sql<boolean>`(tenant_id || '') = ${tenant}`)
    : db.selectFrom('alert').where('tenant_id', '=', tenant)

/** In this order: a database is free to begin with the dearer one of two conditions. */
const whereHeld = (text: string, then: RawBuilder<unknown>) =>
  sql<boolean>`case when ${holds(text)} then ${then} else false end`

/** Keys and fixed words of a stored alert, and what its times and ids are made of: text of these is in every body. */
const form =
  'id tenant_id fingerprint source name severity status message labels annotations entity starts_at ends_at received_at expires_at generator_url incident_id silenced_by firing resolved critical high medium low info null'

const isOfForm = (text: string, tenant: string): boolean =>
  `${form} ${tenant}`.toLowerCase().includes(text.toLowerCase()) || /^[\s\dA-Fa-fTZ.:,{}[\]"-]*$/.test(text)

const said = (written: string) => {
  const words = ['name', 'message', 'source', 'entity', 'generator_url', 'labels', 'annotations']
  const paths = sql.join(words.map((word) => sql.lit(`$.${word}`)))
  return sql<boolean>`instr(lower(json_extract(body, ${paths})), ${lowerAscii(written)}) > 0`
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
