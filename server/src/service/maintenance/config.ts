import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

export const MaintenanceConfig = z.object({
  keep_every: Duration.default('15s').describe(
    'How often occurrences of maintenance windows are made and reminders looked for.',
  ),
  ahead: Duration.default('1d').describe(
    'An occurrence becomes a silence so long before it begins, and is seen as one from then on.',
  ),
  windows_max: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Maintenance windows of a tenant, those that have ended included.'),
})
export type MaintenanceConfig = z.infer<typeof MaintenanceConfig>
