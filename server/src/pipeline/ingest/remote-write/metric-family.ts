import type { SeriesKind } from '@aiops/contract/model/series'
import type { TenantId } from '@aiops/contract/model/tenant'
import { isFault } from '../../../kernel/fault.ts'
import type { SeriesCatalog, SeriesMeta } from '../../../port/metric-store.ts'
import type { ProtobufReader } from '../wire/protobuf-reader.ts'

/** MetricMetadata.MetricType of remote write 1.0, by number. */
const types = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const
type FamilyType = (typeof types)[number]
type Family = { type: FamilyType; unit: string }

const METADATA_TYPE = 0x08
const METADATA_FAMILY = 0x12
const METADATA_UNIT = 0x2a

const parts = ['_bucket', '_count', '_sum', '_total'] as const
type Part = (typeof parts)[number]

/**
 * What senders told about their metric families. Prometheus sends it once a minute, apart from the samples, so series that are
 * already known are refined when it comes. Bounded: families beyond the limit are judged by their names.
 */
export class MetricFamilies {
  readonly #tenant: TenantId
  readonly #catalog: SeriesCatalog
  readonly #familiesMax: number
  readonly #families = new Map<string, Family>()

  constructor(tenant: TenantId, catalog: SeriesCatalog, familiesMax: number) {
    this.#tenant = tenant
    this.#catalog = catalog
    this.#familiesMax = familiesMax
  }

  /** Reads one MetricMetadata message, its tag already read. */
  read(reader: ProtobufReader): void {
    const outer = reader.enter()
    let type: FamilyType = 'unknown'
    let name = ''
    let unit = ''
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === METADATA_TYPE) type = types[reader.uint32()] ?? 'unknown'
      else if (tag === METADATA_FAMILY) name = reader.text()
      else if (tag === METADATA_UNIT) unit = reader.text()
      else reader.skip(tag)
    }
    reader.leave(outer)
    if (name !== '' && name.length <= 1_024 && unit.length <= 64) this.#learn(name, { type, unit })
  }

  /** Kind and unit of a series by its name: from its family where known, else by the suffix' convention. */
  metaOf(name: string): SeriesMeta {
    const own = this.#families.get(name)
    if (own) return meta(ownKind(own.type), own.unit)
    const part = partOf(name)
    if (!part) return { kind: 'UNKNOWN' }
    return metaOfPart(part, this.#families.get(name.slice(0, -part.length)))
  }

  #learn(name: string, family: Family): void {
    const known = this.#families.get(name)
    if (known?.type === family.type && known.unit === family.unit) return
    if (!known && this.#families.size >= this.#familiesMax) return
    this.#families.set(name, family)
    if (family.type === 'unknown' && family.unit === '') return
    for (const series of [name, ...parts.map((part) => name + part)]) this.#refine(series)
  }

  #refine(name: string): void {
    const refs = this.#catalog.select(this.#tenant, [{ name: '__name__', op: '=', value: name }])
    if (refs.length === 0) return
    const refined = this.metaOf(name)
    for (const ref of refs) {
      const { labels, meta: had } = this.#catalog.describe(ref)
      if (had.derived) continue
      try {
        this.#catalog.intern(this.#tenant, labels, refined)
      } catch (error) {
        if (!isFault(error)) throw error
      }
    }
  }
}

/**
 * Kind and unit of a series of remote write 2.0, where each series carries its family's type (by number, the same as in 1.0) and
 * unit: the parts of a classic histogram or summary are told by their suffix. Without a type the name decides.
 */
export function metaOfSeries(name: string, type: number, unit: string): SeriesMeta {
  const family = types[type] ?? 'unknown'
  const part = partOf(name)
  const isPart = family === 'histogram' || family === 'summary' || family === 'gaugehistogram'
  if (part && (family === 'unknown' || (isPart && part !== '_total')))
    return metaOfPart(part, { type: family, unit })
  return meta(ownKind(family), unit)
}

const partOf = (name: string): Part | undefined => parts.find((suffix) => name.endsWith(suffix))

const metaOfPart = (part: Part, family: Family | undefined): SeriesMeta =>
  meta(partKind(family?.type ?? 'unknown', part), part === '_count' ? '' : (family?.unit ?? ''))

function ownKind(type: FamilyType): SeriesKind {
  switch (type) {
    case 'counter':
      return 'COUNTER'
    case 'histogram':
      return 'HISTOGRAM'
    case 'summary':
      return 'SUMMARY'
    case 'unknown':
      return 'UNKNOWN'
    default:
      return 'GAUGE'
  }
}

function partKind(type: FamilyType, part: Part): SeriesKind {
  if (type === 'gauge' || type === 'gaugehistogram' || type === 'info' || type === 'stateset') return 'GAUGE'
  return part === '_bucket' ? 'HISTOGRAM' : 'COUNTER'
}

const meta = (kind: SeriesKind, unit: string): SeriesMeta => (unit === '' ? { kind } : { kind, unit })
