/** Placement: what providers offer each service, where it should run, why, what stands against a move, and what came of those that were made. */

import type { ReplayCourse } from '@aiops/contract/api/decision'
import type { Decision, EmergencyReview, Opportunity, ScoreFactor } from '@aiops/contract/model/decision'
import type { HourlyUsd, MonthlyUsd, Usd } from '@aiops/contract/model/money'
import type { Placement, ProviderReading } from '@aiops/contract/model/provider'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { FileReader } from '../../port/file-reader.ts'
import type { DecisionFilter, PlacementRepository } from '../../port/placement-repository.ts'
import type { EgressPrice } from './decision/decision-input.ts'
import type { Calibration } from './outcome/calibration.ts'
import type { NewestSample, PlacementSample, SeriesHistory } from './provider/provider-series.ts'
import type { Refusal, TelemetryBody } from './provider/reading.ts'

/** What placement asks of the change through Git: one deployment for each decision, however often it is asked for. */
export type Proposal = {
  service: string
  title: string
  explanation: string
  /** Who proposed it although it was held; null: nobody had to overrule anything. */
  proposedBy: string | null
  decisionId: string
  emergency: boolean
  signals: string[]
  target: { provider: string; region: string | null; instance: string | null }
  confidence: number | null
  calibrated: boolean
  savingMonthlyUsd: { p10: number; p50: number; p90: number } | null
  costDeltaPercent: number | null
  evidence: Record<string, unknown>
}

export type PlacementDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  bus: EventBus
  repository: PlacementRepository
  files: Pick<FileReader, 'read'>
  /** The first is that of the telemetry file. */
  tenants: readonly TenantId[]
  /** Series of a selector in the own metric store, the newest value of each step. */
  history(
    tenant: TenantId,
    selector: string,
    range: { startMs: number; endMs: number; stepMs: number },
  ): Promise<SeriesHistory[]>
  /** Newest samples of the series of these names. */
  newest(tenant: TenantId, names: readonly string[]): Promise<NewestSample[]>
  /** Durably, as any sender's; says how many were not taken, and why the first was not. */
  write(tenant: TenantId, samples: readonly PlacementSample[]): Promise<{ rejected: number; reason: string }>
  /** Open incidents by name of the service they touch. */
  incidents(tenant: TenantId): Promise<ReadonlyMap<string, readonly { id: string; name: string }[]>>
  /** Whether prices are young enough to decide by, in words. */
  prices(tenant: TenantId): { fresh: boolean; detail: string }
  /** Why the budget of a service is frozen; null: it is not. */
  budgetFrozen(tenant: TenantId, service: string): string | null
  /** The kill switch of the tenant beside the setting: why nothing may move; null: it is not set. */
  killSwitch(tenant: TenantId): string | null
  /** What a price book says of data that leaves a provider; undefined: none says anything. */
  egress?(
    tenant: TenantId,
    from: { provider: string; region: string | null },
  ): Promise<EgressPrice | undefined>
  /** Opens a deployment, or finds the one of this decision. Throws CONFLICT with the reason where it may not. */
  propose(tenant: TenantId, proposal: Proposal): Promise<{ deploymentId: string }>
}

export type WhatIf = {
  provider: string
  service?: string | undefined
  cost_percent: number
  latency_percent: number
  outage: boolean
}
export type ReplayRequest = {
  startMs: number
  endMs: number
  services: readonly string[]
  weights?: Partial<Record<ScoreFactor, number>> | undefined
  settings: Record<string, unknown>
}
export type ReplayAnswer = {
  courses: z.infer<typeof ReplayCourse>[]
  moves: { service: string; at: string; from: string; to: string }[]
  samples: number
  coverage: number
  notices: string[]
}
export type PlacementOverview = {
  /** Each service once, at the provider where it runs. */
  spend: {
    current_hourly_usd: HourlyUsd | null
    monthly_usd: MonthlyUsd | null
    by_provider: { provider: string; services: number; hourly_usd: HourlyUsd | null }[]
    by_service: {
      service: string
      provider: string
      hourly_usd: HourlyUsd | null
      age_seconds: number | null
    }[]
    unknown: string[]
  }
  decisions: {
    total: number
    last_24h: number
    moves_24h: number
    mean_confidence: number | null
    last_at: string | null
  }
  predicted_monthly_usd: MonthlyUsd | null
  realised_usd: Usd | null
  sources: { name: string; last_at: string | null; age_seconds: number | null; services: number }[]
  kill_switch: boolean
  engine: { enabled: boolean; interval_seconds: number; last_run: string | null; last_run_ms: number | null }
}

/** Throws NOT_FOUND for a decision that the tenant has not, CONFLICT for one that cannot be taken further, VALIDATION_FAILED for what cannot be read. */
export interface Placements extends Lifecycle {
  /** Resolves once what was taken is known here and durable as series. */
  tell(
    tenant: TenantId,
    body: TelemetryBody,
    sourceOtherwise: string,
  ): Promise<{ readings: number; placements: number; refused: Refusal[] }>
  telemetry(
    tenant: TenantId,
    services: readonly string[],
  ): {
    readings: (ProviderReading & { age_seconds: number; stale: boolean })[]
    placements: Placement[]
    at: string
    notices: string[]
  }
  /** Somebody says where a service runs; what was applied or is seen by senders is believed before it. */
  put(
    tenant: TenantId,
    service: string,
    where: { provider: string; region: string | null; instance: string | null },
  ): Promise<Placement>
  /** What was applied says where a service runs. */
  placed(
    tenant: TenantId,
    service: string,
    where: { provider: string; region: string | null; instance: string | null },
    atMs: number,
  ): Promise<void>
  overview(tenant: TenantId): Promise<PlacementOverview>
  decisions(tenant: TenantId, filter: DecisionFilter): Promise<{ decisions: Decision[]; total: number }>
  decision(tenant: TenantId, id: string): Promise<Decision>
  /** What would be decided now; nothing is kept. Empty: all services, 1,000 at most. */
  evaluate(
    tenant: TenantId,
    ask: {
      services: readonly string[]
      weights?: Partial<Record<ScoreFactor, number>> | undefined
      whatIf: readonly WhatIf[]
    },
  ): Promise<Decision[]>
  propose(tenant: TenantId, id: string, comment: string, actor: string): Promise<{ deployment_id: string }>
  drop(tenant: TenantId, id: string, reason: string, actor: string): Promise<Decision>
  /** Moves that are recommended or held, with what they would save. */
  opportunities(tenant: TenantId): Opportunity[]
  calibration(tenant: TenantId): Promise<Calibration>
  savings(
    tenant: TenantId,
    range: { startMs: number; endMs: number },
  ): Promise<{
    savings: {
      decision_id: string
      service: string
      at: string
      predicted_usd: { p10: Usd; p50: Usd; p90: Usd } | null
      realised_usd: { p10: Usd; p50: Usd; p90: Usd } | null
      measured_until: string | null
      right: boolean | null
    }[]
    realised_total_usd: Usd | null
  }>
  replay(tenant: TenantId, ask: ReplayRequest): Promise<ReplayAnswer>
  /** Decides all services of a tenant once, now. */
  decideNow(tenant: TenantId): Promise<void>
  /** Measures what came of moves, now. */
  measureNow(tenant: TenantId): Promise<void>
}

export { PlacementConfig } from './config.ts'
export type { Calibration } from './outcome/calibration.ts'
export { createPlacements } from './placements.ts'
export {
  type NewestSample,
  type PlacementSample,
  type SeriesHistory,
  seriesNames,
} from './provider/provider-series.ts'
export { coursesOf, replay } from './replay/replay.ts'
export { replaySettings } from './replay/replay-settings.ts'
export { readTraceText } from './replay/trace-file.ts'
export type { EmergencyReview }
