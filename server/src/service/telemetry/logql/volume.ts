import type { Labels } from '@aiops/contract/model/label'
import { labelsKey } from '../promql/evaluate/label-set.ts'
import { NUMBER } from '../promql/value.ts'
import { evaluateRange } from './evaluate/range.ts'
import type { QueryRun } from './evaluate/run.ts'
import type { LogSelection } from './expression.ts'

/** Bytes of entries by labels of their stream over time, the greatest first. Counted of the entries, not estimated of an index. */
export async function volumeOf(
  run: QueryRun,
  selection: LogSelection,
  { startMs, endMs, stepMs }: { startMs: number; endMs: number; stepMs: number },
  by: { labels?: readonly string[]; limit: number },
): Promise<{ labels: Labels; points: { timeMs: number; bytes: number }[] }[]> {
  const names = by.labels ?? [...new Set(selection.matchers.map(({ name }) => name))]
  const count = Math.max(1, Math.ceil((endMs - startMs) / stepMs))
  // A point stands for the span before it.
  const steps = { startMs: startMs + stepMs, stepMs, count }
  const series = await evaluateRange(
    { node: 'range', name: 'bytes_over_time', selection, rangeMs: stepMs, offsetMs: 0 },
    steps,
    run,
    { by: names },
  )
  const found = series.map(({ labels, kinds, values }) => {
    const at = [...kinds.keys()].filter((k) => kinds[k] === NUMBER)
    return { labels, points: at.map((k) => ({ timeMs: steps.startMs + k * stepMs, bytes: values[k]! })) }
  })
  const total = (one: { points: { bytes: number }[] }): number =>
    one.points.reduce((sum, { bytes }) => sum + bytes, 0)
  return found
    .sort((a, b) => total(b) - total(a) || (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1))
    .slice(0, by.limit)
}
