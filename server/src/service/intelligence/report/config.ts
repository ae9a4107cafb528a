import { ReportFormat } from '@aiops/contract/model/report'
import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

export const ReportConfig = z.object({
  retention: Duration.default('90d').describe('How long reports are kept.'),
  formats: z
    .array(ReportFormat)
    .min(1)
    .default(['HTML', 'PDF', 'MARKDOWN', 'JSON'])
    .describe('Formats that may be asked for; others are refused.'),
  pending_max: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(50)
    .describe('Reports that may wait to be written.'),
  schedules_max: z.number().int().min(0).max(1_000).default(100).describe('Schedules of one tenant.'),
})
export type ReportConfig = z.infer<typeof ReportConfig>
