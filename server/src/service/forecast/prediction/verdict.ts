import type { Prediction } from '@aiops/contract/model/forecast'
import { isoTime } from '../../../kernel/clock.ts'
import { lastKnown } from '../course.ts'
import type { Grid } from '../grid.ts'
import { isBeyond } from '../series-forecast.ts'

/** After it was due: as long as it had, or an hour, values may still come in. */
const graceMs = 3_600_000

/**
 * What came of a prediction, from the values since: HIT where the limit was reached between its early end and the time it was due,
 * EARLY sooner, MISS not by then, LOST where there are no values to say so. Undefined while it is open.
 */
export function verdictOf(
  prediction: Prediction,
  grid: Grid | undefined,
  nowMs: number,
): Prediction | undefined {
  const predictedMs = Date.parse(prediction.predicted_at)
  const dueMs = Date.parse(prediction.due_at)
  const breachedMs = grid && breachAfter(prediction, grid, predictedMs)
  const settled = (state: Prediction['state'], atMs: number | undefined): Prediction => ({
    ...{ ...prediction, state, settled_at: isoTime(nowMs) },
    breached_at: atMs === undefined ? null : isoTime(atMs),
  })
  if (breachedMs !== undefined && breachedMs <= dueMs)
    return settled(breachedMs < Date.parse(prediction.earliest) ? 'EARLY' : 'HIT', breachedMs)
  if (nowMs <= dueMs) return undefined
  const last = grid && lastKnown(grid)
  if (last && last.timeMs >= dueMs - (grid?.stepMs ?? 0)) return settled('MISS', undefined)
  return nowMs > dueMs + Math.max(graceMs, dueMs - predictedMs) ? settled('LOST', undefined) : undefined
}

function breachAfter(
  { limit, direction }: Prediction,
  { startMs, stepMs, values }: Grid,
  afterMs: number,
): number | undefined {
  for (let at = Math.max(0, Math.floor((afterMs - startMs) / stepMs) + 1); at < values.length; at++) {
    const value = values[at]!
    if (Number.isFinite(value) && isBeyond(value, { value: limit, direction })) return startMs + at * stepMs
  }
  return undefined
}
