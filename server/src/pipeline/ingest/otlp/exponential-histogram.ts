import { Fault } from '../../../kernel/fault.ts'
import type { ExponentialSide, MetricPoint } from './metric-point.ts'

/** Grid steps in one block: the outermost bounds fall on whole blocks, so that the set of bounds seldom changes. */
const BLOCK = 8
const LOG2_MIN = -1_022
const LOG2_MAX = 1_023

/**
 * Puts an exponential histogram's counts into explicit buckets: the point's `bounds` and `counts`.
 * Bucket i of scale s holds (b^i, b^(i+1)], b = 2^(2^-s) (OpenTelemetry data model, "Exponential Buckets"). The bounds here are
 * powers of √2, of 2, of 4, … : the finest grid that covers the non-empty buckets with at most `bucketsMax` bounds. A count goes to
 * the first bound at or above its bucket's, exact where the bucket's bound is on the grid. Zero and negative observations lie
 * below every bound, so they count in the first bucket. It depends on the point alone: a replay gives the same series.
 */
export function toExplicitBuckets(point: MetricPoint, bucketsMax: number): void {
  if (point.scale < -10 || point.scale > 20) {
    throw new Fault(
      'INVALID_SAMPLE',
      `An exponential histogram has scale ${point.scale}; from -10 to 20 are defined.`,
    )
  }
  const { positive, scale } = point
  const below = point.zeroCount + total(point.negative)
  const first = positive.counts.findIndex((count) => count > 0)
  if (first < 0) {
    point.counts.push(below)
    return
  }
  const last = positive.counts.findLastIndex((count) => count > 0)
  const log2Of = (at: number): number => clamp((positive.offset + at + 1) * 2 ** -scale, LOG2_MIN, LOG2_MAX)
  const { step, low, high } = gridFor(log2Of(first), log2Of(last), bucketsMax)
  for (let k = low; k <= high; k += 1) {
    point.bounds.push(2 ** (k * step))
    point.counts.push(0)
  }
  point.counts.push(0)
  point.counts[0]! += below
  for (let at = first; at <= last; at += 1) {
    const count = positive.counts[at]!
    // Beyond the largest bound a double can hold is the last bucket, +Inf.
    if (count > 0) point.counts[Math.min(gridIndex(log2Of(at), step), high + 1) - low]! += count
  }
}

function gridFor(
  lowest: number,
  highest: number,
  bucketsMax: number,
): { step: number; low: number; high: number } {
  for (let step = 0.5; ; step *= 2) {
    const low = Math.max(Math.floor(gridIndex(lowest, step) / BLOCK) * BLOCK, Math.ceil(LOG2_MIN / step))
    const high = Math.min(Math.ceil(gridIndex(highest, step) / BLOCK) * BLOCK, Math.floor(LOG2_MAX / step))
    // The range is at most 2,046 wide, so that the tenth step at the latest fits in three blocks.
    if (high - low + 1 <= bucketsMax || step >= 512) return { step, low, high }
  }
}

/** Index of the first grid bound at or above 2^log2; the allowance is for what 2^-scale rounds. */
const gridIndex = (log2: number, step: number): number => Math.ceil(log2 / step - 1e-9)
const total = (side: ExponentialSide): number => side.counts.reduce((sum, count) => sum + count, 0)
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)
