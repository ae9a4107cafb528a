import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import { parseJson } from '../wire/body.ts'

/** `c` and `g+` are changes, `g` a value; `ms` and `h` a sum with a count for each bucket, not cumulative. */
export type WindowRow = {
  type: 'c' | 'g' | 'g+' | 'ms' | 'h'
  name: string
  tags: string
  value: number
  counts?: readonly number[]
}
export type WindowContent = {
  timeMs: number
  timerBounds: readonly number[]
  histogramBounds: readonly number[]
  rows: readonly WindowRow[]
}

/** Written here and nowhere else, so it is checked, not trusted. */
const Body = z.object({
  time_ms: z.number().int(),
  timer_bounds: z.array(z.number()).max(256),
  histogram_bounds: z.array(z.number()).max(256),
  rows: z.array(
    z.tuple([
      z.enum(['c', 'g', 'g+', 'ms', 'h']),
      z.string(),
      z.string(),
      z.number(),
      z.array(z.number()).max(257),
    ]),
  ),
})

export function encodeWindow({ timeMs, timerBounds, histogramBounds, rows }: WindowContent): Buffer {
  return Buffer.from(
    JSON.stringify({
      time_ms: timeMs,
      timer_bounds: timerBounds,
      histogram_bounds: histogramBounds,
      rows: rows
        .filter(({ value }) => Number.isFinite(value))
        .map(({ type, name, tags, value, counts = [] }) => [type, name, tags, value, counts]),
    }),
  )
}

/** Throws INVALID_REQUEST where the body is no window. */
export function decodeWindow(body: Buffer): WindowContent {
  const parsed = Body.safeParse(parseJson(body))
  if (!parsed.success) throw new Fault('INVALID_REQUEST', 'The entry is not a window of StatsD metrics.')
  const { time_ms: timeMs, timer_bounds: timerBounds, histogram_bounds: histogramBounds, rows } = parsed.data
  for (const [type, , , , counts] of rows) {
    const bounds = type === 'ms' ? timerBounds : type === 'h' ? histogramBounds : undefined
    if (counts.length !== (bounds ? bounds.length + 1 : 0))
      throw new Fault('INVALID_REQUEST', 'The entry is not a window of StatsD metrics: buckets are missing.')
  }
  return {
    timeMs,
    timerBounds,
    histogramBounds,
    rows: rows.map(([type, name, tags, value, counts]) => ({ type, name, tags, value, counts })),
  }
}
