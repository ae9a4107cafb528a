import type { CaseSeries, ExplainCase } from '../case.ts'
import type { Split } from './change.ts'

/** Healthy windows that are looked at, the nearest first. */
const windowsMax = 3
/** Of the time before, what must be left before a window. */
const leftMin = 0.4

/**
 * How much would be blamed at times at which nothing is known to be wrong: the median of the best scores in windows as long as the one to
 * be explained, taken from the time before it. Systems whose series are few, coarse or restless score high there, and a score that
 * healthy windows reach too proves little. The idea is that of a permutation test's null distribution, with windows in place of
 * permutations because neighbours in time are not exchangeable. 0 where the time before is too short for a window.
 */
export function usualNoise(
  input: ExplainCase,
  split: Split,
  bestScore: (healthy: ExplainCase) => number,
): number {
  const lengthMs = input.endMs - split.baseEndMs
  const firstMs = Math.max(split.startMs, firstTime(input.series))
  const leftMs = leftMin * (split.baseEndMs - firstMs)
  const scores: number[] = []
  for (let at = 0; at < windowsMax; at += 1) {
    const endMs = split.baseEndMs - at * lengthMs
    if (!(lengthMs > 0) || endMs - lengthMs - firstMs < leftMs) break
    scores.push(Math.max(0, bestScore(windowBefore(input, endMs, lengthMs, split))))
  }
  scores.sort((a, b) => a - b)
  return scores[(scores.length - 1) >> 1] ?? 0
}

/** As if somebody had asked in the middle of that time; what was done and found later is not known yet. */
function windowBefore(input: ExplainCase, endMs: number, lengthMs: number, split: Split): ExplainCase {
  return {
    ...input,
    series: input.series.map((one) => cutAt(one, endMs)),
    endMs: endMs - 1,
    detectedAtMs: endMs - lengthMs + (input.detectedAtMs - split.baseEndMs),
    changes: [],
    recorded: [],
    findings: [],
    logs: [],
  }
}

function cutAt(series: CaseSeries, endMs: number): CaseSeries {
  let low = 0
  let high = series.timesMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (series.timesMs[middle]! < endMs) low = middle + 1
    else high = middle
  }
  return { ...series, timesMs: series.timesMs.subarray(0, low), values: series.values.subarray(0, low) }
}

const firstTime = (series: readonly CaseSeries[]): number =>
  series.reduce((first, { timesMs }) => Math.min(first, timesMs[0] ?? first), Number.POSITIVE_INFINITY)
