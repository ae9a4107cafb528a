import type { Span } from '../expression.ts'
import { placeOf } from '../parse/failure.ts'
import type { Notes } from '../value.ts'

/** As many notes of a kind as the Prometheus API shows; the rest are counted. */
const notesMax = 10

/** Gathers what a query's reader should know, each sentence once for each place. */
export class NoteBook {
  readonly #text: string | undefined
  readonly #warnings = new Set<string>()
  readonly #infos = new Set<string>()
  /** The query as written, so that a note can say where; without it notes have no place. */
  constructor(text: string | undefined) {
    this.#text = text
  }

  /** Notes whose place is `at` unless another is given. */
  about(at: Span | undefined): Notes {
    const note = (kind: string, target: Set<string>) => {
      // Asked with the same sentence for every window of every series: the common case must be cheap.
      let last = ''
      let lastAt: Span | undefined
      return (sentence: string, where: Span | undefined = at): void => {
        if (sentence === last && where === lastAt) return
        last = sentence
        lastAt = where
        target.add(`PromQL ${kind}: ${sentence}${this.#place(where)}`)
      }
    }
    return { warn: note('warning', this.#warnings), info: note('info', this.#infos) }
  }

  warnings(): string[] {
    return limited(this.#warnings, 'warning')
  }
  infos(): string[] {
    return limited(this.#infos, 'info')
  }

  #place(at: Span | undefined): string {
    return this.#text === undefined || at === undefined ? '' : ` (${placeOf(this.#text, at.from)})`
  }
}

function limited(notes: ReadonlySet<string>, kind: string): string[] {
  const all = [...notes]
  if (all.length <= notesMax) return all
  return [...all.slice(0, notesMax), `${all.length - notesMax} more ${kind} annotations omitted`]
}
