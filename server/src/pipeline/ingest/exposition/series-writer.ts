import type { NativeHistogram, SeriesRef } from '../../../port/metric-store.ts'
import { type Family, metaOf } from './family.ts'
import type { LabelPairs } from './series-key.ts'
import { Layout, LEFT_OUT, type TargetMemory, UNRESOLVED } from './target-memory.ts'
import type { SampleSink } from './text-reader.ts'

/** A sink for formats that hold native histograms. */
export type HistogramSink = SampleSink & {
  histogram(ref: SeriesRef, timeMs: number, histogram: NativeHistogram): void
}

export type ProtobufExemplar = { labels: LabelPairs; value: number; timeMs: number }

/** Gives series their places in the target's memory, by the text of their labels. */
export class SeriesWriter {
  scraped = 0
  found = 0
  readonly #memory: TargetMemory
  readonly #sink: HistogramSink
  readonly #trackTimed: boolean
  readonly #sizeBefore: number
  readonly #known = new Map<string, number>()
  readonly #keys: string[] = []
  readonly #slots: number[] = []

  constructor(memory: TargetMemory, sink: HistogramSink, trackTimed: boolean) {
    this.#memory = memory
    this.#sink = sink
    this.#trackTimed = trackTimed
    this.#sizeBefore = memory.size
    const { last } = memory
    for (let at = 0; at < last.count; at += 1)
      this.#known.set(last.bytes.toString('utf8', last.keyStart[at]!, last.keyEnd[at]!), last.slots[at]!)
  }

  write(
    family: Family,
    suffix: string,
    labels: LabelPairs,
    timeMs: number,
    value: number,
    exemplar: ProtobufExemplar | undefined,
  ): void {
    const { ref, first } = this.#place(family, suffix, labels, timeMs)
    if (ref >= LEFT_OUT) return
    if (!first && Number.isNaN(timeMs)) this.#sink.repeat()
    else this.#sink.sample(ref, timeMs, value)
    if (exemplar) this.#sink.exemplar(ref, exemplar.labels, exemplar.value, exemplar.timeMs, timeMs)
  }

  writeHistogram(
    family: Family,
    labels: LabelPairs,
    timeMs: number,
    histogram: NativeHistogram,
    exemplars: readonly ProtobufExemplar[],
  ): void {
    const { ref, first } = this.#place(family, '', labels, timeMs)
    if (ref >= LEFT_OUT) return
    if (!first && Number.isNaN(timeMs)) this.#sink.repeat()
    else this.#sink.histogram(ref, timeMs, histogram)
    for (const { labels: own, value, timeMs: at } of exemplars)
      this.#sink.exemplar(ref, own, value, at, timeMs)
  }

  /** The keys as one text, for the next scrape and for reports. */
  layout(): Layout {
    const parts = this.#keys.map((key) => Buffer.from(`${key}\n`))
    const layout = new Layout(Buffer.concat(parts))
    let at = 0
    for (const [index, part] of parts.entries()) {
      layout.push(at, at, at + part.length - 1, this.#slots[index]!)
      at += part.length
    }
    return layout
  }

  #place(
    family: Family,
    suffix: string,
    labels: LabelPairs,
    timeMs: number,
  ): { ref: SeriesRef; first: boolean } {
    const memory = this.#memory
    const pairs: LabelPairs = [['__name__', family.name + suffix], ...labels]
    const key = keyText(pairs)
    let slot = this.#known.get(key)
    if (slot === undefined) {
      slot = memory.add(UNRESOLVED)
      this.#known.set(key, slot)
    }
    let ref = memory.refs[slot]!
    if (ref === UNRESOLVED) {
      const resolved = this.#sink.resolve(pairs, (name) => metaOf(name, family))
      if (typeof resolved === 'number') {
        memory.refs[slot] = resolved
        ref = resolved
      } else this.#sink.refuse(resolved)
    }
    this.scraped += 1
    const first = memory.seen[slot] !== memory.turn
    if (first) {
      memory.seen[slot] = memory.turn
      if (slot < this.#sizeBefore) this.found += 1
      this.#keys.push(key)
      this.#slots.push(slot)
    }
    memory.tracked[slot] = Number.isNaN(timeMs) || this.#trackTimed ? 1 : 0
    return { ref, first }
  }
}

const escaped = (text: string): string =>
  text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))
const keyText = (pairs: LabelPairs): string =>
  `{${pairs.map(([name, value]) => (name === '__name__' ? `"${escaped(value)}"` : `"${escaped(name)}"="${escaped(value)}"`)).join(',')}}`
