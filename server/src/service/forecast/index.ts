/** Forecast: where series are heading, with the interval that this way of foretelling has earned; capacity plans and predictions. */

import type { ForecastWatch } from '@aiops/contract/model/forecast'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { PredictionRepository } from '../../port/prediction-repository.ts'
import type { ForecastAnswer, ForecastAsk } from './ask.ts'
import type { CapacityPlan } from './capacity/capacity-plan.ts'
import type { QueryRange } from './course.ts'
import type { PredictionFilter, PredictionPage } from './forecasts.ts'
import type { PredictionAlert } from './prediction/prediction-alert.ts'

export type ForecastDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  tenants: readonly TenantId[]
  repository: PredictionRepository
  /** PromQL over the tenant's own store. */
  queryRange: QueryRange
  /** Of a stored series; undefined where none was told. */
  unitOf(tenant: TenantId, labels: Labels): string | undefined
  /** Those that fire are said again at every look; one that is not said for three looks is over. */
  alert(tenant: TenantId, alerts: readonly PredictionAlert[]): Promise<void>
}

export interface Forecasts extends Lifecycle {
  /** Throws the Faults of the query, and INVALID_REQUEST. */
  forecast(tenant: TenantId, ask: ForecastAsk): Promise<ForecastAnswer>
  /** Serves for some minutes. */
  capacity(tenant: TenantId): Promise<CapacityPlan>
  predictions(
    tenant: TenantId,
    filter: PredictionFilter,
  ): Promise<PredictionPage & { watches: ForecastWatch[] }>
}

export type { ForecastAnswer, ForecastAsk } from './ask.ts'
export { type BreachSteps, breachOf, type Limit } from './breach.ts'
export type { CapacityPlan } from './capacity/capacity-plan.ts'
export { ForecastConfig } from './config.ts'
export {
  type BacktestFigures,
  type Bands,
  type ForecastOptions,
  forecastOf,
  foretold,
  type Refusal,
} from './forecast-of.ts'
export { createForecasts } from './forecasts.ts'
export { type Grid, gridOf } from './grid.ts'
export type { PredictionAlert } from './prediction/prediction-alert.ts'
