import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { customSchema, isCustom } from './bucket.ts'
import { aboveThreshold, emptySide, gatherSide, mergeSides, reduceSide, type Side } from './side.ts'
import { sharedThreshold, widenedZeroBucket } from './zero-bucket.ts'

/** What came out of two histograms. */
export type Combined = {
  histogram: NativeHistogram
  /** One said that its counter began anew and the other that it did not. */
  collision: boolean
  /** Both had bounds of their own that differ: the answer has those they share. */
  reconciled: boolean
}

/** a + b; undefined where one has exponential and the other custom buckets. Neither is changed. */
export const addHistograms = (a: NativeHistogram, b: NativeHistogram): Combined | undefined =>
  combine(a, b, 1)

/** a − b; undefined where one has exponential and the other custom buckets. Neither is changed. */
export const subtractHistograms = (a: NativeHistogram, b: NativeHistogram): Combined | undefined =>
  combine(a, b, -1)

/** The hint of a sum: a gauge makes a gauge, then what is unknown stays unknown, and contradiction makes it unknown. */
export function combineResets(
  a: NativeHistogram['reset'],
  b: NativeHistogram['reset'],
): { reset: NativeHistogram['reset']; collision: boolean } {
  if (a === b) return { reset: a, collision: false }
  if (a === 'GAUGE' || b === 'GAUGE') return { reset: 'GAUGE', collision: false }
  return { reset: 'UNKNOWN', collision: a !== 'UNKNOWN' && b !== 'UNKNOWN' }
}

export function equalBounds(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return (a?.length ?? 0) === (b?.length ?? 0)
  return a.length === b.length && a.every((bound, i) => bound === b[i])
}

/** Bounds that both have; both ascending. */
export function sharedBounds(a: Float64Array, b: Float64Array): Float64Array {
  const has = new Set(b)
  return a.filter((bound) => has.has(bound))
}

/** Where the buckets of `bounds` go in a subset of them; what lies above the last goes to the overflow bucket. */
export function placeInBounds(bounds: Float64Array, target: Float64Array): (index: number) => number {
  let at = 0
  return (index) => {
    if (index >= bounds.length) return target.length
    while (at < target.length && target[at]! < bounds[index]!) at++
    return at
  }
}

/** A histogram in a lower schema; exponential ones only. */
export function reduceSchema(histogram: NativeHistogram, schema: number): NativeHistogram {
  if (schema === histogram.schema) return histogram
  return {
    ...histogram,
    schema,
    positive: reduceSide(histogram.positive, histogram.schema, schema),
    negative: reduceSide(histogram.negative, histogram.schema, schema),
  }
}

function combine(a: NativeHistogram, b: NativeHistogram, sign: 1 | -1): Combined | undefined {
  if (isCustom(a) !== isCustom(b)) return undefined
  const { reset, collision } = combineResets(a.reset, b.reset)
  const count = a.count + sign * b.count
  const sum = a.sum + sign * b.sum
  if (isCustom(a)) return { ...combineCustom(a, b, sign, { count, sum, reset }), collision }
  const schema = Math.min(a.schema, b.schema)
  const threshold = sharedThreshold(a, b)
  const sideOf = (from: NativeHistogram, side: Side): Side =>
    reduceSide(aboveThreshold(side, from.schema, threshold), from.schema, schema)
  const histogram: NativeHistogram = {
    schema,
    count,
    sum,
    zeroThreshold: threshold,
    zeroCount: widenedZeroBucket(a, threshold).count + sign * widenedZeroBucket(b, threshold).count,
    positive: mergeSides(sideOf(a, a.positive), sideOf(b, b.positive), sign),
    negative: mergeSides(sideOf(a, a.negative), sideOf(b, b.negative), sign),
    reset,
  }
  return { histogram, collision, reconciled: false }
}

function combineCustom(
  a: NativeHistogram,
  b: NativeHistogram,
  sign: 1 | -1,
  totals: Pick<NativeHistogram, 'count' | 'sum' | 'reset'>,
): { histogram: NativeHistogram; reconciled: boolean } {
  const left = a.bounds ?? new Float64Array(0)
  const right = b.bounds ?? new Float64Array(0)
  const reconciled = !equalBounds(left, right)
  const bounds = reconciled ? sharedBounds(left, right) : left
  const sideOf = (side: Side, from: Float64Array): Side =>
    reconciled ? gatherSide(side, placeInBounds(from, bounds)) : side
  const histogram: NativeHistogram = {
    ...totals,
    schema: customSchema,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: mergeSides(sideOf(a.positive, left), sideOf(b.positive, right), sign),
    negative: emptySide,
    bounds,
  }
  return { histogram, reconciled }
}
