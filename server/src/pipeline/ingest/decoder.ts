import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../kernel/fault.ts'
import type { Random } from '../../kernel/random.ts'
import type { StoredLog } from '../../port/log-store.ts'
import type { Exemplar, HistogramSample, SampleBatch, SeriesCatalog } from '../../port/metric-store.ts'
import type { Entry, EntryKind } from '../../port/telemetry-log.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import { type IngestConfig, limitsOf } from './config.ts'
import { Promotion } from './otlp/promotion.ts'
import type { EntryReader, Protocol, TenantScope } from './protocol.ts'
import type { Rejections } from './rejection.ts'
import { SampleColumns } from './sample-columns.ts'
import { type BodyLimits, decompress } from './wire/body.ts'
import { SnappyBlocks } from './wire/snappy.ts'

/** One entry of the telemetry log, decoded. `rejections` says what was left out. */
export type Decoded = {
  tenant: TenantId
  samples: SampleColumns
  histograms: readonly HistogramSample[]
  exemplars: readonly Exemplar[]
  logs: readonly StoredLog[]
  spans: readonly StoredSpan[]
  rejections: Rejections
}

/** Kinds whose readers keep no part of a body. */
const keepsNothing: ReadonlySet<EntryKind> = new Set<EntryKind>(['remote-write', 'remote-write-2'])

/** Metric samples of both sorts. */
export const samplesIn = (decoded: Decoded): number => decoded.samples.count + decoded.histograms.length
export const itemsIn = (decoded: Decoded): number =>
  samplesIn(decoded) + decoded.exemplars.length + decoded.logs.length + decoded.spans.length

export function batchOf({ tenant, samples, histograms, exemplars }: Decoded): SampleBatch {
  return {
    ...samples.batch(tenant),
    ...(histograms.length > 0 ? { histograms } : {}),
    ...(exemplars.length > 0 ? { exemplars } : {}),
  }
}

/** Entries to batches. The same code decodes a request when it arrives and again when it is replayed, with its time of receipt as now. */
export class Decoder {
  readonly #scope: Omit<TenantScope, 'tenant' | 'hashSeed'>
  readonly #random: Random
  readonly #bodyLimits: BodyLimits
  readonly #blocks = new SnappyBlocks()
  readonly #makers = new Map<EntryKind, (scope: TenantScope) => EntryReader>()
  /** One for each tenant that the gateway let through: as many as are configured. */
  readonly #tenants = new Map<TenantId, { scope: TenantScope; readers: Map<EntryKind, EntryReader> }>()

  constructor(
    config: IngestConfig,
    protocols: readonly Pick<Protocol, 'readers'>[],
    deps: { catalog: SeriesCatalog; random: Random },
  ) {
    this.#random = deps.random
    this.#bodyLimits = bodyLimitsOf(config)
    const promotion = new Promotion(config.promoted_resource_attributes)
    const records = {
      recordsMax: config.items_per_request_max,
      attributesMax: config.attributes_max,
      eventsMax: config.span_events_max,
      textMax: config.text_length_max,
      promotion,
    }
    this.#scope = { catalog: deps.catalog, config, promotion, records }
    for (const { readers } of protocols)
      for (const [kind, make] of Object.entries(readers)) this.#makers.set(kind as EntryKind, make)
  }

  /** Throws a Fault when nothing of the entry can be read. */
  decode(entry: Entry): Decoded {
    const blocks = keepsNothing.has(entry.kind) ? this.#blocks : undefined
    const body = decompress(asBuffer(entry.body), entry.encoding, entry.format, this.#bodyLimits, blocks)
    const reading = this.#reader(entry)(body, entry)
    return {
      tenant: entry.tenant,
      samples: reading.samples ?? new SampleColumns(0, 0),
      histograms: reading.histograms ?? [],
      exemplars: reading.exemplars ?? [],
      logs: reading.logs ?? [],
      spans: reading.spans ?? [],
      rejections: reading.rejections,
    }
  }

  /** What readers know of series is asked for again: the catalog may answer otherwise from now on. */
  forget(): void {
    this.#tenants.clear()
  }

  #reader({ tenant, kind }: Entry): EntryReader {
    const { scope, readers } = this.#of(tenant)
    const known = readers.get(kind)
    if (known) return known
    const make = this.#makers.get(kind)
    if (!make)
      throw new Fault('INVALID_REQUEST', `Entries of kind ${String(kind).slice(0, 40)} are not read here.`)
    const made = make(scope)
    readers.set(kind, made)
    return made
  }

  #of(tenant: TenantId): { scope: TenantScope; readers: Map<EntryKind, EntryReader> } {
    const known = this.#tenants.get(tenant)
    if (known) return known
    const hashSeed = Math.floor(this.#random.next() * 4_294_967_296)
    const config = { ...this.#scope.config, limits: limitsOf(this.#scope.config, tenant) }
    const made = {
      scope: { ...this.#scope, config, tenant, hashSeed },
      readers: new Map<EntryKind, EntryReader>(),
    }
    this.#tenants.set(tenant, made)
    return made
  }
}

export const bodyLimitsOf = (config: IngestConfig): BodyLimits => ({
  bodyBytesMax: config.body_bytes_max,
  decompressedBytesMax: config.decompressed_bytes_max,
  jsonBytesMax: config.json_bytes_max,
})

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
