import { Fault } from '../../../../kernel/fault.ts'
import type {
  MetricStore,
  RollupData,
  RollupQuery,
  RollupResult,
  SeriesRef,
  Windows,
} from '../../../../port/metric-store.ts'
import {
  accumulates,
  foldWindows,
  increaseGapMs,
  joinWindows,
  widenWindows,
  windowsWithin,
} from '../../../../port/metric-window.ts'
import { createPause } from '../pause.ts'
import { coarseMs, fineMs, type RollupTable } from './rollup-table.ts'

type Span = { startMs: number; endMs: number }
type Part = { startMs: number; windows: Windows }

/** Answers windows from rollups where these are final and from samples elsewhere: the same windows either way. */
export class RollupReader {
  readonly #store: Pick<MetricStore, 'range' | 'catalog'>
  readonly #table: RollupTable
  constructor(store: Pick<MetricStore, 'range' | 'catalog'>, table: RollupTable) {
    this.#store = store
    this.#table = table
  }
  /** The range is of whole windows: [startMs, endMs). */
  async read(query: RollupQuery): Promise<RollupResult> {
    const { stepMs } = query
    const rowMs = stepMs % coarseMs === 0 ? coarseMs : stepMs % fineMs === 0 ? fineMs : 0
    const parts = new Map<SeriesRef, Part[]>()
    const gaps = new Map<string, Span & { refs: SeriesRef[] }>()
    const budget = createBudget(query)
    const pause = createPause()
    let resolutionMs = 0
    for (const ref of query.refs) {
      const found = rowMs === 0 ? { rows: [], holes: [query] } : this.#rowsOf(ref, rowMs, query)
      if (found.rows.length > 0) resolutionMs = rowMs
      for (const { windows } of found.rows) budget(windows.timesMs.length)
      parts.set(ref, found.rows)
      for (const { startMs, endMs } of found.holes) {
        const key = `${startMs}/${endMs}`
        const gap = gaps.get(key) ?? { startMs, endMs, refs: [] }
        gap.refs.push(ref)
        gaps.set(key, gap)
      }
      await pause()
    }
    for (const gap of gaps.values()) {
      for (const { ref, part, samples } of await this.#fold(query, gap, rowMs || stepMs)) {
        budget(samples)
        parts.get(ref)?.push(part)
      }
    }
    const { only } = query
    const series = [...parts].flatMap(([ref, own]) =>
      only && stepMs === (rowMs || stepMs) ? joinColumn(ref, own, only) : this.#join(ref, own, stepMs),
    )
    return { resolutionMs, series }
  }

  #rowsOf(
    ref: SeriesRef,
    rowMs: number,
    { startMs, endMs, only }: Span & Pick<RollupQuery, 'only'>,
  ): { rows: Part[]; holes: Span[] } {
    const rows: Part[] = []
    const holes: Span[] = []
    let at = startMs
    for (const row of this.#table.rows(ref, rowMs, startMs, endMs, only)) {
      if (row.upToMs <= at) continue
      if (row.startMs > at) holes.push({ startMs: at, endMs: row.startMs })
      const from = Math.max(at, row.startMs)
      at = Math.min(endMs, row.upToMs)
      const windows = windowsWithin(row.windows, from, at)
      rows.push({ startMs: from, windows })
    }
    if (at < endMs) holes.push({ startMs: at, endMs })
    return { rows, holes }
  }
  async #fold(
    query: RollupQuery,
    gap: Span & { refs: readonly SeriesRef[] },
    stepMs: number,
  ): Promise<{ ref: SeriesRef; part: Part; samples: number }[]> {
    const { startMs, endMs, refs } = gap
    const { only } = query
    const data = await this.#store.range({
      ...query,
      refs,
      startMs: only ? startMs : startMs - increaseGapMs,
      endMs: endMs - 1,
      ...(only === 'last' && { newestOfMs: stepMs }),
    })
    const pause = createPause()
    const folded: { ref: SeriesRef; part: Part; samples: number }[] = []
    for (const { ref, pickedFrom, ...samples } of data) {
      const withIncrease = !only && accumulates(this.#store.catalog.kindOf(ref))
      const windows =
        only === 'last'
          ? newestWindows(samples, stepMs)
          : foldWindows(samples, stepMs, startMs, endMs, withIncrease)
      folded.push({ ref, samples: pickedFrom ?? samples.timesMs.length, part: { startMs, windows } })
      await pause()
    }
    return folded
  }
  #join(ref: SeriesRef, parts: Part[], stepMs: number): RollupData[] {
    const held = parts.filter(({ windows }) => windows.timesMs.length > 0)
    if (held.length === 0) return []
    held.sort((a, b) => a.startMs - b.startMs)
    // A series that was taken for a gauge once has no increases from that time.
    const withIncrease = held.every(({ windows }) => windows.increase !== undefined)
    const joined = joinWindows(
      held.map(({ windows }) => windows),
      withIncrease,
    )
    return [{ ref, ...widenWindows(joined, stepMs) }]
  }
}

const none = new Float64Array(0)

/** Windows of the newest sample of each, as they were read: see `RangeQuery.newestOfMs`. The store may have left in some others. */
function newestWindows(
  { timesMs, values }: { timesMs: Float64Array; values: Float64Array },
  stepMs: number,
): Windows {
  const begins = new Float64Array(timesMs.length)
  const last = new Float64Array(timesMs.length)
  let used = 0
  for (let i = 0; i < timesMs.length; i += 1) {
    const begin = Math.floor(timesMs[i]! / stepMs) * stepMs
    const isNewest = i + 1 === timesMs.length || timesMs[i + 1]! >= begin + stepMs
    if (!isNewest || Number.isNaN(values[i])) continue
    begins[used] = begin
    last[used++] = values[i]!
  }
  const columns = { count: none, sum: none, min: none, max: none }
  return { ...columns, timesMs: begins.subarray(0, used), last: last.subarray(0, used) }
}

/** One column of a series' parts, the rest left empty. */
function joinColumn(
  ref: SeriesRef,
  parts: readonly Part[],
  only: 'sum' | 'min' | 'max' | 'last',
): RollupData[] {
  const held = parts.filter(({ windows }) => windows.timesMs.length > 0).sort((a, b) => a.startMs - b.startMs)
  const size = held.reduce((sum, { windows }) => sum + windows.timesMs.length, 0)
  if (size === 0) return []
  const timesMs = new Float64Array(size)
  const column = new Float64Array(size)
  let at = 0
  for (const { windows } of held) {
    timesMs.set(windows.timesMs, at)
    column.set(windows[only], at)
    at += windows.timesMs.length
  }
  return [{ ref, count: none, sum: none, min: none, max: none, last: none, timesMs, [only]: column }]
}

function createBudget({ samplesMax, refs }: RollupQuery): (count: number) => void {
  let read = 0
  return (count) => {
    read += count
    if (read > samplesMax)
      throw new Fault(
        'INVALID_REQUEST',
        `The range holds more than ${samplesMax} windows and samples of ${refs.length} series; narrow the time range or the matchers.`,
      )
  }
}
