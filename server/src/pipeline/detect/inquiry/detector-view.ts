import type { AnomalyShape, DetectionTier } from '@aiops/contract/model/anomaly'
import type { DetectionFunnel, DetectorView } from '@aiops/contract/model/detection'
import { isoTime } from '../../../kernel/clock.ts'
import type { SeriesDescription } from '../../../port/metric-store.ts'
import { seriesOf } from '../anomaly.ts'
import type { FunnelCounts } from '../engine.ts'
import { possibleBand } from '../possible-band.ts'
import type { DetectorRow } from './detector-row.ts'

/** One series' detector as the contract shows it. */
export function detectorView(
  row: DetectorRow,
  description: SeriesDescription,
  more: { anomalyIds: readonly string[]; rules: readonly string[] },
): DetectorView {
  const series = seriesOf(description)
  const known = row.points > 0
  return {
    series,
    ...(series.entity === undefined ? {} : { entity: series.entity }),
    ...{ tier: row.tier, tier_pin: row.tierPin, state: row.state, points: row.points },
    missing: { points: row.missingPoints, seconds: row.missingMs / 1e3 },
    expected: row.expected && possibleBand(series, row.expected, row.lastValue ?? undefined),
    last_value: row.lastValue,
    last_at: known ? isoTime(row.lastMs) : null,
    step_seconds: row.intervalMs > 0 ? row.intervalMs / 1e3 : null,
    ...{ bound: row.bound, bound_effective: row.boundEffective, tail: row.tail, habit: row.habit },
    ...{ budget_factor: row.budgetFactor, correction_factor: row.correctionFactor },
    ...{ episodes_counted: row.episodes, season: row.season },
    ...{ anomaly_ids: [...more.anomalyIds], rules: [...more.rules], bytes: row.bytes },
  }
}

export type FunnelParts = {
  sinceMs: number
  counts: FunnelCounts
  /** Series of the tenant: watched, not watched by settings, refused for want of room; and of all tenants. */
  watched: number
  notWatched: number
  refused: number
  allWatched: number
  shapes: ReadonlyMap<AnomalyShape, number>
  snapshotMs: number | undefined
}

export function funnelView(parts: FunnelParts): DetectionFunnel {
  const { counts, watched, allWatched } = parts
  const { points, agilePoints, robustPoints, anomalies } = counts
  const basicMs = counts.cpuMs === undefined ? undefined : counts.cpuMs - (counts.agileCpuMs ?? 0)
  const tier = (name: DetectionTier, series: number, looked: number, ended: number, ms: number | null) => ({
    ...{ tier: name, series, points: looked, ended, share: points === 0 ? 0 : ended / points },
    ...{ anomalies: anomalies[name], cpu_ms: ms },
  })
  return {
    since: isoTime(parts.sinceMs),
    series: {
      ...{ watched, learning: counts.learning },
      ...{ not_watched: parts.notWatched, refused: parts.refused },
    },
    points,
    tiers: [
      tier('BASIC', watched, points, points - agilePoints, shareOf(basicMs, points, counts.allPoints)),
      tier(
        ...['AGILE' as const, counts.agileSeries, agilePoints, agilePoints - robustPoints],
        shareOf(counts.agileCpuMs, agilePoints, counts.allAgilePoints),
      ),
      // One engine with the agile one, and measured with it.
      tier('ROBUST', counts.agileSeries, agilePoints, robustPoints, null),
    ],
    anomalies_by_shape: Object.fromEntries(parts.shapes),
    bytes_per_series: allWatched === 0 ? null : counts.sizeBytes / allWatched,
    snapshot_at: parts.snapshotMs === undefined ? null : isoTime(parts.snapshotMs),
  }
}

/** What some of all calls cost, at the average of all. */
const shareOf = (ms: number | undefined, some: number, all: number): number | null =>
  ms === undefined || all === 0 ? null : (Math.max(0, ms) * some) / all
