import { z } from 'zod'
import { HourlyUsd } from './money.ts'
import { Time } from './time.ts'

export const ServiceName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:@/-]+$/, 'letters, digits and . _ : @ / -')
export const ProviderName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w.-]+$/, 'letters, digits and . _ -')

/** What one provider offers one service at one moment: what it would cost there, how fast it would answer. Unknown is null, never 0. */
export const ProviderReading = z.object({
  service: ServiceName,
  provider: ProviderName,
  cost_hourly_usd: HourlyUsd.nullable(),
  latency_ms: z.number().nonnegative().nullable(),
  /** Share of promotional credit that is left, 0 to 1. */
  credits: z.number().min(0).max(1).nullable(),
  available_gpus: z.number().int().nonnegative().nullable(),
  region: z.string().max(128).nullable(),
  instance: z.string().max(128).nullable(),
  at: Time,
  /** Who said so: the name of a sender, a file or a query. */
  source: z.string().max(200),
})
export type ProviderReading = z.infer<typeof ProviderReading>

/** Where a service runs, since when, and how that is known. */
export const Placement = z.object({
  service: ServiceName,
  provider: ProviderName,
  region: z.string().nullable(),
  instance: z.string().nullable(),
  since: Time,
  /** TELEMETRY: a sender said so. DEPLOYMENT: the state of what was applied last. API: somebody said so. */
  source: z.enum(['TELEMETRY', 'DEPLOYMENT', 'API']),
})
export type Placement = z.infer<typeof Placement>
