import type { Point } from '@aiops/contract/model/series'

/**
 * At most about `pointsMax` points that still show every spike: the range is cut into steps and of each step the least and
 * the greatest value are kept, in their order of time. Values JSON cannot hold become null.
 */
export function thin(
  timesMs: Float64Array,
  values: Float64Array,
  startMs: number,
  endMs: number,
  pointsMax: number,
): Point[] {
  const count = timesMs.length
  if (count <= pointsMax) return Array.from({ length: count }, (_, i) => pointAt(timesMs, values, i))
  const steps = Math.max(1, Math.floor(pointsMax / 2))
  const stepMs = Math.max(1, (endMs - startMs + 1) / steps)
  const points: Point[] = []
  for (let from = 0; from < count; ) {
    const limit = startMs + (Math.floor(((timesMs[from] ?? 0) - startMs) / stepMs) + 1) * stepMs
    let low = from
    let high = from
    let to = from
    for (; to < count && (timesMs[to] ?? 0) < limit; to += 1) {
      const value = values[to] ?? Number.NaN
      if (value < (values[low] ?? Number.NaN) || Number.isNaN(values[low])) low = to
      if (value > (values[high] ?? Number.NaN) || Number.isNaN(values[high])) high = to
    }
    points.push(pointAt(timesMs, values, Math.min(low, high)))
    if (low !== high) points.push(pointAt(timesMs, values, Math.max(low, high)))
    from = Math.max(to, from + 1)
  }
  return points
}

function pointAt(timesMs: Float64Array, values: Float64Array, index: number): Point {
  const value = values[index] ?? Number.NaN
  return [timesMs[index] ?? 0, Number.isFinite(value) ? value : null]
}
