import type { MineConfig } from './config.ts'
import { type Field, fieldsOf, type Layout, learnLayout, messageStart, noLayout } from './layout.ts'
import { PatternBook } from './pattern-book.ts'
import type { Rule } from './rule.ts'
import { Scanner } from './scan.ts'
import { type Statement, statementsOf } from './statement.ts'

/** Of each line kept while the layout is learned. */
const sampleCharsMax = 4_608
/** Lines of the sample mined for each new line, which waits its turn, once it is known where their messages begin. */
const catchUpLines = 5

type Settled = { lines: number; list: Statement[]; byPattern: Map<number, number> }

/**
 * Lines in, statements out, in bounded memory. A line has its id at once; the statement of an id is what is known when
 * asked, and grows coarser, never finer, where patterns have become one. What comes out depends on the lines and
 * their order alone.
 */
export class Miner {
  readonly #config: MineConfig
  readonly #without: ReadonlySet<Rule>
  readonly #scanner: Scanner
  #book: PatternBook
  #layout: Layout = noLayout
  /** The first lines, until the layout is learned from them and they are mined, in their order. */
  #sample: { lines: string[]; fields: Field[][] } = { lines: [], fields: [] }
  #learned: boolean
  /** Ids of patterns of the first lines, whose own ids are their places in the log. */
  #early: number[] = []
  #lines = 0
  #settled: Settled | undefined

  constructor(config: MineConfig, without: ReadonlySet<Rule> = new Set()) {
    this.#config = config
    this.#without = without
    this.#scanner = new Scanner(without)
    this.#book = new PatternBook(config)
    this.#learned = config.layout_lines === 0 || without.has('header')
  }

  /** Lines seen. */
  get lines(): number {
    return this.#lines
  }
  /** Whether lines begin with a time, level or the like that templates leave out. */
  get hasHeader(): boolean {
    this.#settle()
    return this.#layout.fields > 0
  }
  /** What memory goes with. */
  get size(): { patterns: number; words: number } {
    return { patterns: this.#book.size, words: this.#book.wordCount }
  }

  /** Notes a line, without its line end; gives its id. */
  push(line: string): number {
    const at = this.#lines++
    if (!this.#learned || this.#sample.lines.length > 0) {
      this.#keep(line)
      return at
    }
    return this.#earlyMax + this.#mine(line)
  }

  /** All statements, most frequent first. */
  statements(): readonly Statement[] {
    return this.#settle().list
  }

  /** The place in `statements()` of an id that `push` gave. */
  statementOf(id: number): number {
    const { byPattern } = this.#settle()
    const pattern = id < this.#earlyMax ? this.#early[id]! : id - this.#earlyMax
    return byPattern.get(this.#book.resolve(pattern))!
  }

  /** The line without its header, as far as its layout is known. */
  messageOf(line: string): string {
    this.#settle()
    return line.slice(messageStart(line, this.#layout))
  }

  #keep(line: string): void {
    const kept = line.length > sampleCharsMax ? line.slice(0, sampleCharsMax) : line
    this.#sample.lines.push(kept)
    if (this.#learned) {
      this.#catchUp(catchUpLines)
      return
    }
    this.#sample.fields.push(fieldsOf(kept))
    if (this.#sample.lines.length < this.#config.layout_lines) return
    this.#learned = true
    this.#begin()
  }

  /** Ids below are places of lines: of the sample, and of what came before the sample was mined. */
  get #earlyMax(): number {
    return this.#config.layout_lines * 2
  }

  #begin(): void {
    this.#layout = learnLayout(this.#sample.fields)
    this.#book = new PatternBook(this.#config)
    this.#early = []
  }

  #mine(line: string): number {
    return this.#book.add(this.#scanner.scan(line, messageStart(line, this.#layout)))
  }

  /** Mines what is left of the sample, up to `most` lines of it. */
  #catchUp(most: number): void {
    const { lines } = this.#sample
    for (let left = most; left > 0 && this.#early.length < lines.length; left--)
      this.#early.push(this.#mine(lines[this.#early.length]!))
    if (this.#learned && lines.length > 0 && this.#early.length === lines.length)
      this.#sample = { lines: [], fields: [] }
  }

  #settle(): Settled {
    if (this.#settled?.lines === this.#lines) return this.#settled
    // A log shorter than the sample is read with what its lines show.
    if (!this.#learned) this.#begin()
    this.#catchUp(Number.POSITIVE_INFINITY)
    const list = statementsOf(this.#book, this.#without)
    const byPattern = new Map(list.flatMap(({ patternIds }, at) => patternIds.map((id) => [id, at] as const)))
    this.#settled = { lines: this.#lines, list, byPattern }
    return this.#settled
  }
}
