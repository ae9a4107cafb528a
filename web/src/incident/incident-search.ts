import { type IncidentStatus, incidentStatuses } from '@aiops/contract/model/incident'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { asFlag, asInteger, asOneOf, asSomeOf, asText } from '../shell/search.ts'

export const incidentSorts = ['-created_at', 'created_at', '-severity', '-updated_at'] as const
export type IncidentSort = (typeof incidentSorts)[number]

/** What the incident list shows, as it stands in the address. Absent: everything, newest first, page 1. */
export type IncidentSearch = {
  status?: IncidentStatus[]
  severity?: Severity[]
  text?: string
  entity?: string
  /** Those of whoever looks. */
  mine?: true
  sort?: IncidentSort
  page?: number
}

export const pageSize = 25

export function readIncidentSearch(raw: Record<string, unknown>): IncidentSearch {
  const status = asSomeOf(raw.status, incidentStatuses)
  const severity = asSomeOf(raw.severity, severities)
  const text = asText(raw.text, 200)
  const entity = asText(raw.entity, 300)
  const mine = asFlag(raw.mine)
  const sort = asOneOf(raw.sort, incidentSorts)
  const page = asInteger(raw.page, 1, 100_000)
  return {
    ...(status && { status }),
    ...(severity && { severity }),
    ...(text && { text }),
    ...(entity && { entity }),
    ...(mine && { mine }),
    ...(sort && sort !== '-created_at' && { sort }),
    ...(page && page > 1 && { page }),
  }
}

/** Whether anything but order and page is chosen. */
export const isFiltered = ({ sort: _, page: __, ...filter }: IncidentSearch): boolean =>
  Object.keys(filter).length > 0

/** A bare name is that of a service; an entity id that the server would refuse is left out rather than shown as an error. */
const entityQuery = (typed: string | undefined): string | undefined => {
  const text = typed?.trim() ?? ''
  if (/^[a-z]+\/.+$/.test(text)) return text
  return text === '' || text.includes('/') ? undefined : `service/${text}`
}

/** What the API is asked for. */
export const incidentQuery = (search: IncidentSearch) => ({
  status: search.status ?? [],
  severity: search.severity ?? [],
  ...(search.text ? { text: search.text } : {}),
  ...(entityQuery(search.entity) !== undefined && { entity: entityQuery(search.entity) }),
  ...(search.mine ? { me: 'true' } : {}),
  sort: search.sort ?? '-created_at',
  limit: pageSize,
  offset: ((search.page ?? 1) - 1) * pageSize,
})
