import { type ReportFormat, ReportType } from '@aiops/contract/model/report'
import { typeTitle } from './report-word.ts'
import type { ReportBody } from './use-reports.ts'

export const periods = [
  { value: '24h', title: 'Last 24 hours' },
  { value: '7d', title: 'Last 7 days' },
  { value: '30d', title: 'Last 30 days' },
  { value: 'own', title: 'From … to …' },
] as const
export type Period = (typeof periods)[number]['value']

/** A report as the wizard has it. `from` and `to` are local times as the browser's field writes them (`2026-11-21T07:00`). */
export type ReportDraft = {
  type: ReportType
  clusters: string[]
  period: Period
  from: string
  to: string
  incident: string
  format: ReportFormat
  title: string
}

export const emptyDraft = (part: Partial<ReportDraft> = {}): ReportDraft => ({
  ...{ type: ReportType.enum.EXECUTIVE_SUMMARY, clusters: [], period: '24h', from: '', to: '' },
  ...{ incident: '', format: 'HTML', title: '', ...part },
})

/** What hinders going on from the scope. */
export function scopeProblem(draft: ReportDraft): string | undefined {
  if (draft.type === 'INCIDENT_REPORT')
    return draft.incident.trim() === '' ? 'Choose the incident that the report is about.' : undefined
  if (draft.period !== 'own') return undefined
  const [from, to] = [Date.parse(draft.from), Date.parse(draft.to)]
  if (Number.isNaN(from) || Number.isNaN(to)) return 'Give both ends of the period.'
  return from < to ? undefined : 'The end must come after the start.'
}

/** What is given where no title is typed: the server's own. */
export const usualTitle = ({ type, incident }: ReportDraft): string =>
  type === 'INCIDENT_REPORT' && /^\d+$/.test(incident)
    ? `${typeTitle(type)} INC-${incident}`
    : typeTitle(type)

export function bodyOf(draft: ReportDraft): ReportBody {
  const { type: report_type, format, period } = draft
  const title = draft.title.trim()
  const named = { report_type, format, ...(title === '' ? {} : { title }) }
  if (report_type === 'INCIDENT_REPORT') return { ...named, incident_id: draft.incident.trim() }
  const time_range =
    period === 'own'
      ? { start: new Date(draft.from).toISOString(), end: new Date(draft.to).toISOString() }
      : { duration: period }
  return { ...named, cluster_scope: draft.clusters, time_range }
}

/** Which step of the wizard a field of the body belongs to. */
export const stepOf: Readonly<Record<string, number>> = {
  ...{ report_type: 1, cluster_scope: 2, time_range: 2, incident_id: 2, format: 3, title: 4 },
}
