import type { NativeHistogram } from '../../../../port/metric-store.ts'
import { isCustom } from './bucket.ts'
import { equalBounds, placeInBounds, sharedBounds } from './combine.ts'
import { aboveThreshold, gatherSide, reduceSide, type Side } from './side.ts'
import { widenedZeroBucket } from './zero-bucket.ts'

/**
 * Whether the counter behind `previous` and `current` began anew between them: by the sample's own word, else where any count fell
 * or the buckets became finer. A gauge is looked at as if it were a counter.
 */
export function resetBetween(previous: NativeHistogram, current: NativeHistogram): boolean {
  if (current.reset === 'YES') return true
  if (current.reset === 'NO') return false
  if (current.count < previous.count) return true
  if (isCustom(current)) return !isCustom(previous) || customFell(previous, current)
  if (isCustom(previous) || current.schema > previous.schema) return true
  if (current.zeroThreshold < previous.zeroThreshold) return true
  const zero = widenedZeroBucket(previous, current.zeroThreshold)
  if (zero.threshold !== current.zeroThreshold || current.zeroCount < zero.count) return true
  const { schema, zeroThreshold } = current
  const before = (side: Side): Side =>
    reduceSide(aboveThreshold(side, previous.schema, zeroThreshold), previous.schema, schema)
  return (
    sideFell(before(previous.positive), current.positive) ||
    sideFell(before(previous.negative), current.negative)
  )
}

function customFell(previous: NativeHistogram, current: NativeHistogram): boolean {
  const before = previous.bounds ?? new Float64Array(0)
  const now = current.bounds ?? new Float64Array(0)
  if (equalBounds(before, now)) return sideFell(previous.positive, current.positive)
  const shared = sharedBounds(before, now)
  return sideFell(
    gatherSide(previous.positive, placeInBounds(before, shared)),
    gatherSide(current.positive, placeInBounds(now, shared)),
  )
}

/** Whether any bucket counts less than before. */
function sideFell(previous: Side, current: Side): boolean {
  let at = 0
  for (let i = 0; i < previous.indexes.length; i++) {
    const index = previous.indexes[i]!
    while (at < current.indexes.length && current.indexes[at]! < index) at++
    const count = current.indexes[at] === index ? current.counts[at]! : 0
    if (count < previous.counts[i]!) return true
  }
  return false
}
