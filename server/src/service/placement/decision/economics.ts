import type { Economics } from '@aiops/contract/model/decision'
import { hourly, usd } from '@aiops/contract/model/money'
import { durationMs } from '@aiops/contract/model/time'
import type { PlacementConfig, ServiceRules } from '../config.ts'

export type Migration = { usd: number; parts: { name: string; usd: number; source: string }[] }
export const hourMs = 3_600_000

/** What one move costs: data carried over, both sides paid for a while, the new one warmed up, time away, and what is flat. */
export function migrationOf(
  config: PlacementConfig['migration'],
  rules: Pick<ServiceRules, 'egress_gib' | 'downtime' | 'downtime_usd_per_minute'>,
  newRate: number,
): Migration {
  const hours = (text: string): number => durationMs(text) / hourMs
  const parts = [
    {
      name: `egress of ${rules.egress_gib} GiB at $${config.egress_usd_per_gib}/GiB`,
      usd: rules.egress_gib * config.egress_usd_per_gib,
      source: config.egress_source,
    },
    {
      name: `${config.double_running} on both sides`,
      usd: hours(config.double_running) * newRate,
      source: 'reading of the new side',
    },
    {
      name: `${config.warm_up} warm-up`,
      usd: hours(config.warm_up) * newRate,
      source: 'reading of the new side',
    },
    {
      name: `${rules.downtime} away at $${rules.downtime_usd_per_minute}/min`,
      usd: (durationMs(rules.downtime) / 60_000) * rules.downtime_usd_per_minute,
      source: 'placement.services',
    },
    { name: 'flat', usd: config.flat_usd, source: 'placement.migration.flat_usd' },
  ].filter((part) => part.usd > 0)
  return { usd: parts.reduce((sum, part) => sum + part.usd, 0), parts }
}

/** Of the draws of both sides over the horizon, migration paid. Scratch is overwritten. */
export function economicsOf(
  here: Float64Array,
  there: Float64Array,
  migration: Migration,
  horizonHours: number,
  scratch: Float64Array,
): Economics {
  for (let draw = 0; draw < scratch.length; draw += 1) scratch[draw] = here[draw]! - there[draw]!
  scratch.sort()
  const rate = { p10: quantile(scratch, 0.1), p50: quantile(scratch, 0.5), p90: quantile(scratch, 0.9) }
  const over = (one: number): number => one * horizonHours - migration.usd
  return {
    saving_usd: { p10: usd(over(rate.p10)), p50: usd(over(rate.p50)), p90: usd(over(rate.p90)) },
    saving_hourly_usd: { p10: hourly(rate.p10), p50: hourly(rate.p50), p90: hourly(rate.p90) },
    migration_usd: usd(migration.usd),
    migration_parts: migration.parts.map((part) => ({ ...part, usd: usd(part.usd) })),
    horizon_hours: horizonHours,
    payback_hours: rate.p50 > 0 ? migration.usd / rate.p50 : null,
  }
}

/** Of sorted values, by linear interpolation. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  const below = sorted[low] ?? Number.NaN
  return below + (at - low) * ((sorted[Math.min(low + 1, sorted.length - 1)] ?? below) - below)
}
