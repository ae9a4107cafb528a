import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault, isFault } from '../../../kernel/fault.ts'
import type {
  Exemplar,
  HistogramSample,
  NativeHistogram,
  SeriesCatalog,
  SeriesMeta,
  SeriesRef,
} from '../../../port/metric-store.ts'
import { type LabelLimits, LabelSet } from '../label-set.ts'
import type { Reading } from '../protocol.ts'
import { Rejections } from '../rejection.ts'
import { outOfTime, SampleColumns, STALE_HI, STALE_LO } from '../sample-columns.ts'
import { dialectOf } from './content-type.ts'
import { decodeScrapeHeader, type ScrapeHeader } from './header.ts'
import { readProtobuf } from './protobuf-reader.ts'
import { reportSeries } from './report.ts'
import { type LabelMap, SampleLabels, ScrapeLimit } from './sample-labels.ts'
import { ExpositionSyntax, keyEnd, type LabelPairs, parseKey } from './series-key.ts'
import {
  LEFT_OUT,
  type ScrapeOutcome,
  type TargetMemories,
  type TargetMemory,
  UNRESOLVED,
} from './target-memory.ts'
import { type SampleSink, TextReader } from './text-reader.ts'

export type ExpositionLimits = {
  labels: LabelLimits
  samplesMax: number
  ageMsMax: number
  futureMsMax: number
}

/** Longest label set of an exemplar, names and values together, in characters: OpenMetrics 1.0, Exemplars. */
const EXEMPLAR_LENGTH_MAX = 128
// The NaN that Prometheus writes: 0x7ff8000000000001.
const NAN_LO = 1
const NAN_HI = 0x7ff8_0000
/** Numbers from here on stand for series that are not interned yet, in the order in which they came. */
const PENDING: SeriesRef = 0x8000_0000

/** Scrapes of one tenant, and the reports on them, to samples. What is wrong with a text is wrong with all of it, as in Prometheus. */
export class ExpositionDecoder implements SampleSink {
  readonly #tenant: TenantId
  readonly #catalog: SeriesCatalog
  readonly #limits: ExpositionLimits
  readonly #memories: TargetMemories
  readonly #text = new TextReader()

  // State of one call of `decode`.
  #header!: ScrapeHeader
  #labels!: SampleLabels
  #columns: SampleColumns
  #rejections = new Rejections()
  #pending: { labels: LabelMap; meta: SeriesMeta }[] = []
  #histograms: HistogramSample[] = []
  #exemplars: Exemplar[] = []
  #kept = 0
  #earliestMs = 0
  #latestMs = 0

  constructor(tenant: TenantId, catalog: SeriesCatalog, limits: ExpositionLimits, memories: TargetMemories) {
    this.#tenant = tenant
    this.#catalog = catalog
    this.#limits = limits
    this.#memories = memories
    this.#columns = new SampleColumns(0, limits.samplesMax)
  }

  /** The outcome of a scrape is left in its target's memory, for the report. */
  decode(body: Buffer, nowMs: number): Reading {
    const scopes = (key: string) => this.#memories.get(key)?.scope
    const { header, textAt } = decodeScrapeHeader(body, scopes)
    const memory = this.#memories.of(header.key)
    memory.claim(this)
    memory.scope = header.scope
    memory.labels ??= new SampleLabels(header.scope)
    this.#header = header
    this.#labels = memory.labels
    this.#rejections = new Rejections()
    this.#pending = []
    this.#histograms = []
    this.#exemplars = []
    this.#kept = 0
    this.#earliestMs = nowMs - this.#limits.ageMsMax
    this.#latestMs = nowMs + this.#limits.futureMsMax
    this.#columns = new SampleColumns(memory.last.count + 16, this.#limits.samplesMax)
    if (header.report) this.#report(body, textAt)
    else memory.outcome = this.#scrape(body, textAt, memory)
    return {
      samples: this.#columns,
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      rejections: this.#rejections,
    }
  }

  /** A number for the time being: nothing is interned before the whole text is known to be right. */
  resolve(pairs: LabelPairs, meta: (name: string) => SeriesMeta): SeriesRef | Fault {
    try {
      const labels = this.#labels.of(pairs)
      if (!labels) return LEFT_OUT
      this.#pending.push({ labels, meta: meta(pairs[0]?.[1] ?? '') })
      return PENDING + this.#pending.length - 1
    } catch (error) {
      if (isFault(error)) return error
      throw error
    }
  }

  sample(ref: SeriesRef, timeMs: number, value: number): void {
    const at = this.#time(timeMs)
    if (Number.isNaN(at)) return
    this.#kept += 1
    if (Number.isNaN(value)) this.#columns.push(ref, at, NAN_LO, NAN_HI)
    else this.#columns.pushNumber(ref, at, value)
  }

  histogram(ref: SeriesRef, timeMs: number, histogram: NativeHistogram): void {
    const at = this.#time(timeMs)
    if (Number.isNaN(at)) return
    this.#kept += 1
    this.#histograms.push({ ref, timeMs: at, histogram })
  }

  exemplar(ref: SeriesRef, pairs: LabelPairs, value: number, timeMs: number, sampleMs: number): void {
    const at = this.#time(Number.isNaN(timeMs) ? sampleMs : timeMs)
    if (Number.isNaN(at)) return
    const length = pairs.reduce((sum, [name, text]) => sum + [...name].length + [...text].length, 0)
    if (length > EXEMPLAR_LENGTH_MAX) {
      this.#rejections.add(
        new Fault(
          'INVALID_LABELS',
          `The labels of an exemplar are longer than ${EXEMPLAR_LENGTH_MAX} characters.`,
        ),
      )
      return
    }
    try {
      const set = new LabelSet(this.#limits.labels)
      for (const [name, text] of pairs) set.add(name, text)
      this.#exemplars.push({ ref, timeMs: at, value, labels: set.labels })
    } catch (error) {
      if (!isFault(error)) throw error
      this.#rejections.add(error)
    }
  }

  refuse(fault: Fault): void {
    this.#rejections.add(fault)
  }

  repeat(): void {
    this.#rejections.add(
      new Fault('INVALID_SAMPLE', 'A series stands twice in one scrape; the first value was kept.'),
    )
  }

  #scrape(body: Buffer, textAt: number, memory: TargetMemory): ScrapeOutcome {
    let known = memory.size
    let scraped = 0
    try {
      const dialect = dialectOf(this.#header.content_type)
      memory.begin(dialect)
      known = memory.size
      const { track_timestamps_staleness: trackTimed, classic_histograms: classic } = this.#header.scope
      const read =
        dialect === 'protobuf'
          ? readProtobuf(body, textAt, memory, this, { trackTimed, classic })
          : this.#readText(body, textAt, memory, trackTimed)
      scraped = read.scraped
      this.#checkCount()
      this.#settle(memory)
      return {
        scraped: read.scraped,
        kept: this.#kept,
        added: memory.added(known),
        vanished: memory.commit(read.layout, known, read.found),
      }
    } catch (error) {
      if (scraped === 0) scraped = this.#text.scraped
      memory.outcome = { scraped, kept: this.#kept, added: 0, vanished: memory.fail(known, PENDING) }
      if (error instanceof ExpositionSyntax)
        throw new Fault('INVALID_REQUEST', `Line ${lineOf(body, textAt, error.pos)}: ${error.message}.`)
      if (error instanceof ScrapeLimit)
        throw new Fault('INVALID_REQUEST', `The scrape breaks ${error.message}; nothing of it was taken.`)
      throw error
    }
  }

  /** Gives the new series their numbers; one that cannot be taken is left out with its samples, and asked for again next time. */
  #settle(memory: TargetMemory): void {
    if (this.#pending.length === 0) return
    const settled = this.#pending.map(({ labels, meta }) => this.#tryIntern(labels, meta))
    const of = (ref: SeriesRef): SeriesRef | Fault => (ref < PENDING ? ref : settled[ref - PENDING]!)
    for (let slot = 0; slot < memory.size; slot += 1) {
      const ref = memory.refs[slot]!
      if (ref < PENDING || ref >= LEFT_OUT) continue
      const found = of(ref)
      memory.refs[slot] = typeof found === 'number' ? found : UNRESOLVED
    }
    const refused = new Set<number>()
    for (let at = 0; at < this.#columns.count; at += 1) {
      const found = of(this.#columns.series[at]!)
      if (typeof found === 'number') this.#columns.series[at] = found
      else {
        refused.add(at)
        this.#rejections.add(found)
      }
    }
    this.#columns.drop(refused)
    const withRef = <T extends { ref: SeriesRef }>(items: readonly T[]): T[] =>
      items.flatMap((item) => {
        const ref = of(item.ref)
        return typeof ref === 'number' ? [{ ...item, ref }] : []
      })
    this.#histograms = withRef(this.#histograms)
    this.#exemplars = withRef(this.#exemplars)
  }

  #tryIntern(labels: LabelMap, meta: SeriesMeta): SeriesRef | Fault {
    try {
      return this.#intern(labels, meta)
    } catch (error) {
      if (isFault(error)) return error
      throw error
    }
  }

  #readText(body: Buffer, textAt: number, memory: TargetMemory, trackTimed: boolean) {
    const layout = this.#text.read(body, textAt, memory, this, trackTimed)
    return { layout, scraped: this.#text.scraped, found: this.#text.found }
  }

  /** The series that are no more, then what is said of the scrape itself. */
  #report(body: Buffer, textAt: number): void {
    const { report, time_ms: timeMs, content_type } = this.#header
    const dialect = dialectOf(content_type)
    for (let at = textAt; at < body.length; ) {
      const stop = keyEnd(body, at, body.length, dialect)
      const labels = this.#labels.of(parseKey(body, at, stop, dialect))
      const ref = labels ? this.#tryIntern(labels, { kind: 'UNKNOWN' }) : LEFT_OUT
      if (typeof ref !== 'number') this.#rejections.add(ref)
      else if (ref !== LEFT_OUT) this.#columns.push(ref, timeMs, STALE_LO, STALE_HI)
      at = stop + 1
    }
    if (!report) return
    for (const [name, unit, value] of reportSeries(report)) {
      const ref = this.#intern(this.#labels.ofReport(name), { kind: 'GAUGE', ...(unit ? { unit } : {}) })
      if (report.ended) this.#columns.push(ref, timeMs, STALE_LO, STALE_HI)
      else this.#columns.pushNumber(ref, timeMs, value)
    }
  }

  #intern(labels: LabelMap, meta: SeriesMeta): SeriesRef {
    const set = new LabelSet(this.#limits.labels)
    for (const [name, value] of labels) set.add(name, value)
    return this.#catalog.intern(this.#tenant, set.labels, meta)
  }

  /** NaN for a time that is not taken. */
  #time(timeMs: number): number {
    if (Number.isNaN(timeMs) || !this.#header.scope.honor_timestamps) return this.#header.time_ms
    if (timeMs >= this.#earliestMs && timeMs <= this.#latestMs) return timeMs
    this.#rejections.add(outOfTime(timeMs, this.#earliestMs, this.#limits))
    return Number.NaN
  }

  /** Read to the end all the same, so that the report can say how many there are. */
  #checkCount(): void {
    const { sample_limit } = this.#header.scope
    if (sample_limit > 0 && this.#kept > sample_limit)
      throw new ScrapeLimit(
        `sample_limit: ${this.#kept} samples are left after metric_relabel_configs, more than ${sample_limit}`,
      )
  }
}

function lineOf(body: Buffer, textAt: number, pos: number): number {
  let line = 1
  for (let at = textAt; at < pos; at += 1) if (body[at] === 0x0a) line += 1
  return line
}
