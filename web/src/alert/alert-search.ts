import { AlertStatus } from '@aiops/contract/model/alert'
import { EntityId } from '@aiops/contract/model/entity'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { asOneOf, asSomeOf, asText, asTexts } from '../shell/search.ts'

export const alertSorts = ['-received_at', '-severity', 'starts_at'] as const
export type AlertSort = (typeof alertSorts)[number]

/** What the list of alerts shows, as it stands in the address. Absent: all of them. */
export type AlertSearch = {
  tab?: 'noise'
  state?: AlertStatus[]
  severity?: Severity[]
  source?: string[]
  name?: string[]
  service?: string[]
  /** `name=value` or `name!=value`. */
  label?: string[]
  entity?: EntityId
  silenced?: 'yes' | 'no'
  /** Whether it belongs to one, or the id of the one. */
  incident?: string
  text?: string
  /** A CEL expression over an alert. */
  cel?: string
  sort?: AlertSort
  /** The alert that stands beside the list: its fingerprint, `@`, its id. */
  alert?: string
}

/** `name=value` or `name!=value`. */
export const labelForm = /^[A-Za-z_][\w.\-/:]*!?=/

export function readAlertSearch(raw: Record<string, unknown>): AlertSearch {
  const found = {
    tab: asOneOf(raw.tab, ['noise'] as const),
    state: asSomeOf(raw.state, AlertStatus.options),
    severity: asSomeOf(raw.severity, severities),
    source: asTexts(raw.source),
    name: asTexts(raw.name),
    service: asTexts(raw.service),
    label: asTexts(raw.label)?.filter((one) => labelForm.test(one)),
    entity: EntityId.safeParse(raw.entity).data,
    silenced: asOneOf(raw.silenced, ['yes', 'no'] as const),
    incident: asText(raw.incident, 64),
    text: asText(raw.text, 200),
    cel: asText(raw.cel, 2_048),
    sort: asOneOf(raw.sort, alertSorts),
    alert: asText(raw.alert, 256),
  }
  const isThere = ([, value]: [string, unknown]): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(found).filter(isThere)) as AlertSearch
}

/** What narrows the list: neither what stands beside it nor its order. */
export const filterOf = ({ alert: _, tab: __, sort: ___, ...filter }: AlertSearch) => filter

export const isFiltered = (search: AlertSearch): boolean => Object.keys(filterOf(search)).length > 0

/** What the API is asked for. */
export const alertQuery = ({ sort = '-received_at', ...search }: AlertSearch) => ({
  ...{ state: [], severity: [], source: [], name: [], service: [], label: [], sort },
  ...filterOf(search),
})

/** Fingerprint and id of the alert beside the list. */
export function chosenOf(alert: string | undefined): { fingerprint: string; id: string } | undefined {
  const at = alert?.lastIndexOf('@') ?? -1
  return alert !== undefined && at > 0
    ? { fingerprint: alert.slice(0, at), id: alert.slice(at + 1) }
    : undefined
}
