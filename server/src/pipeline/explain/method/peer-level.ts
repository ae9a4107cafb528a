import type { CaseSeries } from '../case.ts'
import { quantile, type Split } from './change.ts'

/** Entities of which a metric must be known before they say what is usual. */
const entitiesMin = 5
const valueMax = 1e100

/** By metric, what an entity in the middle has of it in the time before: the unit in which a change is much or nothing. */
export function usualLevels(series: readonly CaseSeries[], split: Split): Map<string, number> {
  const means = new Map<string, number[]>()
  for (const one of series) {
    const mean = meanBefore(one, split)
    if (mean === undefined) continue
    const list = means.get(one.metric)
    if (list) list.push(mean)
    else means.set(one.metric, [mean])
  }
  const levels = new Map<string, number>()
  for (const [metric, list] of means)
    if (list.length >= entitiesMin)
      levels.set(
        metric,
        quantile(
          list.sort((a, b) => a - b),
          0.5,
        ),
      )
  return levels
}

function meanBefore({ timesMs, values }: CaseSeries, { startMs, baseEndMs }: Split): number | undefined {
  let sum = 0
  let count = 0
  for (let i = 0; i < timesMs.length; i += 1) {
    const value = Math.abs(values[i]!)
    if (timesMs[i]! < startMs || timesMs[i]! >= baseEndMs || !(value <= valueMax)) continue
    sum += value
    count += 1
  }
  return count === 0 ? undefined : sum / count
}
