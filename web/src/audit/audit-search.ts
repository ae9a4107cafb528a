import { AuditOutcome } from '@aiops/contract/model/audit'
import { asOneOf, asText } from '../shell/search.ts'

/** How far back; absent means all that there is. */
export const periods = [
  { value: '1h', word: 'Last hour' },
  { value: '24h', word: 'Last day' },
  { value: '7d', word: 'Last 7 days' },
  { value: '30d', word: 'Last 30 days' },
  { value: '365d', word: 'Last year' },
] as const
type Period = (typeof periods)[number]['value']

/** What the page of the audit log shows, as it stands in the address. Absent: every entry, the newest first. */
export type AuditSearch = {
  text?: string
  actor?: string
  action?: string
  resource?: string
  outcome?: AuditOutcome
  since?: Period
}

export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const text = asText(raw.text, 200)
  const actor = asText(raw.actor, 200)
  const action = asText(raw.action, 200)
  const resource = asText(raw.resource, 500)
  const outcome = asOneOf(raw.outcome, AuditOutcome.options)
  const since = asOneOf(
    raw.since,
    periods.map(({ value }) => value),
  )
  return {
    ...(text && { text }),
    ...(actor && { actor }),
    ...(action && { action }),
    ...(resource && { resource }),
    ...(outcome && { outcome }),
    ...(since && { since }),
  }
}

export const auditQuery = ({ since, ...rest }: AuditSearch) => ({
  ...rest,
  ...(since === undefined ? {} : { duration: since }),
})

/** The same entries as a file. */
export const exportPath = (search: AuditSearch): string => {
  const query = new URLSearchParams(auditQuery(search)).toString()
  return `/api/v1/audit/export${query === '' ? '' : `?${query}`}`
}
