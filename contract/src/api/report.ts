import { z } from 'zod'
import { Report, ReportDocument, ReportFormat, ReportSchedule, ReportType } from '../model/report.ts'
import { Duration, Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { Page, pageOf } from './page.ts'

const id = z.object({ id: z.string().max(64) })
const read = { tag: 'reports', permission: 'reports:read' } as const
const write = { tag: 'reports', permission: 'reports:write' } as const
const title = z.string().trim().min(1).max(200)
const scope = z.array(z.string().max(128)).max(1_000)

const scheduleBody = z.strictObject({
  title,
  report_type: ReportType.exclude(['INCIDENT_REPORT']),
  format: ReportFormat.default('HTML'),
  cluster_scope: scope.default([]),
  lookback: Duration.default('7d'),
  /** Five fields, UTC: `0 7 * * 1` is Mondays at seven. */
  cron: z.string().trim().min(9).max(100),
  enabled: z.boolean().default(true),
})

/** Where the document itself is read from: bytes in its own media type. */
export const reportDownloadPath = '/api/v1/reports/{id}/download'

export const report = operations({
  createReport: {
    ...write,
    method: 'POST',
    path: '/api/v1/reports',
    status: 201,
    errors: ['NOT_FOUND', 'RATE_LIMITED', 'VALIDATION_FAILED', 'INVALID_REQUEST'],
    summary: 'Write a report. It is PENDING at first; REPORT_GENERATED tells when it is done.',
    body: z.strictObject({
      report_type: ReportType,
      format: ReportFormat.default('HTML'),
      title: title.optional(),
      cluster_scope: scope.default([]),
      /** The last 24 hours unless said. */
      time_range: z
        .strictObject({ start: Time.optional(), end: Time.optional(), duration: Duration.optional() })
        .default({}),
      /** Of an INCIDENT_REPORT: an incident's id or number. */
      incident_id: z.string().max(64).optional(),
    }),
    response: Report,
  },
  listReports: {
    ...read,
    method: 'GET',
    path: '/api/v1/reports',
    errors: ['VALIDATION_FAILED'],
    summary: 'Reports, newest first.',
    query: Page.extend({ report_type: ReportType.optional(), search: z.string().max(200).default('') }),
    response: pageOf(Report),
  },
  getReport: {
    ...read,
    method: 'GET',
    path: '/api/v1/reports/{id}',
    params: id,
    errors: ['NOT_FOUND'],
    summary: 'One report. The document is at /api/v1/reports/{id}/download.',
    response: Report,
  },
  getReportDocument: {
    ...read,
    method: 'GET',
    path: '/api/v1/reports/{id}/document',
    params: id,
    errors: ['NOT_FOUND', 'CONFLICT', 'STORAGE_UNAVAILABLE'],
    summary: 'What a report says, as the form that every format is written from.',
    response: ReportDocument,
  },
  deleteReport: {
    ...write,
    method: 'DELETE',
    path: '/api/v1/reports/{id}',
    status: 204,
    params: id,
    errors: ['NOT_FOUND'],
    summary: 'Delete a report and its document.',
    response: z.null(),
  },
  listReportSchedules: {
    ...read,
    method: 'GET',
    path: '/api/v1/report-schedules',
    errors: [],
    summary: 'Reports that are made again and again.',
    response: z.object({ schedules: z.array(ReportSchedule) }),
  },
  createReportSchedule: {
    ...write,
    method: 'POST',
    path: '/api/v1/report-schedules',
    status: 201,
    errors: ['VALIDATION_FAILED'],
    summary: 'Have a report made again and again.',
    body: scheduleBody,
    response: ReportSchedule,
  },
  updateReportSchedule: {
    ...write,
    method: 'PUT',
    path: '/api/v1/report-schedules/{id}',
    params: id,
    errors: ['NOT_FOUND', 'VALIDATION_FAILED'],
    summary:
      'Change a schedule, or switch it off and on. What is left out takes its default; reports that were made stay.',
    body: scheduleBody,
    response: ReportSchedule,
  },
  deleteReportSchedule: {
    ...write,
    method: 'DELETE',
    path: '/api/v1/report-schedules/{id}',
    status: 204,
    params: id,
    errors: ['NOT_FOUND'],
    summary: 'Make it no more. Reports that were made stay.',
    response: z.null(),
  },
})
