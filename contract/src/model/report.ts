import { z } from 'zod'
import { AnswerTable, Claim, EvidenceRecord, ToolCallRecord } from './answer.ts'
import { Time } from './time.ts'

export const ReportType = z.enum([
  'EXECUTIVE_SUMMARY',
  'DETAILED_ANALYSIS',
  'INCIDENT_REPORT',
  'CAPACITY_PLAN',
  'NOISE_AND_COST',
])
export type ReportType = z.infer<typeof ReportType>
export const ReportFormat = z.enum(['HTML', 'PDF', 'MARKDOWN', 'JSON'])
export type ReportFormat = z.infer<typeof ReportFormat>

export const Report = z.object({
  id: z.string(),
  title: z.string(),
  report_type: ReportType,
  format: ReportFormat,
  /** Clusters that it is about; empty for all. */
  cluster_scope: z.array(z.string()),
  time_range: z.object({ start: Time, end: Time }),
  /** Of an INCIDENT_REPORT. */
  incident_id: z.string().nullable(),
  /** Who asked for it; `system` for a schedule. */
  generated_by: z.string(),
  schedule_id: z.string().nullable(),
  status: z.enum(['PENDING', 'COMPLETED', 'FAILED']),
  /** Why it failed. */
  error: z.string().nullable(),
  storage_path: z.string().nullable(),
  size_bytes: z.number().int().nullable(),
  /** SHA-256 of the document. */
  sha256: z.string().nullable(),
  created_at: Time,
  expires_at: Time,
})
export type Report = z.infer<typeof Report>

/** Points of a chart, drawn as they were when the report was made. `null` where there was none. */
export const ReportChart = z.object({
  title: z.string(),
  unit: z.string().nullable(),
  query: z.string(),
  series: z.array(
    z.object({ name: z.string(), points: z.array(z.tuple([z.number(), z.number().nullable()])) }),
  ),
  marks: z.array(z.object({ at: Time, text: z.string() })),
  cites: z.array(z.string()),
})
export type ReportChart = z.infer<typeof ReportChart>

/** The one form of every report; the formats are written from it. */
export const ReportDocument = z.object({
  id: z.string(),
  title: z.string(),
  report_type: ReportType,
  time_range: z.object({ start: Time, end: Time }),
  scope: z.string(),
  generated_at: Time,
  generated_by: z.string(),
  engine: z.string(),
  sections: z.array(
    z.object({
      title: z.string(),
      claims: z.array(Claim),
      tables: z.array(AnswerTable),
      charts: z.array(ReportChart),
    }),
  ),
  /** The appendix: what each citation stands for. */
  evidence: z.array(EvidenceRecord),
  checked: z.array(ToolCallRecord),
  not_checked: z.array(z.object({ what: z.string(), reason: z.string() })),
})
export type ReportDocument = z.infer<typeof ReportDocument>

/** A report made again and again. `cron` has five fields, in UTC. */
export const ReportSchedule = z.object({
  id: z.string(),
  title: z.string(),
  report_type: ReportType,
  format: ReportFormat,
  cluster_scope: z.array(z.string()),
  /** How far back each looks: `1d`, `7d`. */
  lookback: z.string(),
  cron: z.string(),
  enabled: z.boolean(),
  created_by: z.string(),
  created_at: Time,
  last_run_at: Time.nullable(),
  next_run_at: Time.nullable(),
})
export type ReportSchedule = z.infer<typeof ReportSchedule>
