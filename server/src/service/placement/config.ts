import { ProviderName, ServiceName } from '@aiops/contract/model/provider'
import { durationMs } from '@aiops/contract/model/time'
import { z } from 'zod'

const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => durationMs(text) > 0, 'is no duration such as 30s, 5m or 1h30m')
const share = (fallback: number) => z.number().min(0).max(1).default(fallback)
const amount = (fallback: number) => z.number().min(0).max(1e9).default(fallback)

export const WeightConfig = z.strictObject({
  cost: share(0.4).describe('Weight of the cost in the score; the four are scaled to sum to 1.'),
  latency: share(0.25).describe('Weight of the latency in the score.'),
  credits: share(0.2).describe('Weight of promotional credit that is left.'),
  availability: share(0.15).describe('Weight of available GPUs.'),
})
export type WeightConfig = z.infer<typeof WeightConfig>

const ScaleConfig = z.strictObject({
  cost_hourly_usd: z
    .number()
    .positive()
    .max(1e9)
    .default(2)
    .describe('Cost at which the factor is 0, $/h. Fixed: a new provider never turns the order of others.'),
  latency_ms: z.number().positive().max(1e9).default(500).describe('Latency at which the factor is 0, ms.'),
  credits: z.number().positive().max(1).default(1).describe('Credit at which the factor is 1, as a share.'),
  gpus: z.number().positive().max(1e6).default(4).describe('Available GPUs at which the factor is 1.'),
})

const MigrationConfig = z.strictObject({
  flat_usd: amount(0).describe('What each move costs besides, $: work, licences.'),
  egress_usd_per_gib: amount(0.09).describe('Price of data that leaves a provider, $ per GiB.'),
  egress_source: z
    .string()
    .max(200)
    .default('placement.migration.egress_usd_per_gib')
    .describe('Where that price is from, shown beside it.'),
  double_running: duration('10m').describe('How long both sides run and are paid during a move.'),
  warm_up: duration('5m').describe('How long the new side is paid before it serves.'),
})

/** What holds for one service; what is left out is as in `placement.defaults`. */
export const ServiceRules = z.strictObject({
  stateful: z
    .boolean()
    .default(false)
    .describe(
      'Holds state of its own: never moved by an economic decision. Stateful is also read from the plan.',
    ),
  residency: z
    .array(z.string().max(128))
    .max(200)
    .default([])
    .describe('Regions where it may run, `eu-*` for all that begin so; empty: any.'),
  providers_allow: z.array(ProviderName).max(100).default([]).describe('Only these; empty: any.'),
  providers_deny: z.array(ProviderName).max(100).default([]).describe('Never these.'),
  gpus_min: z.number().int().min(0).max(1e6).default(0).describe('GPUs that must be available.'),
  instances_allow: z
    .array(z.string().max(128))
    .max(200)
    .default([])
    .describe('Instance types that have the right GPU or CPU, `p3.*` for a family; empty: any.'),
  latency_slo_ms: z.number().positive().nullable().default(null).describe('Latency that must be kept, ms.'),
  credits_min: share(0).describe('Share of credit that must be left.'),
  cost_hourly_usd_max: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Rate that must not be passed, $/h.'),
  egress_gib: amount(0).describe('Data that has to be carried over in a move, GiB.'),
  downtime: z
    .string()
    .default('0s')
    .refine((text) => durationMs(text) >= 0, 'is no duration such as 30s')
    .describe('How long it is away during a move.'),
  downtime_usd_per_minute: amount(0).describe('What a minute away costs, $.'),
})
export type ServiceRules = z.infer<typeof ServiceRules>

const TelemetryConfig = z.strictObject({
  stale_after: duration('5m').describe('Readings older than this are shown as stale and not decided by.'),
  window: duration('6h').describe('History that decisions draw from.'),
  step: duration('5m').describe('Readings are averaged over this; the window is at most 288 of them.'),
  series_max: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(100_000)
    .describe('Pairs of service and provider of one tenant; further ones are refused.'),
})

const EmergencyConfig = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether an outage or spike may skip the economic tests.'),
  signals_min: z
    .number()
    .int()
    .min(2)
    .max(3)
    .default(2)
    .describe(
      'Independent signals that an emergency needs: of readings, of alerts, of detection; one of each counts.',
    ),
  latency_factor: z.number().min(1.1).default(3).describe('Latency against its usual that is a signal.'),
  cost_factor: z.number().min(1.1).default(2).describe('Cost against its usual that is a signal.'),
  window: duration('10m').describe('How near in time signals must be to count together.'),
  expires: duration('30m').describe('When a proposed emergency that nobody took up ends.'),
  review_after: duration('1h').describe('How long after it an emergency is reviewed.'),
})

const OutcomeConfig = z.strictObject({
  interval: duration('5m').describe('How often realised savings are measured.'),
  until: duration('168h').describe('How long after a move they are measured.'),
  before: duration('48h').describe('How much of the time before a move says what staying would have cost.'),
})

export const PlacementConfig = z.strictObject({
  mode: z
    .enum(['OFF', 'RECOMMEND', 'PROPOSE'])
    .default('RECOMMEND')
    .describe(
      'OFF: nothing is decided. RECOMMEND: a person proposes. PROPOSE: deployments are opened without one.',
    ),
  kill_switch: z.boolean().default(false).describe('Nothing is recommended or proposed while it is set.'),
  interval: duration('30s').describe('How often every service is decided.'),
  telemetry_file: z
    .string()
    .max(4_096)
    .default('')
    .describe(
      'File of provider telemetry that is read again when it changes; empty for none. Of the first tenant.',
    ),
  telemetry: TelemetryConfig.prefault({}),
  weights: WeightConfig.prefault({}),
  scales: ScaleConfig.prefault({}),
  weight_concentration: z
    .number()
    .min(4)
    .max(100_000)
    .default(100)
    .describe('How sure the weights are: concentration of the Dirichlet distribution they are drawn from.'),
  draws: z
    .number()
    .int()
    .min(50)
    .max(5_000)
    .default(200)
    .describe('Draws of weights and samples for each decision.'),
  confidence_min: share(0.7).describe('Share of draws that an option must win.'),
  horizon: duration('24h').describe('Time over which a move has to pay.'),
  payback_max: duration('12h').describe('Time after which a move must have paid for itself.'),
  dwell: duration('1h').describe('Shortest stay at a provider.'),
  cooldown: duration('1h').describe(
    'Shortest time between two proposals for a service, refused ones included.',
  ),
  moves_per_hour_max: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(5)
    .describe('Moves in an hour, of all services.'),
  service_moves_per_day_max: z
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(6)
    .describe('Moves of one service in a day.'),
  retention: duration('730d').describe('How long decisions are kept.'),
  migration: MigrationConfig.prefault({}),
  defaults: ServiceRules.prefault({}).describe('What holds for every service.'),
  services: z
    .array(z.strictObject({ service: ServiceName, rules: ServiceRules.partial() }))
    .max(20_000)
    .default([])
    .describe('What holds for single services beyond that.'),
  emergency: EmergencyConfig.prefault({}),
  outcome: OutcomeConfig.prefault({}),
})
export type PlacementConfig = z.infer<typeof PlacementConfig>

/** The rules of one service. */
export function rulesBook(
  config: Pick<PlacementConfig, 'defaults' | 'services'>,
): (service: string) => ServiceRules {
  const own = new Map(
    config.services.map(({ service, rules }) => [service, { ...config.defaults, ...given(rules) }]),
  )
  return (service) => own.get(service) ?? config.defaults
}

const given = <T extends object>(rules: T): Partial<T> =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined)) as Partial<T>
