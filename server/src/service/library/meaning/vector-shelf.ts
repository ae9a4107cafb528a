import type { Turn } from '../../../kernel/turn.ts'

export type Nearest = { id: string; passage: number; score: number }

/** Rows are compared in stretches of so many numbers between two looks at the clock: under a millisecond. */
const stretch = 500_000

/** Vectors of the passages of one tenant, in one block of memory; each of length 1, so that the product is the cosine. Search is exact. */
export class VectorShelf {
  #dimensions = 0
  #rows = new Float32Array(0)
  #owners: { id: string; passage: number }[] = []
  readonly #documents = new Map<string, number>()

  get size(): number {
    return this.#owners.length
  }
  get documents(): number {
    return this.#documents.size
  }
  has(id: string): boolean {
    return this.#documents.has(id)
  }

  /** Replaces those of a document. False where they are of another length than all others: of another model. */
  put(id: string, vectors: readonly Float32Array[]): boolean {
    this.remove(id)
    const length = vectors[0]?.length ?? 0
    if (this.size === 0 && length > 0) this.#dimensions = length
    if (vectors.some((one) => one.length !== this.#dimensions)) return false
    for (const [passage, vector] of vectors.entries()) {
      this.#room(this.size + 1)
      this.#rows.set(vector, this.size * this.#dimensions)
      this.#owners.push({ id, passage })
    }
    this.#documents.set(id, vectors.length)
    return true
  }

  /** The last rows take the places of those that go. */
  remove(id: string): void {
    let left = this.#documents.get(id) ?? 0
    this.#documents.delete(id)
    for (let row = this.size - 1; row >= 0 && left > 0; row -= 1) {
      if (this.#owners[row]?.id !== id) continue
      left -= 1
      const last = this.#owners.pop()
      if (row === this.size || !last) continue
      this.#owners[row] = last
      const from = this.size * this.#dimensions
      this.#rows.copyWithin(row * this.#dimensions, from, from + this.#dimensions)
    }
  }

  /** The nearest passage of each document, nearest first. Gives way while it compares; what changes meanwhile may be in it or not. */
  async nearest(
    asked: Float32Array,
    limit: number,
    accepts: (id: string) => boolean,
    turn: Turn,
  ): Promise<Nearest[]> {
    if (asked.length !== this.#dimensions) return []
    const best = new Map<string, Nearest>()
    const step = Math.max(1, Math.floor(stretch / this.#dimensions))
    for (let from = 0; from < this.size; from += step) {
      for (let row = from; row < Math.min(this.size, from + step); row += 1) {
        const owner = this.#owners[row]!
        if (!accepts(owner.id)) continue
        const score = product(this.#rows, row * this.#dimensions, asked)
        if (score > (best.get(owner.id)?.score ?? Number.NEGATIVE_INFINITY))
          best.set(owner.id, { ...owner, score })
      }
      if (turn.due()) await turn.give()
    }
    return [...best.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, limit)
  }

  #room(rows: number): void {
    if (rows * this.#dimensions <= this.#rows.length) return
    const more = new Float32Array(Math.max(rows, Math.ceil(this.size * 1.5), 64) * this.#dimensions)
    more.set(this.#rows.subarray(0, this.size * this.#dimensions))
    this.#rows = more
  }
}

/** Four sums at once, which the processor can add side by side. */
function product(rows: Float32Array, from: number, asked: Float32Array): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const length = asked.length
  const even = length - (length % 4)
  for (let at = 0; at < even; at += 4) {
    a += rows[from + at]! * asked[at]!
    b += rows[from + at + 1]! * asked[at + 1]!
    c += rows[from + at + 2]! * asked[at + 2]!
    d += rows[from + at + 3]! * asked[at + 3]!
  }
  for (let at = even; at < length; at += 1) a += rows[from + at]! * asked[at]!
  return a + b + c + d
}
