import type { Report, ReportFormat, ReportType } from '@aiops/contract/model/report'

/** What each report is for, in the order in which they are offered. */
export const reportTypes: readonly { value: ReportType; title: string; note: string }[] = [
  {
    value: 'EXECUTIVE_SUMMARY',
    title: 'Executive summary',
    note: 'What happened, what it touched and what is open, on one or two pages.',
  },
  {
    value: 'DETAILED_ANALYSIS',
    title: 'Detailed analysis',
    note: 'Incidents, findings, anomalies and changes of a period, each with its evidence.',
  },
  {
    value: 'INCIDENT_REPORT',
    title: 'Incident report',
    note: 'One incident from its first sign to its end: cause, timeline, what was done.',
  },
  {
    value: 'CAPACITY_PLAN',
    title: 'Capacity plan',
    note: 'What runs full and when: processors, memory, disks and GPUs, with forecasts.',
  },
  {
    value: 'NOISE_AND_COST',
    title: 'Noise and cost',
    note: 'Which alerts were heard most and led to nothing, and what runs unused.',
  },
]

export const reportFormats: readonly { value: ReportFormat; title: string; note: string }[] = [
  { value: 'HTML', title: 'HTML', note: 'To read in a browser; one file with its charts inside.' },
  { value: 'PDF', title: 'PDF', note: 'To print and to hand on.' },
  { value: 'MARKDOWN', title: 'Markdown', note: 'For a wiki or a ticket.' },
  { value: 'JSON', title: 'JSON', note: 'For programs: everything with its evidence.' },
]

export const typeTitle = (type: ReportType): string =>
  reportTypes.find(({ value }) => value === type)?.title ?? type
export const formatTitle = (format: ReportFormat): string =>
  reportFormats.find(({ value }) => value === format)?.title ?? format

/** Where the document is saved from, or shown where `inline`. */
export const downloadPath = ({ id }: Pick<Report, 'id'>, inline = false): string =>
  `/api/v1/reports/${encodeURIComponent(id)}/download${inline ? '?inline=1' : ''}`
