import { coarseMask, fade, midGain, sideGain, sigmas90 } from './baseline.ts'
import {
  driftGain,
  driftPointsMax,
  driftPointsMin,
  driftSigma,
  driftSmoothing,
  evidenceFade,
  sigmasSize90,
  tailKept,
  tailMax,
  tailShare,
} from './judge.ts'
import type { Profile } from './rule/profile.ts'
import {
  narrowColumn,
  ringAt,
  ringMask,
  ringSize,
  rowSize,
  type SeriesRows,
  smallColumn,
  wholeColumn,
  wideColumn,
} from './series-rows.ts'
import { movesKnown, runFade, runMin } from './shape/stillness.ts'

/** Surely no evidence: a little below what fades by itself, so that no rounding of the long way is needed to know. */
const surely = evidenceFade - 0.01
const clippedAt = 1.5

/**
 * The short way of `Detector.step` for a point of which it would find nothing: nearly all are. It knows by comparisons that are a
 * little stricter than those of the long way, before anything is written; then it writes what the long way would write. False, with
 * nothing changed, where it does not know: a young series, one with an anomaly or doubt, one that higher tiers look at, and what is
 * far from usual. What is looked at with every eighth point is left to the caller.
 */
export function stepCalmly(
  { wide, narrow, whole, small }: SeriesRows,
  index: number,
  profile: Profile,
  timeMs: number,
  value: number,
  memoryPoints: number,
): boolean {
  const row = index * rowSize
  const narrowRow = 2 * row
  const seen = whole[narrowRow + wholeColumn.seen] as number
  const lastMs = wide[row + wideColumn.lastMs] as number
  const count = narrow[narrowRow + narrowColumn.count] as number
  if (seen < 2 || !(timeMs > lastMs) || !(count >= ringSize)) return false
  const isEighth = ((seen + 1) & coarseMask) === 0
  if (isEighth && (profile.trend || doubted(small, 8 * row))) return false
  if (narrow[narrowRow + narrowColumn.evidence] !== 0 || narrow[narrowRow + narrowColumn.pending] !== 0)
    return false

  const mid = wide[row + wideColumn.mid] as number
  const low = wide[row + wideColumn.low] as number
  const high = wide[row + wideColumn.high] as number
  const change = value - mid
  const away = Math.abs(change)
  const usual = Math.abs(mid)
  if (!(away < Number.POSITIVE_INFINITY) || (away >= profile.clear && away >= profile.clearShare * usual))
    return false
  const share = profile.scaleShare * usual
  const floor = share > profile.scale ? share : profile.scale
  const above = (high - mid) / sigmas90
  const below = (mid - low) / sigmas90
  const up = above > floor ? above : floor
  const down = below > floor ? below : floor
  const spread = change > 0 ? up : down
  if (change !== 0 && !(spread > 0)) return false
  const deviation = change === 0 ? 0 : change / spread
  const size = Math.abs(deviation)
  const kept = narrow[narrowRow + narrowColumn.tail] as number
  const tail = isEighth ? Math.fround(kept * fade) : kept
  const { bound } = profile
  if (!(size < surely * Math.max(bound, Math.min(tailShare * tail, tailMax * bound)))) return false

  const clipped =
    size < clippedAt * bound ? deviation : deviation < 0 ? -clippedAt * bound : clippedAt * bound
  const drift =
    (narrow[narrowRow + narrowColumn.drift] as number) * (1 - driftSmoothing) + clipped * driftSmoothing
  const driftScale = narrow[narrowRow + narrowColumn.driftScale] as number
  const drifted = Math.abs(drift)
  if (
    drift * deviation > 0 &&
    !(drifted < surely * bound * (driftScale > driftSigma ? driftScale : driftSigma))
  )
    return false

  const near = Math.fround(value)
  const rest = Math.fround(value - near)
  const before = narrow[narrowRow + ringAt + ((seen - 1) & ringMask)] as number
  const step = Math.abs(near - before + (rest - (narrow[narrowRow + narrowColumn.rest] as number)))
  const run = narrow[narrowRow + narrowColumn.run] as number
  const moves = small[8 * row + smallColumn.moves] as number
  if (step === 0) {
    if (run + 1 >= runMin && moves >= movesKnown) return false
    narrow[narrowRow + narrowColumn.run] = run + 1
  } else {
    if (run > 0) narrow[narrowRow + narrowColumn.run] = 0
    const longest = (narrow[narrowRow + narrowColumn.longest] as number) * runFade
    narrow[narrowRow + narrowColumn.longest] = run > longest ? run : longest
    if (moves < movesKnown) small[8 * row + smallColumn.moves] = moves + 1
  }

  // From here on only writing.
  const usualMs = narrow[narrowRow + narrowColumn.intervalMs] as number
  narrow[narrowRow + narrowColumn.intervalMs] =
    usualMs + (Math.min(timeMs - lastMs, 4 * usualMs) - usualMs) * 0.1
  wide[row + wideColumn.lastMs] = timeMs
  narrow[narrowRow + narrowColumn.rest] = rest
  narrow[narrowRow + ringAt + (seen & ringMask)] = value
  whole[narrowRow + wholeColumn.seen] = seen + 1
  const most = narrow[narrowRow + narrowColumn.stepMost] as number
  const sum = narrow[narrowRow + narrowColumn.stepSum] as number
  narrow[narrowRow + narrowColumn.stepSum] = sum + (step < most || most === 0 ? step : most)

  narrow[narrowRow + narrowColumn.drift] = drift
  const scale = driftScale > driftSigma / 2 ? driftScale : driftSigma / 2
  const at90 = scale * sigmasSize90
  const driftStep =
    (driftGain * scale) /
    (count > driftPointsMax ? driftPointsMax : count < driftPointsMin ? driftPointsMin : count)
  narrow[narrowRow + narrowColumn.driftScale] =
    (at90 + (drifted > at90 ? driftStep * 0.9 : -driftStep * 0.1)) / sigmasSize90
  const peak = size < tailKept ? size : tailKept
  if (peak > tail) narrow[narrowRow + narrowColumn.tail] = peak
  else if (isEighth) narrow[narrowRow + narrowColumn.tail] = tail
  if (isEighth) {
    narrow[narrowRow + narrowColumn.episodes] = (narrow[narrowRow + narrowColumn.episodes] as number) * fade
    narrow[narrowRow + narrowColumn.habit] = (narrow[narrowRow + narrowColumn.habit] as number) * fade
  }

  narrow[narrowRow + narrowColumn.count] = count + 1
  const gain = 1 / (count + 1 < memoryPoints ? count + 1 : memoryPoints)
  let nextLow = low
  let nextMid = mid
  let nextHigh = high
  if (value > high) nextHigh += sideGain * up * gain * 0.9
  else if (value < high) nextHigh -= sideGain * up * gain * 0.1
  if (value < low) nextLow -= sideGain * down * gain * 0.9
  else if (value > low) nextLow += sideGain * down * gain * 0.1
  if (value > mid) nextMid += Math.min(midGain * up * gain * 0.5, value - mid)
  else if (value < mid) nextMid -= Math.min(midGain * down * gain * 0.5, mid - value)
  wide[row + wideColumn.mid] = nextMid
  wide[row + wideColumn.low] = nextLow < nextMid ? nextLow : nextMid
  wide[row + wideColumn.high] = nextHigh > nextMid ? nextHigh : nextMid
  return true
}

/** The steps were larger, or smaller, at the last look: this one may tell. */
const doubted = (small: Uint8Array, at: number): boolean =>
  small[at + smallColumn.larger] !== 0 || small[at + smallColumn.smaller] !== 0
