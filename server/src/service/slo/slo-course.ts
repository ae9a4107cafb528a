import type { Slo, SloExhaustion, SloPoint } from '@aiops/contract/model/slo'
import { isoTime } from '../../kernel/clock.ts'
import { hourMs, minuteMs, spanOf } from './burn-policy.ts'
import { byForecast, horizonOf } from './exhaustion.ts'
import type { SeriesValues, SloForecast } from './index.ts'
import { recordedNames } from './recorded.ts'
import { selectorText } from './selector-text.ts'

type StepQuery = (text: string, startMs: number, endMs: number, stepMs: number) => Promise<SeriesValues[]>

/** The recorded course of a budget, in steps of whole minutes that end at `endMs`. */
export async function courseOf(
  slo: Pick<Slo, 'id'>,
  { startMs, endMs, points }: { startMs: number; endMs: number; points: number },
  query: StepQuery,
): Promise<SloPoint[]> {
  const stepMs = Math.max(minuteMs, Math.ceil((endMs - startMs) / points / minuteMs) * minuteMs)
  const count = Math.max(1, Math.floor((endMs - startMs) / stepMs))
  const firstMs = endMs - (count - 1) * stepMs
  const range = `[${stepMs / 1_000}s]`
  const of = (name: string): string =>
    `${selectorText(name, [{ name: 'slo_id', op: '=', value: slo.id }])}${range}`
  const left = await read(`max(last_over_time(${of(recordedNames.left)}))`)
  // Of an indicator that was changed there are two series, one after the other.
  const errors = await read(
    `sum(sum_over_time(${of(recordedNames.badMinute)})) / sum(sum_over_time(${of(recordedNames.totalMinute)}))`,
  )
  return Array.from({ length: count }, (_, i) => {
    const atMs = firstMs + i * stepMs
    return {
      at: isoTime(atMs),
      budget_left_ratio: left.get(atMs) ?? null,
      error_ratio: errors.get(atMs) ?? null,
    }
  })

  async function read(text: string): Promise<Map<number, number>> {
    const [found] = await query(text, firstMs, endMs, stepMs)
    return new Map(
      Array.from(found?.timesMs ?? [], (timeMs, i): [number, number] => [
        timeMs,
        found?.values[i] ?? Number.NaN,
      ]).filter(([, value]) => Number.isFinite(value)),
    )
  }
}

/** Hours whose course a forecast goes by. */
const courseHours = 7 * 24

export async function forecastOf(
  slo: Slo,
  endMs: number,
  { query, forecast }: { query: StepQuery; forecast: SloForecast },
): Promise<SloExhaustion | null> {
  const range = { startMs: endMs - courseHours * hourMs, endMs, points: courseHours }
  const course = await courseOf(slo, range, query)
  const span = spanOf(slo.window, endMs)
  return byForecast(
    course.map((point) => point.budget_left_ratio ?? Number.NaN),
    forecast,
    { nowMs: endMs, horizonMs: horizonOf(slo, span) },
  )
}
