import type { Point } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { MetricStore, RangeQuery, RollupData, SeriesRef } from '../../port/metric-store.ts'
import { thin } from './thin.ts'

const fineMs = 300_000
const coarseMs = 3_600_000

export type ThinQuery = {
  refs: readonly SeriesRef[]
  startMs: number
  endMs: number
  pointsMax: number
  samplesMax: number
}
export type ThinRange = {
  series: { ref: SeriesRef; points: Point[] }[]
  /** What a reader has to know of the points. */
  annotations: string[]
}

/**
 * Series thinned to about `pointsMax` points each. Where a step would be five minutes or longer, least and greatest values come from
 * windows, so that a month costs no more than a day: values are exact, the moment within its window is not, and the annotation says so.
 * A series of few samples is shown as it is.
 */
export async function thinRange(
  store: Pick<MetricStore, 'range' | 'rollup'>,
  tenant: TenantId,
  query: ThinQuery,
): Promise<ThinRange> {
  const { refs, startMs, endMs, pointsMax, samplesMax } = query
  const range: RangeQuery = { tenant, refs, startMs, endMs, samplesMax }
  const stepMs = (endMs - startMs + 1) / Math.max(1, Math.floor(pointsMax / 2))
  if (stepMs < fineMs) return { series: await thinned(store, range, pointsMax), annotations: [] }
  const unit = stepMs < coarseMs ? fineMs : coarseMs
  const widthMs = Math.ceil(stepMs / unit) * unit
  const { series } = await store.rollup({ ...range, stepMs: widthMs })
  const dense = series.filter(({ count }) => count.reduce((a, b) => a + b, 0) > pointsMax)
  const rest = new Set(dense.map(({ ref }) => ref))
  // A series of few samples, or none but those that are no numbers, costs little to read.
  const sparse = await thinned(store, { ...range, refs: refs.filter((ref) => !rest.has(ref)) }, pointsMax)
  const found = new Map(sparse.map((one) => [one.ref, one]))
  for (const one of dense)
    found.set(one.ref, { ref: one.ref, points: pointsOf(one, widthMs, startMs, endMs) })
  const width = widthMs % coarseMs === 0 ? `${widthMs / coarseMs} h` : `${widthMs / 60_000} min`
  return {
    series: refs.flatMap((ref) => found.get(ref) ?? []),
    annotations:
      dense.length === 0
        ? []
        : [
            `Points are the least and the greatest value of windows of ${width}; where in its window a value lies is not told, and the first and last window are whole.`,
          ],
  }
}

async function thinned(
  store: Pick<MetricStore, 'range'>,
  range: RangeQuery,
  pointsMax: number,
): Promise<ThinRange['series']> {
  if (range.refs.length === 0) return []
  const data = await store.range(range)
  return data.map(({ ref, timesMs, values }) => ({
    ref,
    points: thin(timesMs, values, range.startMs, range.endMs, pointsMax),
  }))
}

/** Two points a window; what it ended nearer to comes second. */
function pointsOf(windows: RollupData, widthMs: number, startMs: number, endMs: number): Point[] {
  const points: Point[] = []
  const add = (timeMs: number, value: number): void => {
    points.push([Math.min(Math.max(timeMs, startMs), endMs), Number.isFinite(value) ? value : null])
  }
  windows.timesMs.forEach((timeMs, i) => {
    const [low, high, last] = [windows.min[i]!, windows.max[i]!, windows.last[i]!]
    const rising = high - last <= last - low
    add(timeMs, rising ? low : high)
    if (low !== high) add(timeMs + widthMs / 2, rising ? high : low)
  })
  return points
}
