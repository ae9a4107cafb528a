import type { Point } from '@aiops/contract/model/series'

export type SeriesSummary = {
  last: number | null
  mean: number | null
  min: number | null
  max: number | null
}

/** Of the points at hand. Where the server thinned them, the mean is of what it sent; least and greatest are exact. */
export function summaryOf(points: readonly Point[]): SeriesSummary {
  let sum = 0
  let count = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const [, value] of points) {
    if (value === null) continue
    sum += value
    count += 1
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  if (count === 0) return { last: null, mean: null, min: null, max: null }
  return { last: points.at(-1)?.[1] ?? null, mean: sum / count, min, max }
}
