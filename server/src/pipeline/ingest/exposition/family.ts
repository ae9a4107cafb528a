import type { SeriesKind } from '@aiops/contract/model/series'
import type { SeriesMeta } from '../../../port/metric-store.ts'

export type FamilyType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown'

/** What a target tells of the metric family whose samples follow. */
export type Family = { name: string; type: FamilyType; unit: string }
export const noFamily: Family = { name: '', type: 'unknown', unit: '' }

export const textTypes: ReadonlyMap<string, FamilyType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
])
export const openMetricsTypes: ReadonlyMap<string, FamilyType> = new Map([
  ...(
    ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'] as const
  ).map((type) => [type, type] as const),
])

/** Base units as OpenMetrics spells them, in UCUM. */
const ucum: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'By',
  ratio: '1',
  celsius: 'Cel',
  volts: 'V',
  amperes: 'A',
  joules: 'J',
  grams: 'g',
  meters: 'm',
}
export const unitOf = (unit: string): string =>
  Object.hasOwn(ucum, unit) ? ucum[unit]! : unit.length <= 64 ? unit : ''

/** Kind and unit of one series of a family; a name that is none of the family's says nothing. */
export function metaOf(name: string, family: Family): SeriesMeta {
  if (family.name === '' || !name.startsWith(family.name)) return { kind: 'UNKNOWN' }
  const suffix = name.slice(family.name.length)
  const kind = kindOf(family.type, suffix)
  if (kind === undefined) return { kind: 'UNKNOWN' }
  const counted = suffix === '_count' || suffix === '_gcount' || suffix === '_bucket' || suffix === '_created'
  return family.unit === '' || counted ? { kind } : { kind, unit: family.unit }
}

function kindOf(type: FamilyType, suffix: string): SeriesKind | undefined {
  switch (type) {
    case 'counter':
      return suffix === '' || suffix === '_total' ? 'COUNTER' : suffix === '_created' ? 'GAUGE' : undefined
    case 'histogram':
      if (suffix === '_bucket' || suffix === '') return 'HISTOGRAM'
      return suffix === '_count' || suffix === '_sum'
        ? 'COUNTER'
        : suffix === '_created'
          ? 'GAUGE'
          : undefined
    case 'summary':
      if (suffix === '') return 'SUMMARY'
      return suffix === '_count' || suffix === '_sum'
        ? 'COUNTER'
        : suffix === '_created'
          ? 'GAUGE'
          : undefined
    case 'unknown':
      return 'UNKNOWN'
    default:
      return 'GAUGE'
  }
}
