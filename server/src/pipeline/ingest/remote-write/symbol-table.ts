import { Fault } from '../../../kernel/fault.ts'
import { invalid, type LabelSet } from '../label-set.ts'
import { KnownRuns } from './known-run.ts'
import { NONE } from './sample-sink.ts'
import { utf8 } from './series-item.ts'

const UNRESOLVED = -2
/** Of so many symbols the text is kept: names, and the values that many series share, are seen first. */
const TEXTS_MAX = 32_768
/** What is known of a kept text: that it was taken as a label's name, as a label's value. */
const NAME_TAKEN = 1
const VALUE_TAKEN = 2

/**
 * The symbols of one request of remote write 2.0, and what they are called across requests: a symbol's place differs from request to
 * request, its number here does not. Symbols that no label names are never looked at.
 */
export class SymbolTable {
  readonly #symbolsMax: number
  readonly #known: KnownRuns
  #bytes: Buffer = Buffer.alloc(0)
  #starts = new Uint32Array(256)
  #stops = new Uint32Array(256)
  #ids = new Int32Array(256)
  #count = 0
  /** By number of the symbol. */
  #texts: string[] = []
  readonly #taken = new Uint8Array(TEXTS_MAX)

  constructor(options: { symbolsMax: number; knownMax: number; bytesMax: number; seed: number }) {
    this.#symbolsMax = options.symbolsMax
    this.#known = new KnownRuns({
      entriesMax: options.knownMax,
      bytesMax: options.bytesMax,
      seed: options.seed,
    })
  }

  /** To be called before each request; true when all numbers given out so far have lost their meaning. */
  begin(bytes: Buffer): boolean {
    this.#bytes = bytes
    this.#count = 0
    if (!this.#known.begin()) return false
    this.#texts = []
    this.#taken.fill(0)
    return true
  }

  get count(): number {
    return this.#count
  }

  /** The next symbol: bytes of the request. */
  push(start: number, stop: number): void {
    const at = this.#count
    if (at === this.#starts.length) this.#grow()
    this.#starts[at] = start
    this.#stops[at] = stop
    this.#ids[at] = UNRESOLVED
    this.#count = at + 1
  }

  isEmpty(symbol: number): boolean {
    return this.#starts[symbol] === this.#stops[symbol]
  }

  /** The number that these bytes have in every request, or NONE when there is no more room. `symbol` must be within `count`. */
  idOf(symbol: number): number {
    const known = this.#ids[symbol]!
    return known === UNRESOLVED ? this.#resolve(symbol) : known
  }

  /** Throws INVALID_LABELS when it is no UTF-8 or there is no such symbol. */
  text(symbol: number): string {
    if (symbol >= this.#count) throw noSymbol(symbol, this.#count)
    return utf8(this.#bytes, this.#starts[symbol]!, this.#stops[symbol]!)
  }

  /** Adds the label of these two symbols. Throws INVALID_LABELS. */
  addTo(set: LabelSet, name: number, value: number): void {
    const nameText = this.#keptText(name)
    const valueText = this.#keptText(value)
    const nameId = this.#ids[name]!
    const valueId = this.#ids[value]!
    // Numbers of symbols whose text is not kept are past the end, or negative: nothing is noted of them.
    if ((this.#taken[nameId]! & NAME_TAKEN) !== 0 && (this.#taken[valueId]! & VALUE_TAKEN) !== 0) {
      set.addTaken(nameText, valueText)
      return
    }
    set.add(nameText, valueText)
    if (nameId >= 0 && nameId < TEXTS_MAX) this.#taken[nameId]! |= NAME_TAKEN
    if (valueId >= 0 && valueId < TEXTS_MAX) this.#taken[valueId]! |= VALUE_TAKEN
  }

  #keptText(symbol: number): string {
    if (symbol >= this.#count) throw noSymbol(symbol, this.#count)
    const id = this.idOf(symbol)
    if (id === NONE || id >= TEXTS_MAX) return this.text(symbol)
    this.#texts[id] ??= this.text(symbol)
    return this.#texts[id]!
  }

  #resolve(symbol: number): number {
    const start = this.#starts[symbol]!
    const stop = this.#stops[symbol]!
    let id = this.#known.find(this.#bytes, start, stop)
    if (id === NONE) id = this.#known.add(this.#bytes, start, stop)
    this.#known.step(id)
    this.#ids[symbol] = id
    return id
  }

  #grow(): void {
    const size = this.#starts.length
    if (size >= this.#symbolsMax)
      throw new Fault(
        'BODY_TOO_LARGE',
        `One request may hold ${this.#symbolsMax} symbols; this one holds more. Send smaller requests.`,
      )
    const next = Math.min(size * 2, this.#symbolsMax)
    this.#starts = grown(this.#starts, new Uint32Array(next))
    this.#stops = grown(this.#stops, new Uint32Array(next))
    this.#ids = grown(this.#ids, new Int32Array(next))
  }
}

const noSymbol = (symbol: number, count: number): Fault =>
  invalid(`A label refers to symbol ${symbol}, but the request has ${count}.`)

function grown<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from)
  return to
}
