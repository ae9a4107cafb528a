import type { LogRecord } from '@aiops/contract/model/log'
import { type LogAnswer, levelOf } from './log-entry.ts'

type Level = LogRecord['severity']
/** From the ground up: what is worst lies lowest, where small numbers can be told apart. */
export const levelOrder: readonly Level[] = [
  'FATAL',
  'ERROR',
  'WARN',
  'INFO',
  'DEBUG',
  'TRACE',
  'UNSPECIFIED',
]

export type VolumeBar = { from: number; to: number; total: number; counts: ReadonlyMap<Level, number> }
export type Volume = { bars: VolumeBar[]; most: number; totals: ReadonlyMap<Level, number> }

/** Counts of all clusters together, a bar for every window of the range, empty ones too. */
export function volumeBars(results: LogAnswer['results'], from: number, to: number, stepMs: number): Volume {
  const counts = new Map<number, Map<Level, number>>()
  const totals = new Map<Level, number>()
  for (const { data } of results)
    for (const { metric, values } of data) {
      const level = levelOf(metric)
      for (const [seconds, text] of values) {
        const count = Number(text)
        if (!Number.isFinite(count)) continue
        const end = Math.round((seconds * 1_000) / stepMs) * stepMs
        const bar = counts.get(end) ?? new Map<Level, number>()
        bar.set(level, (bar.get(level) ?? 0) + count)
        counts.set(end, bar)
        totals.set(level, (totals.get(level) ?? 0) + count)
      }
    }
  const bars: VolumeBar[] = []
  for (let end = from + stepMs; end <= to; end += stepMs) {
    const own = counts.get(end) ?? new Map<Level, number>()
    bars.push({ from: end - stepMs, to: end, total: sum(own), counts: own })
  }
  return { bars, most: Math.max(0, ...bars.map(({ total }) => total)), totals }
}

export const sum = (counts: ReadonlyMap<Level, number>): number =>
  [...counts.values()].reduce((all, one) => all + one, 0)
