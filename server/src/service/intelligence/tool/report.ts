import { Report, ReportFormat, ReportType } from '@aiops/contract/model/report'
import { Duration, Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { resolveClusters } from './clusters-named.ts'
import { idOf } from './incident-detail.ts'
import { tool } from './tool.ts'

const ReportLine = Report.pick({
  ...{ id: true, title: true, report_type: true, format: true, cluster_scope: true, time_range: true },
  ...{ incident_id: true, status: true, created_at: true, expires_at: true },
})

const createReport = tool({
  name: 'create_report',
  title: 'Write a report',
  description:
    'Has a report written and stored: EXECUTIVE_SUMMARY, DETAILED_ANALYSIS, INCIDENT_REPORT (needs incident_id), CAPACITY_PLAN or NOISE_AND_COST, as HTML, PDF, MARKDOWN or JSON. Call it only when a person asked for a report. It is PENDING at first; the last 24 hours unless a time is given.',
  input: z.object({
    report_type: ReportType,
    format: ReportFormat.default('HTML'),
    title: z.string().trim().min(1).max(200).optional(),
    cluster_ids: z.array(z.string().max(128)).max(100).default([]).describe('Ids or names; all when empty.'),
    start_time: Time.optional(),
    end_time: Time.optional(),
    duration: Duration.optional().describe('How far back from the end: 24h, 7d.'),
    incident_id: z.string().trim().min(1).max(64).optional().describe('INC-12, 12, an id, or latest.'),
  }),
  output: z.object({ report: ReportLine, link: z.string() }),
  permission: 'reports:write',
  effect: 'PROPOSE',
  async run(client, input, scope) {
    const ids = await resolveClusters(
      client,
      input.cluster_ids.length > 0 ? input.cluster_ids : scope.clusterIds,
    )
    const made = await client.createReport({
      body: {
        ...{ report_type: input.report_type, format: input.format, cluster_scope: ids },
        ...(input.title ? { title: input.title } : {}),
        time_range: {
          ...(input.start_time ? { start: input.start_time } : {}),
          ...(input.end_time ? { end: input.end_time } : {}),
          ...(input.duration ? { duration: input.duration } : {}),
        },
        ...(input.incident_id ? { incident_id: await idOf(client, input.incident_id) } : {}),
      },
    })
    return { report: ReportLine.parse(made), link: `/reports/${encodeURIComponent(made.id)}` }
  },
  evidence: ({ report, link }) => [
    {
      ...{ type: 'CATALOGUE', query: report.report_type, source: 'platform', time: report.created_at },
      ...{ entity: null, sentence: `Report "${report.title}" (${report.format}): ${report.status}.` },
      fields: {
        ...{ title: report.title, type: report.report_type, format: report.format, status: report.status },
        ...{ from: report.time_range.start, to: report.time_range.end, expires_at: report.expires_at },
      },
      ...{ trust: 'PLATFORM', link },
    },
  ],
  sentence: ({ report }) => `Asked for the report "${report.title}": ${report.status}.`,
})

export const reportTools = { create_report: createReport } as const
