import type { LabelSet } from '../label-set.ts'
import type { ProtobufReader } from '../wire/protobuf-reader.ts'
import { KnownRuns } from './known-run.ts'
import { NONE } from './sample-sink.ts'
import { strictText } from './series-item.ts'

// Field number · 8 + wire type, of prometheus.Label.
const LABEL_NAME = 0x0a
const LABEL_VALUE = 0x12

/** Labels that are kept, and bytes of them: those that many new series share come again and again. */
const LABELS_MAX = 16_384
const BYTES_MAX = 2 * 1_048_576

/** Labels of remote write 1.0 by their bytes, so that a name and a value that were read and checked once are not again. */
export class KnownLabels {
  readonly #known: KnownRuns
  #names: string[] = []
  #values: string[] = []

  constructor(seed: number) {
    this.#known = new KnownRuns({ entriesMax: LABELS_MAX, bytesMax: BYTES_MAX, seed })
  }

  /** To be called before each request. */
  begin(): void {
    if (!this.#known.begin()) return
    this.#names = []
    this.#values = []
  }

  /** Adds one Label message, its tag already read. Throws INVALID_LABELS; the reader may then be anywhere in it. */
  read(reader: ProtobufReader, set: LabelSet): void {
    const { bytes, pos } = reader
    const stop = reader.stop()
    const id = this.#known.lookup(bytes, reader.pos, stop)
    if (id !== NONE) {
      reader.pos = stop
      set.addTaken(this.#names[id]!, this.#values[id]!)
      return
    }
    reader.pos = pos
    const outer = reader.enter()
    const start = reader.pos
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
    const added = this.#known.addMissed(bytes, start, stop)
    if (added === NONE) return
    this.#names[added] = name
    this.#values[added] = value
  }
}
