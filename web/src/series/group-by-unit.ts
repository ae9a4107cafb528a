import { metricUnit } from '@aiops/contract/model/metric-unit'
import type { SeriesPoints } from '@aiops/contract/model/series'
import { isShare } from '../ui/format.ts'

export type UnitGroup = { key: string; title: string; results: SeriesPoints[] }

/** Series that may share a value axis, in order of first appearance; the title is the metric when all are the same. */
export function groupByUnit(results: readonly SeriesPoints[]): UnitGroup[] {
  const groups = new Map<string, SeriesPoints[]>()
  for (const one of results) {
    const { unit = '', name } = one.series
    const key = isShare(unit, name) ? 'share' : (metricUnit({ name, unit }) ?? '')
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups].map(([key, members]) => ({ key, title: titleOf(key, members), results: members }))
}

function titleOf(key: string, members: readonly SeriesPoints[]): string {
  const names = new Set(members.map((one) => one.series.name))
  const [only] = names
  if (names.size === 1 && only !== undefined) return only
  return key === 'share' ? 'Shares' : key === '' ? 'Without a unit' : `In ${key}`
}
