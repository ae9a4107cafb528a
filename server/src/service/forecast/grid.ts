import { medianOf } from './method/order.ts'

/** Values at `startMs`, a step later, and so on; NaN where there is none. */
export type Grid = { startMs: number; stepMs: number; values: Float64Array }

/** A grid finer than this gets longer steps. */
const slotsMax = 200_000
/** Within which times are as regular as clocks are. */
const jitter = 0.01

/**
 * Values as they came, in order of time, on an even grid: its step is what mostly lies between two of them, and a value that several share
 * a place with is their mean. Undefined for fewer than two times.
 */
export function gridOf(times: ArrayLike<number>, values: ArrayLike<number>): Grid | undefined {
  const gaps = Float64Array.from(
    { length: Math.max(0, times.length - 1) },
    (_, i) => times[i + 1]! - times[i]!,
  )
  const usual = medianOf(gaps.filter((gap) => gap > 0))
  if (!(usual > 0)) return undefined
  const [startMs, endMs] = [times[0]!, times[times.length - 1]!]
  const round = Math.abs(usual - Math.round(usual / 1_000) * 1_000) <= usual * jitter
  const exact = round && usual >= 1_000 ? Math.round(usual / 1_000) * 1_000 : usual
  const stepMs = Math.max(exact, (endMs - startMs) / slotsMax)
  const sums = new Float64Array(Math.round((endMs - startMs) / stepMs) + 1)
  const counts = new Uint32Array(sums.length)
  for (let i = 0; i < times.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) continue
    const at = Math.round((times[i]! - startMs) / stepMs)
    sums[at] = sums[at]! + value
    counts[at] = counts[at]! + 1
  }
  return { startMs, stepMs, values: sums.map((sum, i) => (counts[i] === 0 ? Number.NaN : sum / counts[i]!)) }
}
