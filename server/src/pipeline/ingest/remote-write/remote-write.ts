import { isUtf8 } from 'node:buffer'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { SeriesCatalog, SeriesRef } from '../../../port/metric-store.ts'
import { invalid, type LabelLimits, LabelSet } from '../label-set.ts'
import { Rejections } from '../rejection.ts'
import { outOfTime, SampleColumns } from '../sample-columns.ts'
import { ByteIndex } from '../wire/byte-index.ts'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { MetricFamilies } from './metric-family.ts'

export type RemoteWriteLimits = {
  labels: LabelLimits
  samplesMax: number
  familiesMax: number
  knownSeriesMax: number
  knownBytesMax: number
  ageMsMax: number
  futureMsMax: number
}
export type DecodedSamples = { columns: SampleColumns; rejections: Rejections }

// Field number · 8 + wire type, of prometheus.WriteRequest and what is in it (prometheus/prompb/{remote,types}.proto).
const REQUEST_TIMESERIES = 0x0a
const REQUEST_METADATA = 0x1a
const SERIES_LABELS = 0x0a
const SERIES_SAMPLES = 0x12
const SERIES_HISTOGRAMS = 0x22
const LABEL_NAME = 0x0a
const LABEL_VALUE = 0x12
const SAMPLE_VALUE = 0x09
const SAMPLE_TIME = 0x10

const NONE = -1

/**
 * Remote write 1.0 of one tenant (https://prometheus.io/docs/specs/prw/remote_write_spec/) to columns.
 * A known series is found by its label bytes alone: first those that followed the series before it last time (a sender keeps its
 * order), then by hash. Only an unknown one is decoded, validated and interned. A series or sample that cannot be taken is left
 * out and noted; a body that is not protobuf throws.
 */
export class RemoteWriteDecoder {
  readonly #tenant: TenantId
  readonly #catalog: SeriesCatalog
  readonly #limits: RemoteWriteLimits
  readonly #index: ByteIndex
  #refs = new Uint32Array(64)
  #followers = new Int32Array(64)
  readonly #families: MetricFamilies
  #capacity = 256

  // State of one call of `decode`, here so that the hot path allocates nothing.
  #columns: SampleColumns
  #rejections = new Rejections()
  #previous = NONE
  #earliestMs = 0
  #latestMs = 0
  #lastRef: SeriesRef = NONE
  #lastMs = 0
  #lastLo = 0
  #lastHi = 0

  constructor(tenant: TenantId, catalog: SeriesCatalog, limits: RemoteWriteLimits, seed: number) {
    this.#tenant = tenant
    this.#catalog = catalog
    this.#limits = limits
    this.#index = new ByteIndex({ entriesMax: limits.knownSeriesMax, bytesMax: limits.knownBytesMax, seed })
    this.#families = new MetricFamilies(tenant, catalog, limits.familiesMax)
    this.#columns = new SampleColumns(0, limits.samplesMax)
  }

  /** `body` is decompressed; `nowMs` is when it was received. */
  decode(body: Buffer, nowMs: number): DecodedSamples {
    if (this.#index.full) this.#index.clear()
    const columns = new SampleColumns(this.#capacity, this.#limits.samplesMax)
    this.#columns = columns
    this.#rejections = new Rejections()
    this.#previous = NONE
    this.#lastRef = NONE
    this.#earliestMs = nowMs - this.#limits.ageMsMax
    this.#latestMs = nowMs + this.#limits.futureMsMax
    const reader = new ProtobufReader(body)
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === REQUEST_TIMESERIES) {
        const outer = reader.enter()
        this.#series(reader)
        reader.leave(outer)
      } else if (tag === REQUEST_METADATA) this.#families.read(reader)
      else reader.skip(tag)
    }
    this.#capacity = Math.ceil(columns.count * 1.1) + 16
    return { columns, rejections: this.#rejections }
  }

  #series(reader: ProtobufReader): void {
    const start = reader.pos
    const before = this.#previous
    const id = this.#known(reader)
    this.#previous = id
    if (id !== NONE) this.#samples(reader, this.#refs[id]!, start)
    else this.#unknown(reader, start)
    if (before !== NONE && this.#previous !== NONE) this.#followers[before] = this.#previous
  }

  /** The number of the series whose labels begin here; then the reader is behind them. NONE when it must be decoded. */
  #known(reader: ProtobufReader): number {
    const { bytes, pos: start, end } = reader
    const expected = this.#previous === NONE ? NONE : this.#followers[this.#previous]!
    if (expected !== NONE) {
      const length = this.#index.prefix(expected, bytes, start, end)
      if (length !== NONE && (start + length === end || bytes[start + length] !== SERIES_LABELS)) {
        reader.pos = start + length
        return expected
      }
    }
    while (reader.pos < end && bytes[reader.pos] === SERIES_LABELS) {
      reader.pos += 1
      reader.pos = reader.stop()
    }
    return reader.pos === start ? NONE : this.#index.find(0, bytes, start, reader.pos)
  }

  #samples(reader: ProtobufReader, ref: SeriesRef, start: number): void {
    const { bytes, end } = reader
    const before = this.#columns.count
    while (reader.pos < end) {
      const pos = reader.pos
      const stop = pos + 2 + bytes[pos + 1]!
      // What every sender writes unless a field is zero: tag, length of one byte, value, time.
      if (
        bytes[pos] === SERIES_SAMPLES &&
        bytes[pos + 2] === SAMPLE_VALUE &&
        bytes[pos + 11] === SAMPLE_TIME &&
        stop <= end
      ) {
        reader.pos = pos + 3
        reader.fixed64()
        const { lo, hi } = reader
        reader.pos = pos + 12
        const timeMs = reader.int64()
        if (reader.pos === stop) {
          this.#push(ref, timeMs, lo, hi)
          continue
        }
        reader.pos = pos
      }
      const tag = reader.tag()
      if (tag === SERIES_LABELS) {
        // Labels after samples: legal protobuf, though no sender writes it. Read again, all labels first.
        this.#columns.cut(before)
        this.#lastRef = NONE
        this.#unknown(reader, start)
        return
      }
      this.#item(reader, tag, ref)
    }
  }

  /** Reads a series whole: decodes its labels, wherever they are, and remembers them if they are one run at its start. */
  #unknown(reader: ProtobufReader, start: number): void {
    reader.pos = start
    const { runs, samples } = survey(reader)
    let ref: SeriesRef
    try {
      ref = this.#intern(reader, runs)
    } catch (error) {
      if (!isFault(error) || error.code === 'INVALID_REQUEST') throw error
      this.#rejections.add(error, Math.max(1, samples))
      reader.pos = reader.end
      return
    }
    const run = runs[0]!
    if (runs.length === 1 && run.start === start) this.#remember(reader.bytes, run, ref)
    reader.pos = start
    while (reader.pos < reader.end) this.#item(reader, reader.tag(), ref)
  }

  #item(reader: ProtobufReader, tag: number, ref: SeriesRef): void {
    if (tag === SERIES_SAMPLES) {
      this.#sample(reader, ref)
      return
    }
    if (tag === SERIES_HISTOGRAMS) this.#rejections.add(nativeHistogram())
    reader.skip(tag)
  }

  /** One sample, fields in any order, absent ones zero. */
  #sample(reader: ProtobufReader, ref: SeriesRef): void {
    const outer = reader.enter()
    let lo = 0
    let hi = 0
    let timeMs = 0
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === SAMPLE_VALUE) {
        reader.fixed64()
        lo = reader.lo
        hi = reader.hi
      } else if (tag === SAMPLE_TIME) timeMs = reader.int64()
      else reader.skip(tag)
    }
    reader.leave(outer)
    this.#push(ref, timeMs, lo, hi)
  }

  #push(ref: SeriesRef, timeMs: number, lo: number, hi: number): void {
    if (timeMs === this.#lastMs && ref === this.#lastRef) {
      // The same sample twice is one; two values for one moment contradict each other, and the first was there first.
      if (lo !== this.#lastLo || hi !== this.#lastHi) this.#rejections.add(contradiction(timeMs))
      return
    }
    this.#lastRef = ref
    this.#lastMs = timeMs
    this.#lastLo = lo
    this.#lastHi = hi
    if (timeMs >= this.#earliestMs && timeMs <= this.#latestMs) this.#columns.push(ref, timeMs, lo, hi)
    else this.#rejections.add(outOfTime(timeMs, this.#earliestMs, this.#limits))
  }

  #intern(reader: ProtobufReader, runs: readonly Run[]): SeriesRef {
    const set = new LabelSet(this.#limits.labels)
    for (const run of runs) {
      reader.pos = run.start
      while (reader.pos < run.stop) {
        reader.tag()
        readLabel(reader, set)
      }
    }
    const name = set.labels.__name__
    if (name === undefined) throw invalid('A series has no __name__ label.')
    return this.#catalog.intern(this.#tenant, set.labels, this.#families.metaOf(name))
  }

  #remember(bytes: Buffer, run: Run, ref: SeriesRef): void {
    if (this.#index.find(0, bytes, run.start, run.stop) !== NONE) return
    const id = this.#index.add(0, bytes, run.start, run.stop)
    if (id === NONE) return
    if (id >= this.#refs.length) {
      const refs = new Uint32Array(id * 2)
      refs.set(this.#refs)
      this.#refs = refs
      const followers = new Int32Array(id * 2)
      followers.set(this.#followers)
      this.#followers = followers
    }
    this.#refs[id] = ref
    this.#followers[id] = NONE
    this.#previous = id
  }
}

type Run = { start: number; stop: number }

/** Where the labels of the series are, adjacent ones joined, and how many samples it has. */
function survey(reader: ProtobufReader): { runs: Run[]; samples: number } {
  const runs: Run[] = []
  let samples = 0
  while (reader.pos < reader.end) {
    const start = reader.pos
    const tag = reader.tag()
    reader.skip(tag)
    if (tag === SERIES_SAMPLES) samples += 1
    if (tag !== SERIES_LABELS) continue
    const last = runs.at(-1)
    if (last?.stop === start) last.stop = reader.pos
    else runs.push({ start, stop: reader.pos })
  }
  return { runs, samples }
}

function readLabel(reader: ProtobufReader, set: LabelSet): void {
  const outer = reader.enter()
  let name = ''
  let value = ''
  while (reader.pos < reader.end) {
    const tag = reader.tag()
    if (tag === LABEL_NAME) name = strictText(reader)
    else if (tag === LABEL_VALUE) value = strictText(reader)
    else reader.skip(tag)
  }
  reader.leave(outer)
  set.add(name, value)
}

function strictText(reader: ProtobufReader): string {
  const from = reader.pos
  const text = reader.text()
  if (!text.includes('\ufffd')) return text
  reader.pos = from
  if (!isUtf8(reader.raw())) throw invalid('A label is not valid UTF-8.')
  return text
}

const nativeHistogram = (): Fault =>
  new Fault(
    'INVALID_SAMPLE',
    'Native histograms are not taken by remote write; send classic histograms, or OTLP.',
  )

const contradiction = (timeMs: number): Fault =>
  new Fault(
    'INVALID_SAMPLE',
    `A series has two different values for ${new Date(timeMs).toISOString()}; the first was kept.`,
  )
