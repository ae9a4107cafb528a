import { type BlockRun, cellOf, cellStart } from './chunk-block.ts'
import { mergeRuns, type SampleRun } from './sample-run.ts'

export type SeriesRun = SampleRun & { ref: number }

/** Runs of any series and order as blocks, by cell: in each by series, each of a series' times once. */
export function mergeToBlocks(runs: readonly SeriesRun[]): BlockRun[][] {
  const bySeries = new Map<number, SampleRun[]>()
  for (const run of runs) {
    const own = bySeries.get(run.ref)
    if (own) own.push(run)
    else bySeries.set(run.ref, [run])
  }
  const cells = new Map<number, BlockRun[]>()
  for (const [ref, own] of [...bySeries].sort(([a], [b]) => a - b)) {
    const merged = mergeRuns(own, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    for (const piece of byCell(ref, merged)) {
      const cell = cellOf(piece.timesMs[0]!)
      const block = cells.get(cell)
      if (block) block.push(piece)
      else cells.set(cell, [piece])
    }
  }
  return [...cells].sort(([a], [b]) => a - b).map(([, block]) => block)
}

/** What is left of runs from a moment on. */
export function cutBefore(runs: readonly BlockRun[], timeMs: number): BlockRun[] {
  return runs
    .map(({ ref, timesMs, values }) => {
      const from = timesMs.findIndex((time) => time >= timeMs)
      const at = from < 0 ? timesMs.length : from
      return { ref, timesMs: timesMs.subarray(at), values: values.subarray(at) }
    })
    .filter(({ timesMs }) => timesMs.length > 0)
}

/** First and last moment and number of samples of a block. */
export function extentOf(runs: readonly BlockRun[]): { startMs: number; endMs: number; count: number } {
  const extent = { startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY, count: 0 }
  for (const { timesMs } of runs) {
    extent.startMs = Math.min(extent.startMs, timesMs[0]!)
    extent.endMs = Math.max(extent.endMs, timesMs[timesMs.length - 1]!)
    extent.count += timesMs.length
  }
  return extent
}

function byCell(
  ref: number,
  { timesMs, values }: { timesMs: Float64Array; values: Float64Array },
): BlockRun[] {
  const pieces: BlockRun[] = []
  for (let from = 0, to = 0; from < timesMs.length; from = to) {
    const end = cellStart(cellOf(timesMs[from]!) + 1)
    if (timesMs[timesMs.length - 1]! < end) to = timesMs.length
    else while (to < timesMs.length && timesMs[to]! < end) to += 1
    pieces.push({ ref, timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) })
  }
  return pieces
}
