import type { MineConfig } from './config.ts'
import { Partition, type Row } from './partition.ts'
import { own, type Scanned, value } from './scan.ts'
import { mergeGap } from './template.ts'

export type Pattern = Row & {
  readonly id: number
  slot: number
  readonly words: number[]
  gaps: string[]
  count: number
  /** Gaps already merged in, each line's as one text, so that a line like the last costs one look. */
  readonly seen: Set<string>
}
/** `fullAt`: patterns at which it is partitioned again; 0 before the first time. */
type Bucket = { patterns: Pattern[]; wild: Pattern[]; fullAt: number }

/** A bucket that grows to this many patterns is partitioned, and each statement found becomes one pattern. */
const bucketMax = 128
/** The same once half of all patterns are taken. */
const bucketTight = 16
/** Not tried again in a bucket where more patterns were left than half of this: they are statements. */
const bucketTried = 1_024
/** Words looked at for that, so that no line waits long: a quarter of a millisecond. */
const cellsMax = 100_000
/** Ids outlive their patterns, at four bytes each; past this many, what is new counts as other. */
const idsMax = 1_048_576
const seenMax = 4
const gapCharsMax = 256
/** Patterns, or words, looked at for one that can go. */
const nearMax = 8

/**
 * Distinct forms of lines, in buckets of one width and first word. Patterns, words and ids are bounded; at a bound detail is
 * given up, never a line.
 */
export class PatternBook {
  readonly #config: MineConfig
  readonly #exact = new Map<number, Pattern>()
  readonly #buckets = new Map<number, Bucket>()
  readonly #patterns = new Map<number, Pattern>()
  /** The same in places, so that a hand can go round them; a place left is taken by the next. */
  readonly #slots: Pattern[] = []
  readonly #slotsFree: number[] = []
  #slotHand = 0
  /** By width: lines that found no room, as values alone. */
  readonly #others = new Map<number, Pattern>()
  readonly #words: string[] = ['']
  readonly #numbers = new Map<string, number>()
  /** By number: patterns with the word, and the line that last had it. A word in no pattern may give its number away. */
  readonly #uses: number[] = [1]
  readonly #usedAt: number[] = [0]
  #wordHand = 0
  #line = 0
  readonly #partition = new Partition()
  /** Which id holds the lines of an id whose pattern is gone. */
  #became = new Int32Array(1_024)
  #ids = 0

  constructor(config: MineConfig) {
    this.#config = config
  }

  get size(): number {
    return this.#patterns.size + this.#others.size
  }
  get wordCount(): number {
    return this.#numbers.size
  }
  *patterns(): Iterable<Pattern> {
    yield* this.#patterns.values()
    yield* this.#others.values()
  }
  wordOf(number: number): string | null {
    return number === 0 ? null : this.#words[number]!
  }
  /** The id of the pattern that holds this id's lines now. */
  resolve(id: number): number {
    let at = id
    while (this.#became[at] !== at) at = this.#became[at]!
    this.#became[id] = at
    return at
  }

  /** Notes a line; the id of its pattern. */
  add({ words, gaps }: Scanned): number {
    this.#line++
    const numbers: number[] = new Array(words.length)
    for (let at = 0; at < words.length; at++) numbers[at] = this.#number(words[at]!)
    const pattern = this.#find(numbers) ?? this.#create(numbers)
    pattern.count++
    cover(pattern, gaps)
    return pattern.id
  }

  #number(word: string): number {
    const found = this.#numbers.get(word)
    if (found !== undefined) {
      this.#usedAt[found] = this.#line
      return found
    }
    const number = this.#numbers.size < this.#config.words_max ? this.#words.length : this.#freeNumber()
    if (number === 0) return 0
    const kept = own(word)
    this.#numbers.set(kept, number)
    this.#words[number] = kept
    this.#uses[number] = 0
    this.#usedAt[number] = this.#line
    return number
  }

  /** Of a word in no pattern and not of this line, such as a name seen once; 0 where none is near. */
  #freeNumber(): number {
    for (let looked = 0; looked < nearMax; looked++) {
      this.#wordHand = this.#wordHand >= this.#words.length - 1 ? 1 : this.#wordHand + 1
      const number = this.#wordHand
      if (this.#uses[number] !== 0 || this.#usedAt[number] === this.#line) continue
      this.#numbers.delete(this.#words[number]!)
      return number
    }
    return 0
  }

  #find(words: readonly number[]): Pattern | undefined {
    const exact = this.#exact.get(keyOf(words))
    if (exact && same(exact.words, words)) return exact
    return this.#buckets.get(bucketOf(words))?.wild.find((pattern) => fits(pattern.words, words))
  }

  #create(words: number[]): Pattern {
    if (this.#ids >= idsMax || !this.#makeRoom()) return this.#other(words.length)
    const pattern = this.#new(words)
    for (const word of words) this.#uses[word]! += 1
    pattern.slot = this.#slotsFree.pop() ?? this.#slots.length
    this.#slots[pattern.slot] = pattern
    const key = bucketOf(words)
    const bucket = this.#buckets.get(key) ?? { patterns: [], wild: [], fullAt: 0 }
    this.#buckets.set(key, bucket)
    this.#enter(pattern, bucket)
    if (bucket.patterns.length < (bucket.fullAt || this.#bucketMax())) return pattern
    this.#collapse(bucket)
    return this.#patterns.get(this.resolve(pattern.id))!
  }

  #enter(pattern: Pattern, bucket: Bucket): void {
    this.#patterns.set(pattern.id, pattern)
    bucket.patterns.push(pattern)
    if (pattern.words.includes(0)) bucket.wild.push(pattern)
    this.#exact.set(keyOf(pattern.words), pattern)
  }

  #leave(pattern: Pattern, into: Pattern): void {
    this.#patterns.delete(pattern.id)
    this.#slotsFree.push(pattern.slot)
    const key = keyOf(pattern.words)
    if (this.#exact.get(key) === pattern) this.#exact.delete(key)
    for (const word of pattern.words) this.#uses[word]! -= 1
    this.#became[pattern.id] = into.id
    into.count += pattern.count
    cover(into, pattern.gaps)
  }

  #collapse(bucket: Bucket): void {
    const parts = this.#partition.of(bucket.patterns, cellsMax)
    bucket.patterns = []
    bucket.wild = []
    for (const part of parts) {
      const [first, ...rest] = part
      if (rest.length > 0) {
        const key = keyOf(first!.words)
        if (this.#exact.get(key) === first) this.#exact.delete(key)
        for (const pattern of rest) {
          for (let at = 0; at < first!.words.length; at++)
            if (first!.words[at] !== pattern.words[at]) this.#loosen(first!, at)
          this.#leave(pattern, first!)
        }
      }
      this.#enter(first!, bucket)
    }
    const next = Math.max(this.#bucketMax(), bucket.patterns.length * 2)
    bucket.fullAt = next > bucketTried ? Number.POSITIVE_INFINITY : next
  }

  #loosen(pattern: Pattern, at: number): void {
    this.#uses[pattern.words[at]!]! -= 1
    this.#uses[0]! += 1
    pattern.words[at] = 0
  }

  #bucketMax(): number {
    return this.#patterns.size > this.#config.patterns_max / 2 ? bucketTight : bucketMax
  }

  #makeRoom(): boolean {
    if (this.#patterns.size < this.#config.patterns_max) return true
    for (let looked = 0; looked < nearMax; looked++) {
      this.#slotHand = (this.#slotHand + 1) % this.#slots.length
      const pattern = this.#slots[this.#slotHand]!
      if (pattern.count > 1) continue
      this.#remove(pattern)
      this.#leave(pattern, this.#other(pattern.words.length))
      return true
    }
    return false
  }

  #remove(pattern: Pattern): void {
    const key = bucketOf(pattern.words)
    const bucket = this.#buckets.get(key)!
    bucket.patterns = bucket.patterns.filter((each) => each !== pattern)
    bucket.wild = bucket.wild.filter((each) => each !== pattern)
    if (bucket.patterns.length === 0) this.#buckets.delete(key)
  }

  #other(width: number): Pattern {
    const found = this.#others.get(width)
    if (found) return found
    const pattern = this.#new(new Array<number>(width).fill(0))
    this.#others.set(width, pattern)
    return pattern
  }

  #new(words: number[]): Pattern {
    const id = this.#ids++
    if (id >= this.#became.length) {
      const grown = new Int32Array(this.#became.length * 2)
      grown.set(this.#became)
      this.#became = grown
    }
    this.#became[id] = id
    return { id, slot: -1, words, gaps: [], count: 0, seen: new Set() }
  }
}

/** Generalises a pattern's gaps so that they cover these. */
export function cover(pattern: Pick<Pattern, 'gaps' | 'seen'>, gaps: readonly string[]): void {
  if (pattern.gaps.length === 0) {
    pattern.gaps = own(gaps.map(bounded).join('\u0000')).split('\u0000')
    return
  }
  const text = gaps.join('\u0000')
  if (pattern.seen.has(text)) return
  for (let at = 0; at < gaps.length; at++) {
    const [old, gap] = [pattern.gaps[at]!, gaps[at]!]
    if (old !== gap) pattern.gaps[at] = own(mergeGap(old, bounded(gap)))
  }
  if (pattern.seen.size < seenMax && text.length <= gapCharsMax) pattern.seen.add(own(text))
}

const bounded = (gap: string): string => (gap.length > gapCharsMax ? value : gap)

const same = (a: readonly number[], b: readonly number[]): boolean => {
  for (let at = 0; at < b.length; at++) if (a[at] !== b[at]) return false
  return a.length === b.length
}
const fits = (wild: readonly number[], words: readonly number[]): boolean => {
  for (let at = 0; at < words.length; at++) if (wild[at] !== 0 && wild[at] !== words[at]) return false
  return true
}
/** 52 bits of two hashes, of all words but the one at `without`; who looks up by it compares the words too. */
export function keyOf(words: readonly number[], without = -1): number {
  let [a, b] = [0x811c9dc5, 0x9747b28c]
  for (let at = 0; at < words.length; at++) {
    if (at === without) continue
    a = Math.imul(a ^ words[at]!, 0x01000193)
    b = Math.imul(b ^ words[at]! ^ (b >>> 15), 0x85ebca6b)
  }
  return (a >>> 6) * 67_108_864 + (b >>> 6)
}
const bucketOf = (words: readonly number[]): number => words.length * 16_777_216 + (words[0] ?? 0)
