import type { SeriesForecast } from '@aiops/contract/model/forecast'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { provenRange, valueRangeOf } from '@aiops/contract/model/value-range'
import { Fault } from '../../kernel/fault.ts'
import { givingWay } from '../../kernel/stepwise.ts'
import { Turn } from '../../kernel/turn.ts'
import type { Limit } from './breach.ts'
import { byLabels, gridIn } from './course.ts'
import { foretold, horizonStepsMax, valuesMax } from './forecast-of.ts'
import type { ForecastDeps } from './index.ts'
import type { Bounds } from './method/quantity.ts'
import { seriesForecastOf } from './series-forecast.ts'

export type ForecastAsk = {
  query: string
  startMs?: number | undefined
  endMs?: number | undefined
  stepMs?: number | undefined
  horizonMs: number
  limits: readonly Limit[]
  bounds: Bounds
  seriesMax: number
  pointsMax: number
}
export type ForecastAnswer = {
  forecasts: SeriesForecast[]
  total: number
  startMs: number
  endMs: number
  stepMs: number
  notices: string[]
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Steps that people read without counting. */
const roundSteps = [
  ...[1_000, 5_000, 10_000, 15_000, 30_000, minuteMs, 2 * minuteMs, 5 * minuteMs, 10 * minuteMs],
  ...[15 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs, 6 * hourMs, 12 * hourMs, dayMs],
]

/** Forecasts of what a query has. Throws the Faults of the query, and INVALID_REQUEST. */
export async function answerForecast(
  { clock, queryRange, unitOf }: Pick<ForecastDeps, 'clock' | 'queryRange' | 'unitOf'>,
  tenant: TenantId,
  ask: ForecastAsk,
): Promise<ForecastAnswer> {
  const { startMs, endMs, stepMs } = rangeOf(ask, clock.now())
  const horizon = ask.horizonMs / stepMs
  if (horizon < 1)
    throw new Fault(
      'INVALID_REQUEST',
      'The horizon is shorter than one step: ask for a longer one, or give a shorter step.',
    )
  if (horizon > horizonStepsMax)
    throw new Fault(
      'INVALID_REQUEST',
      `The horizon has more than ${horizonStepsMax} steps: give a longer step.`,
    )
  const found = byLabels(await queryRange(tenant, ask.query, startMs, endMs, stepMs))
  const turn = new Turn(clock)
  const breathe = async () => {
    if (turn.due()) await turn.give()
  }
  const boundsOf = (labels: Labels, values: Float64Array): Bounds => {
    const name = labels.__name__
    // What is calculated has no name, and not the unit of what it is made of.
    return name === undefined ? {} : provenRange(valueRangeOf({ name, unit: unitOf(tenant, labels) }), values)
  }
  const forecasts: SeriesForecast[] = []
  for (const points of found.slice(0, ask.seriesMax)) {
    const grid = gridIn(points, startMs, endMs, stepMs)
    const bounds = { ...boundsOf(points.labels, grid.values), ...ask.bounds }
    const bands = await givingWay(foretold(grid.values, stepMs, horizon, { bounds }), breathe)
    forecasts.push(seriesForecastOf(points.labels, grid, bands, ask))
  }
  const notices =
    found.length > ask.seriesMax
      ? [`The query has ${found.length} series; the first ${ask.seriesMax} are foretold.`]
      : []
  return { forecasts, total: found.length, startMs, endMs, stepMs, notices }
}

function rangeOf(ask: ForecastAsk, nowMs: number): { startMs: number; endMs: number; stepMs: number } {
  const endMs = Math.min(ask.endMs ?? nowMs, nowMs)
  const back = Math.min(90 * dayMs, Math.max(hourMs, 4 * ask.horizonMs))
  const startMs = ask.startMs ?? Math.max(0, endMs - back)
  if (startMs >= endMs) throw new Fault('INVALID_REQUEST', 'start does not lie before end.')
  const wanted = Math.max((endMs - startMs) / 500, ask.horizonMs / horizonStepsMax)
  const stepMs = ask.stepMs ?? roundSteps.find((step) => step >= wanted) ?? Math.ceil(wanted / dayMs) * dayMs
  if (!(stepMs >= 1)) throw new Fault('INVALID_REQUEST', 'The step is no length of time.')
  if ((endMs - startMs) / stepMs > valuesMax)
    throw new Fault(
      'INVALID_REQUEST',
      `The range has more than ${valuesMax} steps: give a longer step or a shorter range.`,
    )
  // Whole steps, so that the same question a moment later sees the same values.
  const alignedMs = endMs - (endMs % stepMs)
  return {
    startMs: alignedMs - Math.floor((alignedMs - startMs) / stepMs) * stepMs,
    endMs: alignedMs,
    stepMs,
  }
}
