import type { Alert } from '@aiops/contract/model/alert'

/** What the list of alerts counts by; '' for no service. */
export type AlertKinds = { source: string; name: string; service: string }

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

/** The service that an alert is about, as its entity or its label says; '' for none. As the migration above has it. */
export const serviceOf = ({
  entity,
  labels,
}: Pick<Alert, 'entity'> & Partial<Pick<Alert, 'labels'>>): string =>
  entity?.startsWith('service/') ? entity.slice('service/'.length) : (labels?.service ?? '')
