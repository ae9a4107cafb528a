import type { Baselines } from './baseline.ts'
import { floorOf, isClear, type Judge } from './judge.ts'
import { bandOf, type Opened } from './opened.ts'
import type { Profile } from './rule/profile.ts'
import { narrowColumn, ringSize, rowSize, smallColumn, wideColumn } from './series-rows.ts'

/** The change is thought to have begun where values left this share of the bound. */
const onsetRatio = 0.4

/** The point with which a change is told. */
type Judged = {
  index: number
  profile: Profile
  timeMs: number
  value: number
  deviation: number
  climbing: boolean
  confirmed: boolean
  tier: Opened['tier']
  ratio: number
}

/** The anomaly that a judged change opens. */
export function beganOf(baselines: Baselines, judge: Judge, judged: Judged): Opened {
  const { index, profile, timeMs, value, deviation, climbing, confirmed, tier, ratio } = judged
  const { narrow, small } = baselines.rows
  const row = index * rowSize
  const falls = climbing || confirmed ? deviation < 0 : small[8 * row + smallColumn.falling] === 1
  const sign = falls ? -1 : 1
  const back = climbing ? ringSize - 1 : onsetOf(baselines, judge, index, profile, sign)
  const opened: Opened = {
    ...bandOf(baselines, index, profile),
    startedMs: timeMs - back * (narrow[2 * row + narrowColumn.intervalMs] as number),
    openedMs: timeMs,
    resumedMs: timeMs,
    sign,
    worst: value,
    deviation,
    ratio,
    points: back + 1,
    history: narrow[2 * row + narrowColumn.count] as number,
    earlier: narrow[2 * row + narrowColumn.episodes] as number,
    shape: climbing ? 'TREND_CHANGE' : sign < 0 ? 'DROP' : back < 3 ? 'SPIKE' : 'LEVEL_SHIFT',
    tier,
    calmPoints: 0,
    calmSinceMs: 0,
    toldMs: timeMs,
    toldDeviation: deviation,
  }
  findWorst(opened, baselines, judge, index, profile, back)
  return opened
}

/** Points back to where the change began: all since are on its side and away from the usual, one may fail. */
function onsetOf(baselines: Baselines, judge: Judge, index: number, profile: Profile, sign: number): number {
  const row = index * rowSize
  const mid = baselines.rows.wide[row + wideColumn.mid] as number
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
function findWorst(
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
