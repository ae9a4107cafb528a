import type { AggregationMode } from '@aiops/contract/model/query'
import type { RemotePoints, RemoteValue } from '../../../port/cluster-backend.ts'

type Joining = Exclude<AggregationMode, 'MERGE' | 'GLOBAL'>

/**
 * Series of several clusters that have the same labels, joined moment by moment over the clusters that have a number there. An average
 * here is that of the clusters' answers. Native histograms are left out: GLOBAL joins them.
 */
export function joinAnswers(mode: Joining, answers: readonly RemoteValue[]): RemotePoints[] {
  const groups = new Map<string, { labels: RemotePoints['labels']; cells: Map<number, Cell> }>()
  for (const answer of answers)
    for (const { labels, timesMs, values } of pointsOf(answer)) {
      const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
      const { cells } = groups.get(key) ?? { cells: new Map<number, Cell>() }
      groups.set(key, { labels, cells })
      for (const [i, timeMs] of timesMs.entries()) add(cells, timeMs, values[i]!)
    }
  return [...groups.values()].map(({ labels, cells }) => {
    const timesMs = [...cells.keys()].sort((a, b) => a - b)
    return {
      labels,
      timesMs,
      values: timesMs.map((timeMs) => joined(mode, cells.get(timeMs)!)),
      histograms: [],
    }
  })
}

type Cell = { count: number; sum: number; min: number; max: number }

function add(cells: Map<number, Cell>, timeMs: number, value: number): void {
  const cell = cells.get(timeMs)
  if (!cell) {
    cells.set(timeMs, { count: 1, sum: value, min: value, max: value })
    return
  }
  cell.count += 1
  cell.sum += value
  // A number is preferred to NaN, as PromQL's min and max do.
  if (value < cell.min || Number.isNaN(cell.min)) cell.min = value
  if (value > cell.max || Number.isNaN(cell.max)) cell.max = value
}

function joined(mode: Joining, { count, sum, min, max }: Cell): number {
  if (mode === 'SUM') return sum
  if (mode === 'AVG') return sum / count
  return mode === 'MIN' ? min : max
}

/** Any answer as series; a scalar is one without labels. */
export function pointsOf(value: RemoteValue): RemotePoints[] {
  switch (value.type) {
    case 'matrix':
      return value.series
    case 'vector':
      return value.samples.map(({ labels, timeMs, value: number, histogram }) =>
        histogram
          ? { labels, timesMs: [], values: [], histograms: [{ timeMs, histogram }] }
          : { labels, timesMs: [timeMs], values: [number], histograms: [] },
      )
    case 'scalar':
      return [{ labels: {}, timesMs: [value.timeMs], values: [value.value], histograms: [] }]
    case 'string':
      return []
  }
}
