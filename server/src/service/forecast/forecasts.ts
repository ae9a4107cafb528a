import type { Prediction, PredictionState } from '@aiops/contract/model/forecast'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { messageOf } from '../../kernel/fault.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import { Turn } from '../../kernel/turn.ts'
import { answerForecast } from './ask.ts'
import { type CapacityPlan, capacityPlanOf } from './capacity/capacity-plan.ts'
import type { ForecastConfig } from './config.ts'
import type { ForecastDeps, Forecasts } from './index.ts'
import { WatchRound } from './prediction/watch-round.ts'

const dayMs = 86_400_000
/** A plan that found nothing. */
const emptyKeptMs = 15_000

export function createForecasts(deps: ForecastDeps, config: ForecastConfig): Forecasts {
  const { clock, log, tenants } = deps
  const turn = new Turn(clock)
  const breathe = async (): Promise<void> => {
    if (turn.due()) await turn.give()
  }
  const round = new WatchRound({ ...deps, breathe }, config)
  const watches = config.watches.filter(({ enabled }) => enabled)
  let keptMs = 0
  const look = async (): Promise<void> => {
    for (const tenant of tenants)
      for (const watch of watches)
        await round
          .look(tenant, watch)
          .catch((error: unknown) =>
            log.warn(
              { tenant, watch: watch.name, problem: messageOf(error) },
              'a watch could not be looked at',
            ),
          )
    if (clock.now() - keptMs < dayMs) return
    await deps.repository.deleteBefore(clock.now() - durationMs(config.predictions_kept))
    keptMs = clock.now()
  }
  const repeated = createRepeated(clock, durationMs(config.interval), look, (error) =>
    log.warn({ problem: messageOf(error) }, 'predictions could not be made'),
  )
  const plans = new Map<TenantId, { untilMs: number; plan: Promise<CapacityPlan> }>()
  return {
    forecast: (tenant, ask) => answerForecast(deps, tenant, ask),
    capacity(tenant) {
      const nowMs = clock.now()
      const known = plans.get(tenant)
      if (known && known.untilMs > nowMs) return known.plan
      const plan = capacityPlanOf({ queryRange: deps.queryRange, breathe }, tenant, {
        ...{ nowMs, horizonMs: durationMs(config.capacity.horizon), seriesMax: config.capacity.series_max },
      })
      plans.set(tenant, { untilMs: nowMs + durationMs(config.capacity.kept), plan })
      // One that failed serves nobody, and one without a row not for long: senders may be about to begin.
      plan.then(
        ({ rows }) => {
          if (rows.length === 0) plans.set(tenant, { untilMs: nowMs + emptyKeptMs, plan })
        },
        () => plans.delete(tenant),
      )
      return plan
    },
    async predictions(tenant, filter) {
      const found = await deps.repository.list(tenant, filter)
      const described = await Promise.all(config.watches.map((watch) => round.describe(tenant, watch)))
      return { ...found, watches: described }
    },
    async start() {
      if (config.enabled && watches.length > 0) await repeated.start()
    },
    stop: () => repeated.stop(),
  }
}

export type PredictionFilter = {
  watch?: string | undefined
  states: readonly PredictionState[]
  limit: number
  offset: number
}
export type PredictionPage = { predictions: Prediction[]; total: number }
