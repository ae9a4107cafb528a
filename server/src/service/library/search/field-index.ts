import { apart } from './token.ts'

/**
 * An inverted index with BM25F over weighted fields (Robertson, Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond",
 * §3.6): a word's counts in the fields, each held against the length of that field, are added with the fields' weights before they saturate.
 * Incremental: documents come, go and are replaced one by one; what is answered is what an index made anew would answer.
 */
export const fields = ['title', 'headings', 'tags', 'entities', 'text'] as const
export type Field = (typeof fields)[number]
export type FieldTerms = Readonly<Record<Field, readonly string[]>>

export type Weights = {
  /** How soon a repeated word counts no more. */
  k1: number
  /** In the order of `fields`. `b`: 0 takes no account of a field's length, 1 all. */
  weight: readonly number[]
  b: readonly number[]
}

/** k1 and b of the text as the paper recommends; short fields say more by each word and less by their length. */
export const defaultWeights: Weights = {
  k1: 1.2,
  weight: [5, 2, 3, 4, 1],
  b: [0.3, 0.5, 0.2, 0.2, 0.75],
}

/** Counts of one word in the five fields are kept in one integer, six bits each: beyond 63 nothing changes in the score. */
const [countBits, countMax] = [6, 63]

/**
 * Documents that hold a word, by their number, each followed by its packed counts; numbers ascend, of `used` places are taken. Most words are
 * in few documents, where a plain array is smaller; from there on eight bytes each.
 */
type Postings = { list: number[] | Uint32Array; used: number }
const plainMax = 32

export type Scored = { id: string; score: number }

export class FieldIndex {
  readonly #weights: Weights
  #ids: (string | undefined)[] = []
  readonly #numbers = new Map<string, number>()
  readonly #free: number[] = []
  /** Five lengths for each document, and their sums over all. */
  #lengths = new Uint32Array(5 * 64)
  readonly #sums = [0, 0, 0, 0, 0]
  readonly #termNumbers = new Map<string, number>()
  readonly #postings: (Postings | undefined)[] = []
  readonly #names: (string | undefined)[] = []
  readonly #freeTerms: number[] = []
  /** Which words each document holds: to take it out again. */
  readonly #termsOf: Uint32Array[] = []
  #scores = new Float64Array(64)

  constructor(weights: Weights = defaultWeights) {
    this.#weights = weights
  }
  get size(): number {
    return this.#numbers.size
  }
  get termCount(): number {
    return this.#termNumbers.size
  }

  /** Adds a document, or replaces the one of this id. */
  put(id: string, terms: FieldTerms): void {
    this.remove(id)
    const number = this.#free.pop() ?? this.#ids.length
    this.#ids[number] = id
    this.#numbers.set(id, number)
    this.#grow(number)
    const packed = new Map<string, number>()
    fields.forEach((field, place) => {
      const words = terms[field]
      this.#lengths[number * 5 + place] = words.length
      this.#sums[place] = (this.#sums[place] ?? 0) + words.length
      const shift = place * countBits
      for (const word of words) {
        const before = packed.get(word) ?? 0
        if (((before >> shift) & countMax) < countMax) packed.set(word, before + (1 << shift))
      }
    })
    this.#termsOf[number] = Uint32Array.from(packed, ([word, counts]) => this.#insert(word, number, counts))
  }

  remove(id: string): boolean {
    const number = this.#numbers.get(id)
    if (number === undefined) return false
    for (const term of this.#termsOf[number] ?? []) this.#take(term, number)
    for (let place = 0; place < 5; place += 1)
      this.#sums[place] = (this.#sums[place] ?? 0) - (this.#lengths[number * 5 + place] ?? 0)
    this.#termsOf[number] = new Uint32Array(0)
    this.#ids[number] = undefined
    this.#numbers.delete(id)
    this.#free.push(number)
    return true
  }

  /** How telling a word is: `ln(1 + (N − n + ½) / (n + ½))`, n of N documents hold it. 0 for one that none holds. */
  idf(word: string): number {
    const term = this.#termNumbers.get(word)
    const holding = term === undefined ? 0 : (this.#postings[term]?.used ?? 0) / 2
    return holding === 0 ? 0 : Math.log(1 + (this.size - holding + 0.5) / (holding + 0.5))
  }

  /** The best `limit` of those that hold a word of the question and are accepted; and how many there are. Equal ones by id. */
  search(
    words: readonly string[],
    limit: number,
    accepts: (id: string) => boolean = () => true,
  ): { found: Scored[]; total: number } {
    const touched: number[] = []
    for (const word of words) this.#score(word, touched)
    const best = new Best(limit)
    let total = 0
    for (const number of touched) {
      const score = this.#scores[number] ?? 0
      this.#scores[number] = 0
      const id = this.#ids[number] ?? ''
      if (!accepts(id)) continue
      total += 1
      best.offer(id, score)
    }
    return { found: best.sorted(), total }
  }

  #score(word: string, touched: number[]): void {
    const term = this.#termNumbers.get(word)
    const postings = term === undefined ? undefined : this.#postings[term]
    if (!postings) return
    const idf = this.idf(word)
    const { k1, weight, b } = this.#weights
    const scores = this.#scores
    const lengths = this.#lengths
    // weight · count / (1 − b + b · length / average), with what does not depend on the document taken out of the loop.
    const flat = b.map((of) => 1 - of)
    const slope = b.map((of, place) => (of * this.size) / Math.max(1, this.#sums[place] ?? 0))
    const { list, used } = postings
    for (let at = 0; at < used; at += 2) {
      const number = list[at]!
      let counts = list[at + 1]!
      let weighted = 0
      for (let place = 0; counts !== 0; place += 1, counts >>>= countBits) {
        const count = counts & countMax
        if (count !== 0)
          weighted += (weight[place]! * count) / (flat[place]! + slope[place]! * lengths[number * 5 + place]!)
      }
      if (scores[number] === 0) touched.push(number)
      scores[number]! += (idf * weighted) / (k1 + weighted)
    }
  }

  #grow(number: number): void {
    if (number < this.#scores.length) return
    const scores = new Float64Array(this.#scores.length * 2)
    this.#scores = scores
    const lengths = new Uint32Array(scores.length * 5)
    lengths.set(this.#lengths)
    this.#lengths = lengths
  }

  #insert(word: string, number: number, counts: number): number {
    let term = this.#termNumbers.get(word)
    if (term === undefined) {
      term = this.#freeTerms.pop() ?? this.#postings.length
      const name = apart(word)
      this.#termNumbers.set(name, term)
      this.#names[term] = name
      this.#postings[term] = { list: [number, counts], used: 2 }
      return term
    }
    insert(this.#postings[term]!, number, counts)
    return term
  }

  #take(term: number, number: number): void {
    const postings = this.#postings[term]!
    take(postings, number)
    if (postings.used > 0) return
    this.#termNumbers.delete(this.#names[term] ?? '')
    this.#postings[term] = undefined
    this.#names[term] = undefined
    this.#freeTerms.push(term)
  }
}

/** Where a document's entry is, or belongs. */
function placeOf({ list, used }: Postings, number: number): number {
  if (used === 0 || list[used - 2]! < number) return used
  let low = 0
  let high = used / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle * 2]! < number) low = middle + 1
    else high = middle
  }
  return low * 2
}

function insert(postings: Postings, number: number, counts: number): void {
  const place = placeOf(postings, number)
  const used = postings.used + 2
  if (Array.isArray(postings.list) && used <= plainMax) postings.list.splice(place, 0, number, counts)
  else {
    const list = roomFor(postings.list, used)
    list.copyWithin(place + 2, place, postings.used)
    list[place] = number
    list[place + 1] = counts
    postings.list = list
  }
  postings.used = used
}

/** A quarter more than is needed, where it is full: memory is worth more here than the time to copy. */
function roomFor(list: number[] | Uint32Array, used: number): Uint32Array {
  if (!Array.isArray(list) && used <= list.length) return list
  const more = new Uint32Array(Math.ceil((used * 1.25) / 2) * 2)
  more.set(list)
  return more
}

function take(postings: Postings, number: number): void {
  const place = placeOf(postings, number)
  if (Array.isArray(postings.list)) postings.list.splice(place, 2)
  else postings.list.copyWithin(place, place + 2, postings.used)
  postings.used -= 2
}

/** The best so many of a stream: what cannot be among them costs one comparison. */
export class Best {
  readonly #limit: number
  #held: Scored[] = []
  #least = Number.NEGATIVE_INFINITY
  constructor(limit: number) {
    this.#limit = limit
  }
  offer(id: string, score: number): void {
    if (score < this.#least) return
    this.#held.push({ id, score })
    if (this.#held.length >= this.#limit * 2 + 64) this.#cut()
  }
  sorted(): Scored[] {
    this.#cut()
    return this.#held
  }
  #cut(): void {
    this.#held.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    this.#held.length = Math.min(this.#held.length, this.#limit)
    if (this.#held.length === this.#limit) this.#least = this.#held.at(-1)?.score ?? this.#least
  }
}
