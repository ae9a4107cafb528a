import { durationMs } from '@aiops/contract/model/time'
import { isoTime } from '../../../kernel/clock.ts'
import type { Forecasts } from '../../../service/forecast/index.ts'
import type { Handler } from '../handler-deps.ts'
import { pageOf } from './paging.ts'

type ForecastHandlers = {
  [K in 'createForecast' | 'getCapacityPlan' | 'listPredictions']: Handler<K>
}

/** Where series are heading, what fills up, and what was predicted. */
export const forecastHandlers = ({ forecasts }: { forecasts: Forecasts }): ForecastHandlers => ({
  async createForecast({ body }, { tenant }) {
    const { start, end, step, above, below, min, max } = body
    const horizonMs = durationMs(body.horizon)
    const answer = await forecasts.forecast(tenant, {
      ...{ query: body.query, horizonMs, seriesMax: body.series_max, pointsMax: body.points_max },
      startMs: start === undefined ? undefined : Date.parse(start),
      endMs: end === undefined ? undefined : Date.parse(end),
      stepMs: step === undefined ? undefined : durationMs(step),
      limits: [
        ...(above === undefined ? [] : [{ value: above, direction: 'ABOVE' as const }]),
        ...(below === undefined ? [] : [{ value: below, direction: 'BELOW' as const }]),
      ],
      bounds: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) },
    })
    return {
      ...{ forecasts: answer.forecasts, total: answer.total, notices: answer.notices },
      ...{ start: isoTime(answer.startMs), end: isoTime(answer.endMs) },
      ...{ step_seconds: answer.stepMs / 1_000, horizon_seconds: horizonMs / 1_000 },
    }
  },
  async getCapacityPlan({ query }, { tenant }) {
    const { rows, unknown, notices, madeMs } = await forecasts.capacity(tenant)
    const wanted = (kind: (typeof rows)[number]['kind']) =>
      query.kinds.length === 0 || query.kinds.includes(kind)
    return {
      ...pageOf(
        rows.filter(({ kind }) => wanted(kind)),
        query.page,
        query.page_size,
      ),
      ...{ unknown: unknown.filter(({ kind }) => wanted(kind)), notices, made_at: isoTime(madeMs) },
    }
  },
  async listPredictions({ query }, { tenant }) {
    const { page, page_size, watch, states } = query
    const { predictions, total, watches } = await forecasts.predictions(tenant, {
      ...{ watch, states, limit: page_size, offset: (page - 1) * page_size },
    })
    return { items: predictions, total, page, page_size, total_pages: Math.ceil(total / page_size), watches }
  },
})
