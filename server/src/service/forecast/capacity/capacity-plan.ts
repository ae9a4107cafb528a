import type { CapacityGap, CapacityKind, CapacityRow, DaysTo } from '@aiops/contract/model/forecast'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isoTime } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import { givingWay } from '../../../kernel/stepwise.ts'
import { breachOf } from '../breach.ts'
import { type Course, coursesOf, firstKnown, keyOf, lastKnown, type QueryRange } from '../course.ts'
import { type Bands, foretold, horizonStepsMax } from '../forecast-of.ts'
import { backtestOf } from '../series-forecast.ts'
import { adviceOf } from './advice.ts'
import { type CapacitySource, capacitySources } from './source.ts'

export type CapacityPlan = { rows: CapacityRow[]; unknown: CapacityGap[]; notices: string[]; madeMs: number }
type Deps = { queryRange: QueryRange; breathe(): Promise<void> }
type Ask = { nowMs: number; horizonMs: number; seriesMax: number }

const dayMs = 86_400_000
/** Of the history: what lies further ahead than this many times it is not foretold at all. */
const historiesMax = 12

/** Everything that is told of and fills up, the most urgent first; and what is not told of. */
export async function capacityPlanOf(deps: Deps, tenant: TenantId, ask: Ask): Promise<CapacityPlan> {
  const rows: CapacityRow[] = []
  const notices: string[] = []
  const served = new Set<string>()
  const failed = new Set<CapacityKind>()
  for (const source of capacitySources) {
    if (served.has(source.group)) continue
    try {
      const { courses, total } = await coursesOf(deps.queryRange, tenant, source.share, ask)
      if (courses.length === 0) continue
      served.add(source.group)
      if (total > courses.length)
        notices.push(`${source.kind}: ${total} series, the first ${courses.length} are in the plan.`)
      rows.push(...(await rowsOf(deps, tenant, source, courses, ask)))
    } catch (error) {
      failed.add(source.kind)
      notices.push(`${source.kind}: ${messageOf(error)}`)
    }
  }
  const known = new Set(rows.map(({ kind }) => kind))
  return { rows: rows.sort(byUrgency), unknown: gapsOf(known, failed), notices, madeMs: ask.nowMs }
}

async function rowsOf(
  deps: Deps,
  tenant: TenantId,
  source: CapacitySource,
  courses: readonly Course[],
  ask: Ask,
): Promise<CapacityRow[]> {
  const wholes = source.capacity === null ? undefined : await capacitiesOf(deps, tenant, source.capacity, ask)
  const rows: CapacityRow[] = []
  for (const course of courses) {
    const row =
      source.kind === 'CERTIFICATE'
        ? certificateRow(source, course, ask)
        : await filledRow(deps, source, course, ask, wholes?.get(keyOf(nameless(course.labels))) ?? null)
    if (row) rows.push(row)
  }
  return rows
}

const nameless = ({ __name__: _, ...labels }: Labels): Labels => labels

async function capacitiesOf(
  deps: Deps,
  tenant: TenantId,
  query: string,
  { nowMs }: Ask,
): Promise<Map<string, number>> {
  const found = await deps.queryRange(tenant, query, nowMs, nowMs, 60_000)
  return new Map(
    found.flatMap(({ labels, values }) => {
      const value = values[values.length - 1]
      return value === undefined ? [] : [[keyOf(nameless(labels)), value] as const]
    }),
  )
}

async function filledRow(
  deps: Deps,
  source: CapacitySource,
  { labels, grid }: Course,
  ask: Ask,
  capacity: number | null,
): Promise<CapacityRow | undefined> {
  const [first, last] = [firstKnown(grid), lastKnown(grid)]
  if (!first || !last) return undefined
  const historyMs = last.timeMs - first.timeMs
  const horizonMs = Math.min(ask.horizonMs, historyMs * historiesMax, horizonStepsMax * grid.stepMs)
  const bands = await givingWay(
    foretold(grid.values, grid.stepMs, horizonMs / grid.stepMs, { bounds: { min: 0, max: 1 } }),
    deps.breathe,
  )
  const found = bands.isRefused ? undefined : bands
  const days = (limit: number): DaysTo | null =>
    found ? daysTo(found, limit, last.value, grid.stepMs) : null
  const perDay = dayMs / grid.stepMs
  const row = {
    ...{ kind: source.kind, name: nameOf(source, labels), labels, used: last.value },
    used_amount: capacity === null ? null : capacity * last.value,
    ...{ capacity, unit: source.unit },
    trend_per_day: found
      ? {
          ...{
            mid: found.trend.slope * perDay,
            low: found.trend.low * perDay,
            high: found.trend.high * perDay,
          },
          significant: found.trend.isSignificant,
        }
      : null,
    ...{ days_to_80: days(0.8), days_to_full: days(1), method: found?.method ?? null },
    backtest: found ? backtestOf(found) : null,
    ...{ history_days: historyMs / dayMs, horizon_days: horizonMs / dayMs },
    ...{ query: source.share, as_of: isoTime(last.timeMs) },
  }
  return { ...row, ...adviceOf(row, bands.isRefused ? bands.reason : undefined) }
}

/** It ends when it says so: nothing is foretold. */
function certificateRow(
  source: CapacitySource,
  { labels, grid }: Course,
  { nowMs }: Ask,
): CapacityRow | undefined {
  const last = lastKnown(grid)
  if (!last) return undefined
  const left = (last.value * 1_000 - nowMs) / dayMs
  const row = {
    ...{
      kind: source.kind,
      name: nameOf(source, labels),
      labels,
      used: null,
      used_amount: null,
      capacity: null,
    },
    ...{
      unit: source.unit,
      trend_per_day: null,
      days_to_80: null,
      days_to_full: { p10: left, p50: left, p90: left },
    },
    ...{ method: null, backtest: null, history_days: 0, horizon_days: 0 },
    ...{ query: source.share, as_of: isoTime(last.timeMs) },
  }
  return { ...row, ...adviceOf(row, undefined) }
}

function daysTo(found: Bands, limit: number, last: number, stepMs: number): DaysTo {
  if (last >= limit) return { p10: 0, p50: 0, p90: 0 }
  const steps = breachOf(found.free, { value: limit, direction: 'ABOVE' })
  const days = (count: number | null): number | null => (count === null ? null : (count * stepMs) / dayMs)
  return { p10: days(steps.p10), p50: days(steps.p50), p90: days(steps.p90) }
}

function nameOf({ names }: CapacitySource, labels: Labels): string {
  const parts = names.flatMap((group) => {
    const label = group.find((one) => labels[one])
    return label === undefined ? [] : [labels[label] ?? '']
  })
  return parts.length > 0 ? parts.join(' of ') : JSON.stringify(nameless(labels))
}

function gapsOf(known: ReadonlySet<CapacityKind>, failed: ReadonlySet<CapacityKind>): CapacityGap[] {
  const kinds = [...new Set(capacitySources.map(({ kind }) => kind))].filter((kind) => !known.has(kind))
  return kinds.map((kind) => ({
    kind,
    reason: failed.has(kind) ? 'It could not be asked about.' : 'Nobody sends any of these metrics.',
    looked_for: capacitySources.filter((source) => source.kind === kind).flatMap(({ metrics }) => metrics),
  }))
}

const ranks: Record<CapacityRow['advice'], number> = { RENEW: 0, SCALE: 1, PROCURE: 2, OK: 3, UNKNOWN: 4 }

function byUrgency(a: CapacityRow, b: CapacityRow): number {
  const soon = (row: CapacityRow): number => row.days_to_full?.p50 ?? Number.POSITIVE_INFINITY
  return (
    ranks[a.advice] - ranks[b.advice] ||
    (soon(a) === soon(b) ? 0 : soon(a) - soon(b)) ||
    (b.used ?? 0) - (a.used ?? 0) ||
    (a.name < b.name ? -1 : 1)
  )
}
