import { z } from 'zod'
import { RulesConfig } from './rule/config.ts'

export const TelemetryConfig = z.object({
  rules: RulesConfig.prefault({}).describe('Recording and alerting rules, as Prometheus has them.'),
})
export type TelemetryConfig = z.infer<typeof TelemetryConfig>
