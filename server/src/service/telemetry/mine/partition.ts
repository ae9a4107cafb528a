/** Words of a pattern by number; 0 where a value stands. */
export type Row = { readonly words: readonly number[] }

/** Fewer different words in a position are alternatives that matter (on/off, GET/POST/PUT), however alike the lines. */
const differentMin = 4

/**
 * Rows of one width and first word → rows of one statement each. Top down, as IPLoM (Makanju et al. 2009) splits by the
 * position with fewest different words; but where these are many for how much of the row is constant, they are values.
 * The less two lines share, the more of them it takes to believe that one statement wrote them.
 */
export class Partition {
  /** When a word was last counted, so that counting needs no set. */
  #counted = new Int32Array(1_024)
  #count = 0

  /** At most about `cellsMax` words are looked at; rows of parts not looked at by then stay alone. */
  of<R extends Row>(rows: readonly R[], cellsMax = Number.POSITIVE_INFINITY): R[][] {
    const done: R[][] = []
    const open: (readonly R[])[] = [rows]
    let cells = 0
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      cells += part.length * part[0]!.words.length
      if (cells > cellsMax) {
        for (const row of part) done.push([row])
        continue
      }
      const at = part.length > 1 ? this.#splitAt(part) : -1
      if (at < 0) done.push([...part])
      else open.push(...by(part, at).reverse())
    }
    return done
  }

  /** The position to split at, or -1: what differs are values. */
  #splitAt(rows: readonly Row[]): number {
    const width = rows[0]!.words.length
    let [constant, fewest, at] = [0, Number.POSITIVE_INFINITY, -1]
    for (let column = 0; column < width; column++) {
      const different = this.#different(rows, column)
      if (different === 1) constant++
      else if (different > 1 && different < fewest) [fewest, at] = [different, column]
    }
    const share = constant / width
    return fewest >= differentMin / (share * share) ? -1 : at
  }

  /** How many words; 0 where a value is among them. */
  #different(rows: readonly Row[], column: number): number {
    this.#count++
    let different = 0
    for (const { words } of rows) {
      const word = words[column]!
      if (word === 0) return 0
      if (word >= this.#counted.length) this.#grow(word)
      if (this.#counted[word] === this.#count) continue
      this.#counted[word] = this.#count
      different++
    }
    return different
  }

  #grow(word: number): void {
    const grown = new Int32Array(Math.max(word + 1, this.#counted.length * 2))
    grown.set(this.#counted)
    this.#counted = grown
  }
}

function by<R extends Row>(rows: readonly R[], column: number): R[][] {
  const parts = new Map<number, R[]>()
  for (const row of rows) {
    const part = parts.get(row.words[column]!)
    if (part) part.push(row)
    else parts.set(row.words[column]!, [row])
  }
  return [...parts.values()]
}
