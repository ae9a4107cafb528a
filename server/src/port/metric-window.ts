import type { SeriesKind } from '@aiops/contract/model/series'
import type { MetricStore, RollupData, RollupQuery, RollupResult, Windows } from './metric-store.ts'

/**
 * Of a counter, two samples further apart than this say nothing about what happened between them: the second one counts from itself on.
 * The bound makes an increase a matter of pairs, so that windows add up to the same whichever way they are cut.
 */
export const increaseGapMs = 3_600_000

/** Whether increases of such a series mean anything; of an unknown kind they may. */
export const accumulates = (kind: SeriesKind): boolean => kind !== 'GAUGE'

/**
 * Folds samples into the windows that begin in [startMs, endMs). What is no number (NaN, stale markers) is left out. Samples up to
 * `increaseGapMs` before `startMs`, when they are handed in too, give the first window its increase. An increase is the sum over
 * pairs of neighbours, filed under the later one; a value below its forerunner is a reset: it counts from zero.
 */
export function foldWindows(
  samples: { timesMs: Float64Array; values: Float64Array },
  stepMs: number,
  startMs: number,
  endMs: number,
  withIncrease: boolean,
): Windows {
  const { timesMs, values } = samples
  const out = emptyWindows(timesMs.length, withIncrease)
  let used = -1
  let end = Number.NEGATIVE_INFINITY
  let before = Number.NaN
  let beforeMs = Number.NEGATIVE_INFINITY
  for (let i = 0; i < timesMs.length; i += 1) {
    const time = timesMs[i]!
    const value = values[i]!
    if (Number.isNaN(value) || time >= endMs) continue
    if (time >= startMs) {
      if (time >= end) {
        used += 1
        const begin = Math.floor(time / stepMs) * stepMs
        end = begin + stepMs
        openWindow(out, used, begin)
      }
      addSample(out, used, value)
      if (out.increase && time - beforeMs <= increaseGapMs)
        out.increase[used]! += value >= before ? value - before : value
    }
    before = value
    beforeMs = time
  }
  return cutWindows(out, 0, used + 1)
}

/** Windows as wider ones of `stepMs`, a multiple of theirs. Sums are added in order of time. */
export function widenWindows(windows: Windows, stepMs: number): Windows {
  const out = emptyWindows(windows.timesMs.length, windows.increase !== undefined)
  let used = -1
  let end = Number.NEGATIVE_INFINITY
  for (let i = 0; i < windows.timesMs.length; i += 1) {
    const time = windows.timesMs[i]!
    if (time >= end) {
      used += 1
      const begin = Math.floor(time / stepMs) * stepMs
      end = begin + stepMs
      openWindow(out, used, begin)
    }
    out.count[used]! += windows.count[i]!
    out.sum[used]! += windows.sum[i]!
    if (windows.min[i]! < out.min[used]!) out.min[used] = windows.min[i]!
    if (windows.max[i]! > out.max[used]!) out.max[used] = windows.max[i]!
    out.last[used] = windows.last[i]!
    if (out.increase) out.increase[used]! += windows.increase![i]!
  }
  return cutWindows(out, 0, used + 1)
}

/** One after the other; each begins where the one before has ended or later. */
export function joinWindows(parts: readonly Windows[], withIncrease: boolean): Windows {
  const size = parts.reduce((sum, part) => sum + part.timesMs.length, 0)
  const out = emptyWindows(size, withIncrease)
  let at = 0
  for (const part of parts) {
    for (const name of columnNames) out[name].set(part[name], at)
    if (out.increase && part.increase) out.increase.set(part.increase, at)
    at += part.timesMs.length
  }
  return out
}

/** The windows that begin in [startMs, endMs), as views. */
export function windowsWithin(windows: Windows, startMs: number, endMs: number): Windows {
  const { timesMs } = windows
  let from = 0
  while (from < timesMs.length && timesMs[from]! < startMs) from += 1
  let to = timesMs.length
  while (to > from && timesMs[to - 1]! >= endMs) to -= 1
  return cutWindows(windows, from, to)
}

/** `rollup` of a store that keeps samples alone: their fold. */
export async function rollupOfRange(
  store: Pick<MetricStore, 'range' | 'catalog'>,
  query: RollupQuery,
): Promise<RollupResult> {
  const { stepMs } = query
  const startMs = Math.floor(query.startMs / stepMs) * stepMs
  const endMs = (Math.floor(query.endMs / stepMs) + 1) * stepMs
  const data = await store.range({ ...query, startMs: startMs - increaseGapMs, endMs: endMs - 1 })
  const series: RollupData[] = []
  for (const one of data) {
    const windows = foldWindows(one, stepMs, startMs, endMs, accumulates(store.catalog.kindOf(one.ref)))
    if (windows.timesMs.length > 0) series.push({ ref: one.ref, ...windows })
  }
  return { resolutionMs: 0, series }
}

const columnNames = ['timesMs', 'count', 'sum', 'min', 'max', 'last'] as const

export function emptyWindows(size: number, withIncrease: boolean): Windows {
  const column = (): Float64Array => new Float64Array(size)
  const columns = {
    timesMs: column(),
    count: column(),
    sum: column(),
    min: column(),
    max: column(),
    last: column(),
  }
  return withIncrease ? { ...columns, increase: column() } : columns
}

function openWindow(out: Windows, at: number, begin: number): void {
  out.timesMs[at] = begin
  out.min[at] = Number.POSITIVE_INFINITY
  out.max[at] = Number.NEGATIVE_INFINITY
}
function addSample(out: Windows, at: number, value: number): void {
  out.count[at]! += 1
  out.sum[at]! += value
  if (value < out.min[at]!) out.min[at] = value
  if (value > out.max[at]!) out.max[at] = value
  out.last[at] = value
}
function cutWindows(windows: Windows, from: number, to: number): Windows {
  const cut = {
    timesMs: windows.timesMs.subarray(from, to),
    count: windows.count.subarray(from, to),
    sum: windows.sum.subarray(from, to),
    min: windows.min.subarray(from, to),
    max: windows.max.subarray(from, to),
    last: windows.last.subarray(from, to),
  }
  return windows.increase ? { ...cut, increase: windows.increase.subarray(from, to) } : cut
}
