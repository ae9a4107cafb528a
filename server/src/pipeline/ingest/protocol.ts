import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Fault } from '../../kernel/fault.ts'
import type { Random } from '../../kernel/random.ts'
import type { StoredLog } from '../../port/log-store.ts'
import type { Exemplar, HistogramSample, SeriesCatalog } from '../../port/metric-store.ts'
import type { Entry, EntryKind } from '../../port/telemetry-log.ts'
import type { StoredSpan } from '../../port/trace-store.ts'
import type { AlertIntake } from './alert/alert-intake.ts'
import type { MappingLibrary } from './alert/mapping/mapping-library.ts'
import type { SnsGate } from './alert/sns/sns-gate.ts'
import type { IngestConfig } from './config.ts'
import type { TargetMemories } from './exposition/target-memory.ts'
import type { IngestReply, IngestRequest, Receiver } from './index.ts'
import type { Promotion } from './otlp/promotion.ts'
import type { RecordLimits } from './otlp/record.ts'
import type { Rejections } from './rejection.ts'
import type { SampleColumns } from './sample-columns.ts'
import type { BodyLimits } from './wire/body.ts'

/** What an entry held; what is absent was not in it. `rejections` says what was left out. */
export type Reading = {
  samples?: SampleColumns
  histograms?: readonly HistogramSample[]
  exemplars?: readonly Exemplar[]
  logs?: readonly StoredLog[]
  spans?: readonly StoredSpan[]
  rejections: Rejections
}

/**
 * Reads entries of one kind and tenant. The same entry gives the same reading when it arrives and again when it is replayed, with its
 * time of receipt as now; it may remember series, never samples. `body` is decompressed. Throws a Fault when nothing can be read.
 */
export type EntryReader = (body: Buffer, entry: Entry) => Reading

/** What the readers of one tenant share. */
export type TenantScope = {
  tenant: TenantId
  /** Interns through the stream rules: a series may come out relabelled, or as `DROPPED`. */
  catalog: SeriesCatalog
  /** With the limits of this tenant as `limits`. */
  config: IngestConfig
  promotion: Promotion
  records: RecordLimits
  /** For hashes that a sender must not be able to foresee. */
  hashSeed: number
}

/** Metric items that were taken, by sort. */
export type Written = { samples: number; histograms: number; exemplars: number }
/** What was taken of a request, by number of items; the rest is in `rejections`. */
export type Taken = { accepted: number; written: Written; rejections: Rejections }

export type ProtocolDeps = {
  clock: Clock
  random: Random
  config: IngestConfig
  bodyLimits: BodyLimits
  /** Resolves once all that could be taken is durable; counts it under the protocol's name. */
  take(entry: Entry): Promise<Taken>
  alerts: AlertIntake
  mappings: MappingLibrary
  sns: SnsGate
  /** Counts alerts taken, and those left out of the same request. */
  countAlerts(tenant: TenantId, count: number, rejections?: Rejections): void
  /** Shared with whoever fetches what is read here; absent where nobody does. */
  targetMemories?: TargetMemories
}

/** Answers, or returns the fault of a request that was partly taken and is counted already; throws any other. */
export type ProtocolHandler = (request: IngestRequest) => Promise<IngestReply | Fault>
export type ProtocolReceiver = Omit<Receiver, 'handle'> & {
  /** Where protocols share a path: which requests are this one's. Absent for all. */
  accepts?(headers: IngestRequest['headers']): boolean
  handle: ProtocolHandler
}

/** One protocol that senders speak: where it is received, and how the entries it wrote are read. */
export type Protocol = {
  receivers: readonly ProtocolReceiver[]
  readers: Partial<Record<EntryKind, (scope: TenantScope) => EntryReader>>
}

export type ProtocolFactory = (deps: ProtocolDeps) => Protocol
