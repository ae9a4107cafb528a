import { Fault } from '../../kernel/fault.ts'
import type { ExplainCase } from '../../pipeline/explain/index.ts'

export type CaseTable = { series: ExplainCase['series']; startMs: number; endMs: number }

/**
 * `timestamp,<service>/<metric>,…` in seconds: columns are split at the last slash, an empty cell is a missing sample. Rows that
 * share a time (a source that rounds) are spread at the sampling interval, in their order. A metric that ends in `_to_<service>`
 * or `_from_<service>` speaks of the calls between two services of the table or topology.
 */
export function readCaseTable(
  text: string,
  intervalS: number | undefined,
  alsoKnown: ReadonlySet<string>,
): CaseTable {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const header = (lines[0] ?? '').split(',')
  if (header[0] !== 'timestamp' || header.length < 2)
    throw new Fault('INVALID_REQUEST', 'metrics.csv must begin with "timestamp,<service>/<metric>,…".')
  const rows = lines.slice(1).map((line) => line.split(','))
  const timesMs = spreadTimes(
    rows.map((row) => Number(row[0]) * 1_000),
    (intervalS ?? 1) * 1_000,
  )
  const columns = header.slice(1).map((name) => ({
    entity: name.slice(0, name.lastIndexOf('/')),
    metric: name.slice(name.lastIndexOf('/') + 1),
  }))
  const entities = new Set([...columns.map((column) => column.entity), ...alsoKnown])
  const series = columns.map((column, at) => ({
    id: `${column.entity}/${column.metric}`,
    ...column,
    peer: peerOf(column.metric, entities),
    ...columnOf(rows, at + 1, timesMs),
  }))
  return { series, startMs: Math.min(...timesMs), endMs: Math.max(...timesMs) }
}

function spreadTimes(times: readonly number[], intervalMs: number): number[] {
  const spread = [...times]
  for (let i = 0; i < times.length; ) {
    let end = i
    while (end < times.length && times[end] === times[i]) end += 1
    for (let k = i + 1; k < end; k += 1) spread[k] = times[i]! + (k - i) * intervalMs
    i = end
  }
  return spread
}

function columnOf(
  rows: readonly (readonly string[])[],
  at: number,
  timesMs: readonly number[],
): { timesMs: Float64Array; values: Float64Array } {
  const kept: number[] = []
  const values: number[] = []
  for (const [row, cells] of rows.entries()) {
    const cell = cells[at]
    const value = cell === undefined || cell === '' ? Number.NaN : Number(cell)
    if (!Number.isFinite(value)) continue
    kept.push(timesMs[row]!)
    values.push(value)
  }
  return { timesMs: Float64Array.from(kept), values: Float64Array.from(values) }
}

function peerOf(
  metric: string,
  entities: ReadonlySet<string>,
): { entity: string; is: 'CALLEE' | 'CALLER' } | undefined {
  const found = /_(to|from)_(.+)$/.exec(metric)
  if (!found || !entities.has(found[2]!)) return undefined
  return { entity: found[2]!, is: found[1] === 'to' ? 'CALLEE' : 'CALLER' }
}
