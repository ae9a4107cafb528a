import { ReportType } from '@aiops/contract/model/report'
import { asInteger, asOneOf, asText } from '../shell/search.ts'

export const reportTabs = ['history', 'schedules'] as const
export type ReportTab = (typeof reportTabs)[number]

/** What the page of reports shows, as it stands in the address. Absent: every report, newest first, page 1. */
export type ReportSearch = { tab?: ReportTab; type?: ReportType; text?: string; page?: number }

export const pageSize = 25

export function readReportSearch(raw: Record<string, unknown>): ReportSearch {
  const tab = asOneOf(raw.tab, reportTabs)
  const type = asOneOf(raw.type, ReportType.options)
  const text = asText(raw.text, 200)
  const page = asInteger(raw.page, 1, 100_000)
  return {
    ...(tab && tab !== 'history' && { tab }),
    ...(type && { type }),
    ...(text && { text }),
    ...(page && page > 1 && { page }),
  }
}

export const reportQuery = (search: ReportSearch) => ({
  ...(search.type ? { report_type: search.type } : {}),
  search: search.text ?? '',
  page: search.page ?? 1,
  page_size: pageSize,
})

/** What the wizard begins with, as it stands in the address. */
export type NewReportSearch = { type?: ReportType; incident?: string; cluster?: string }

export function readNewReportSearch(raw: Record<string, unknown>): NewReportSearch {
  const type = asOneOf(raw.type, ReportType.options)
  const incident = asText(raw.incident, 64)
  const cluster = asText(raw.cluster, 128)
  return { ...(type && { type }), ...(incident && { incident }), ...(cluster && { cluster }) }
}
