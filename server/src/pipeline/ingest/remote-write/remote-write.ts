import type { TenantId } from '@aiops/contract/model/tenant'
import { isFault } from '../../../kernel/fault.ts'
import type { SeriesCatalog, SeriesRef } from '../../../port/metric-store.ts'
import { invalid, LabelSet } from '../label-set.ts'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { KnownLabels } from './known-label.ts'
import { KnownRuns } from './known-run.ts'
import { LookAhead } from './look-ahead.ts'
import { MetricFamilies } from './metric-family.ts'
import { NONE, type RemoteWriteLimits, SampleSink } from './sample-sink.ts'
import { readItem, readOnlySample, type SeriesForm, timeOfItem } from './series-item.ts'

// Field number · 8 + wire type, of prometheus.WriteRequest and what is in it (prometheus/prompb/{remote,types}.proto).
const REQUEST_TIMESERIES = 0x0a
const REQUEST_METADATA = 0x1a
const SERIES_LABELS = 0x0a
const SERIES_EXEMPLARS = 0x1a
const SERIES_HISTOGRAMS = 0x22
const EXEMPLAR_LABELS = 0x0a

/**
 * Remote write 1.0 of one tenant (https://prometheus.io/docs/specs/prw/remote_write_spec/).
 * A known series is found by its label bytes alone: first those that followed the series before it last time (a sender keeps its
 * order), then by hash. Only an unknown one is decoded, validated and, if there is something to write, interned. A series or sample
 * that cannot be taken is left out and noted; a body that is not protobuf throws.
 */
export class RemoteWriteDecoder {
  readonly #tenant: TenantId
  readonly #catalog: SeriesCatalog
  readonly #limits: RemoteWriteLimits
  readonly #known: KnownRuns
  #refs = new Uint32Array(64)
  readonly #ahead = new LookAhead()
  readonly #labels: KnownLabels
  readonly #families: MetricFamilies
  readonly #form: SeriesForm
  #capacity = 256
  #sink: SampleSink

  constructor(tenant: TenantId, catalog: SeriesCatalog, limits: RemoteWriteLimits, seed: number) {
    this.#tenant = tenant
    this.#catalog = catalog
    this.#limits = limits
    this.#known = new KnownRuns({ entriesMax: limits.knownSeriesMax, bytesMax: limits.knownBytesMax, seed })
    this.#labels = new KnownLabels(seed)
    this.#form = {
      histograms: SERIES_HISTOGRAMS,
      exemplars: SERIES_EXEMPLARS,
      exemplarLabel: (reader, tag, set) => {
        if (tag !== EXEMPLAR_LABELS) return false
        this.#labels.read(reader, set)
        return true
      },
    }
    this.#families = new MetricFamilies(tenant, catalog, limits.familiesMax)
    this.#sink = new SampleSink(limits, 0, 0)
  }

  /** `body` is decompressed; `nowMs` is when it was received. */
  decode(body: Buffer, nowMs: number): SampleSink {
    this.#known.begin()
    this.#ahead.begin()
    this.#labels.begin()
    const sink = new SampleSink(this.#limits, this.#capacity, nowMs)
    this.#sink = sink
    const reader = new ProtobufReader(body)
    while (reader.pos < reader.end) {
      if (this.#known.isUnordered && !this.#ahead.isOpen)
        this.#ahead.look(this.#known, body, reader.pos, reader.end)
      const tag = reader.tag()
      if (tag === REQUEST_TIMESERIES) {
        const outer = reader.enter()
        this.#series(reader)
        reader.leave(outer)
      } else if (tag === REQUEST_METADATA) this.#families.read(reader)
      else reader.skip(tag)
    }
    this.#capacity = Math.ceil(sink.columns.count * 1.1) + 16
    return sink
  }

  #series(reader: ProtobufReader): void {
    const start = reader.pos
    const id = this.#find(reader)
    if (id === NONE) {
      this.#known.step(this.#unknown(reader, start))
      return
    }
    this.#known.step(id)
    const ref = this.#refs[id]!
    if (readOnlySample(reader, ref, this.#sink)) return
    if (labelsFollow(reader)) this.#unknown(reader, start)
    else this.#items(reader, ref)
  }

  /** The number of the series whose labels begin here; then the reader is behind them. NONE when it must be decoded. */
  #find(reader: ProtobufReader): number {
    const { bytes, pos: start, end } = reader
    const expected = this.#known.expected()
    if (expected !== NONE) {
      const length = this.#known.prefix(expected, bytes, start, end)
      if (length !== NONE && (start + length === end || bytes[start + length] !== SERIES_LABELS)) {
        reader.pos = start + length
        return expected
      }
    }
    const ahead = this.#ahead.find(start)
    if (ahead !== NONE) {
      reader.pos = this.#ahead.stop
      return ahead
    }
    while (reader.pos < end && bytes[reader.pos] === SERIES_LABELS) {
      reader.pos += 1
      reader.pos = reader.stop()
    }
    return reader.pos === start ? NONE : this.#known.lookup(bytes, start, reader.pos)
  }

  /**
   * Reads a series whole: decodes its labels, wherever they are, and remembers them if they are one run at its start. The number it
   * is remembered by, or NONE. What has nothing to write, or nothing that is taken, gets no place in the catalogue.
   */
  #unknown(reader: ProtobufReader, start: number): number {
    reader.pos = start
    const stop = reader.end
    const { runs, items, timely } = survey(reader, this.#form, this.#sink)
    reader.pos = start
    if (timely === 0) {
      this.#items(reader, NONE)
      return NONE
    }
    let ref: SeriesRef
    try {
      ref = this.#intern(reader, runs)
    } catch (error) {
      if (!isFault(error) || error.code === 'INVALID_REQUEST') throw error
      this.#sink.rejections.add(error, items)
      // It may have stopped within a label.
      reader.end = stop
      reader.pos = stop
      return NONE
    }
    reader.pos = start
    this.#items(reader, ref)
    const [run, ...others] = runs
    return run?.start === start && others.length === 0 ? this.#remember(reader.bytes, run, ref) : NONE
  }

  #items(reader: ProtobufReader, ref: SeriesRef): void {
    while (reader.pos < reader.end) {
      const tag = reader.tag()
      if (!readItem(reader, tag, ref, this.#sink, this.#form, this.#limits.labels)) reader.skip(tag)
    }
  }

  #intern(reader: ProtobufReader, runs: readonly Run[]): SeriesRef {
    const set = new LabelSet(this.#limits.labels)
    for (const run of runs) {
      reader.pos = run.start
      while (reader.pos < run.stop) {
        reader.tag()
        this.#labels.read(reader, set)
      }
    }
    const name = set.get('__name__')
    if (name === undefined) throw invalid('A series has no __name__ label.')
    return this.#catalog.internPairs(this.#tenant, set, this.#families.metaOf(name))
  }

  #remember(bytes: Buffer, run: Run, ref: SeriesRef): number {
    const id = this.#known.add(bytes, run.start, run.stop)
    if (id === NONE) return NONE
    if (id >= this.#refs.length) {
      const refs = new Uint32Array(id * 2)
      refs.set(this.#refs)
      this.#refs = refs
    }
    this.#refs[id] = ref
    return id
  }
}

/** Whether labels come after the samples: legal protobuf, though no sender writes it. The reader stays where it is. */
function labelsFollow(reader: ProtobufReader): boolean {
  const { pos } = reader
  let found = false
  while (!found && reader.pos < reader.end) {
    const tag = reader.tag()
    reader.skip(tag)
    found = tag === SERIES_LABELS
  }
  reader.pos = pos
  return found
}

type Run = { start: number; stop: number }

/** Where the labels of the series are, adjacent ones joined; how much it has to write, and how much of that is of a time that is taken. */
function survey(
  reader: ProtobufReader,
  form: SeriesForm,
  sink: SampleSink,
): { runs: Run[]; items: number; timely: number } {
  const runs: Run[] = []
  let items = 0
  let timely = 0
  while (reader.pos < reader.end) {
    const start = reader.pos
    const tag = reader.tag()
    if (tag !== SERIES_LABELS) {
      const timeMs = timeOfItem(reader, tag, form, sink)
      if (Number.isNaN(timeMs)) continue
      items += 1
      if (sink.isTimely(timeMs)) timely += 1
      continue
    }
    reader.skip(tag)
    const last = runs.at(-1)
    if (last?.stop === start) last.stop = reader.pos
    else runs.push({ start, stop: reader.pos })
  }
  return { runs, items, timely }
}
