import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type { SeriesCatalog, SeriesRef } from '../../../port/metric-store.ts'
import { invalid, LabelSet } from '../label-set.ts'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { KnownRuns } from './known-run.ts'
import { metaOfSeries } from './metric-family.ts'
import { NONE, type RemoteWriteLimits, SampleSink } from './sample-sink.ts'
import { readItem, readOnlySample, type SeriesForm, timeOfItem } from './series-item.ts'
import { SymbolTable } from './symbol-table.ts'

// Field number · 8 + wire type, of io.prometheus.write.v2.Request and what is in it (prompb/io/prometheus/write/v2/types.proto).
const REQUEST_SYMBOLS = 0x22
const REQUEST_TIMESERIES = 0x2a
/** Repeated numbers come packed (wire type 2) or one by one (0). */
const LABELS_PACKED = 0x0a
const LABELS_SINGLE = 0x08
const SERIES_HISTOGRAMS = 0x1a
const SERIES_EXEMPLARS = 0x22
const SERIES_METADATA = 0x2a
const METADATA_TYPE = 0x08
const METADATA_UNIT = 0x20
const TYPE_HISTOGRAM = 3

const UNIT_LENGTH_MAX = 64

/**
 * Remote write 2.0 of one tenant (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/).
 * Labels are references into the request's symbols, which differ from request to request, so a known series is found by the numbers
 * that its symbols' bytes have here. As in 1.0 only an unknown series is decoded. The time a counter began is not used.
 */
export class RemoteWrite2Decoder {
  readonly #tenant: TenantId
  readonly #catalog: SeriesCatalog
  readonly #limits: RemoteWriteLimits
  readonly #symbols: SymbolTable
  readonly #known: KnownRuns
  #refs = new Uint32Array(64)
  /** What the sender told of each known series: its type, and the number of its unit; 0 for nothing. */
  #tellings = new Int32Array(64)
  readonly #form: SeriesForm
  #capacity = 256
  #sink: SampleSink

  // The series being read.
  /** References into the symbols, as they come, one more pair than is allowed at most. */
  readonly #labels: Uint32Array
  #labelCount = 0
  /** Numbers of those symbols, and the same memory as bytes. */
  readonly #key: Uint32Array
  readonly #keyBytes: Buffer
  #items = 0
  #timely = 0
  #type = 0
  #unit = 0
  #hasHistogram = false
  /** As `#labels`, of the exemplar being read. */
  readonly #exemplar: number[] = []

  constructor(tenant: TenantId, catalog: SeriesCatalog, limits: RemoteWriteLimits, seed: number) {
    this.#tenant = tenant
    this.#catalog = catalog
    this.#limits = limits
    const { knownSeriesMax: entriesMax, knownBytesMax: bytesMax } = limits
    this.#symbols = new SymbolTable({
      symbolsMax: Math.max(256, limits.samplesMax * 2),
      knownMax: entriesMax * 2,
      bytesMax: bytesMax / 2,
      seed,
    })
    this.#known = new KnownRuns({ entriesMax, bytesMax, seed })
    this.#labels = new Uint32Array(limits.labels.countMax * 2 + 2)
    this.#key = new Uint32Array(this.#labels.length)
    this.#keyBytes = Buffer.from(this.#key.buffer)
    this.#sink = new SampleSink(limits, 0, 0)
    this.#form = {
      histograms: SERIES_HISTOGRAMS,
      exemplars: SERIES_EXEMPLARS,
      exemplarLabel: (reader, tag) => this.#exemplarRefs(reader, tag),
      exemplarEnd: (set) => this.#exemplarLabels(set),
    }
  }

  /** `body` is decompressed; `nowMs` is when it was received. */
  decode(body: Buffer, nowMs: number): SampleSink {
    const sink = new SampleSink(this.#limits, this.#capacity, nowMs)
    this.#sink = sink
    if (this.#symbols.begin(body)) this.#known.forget()
    this.#known.begin()
    this.#exemplar.length = 0
    this.#readSymbols(new ProtobufReader(body))
    const reader = new ProtobufReader(body)
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === REQUEST_TIMESERIES) {
        const outer = reader.enter()
        this.#series(reader)
        reader.leave(outer)
      } else reader.skip(tag)
    }
    this.#capacity = Math.ceil(sink.columns.count * 1.1) + 16
    return sink
  }

  /** All of them before any series: protobuf lets them come in any order. */
  #readSymbols(reader: ProtobufReader): void {
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === REQUEST_SYMBOLS) {
        const stop = reader.stop()
        this.#symbols.push(reader.pos, stop)
        reader.pos = stop
      } else reader.skip(tag)
    }
    if (this.#symbols.count > 0 && !this.#symbols.isEmpty(0))
      throw new Fault('INVALID_REQUEST', 'The first symbol of the request is not empty, as it has to be.')
  }

  #series(reader: ProtobufReader): void {
    const start = reader.pos
    const wrong = this.#survey(reader)
    reader.pos = start
    const keyLength = wrong ? 0 : this.#makeKey()
    const id = keyLength > 0 ? this.#known.find(this.#keyBytes, 0, keyLength) : NONE
    const telling = this.#telling()
    if (id !== NONE && (telling === 0 || telling === this.#tellings[id])) {
      this.#known.step(id)
      this.#read(reader, this.#refs[id]!)
      return
    }
    this.#known.step(this.#unknown(reader, wrong, id, keyLength, telling))
  }

  /** Reads over the series: notes its labels, its metadata, how much it has to write. What is wrong with its labels, if anything. */
  #survey(reader: ProtobufReader): Fault | undefined {
    this.#labelCount = 0
    this.#items = 0
    this.#timely = 0
    this.#type = 0
    this.#unit = 0
    this.#hasHistogram = false
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === LABELS_PACKED) {
        const outer = reader.enter()
        while (reader.pos < reader.end) this.#label(reader.uint32())
        reader.leave(outer)
      } else if (tag === LABELS_SINGLE) this.#label(reader.uint32())
      else if (tag === SERIES_METADATA) this.#metadata(reader)
      else {
        if (tag === SERIES_HISTOGRAMS) this.#hasHistogram = true
        const timeMs = timeOfItem(reader, tag, this.#form, this.#sink)
        if (Number.isNaN(timeMs)) continue
        this.#items += 1
        if (this.#sink.isTimely(timeMs)) this.#timely += 1
      }
    }
    if (this.#labelCount > this.#limits.labels.countMax * 2)
      return invalid(`More than ${this.#limits.labels.countMax} labels.`)
    return this.#labelCount % 2 === 1
      ? invalid('A series has an odd number of references to symbols, so a label lacks its value.')
      : undefined
  }

  #label(symbol: number): void {
    if (this.#labelCount < this.#labels.length) {
      this.#labels[this.#labelCount] = symbol
      this.#labelCount += 1
    }
  }

  /** Fields that come again replace those before, as protobuf says of a message that is not repeated. */
  #metadata(reader: ProtobufReader): void {
    const outer = reader.enter()
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (tag === METADATA_TYPE) this.#type = reader.uint32()
      else if (tag === METADATA_UNIT) this.#unit = reader.uint32()
      else reader.skip(tag)
    }
    reader.leave(outer)
  }

  /** The labels' numbers into `#key`; how many bytes they are there, 0 when the series cannot be known. */
  #makeKey(): number {
    const { count } = this.#symbols
    for (let at = 0; at < this.#labelCount; at += 1) {
      const symbol = this.#labels[at]!
      const id = symbol < count ? this.#symbols.idOf(symbol) : NONE
      if (id === NONE) return 0
      this.#key[at] = id
    }
    return this.#labelCount * 4
  }

  /** Type and unit as one number, 0 for neither. */
  #telling(): number {
    const { count } = this.#symbols
    const hasUnit = this.#unit > 0 && this.#unit < count && !this.#symbols.isEmpty(this.#unit)
    const type = this.#type < 8 ? this.#type : 0
    return hasUnit ? (this.#symbols.idOf(this.#unit) + 2) * 8 + type : type
  }

  /** Of a series, its labels and metadata known, everything that is to be written. */
  #read(reader: ProtobufReader, ref: SeriesRef): void {
    while (reader.pos < reader.end) {
      if (readOnlySample(reader, ref, this.#sink)) return
      const tag = reader.tag()
      if (!readItem(reader, tag, ref, this.#sink, this.#form, this.#limits.labels)) reader.skip(tag)
    }
  }

  /** Reads a series whole and remembers it. Its number, or NONE. What has nothing that is taken gets no place in the catalogue. */
  #unknown(
    reader: ProtobufReader,
    wrong: Fault | undefined,
    id: number,
    keyLength: number,
    telling: number,
  ): number {
    if (this.#timely === 0 && id === NONE) {
      if (this.#items === 0 && telling === 0) this.#sink.rejections.add(wrong ?? nothingToWrite())
      this.#read(reader, NONE)
      return NONE
    }
    let ref: SeriesRef
    try {
      if (wrong) throw wrong
      ref = this.#intern()
    } catch (error) {
      if (!isFault(error) || error.code === 'INVALID_REQUEST') throw error
      this.#sink.rejections.add(error, Math.max(1, this.#items))
      reader.pos = reader.end
      return NONE
    }
    this.#read(reader, ref)
    return keyLength > 0 ? this.#remember(id, keyLength, ref, telling) : NONE
  }

  #intern(): SeriesRef {
    const set = new LabelSet(this.#limits.labels)
    this.#addLabels(this.#labels, this.#labelCount, set)
    const name = set.get('__name__')
    if (name === undefined) throw invalid('A series has no __name__ label.')
    // Prometheus tells types only where it keeps metadata in its log; a native histogram is one all the same.
    const type = this.#type === 0 && this.#hasHistogram ? TYPE_HISTOGRAM : this.#type
    return this.#catalog.internPairs(this.#tenant, set, metaOfSeries(name, type, this.#unitText()))
  }

  #addLabels(symbols: ArrayLike<number>, count: number, set: LabelSet): void {
    for (let at = 0; at + 1 < count; at += 2) this.#symbols.addTo(set, symbols[at]!, symbols[at + 1]!)
  }

  /** A unit that cannot be one is none. */
  #unitText(): string {
    try {
      const unit = this.#unit === 0 ? '' : this.#symbols.text(this.#unit)
      return unit.length <= UNIT_LENGTH_MAX ? unit : ''
    } catch {
      return ''
    }
  }

  #remember(known: number, keyLength: number, ref: SeriesRef, telling: number): number {
    const id = known === NONE ? this.#known.add(this.#keyBytes, 0, keyLength) : known
    if (id === NONE) return NONE
    if (id >= this.#refs.length) {
      const refs = new Uint32Array(id * 2)
      refs.set(this.#refs)
      this.#refs = refs
      const tellings = new Int32Array(id * 2)
      tellings.set(this.#tellings)
      this.#tellings = tellings
    }
    this.#refs[id] = ref
    this.#tellings[id] = telling
    return id
  }

  /** References may come in several packs: they are pairs only once all are there. */
  #exemplarRefs(reader: ProtobufReader, tag: number): boolean {
    if (tag === LABELS_SINGLE) this.#exemplarRef(reader.uint32())
    else if (tag === LABELS_PACKED) {
      const outer = reader.enter()
      while (reader.pos < reader.end) this.#exemplarRef(reader.uint32())
      reader.leave(outer)
    } else return false
    return true
  }

  #exemplarRef(symbol: number): void {
    if (this.#exemplar.length < this.#labels.length) this.#exemplar.push(symbol)
  }

  #exemplarLabels(set: LabelSet): void {
    const symbols = this.#exemplar.splice(0)
    if (symbols.length % 2 === 1) throw invalid('An exemplar has an odd number of references to symbols.')
    this.#addLabels(symbols, symbols.length, set)
  }
}

const nothingToWrite = (): Fault =>
  new Fault('INVALID_SAMPLE', 'A series has neither samples nor histograms.')
