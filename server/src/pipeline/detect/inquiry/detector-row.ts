import type { DetectionTier } from '@aiops/contract/model/anomaly'
import type { DetectorState, TierPin } from '@aiops/contract/model/detection'
import type { Detector } from '../detector.ts'
import { bandOf } from '../opened.ts'
import type { Profile } from '../rule/profile.ts'
import type { Budgets } from '../rule/rule-budget.ts'
import type { Season } from '../rule/rule-season.ts'
import type { Thresholds } from '../rule/rule-threshold.ts'
import type { Seasonal } from '../rule/seasonal.ts'
import { narrowColumn, rowBytes, rowSize, wideColumn } from '../series-rows.ts'
import type { DetectSettings } from '../settings.ts'

export type DetectorFilter = {
  tier?: DetectionTier | undefined
  state?: DetectorState | undefined
  offset: number
  limit: number
}

/** What is known of one series, in numbers. */
export type DetectorRow = {
  index: number
  tier: DetectionTier
  tierPin: TierPin
  state: DetectorState
  points: number
  missingPoints: number
  missingMs: number
  expected: { low: number; mid: number; high: number } | null
  lastValue: number | null
  lastMs: number
  intervalMs: number
  bound: number
  boundEffective: number
  tail: number
  habit: number
  budgetFactor: number
  correctionFactor: number
  episodes: number | null
  season: { period: Season; strength: number } | null
  bytes: number
}

type Parts = {
  detector: Detector
  thresholds: Thresholds
  budgets: Budgets
  seasonal: Seasonal
  settings: DetectSettings
  isHeld(index: number): boolean
  /** As the settings have it, before the budget widened it. */
  profileOf(index: number): Profile | undefined
}

/** Intervals without a point after which a series counts as silent. */
const silentIntervals = 10

/** One page of the series that fit, in the order of `indexes`, and how many there are. */
export function listDetectors(
  parts: Parts,
  { indexes, filter, nowMs }: { indexes: Uint32Array; filter: DetectorFilter; nowMs: number },
): { rows: DetectorRow[]; total: number } {
  const rows: DetectorRow[] = []
  let total = 0
  for (const index of indexes) {
    if (filter.tier !== undefined && tierOf(parts, index) !== filter.tier) continue
    if (filter.state !== undefined && stateOf(parts, index, nowMs) !== filter.state) continue
    total += 1
    if (total <= filter.offset || rows.length >= filter.limit) continue
    const row = rowOf(parts, index, nowMs)
    if (row) rows.push(row)
  }
  return { rows, total }
}

const tierOf = ({ detector }: Parts, index: number): DetectionTier =>
  detector.agile.has(index) ? 'AGILE' : 'BASIC'

function stateOf(parts: Parts, index: number, nowMs: number): DetectorState {
  const { detector, thresholds } = parts
  if (parts.isHeld(index)) return 'MAINTENANCE'
  if (detector.isOpen(index) || thresholds.isOpen(index)) return 'ANOMALOUS'
  const intervalMs = detector.intervalMs(index)
  if (intervalMs > 0 && nowMs - detector.lastMs(index) > silentIntervals * intervalMs) return 'SILENT'
  return detector.isRipe(index) ? 'WATCHING' : 'LEARNING'
}

function rowOf(parts: Parts, index: number, nowMs: number): DetectorRow | undefined {
  const { detector, budgets, seasonal, settings } = parts
  const profile = detector.profile(index)
  const plain = parts.profileOf(index)
  if (!profile || !plain) return undefined
  const { wide, narrow } = detector.baselines.rows
  const row = index * rowSize
  const of = (name: keyof typeof narrowColumn): number => narrow[2 * row + narrowColumn[name]] as number
  const lastMs = detector.lastMs(index)
  const seen = detector.seen(index)
  const ripe = detector.isRipe(index)
  const opened = detector.opened(index)
  const offset = seasonal.offset(index, nowMs)
  const band = opened ?? bandOf(detector.baselines, index, profile)
  const agileBytes = detector.agile.has(index) ? detector.agile.sizeBytes / detector.agile.count : 0
  return {
    ...{ index, tier: tierOf(parts, index), tierPin: plain.tier, state: stateOf(parts, index, nowMs) },
    points: seen,
    missingPoints: ripe ? 0 : Math.max(0, Math.ceil(plain.historyPoints - of('count'))),
    missingMs:
      ripe || seen === 0
        ? 0
        : Math.max(0, settings.historyMs - (lastMs - (wide[row + wideColumn.firstMs] as number))),
    expected: ripe ? { low: band.low + offset, mid: band.mid + offset, high: band.high + offset } : null,
    lastValue: seen === 0 ? null : detector.baselines.recent(index, 0) + seasonal.offset(index, lastMs),
    ...{ lastMs, intervalMs: of('intervalMs') },
    ...{ bound: plain.bound / plain.caution, boundEffective: detector.judge.boundNow(row, profile) },
    ...{ tail: of('tail'), habit: of('habit') },
    budgetFactor: profile.bound / plain.bound,
    correctionFactor: plain.caution,
    episodes: plain.budget === Number.POSITIVE_INFINITY ? null : budgets.counted(index, plain, lastMs),
    season: seasonal.inUse(index),
    bytes: Math.round(rowBytes + agileBytes),
  }
}
