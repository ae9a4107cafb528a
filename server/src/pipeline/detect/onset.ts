import { type Baselines, column, rowSize } from './baseline.ts'
import { floorOf, isClear, type Judge } from './judge.ts'
import type { Opened } from './opened.ts'
import type { Profile } from './rule/profile.ts'

/** The change is thought to have begun where values left this share of the bound. */
const onsetRatio = 0.4

/** Points back to where the change began: all since are on its side and away from the usual, one may fail. */
export function onsetOf(
  baselines: Baselines,
  judge: Judge,
  index: number,
  profile: Profile,
  sign: number,
): number {
  const row = index * rowSize
  const mid = baselines.rows[row + column.mid] as number
  const floor = floorOf(profile, mid)
  const size = baselines.recentCount(index)
  let onset = 0
  let missed = 0
  for (let back = 1; back < size && missed < 2; back += 1) {
    const value = baselines.recent(index, back)
    const change = value - mid
    const away = judge.deviation(row, value, floor) * sign >= profile.bound * onsetRatio
    if (away || (change * sign > 0 && isClear(profile, mid, change))) onset = back
    else missed += 1
  }
  return onset
}

/** The value furthest on the anomaly's side among those since it began. */
export function findWorst(
  opened: Opened,
  baselines: Baselines,
  judge: Judge,
  index: number,
  profile: Profile,
  back: number,
): void {
  const floor = floorOf(profile, opened.mid)
  for (let i = 1; i <= back; i += 1) {
    const value = baselines.recent(index, i)
    if ((value - opened.worst) * opened.sign <= 0) continue
    opened.worst = value
    opened.deviation = judge.deviation(index * rowSize, value, floor)
  }
  opened.toldDeviation = opened.deviation
}
