import type { Bundle } from './bundle.ts'
import { safeMarkdown } from './markdown.ts'
import { FactBook } from './verify/fact-book.ts'
import { type Statement, statementsOf } from './verify/statement.ts'
import { type Violation, verify, violationsOf } from './verify/verify.ts'

/** Violations that are named to a model at most. */
const namedMax = 12

/**
 * Reads prose as a model writes it, and lets a statement through once it is whole and holds against the evidence. After the first that does
 * not hold nothing more gets through; the rest is read for what else to name.
 */
export class ProseReader {
  readonly #bundle: Bundle
  #known: FactBook | undefined
  readonly #charactersMax: number
  readonly #secretWords: readonly string[]
  #rest = ''
  #text = ''
  #read = 0
  readonly statements: Statement[] = []
  readonly violations: Violation[] = []

  /** `secretWords` must not be said: what marks the evidence. */
  constructor(bundle: Bundle, options: { charactersMax: number; secretWords?: readonly string[] }) {
    this.#bundle = bundle
    this.#charactersMax = options.charactersMax
    this.#secretWords = options.secretWords ?? []
  }

  /** Read once the first words are there: nothing waits for it. */
  get #book(): FactBook {
    this.#known ??= new FactBook(this.#bundle)
    return this.#known
  }
  /** What may be shown. */
  get text(): string {
    return this.#text
  }
  /** Nothing more of this is worth reading. */
  get isHopeless(): boolean {
    return this.#read > this.#charactersMax || this.violations.length >= namedMax
  }

  /** Reads on, and returns what may be shown now. */
  add(text: string): string {
    this.#read += text.length
    if (this.#read > this.#charactersMax) {
      if (!this.violations.some(({ kind }) => kind === 'LENGTH'))
        this.violations.push({
          kind: 'LENGTH',
          text: '',
          sentence: `the answer is longer than ${this.#charactersMax} characters`,
        })
      return ''
    }
    this.#rest += text
    return this.#take(false)
  }

  /** The text has ended: what is left is a statement too, and the whole is looked at. */
  end(): string {
    const shown = this.#take(true)
    if (this.violations.length === 0)
      this.violations.push(...verify(this.#text, this.#bundle, this.#book).violations)
    return shown
  }

  #take(isWhole: boolean): string {
    const { statements, rest } = statementsOf(this.#rest, isWhole)
    this.#rest = rest
    let shown = ''
    for (const given of statements) {
      const statement = { ...given, raw: safeMarkdown(given.raw, this.#book.documents) }
      const violations = violationsOf(given, this.#bundle, this.#book)
      if (this.#secretWords.some((word) => given.raw.includes(word)))
        violations.push({
          kind: 'MARKUP',
          text: 'evidence',
          sentence: 'the marks around the evidence are not part of an answer',
        })
      this.violations.push(...violations.slice(0, namedMax))
      if (this.violations.length > 0) continue
      this.statements.push(statement)
      this.#text += statement.raw
      shown += statement.raw
    }
    return shown
  }
}
