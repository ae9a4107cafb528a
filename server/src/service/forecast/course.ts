import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Grid } from './grid.ts'

/** Times ascending, each a multiple of the step after the first that was asked for. */
export type CoursePoints = { labels: Labels; timesMs: ArrayLike<number>; values: ArrayLike<number> }
export type QueryRange = (
  tenant: TenantId,
  promql: string,
  startMs: number,
  endMs: number,
  stepMs: number,
) => Promise<readonly CoursePoints[]>

export type Course = { labels: Labels; grid: Grid }

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
/** From far back to near: what is new has history only in the last. */
const views = [
  { backMs: 14 * dayMs, stepMs: 60 * minuteMs },
  { backMs: dayMs, stepMs: 5 * minuteMs },
  { backMs: 120 * minuteMs, stepMs: minuteMs / 2 },
] as const
/** Values that make a view worth taking. */
const valuesMin = 48

/** Where the points of an answer lie in its range. */
export function gridIn(points: CoursePoints, startMs: number, endMs: number, stepMs: number): Grid {
  const values = new Float64Array(Math.floor((endMs - startMs) / stepMs) + 1).fill(Number.NaN)
  for (let i = 0; i < points.timesMs.length; i++) {
    const at = Math.round((points.timesMs[i]! - startMs) / stepMs)
    if (at >= 0 && at < values.length) values[at] = points.values[i]!
  }
  return { startMs, stepMs, values }
}

/** Series by their labels, the first `seriesMax` of them, as far back as the store knows the longest of them well. */
export async function coursesOf(
  queryRange: QueryRange,
  tenant: TenantId,
  query: string,
  { nowMs, seriesMax }: { nowMs: number; seriesMax: number },
): Promise<{ courses: Course[]; total: number }> {
  let best: { courses: Course[]; total: number; known: number } | undefined
  for (const { backMs, stepMs } of views) {
    // Not whole steps: the newest value is the one that counts.
    const endMs = nowMs - (nowMs % (minuteMs / 2))
    const startMs = endMs - backMs
    const found = await queryRange(tenant, query, startMs, endMs, stepMs)
    const courses = byLabels(found)
      .slice(0, seriesMax)
      .map((points) => ({ labels: points.labels, grid: gridIn(points, startMs, endMs, stepMs) }))
    const known = Math.max(0, ...courses.map(({ grid }) => grid.values.filter(Number.isFinite).length))
    if (!best || known > best.known) best = { courses, total: found.length, known }
    // Nothing for two weeks means nothing in the last hours either, but for what began within the hour.
    if (best.known >= valuesMin || (found.length === 0 && stepMs > 60 * minuteMs)) break
  }
  return { courses: best?.courses ?? [], total: best?.total ?? 0 }
}

export const keyOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

export const byLabels = <T extends { labels: Labels }>(found: readonly T[]): T[] =>
  found
    .map((one) => ({ one, key: keyOf(one.labels) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ one }) => one)

/** Of the newest value; undefined without any. */
export function lastKnown({
  startMs,
  stepMs,
  values,
}: Grid): { at: number; timeMs: number; value: number } | undefined {
  const at = values.findLastIndex(Number.isFinite)
  return at < 0 ? undefined : { at, timeMs: startMs + at * stepMs, value: values[at]! }
}
export function firstKnown({ startMs, stepMs, values }: Grid): { at: number; timeMs: number } | undefined {
  const at = values.findIndex(Number.isFinite)
  return at < 0 ? undefined : { at, timeMs: startMs + at * stepMs }
}
