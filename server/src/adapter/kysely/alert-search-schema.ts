import type { Alert } from '@aiops/contract/model/alert'
import type { Labels } from '@aiops/contract/model/label'

export type AlertSchema = {
  alert: {
    id: string
    tenant_id: string
    fingerprint: string
    starts_ms: number
    status: string
    severity: string
    incident_id: string | null
    received_ms: number
    correlated: number
    expires_ms: number | null
    silenced_by: string | null
    body: string
    /** Why it is in its incident; null where `membership` has the reason, or where it is in none. */
    reason: string | null
    /** The pairs of `body`, as they stand there, a comma before each: a label is looked for in a seventh of the text. */
    labels: string
  } & AlertKinds
}

/** What the list of alerts counts by; '' for no service. */
type AlertKinds = { source: string; name: string; service: string }

/** These stand in columns: read out of 50,000 bodies it takes a tenth of a second longer. */
export const alertSearchMigration = {
  name: '0020-alert-search',
  statements: [
    ...['source', 'name', 'service'].map(
      (name) => `alter table alert add column ${name} text not null default ''`,
    ),
    `update alert set source = json_extract(body, '$.source'), name = json_extract(body, '$.name'),
      service = case when json_extract(body, '$.entity') like 'service/%' then substr(json_extract(body, '$.entity'), 9)
        else coalesce(json_extract(body, '$.labels.service'), '') end`,
  ],
}

/**
 * Correlation writes an alert's row anyway, so that the reason there costs a row and an index entry less. The index of states holds the
 * severity that lists count by, instead of one more; that of times stays the narrowest, by which SQLite reads all of a tenant in order.
 */
export const alertRowMigration = {
  name: '0026-alert-rows',
  statements: [
    'alter table alert add column reason text',
    `alter table alert add column labels text not null default ''`,
    `update alert set labels = ',' || substr(json_extract(body, '$.labels'), 2, length(json_extract(body, '$.labels')) - 2)
      where json_extract(body, '$.labels') is not null`,
    'drop index alert_severity',
    'drop index alert_status',
    'create index alert_status on alert (tenant_id, status, received_ms, severity)',
  ],
}

/** As `labels` of a row has them. */
export const labelPairs = (labels: Labels): string => `,${JSON.stringify(labels).slice(1, -1)}`

/** The service that an alert is about, as its entity or its label says; '' for none. As the migration above has it. */
export const serviceOf = ({
  entity,
  labels,
}: Pick<Alert, 'entity'> & Partial<Pick<Alert, 'labels'>>): string =>
  entity?.startsWith('service/') ? entity.slice('service/'.length) : (labels?.service ?? '')
