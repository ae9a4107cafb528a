/** A part of an object: what JSON has. */
export type Part = Record<string, unknown> | readonly unknown[]

export const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null

/**
 * Keeps equal parts of objects once (hash consing): of an object's next version only what differs from the one before is new, and what
 * many objects have in common, such as the containers of one workload's pods, is there once. Equal parts of consecutive versions are
 * therefore the same value, and `===` tells whether a part changed.
 *
 * What is common to different objects is found in tables of fixed size whose places are overwritten: one that was not found costs room,
 * never correctness.
 */
export class Sharer {
  readonly #parts: (Part | undefined)[] = new Array(partPlaces).fill(undefined)
  readonly #texts: (string | undefined)[] = new Array(textPlaces).fill(undefined)
  /** Of the records under way. */
  readonly #values: unknown[] = []
  /** Of what was shared last. */
  #hash = 0
  #freshBytes = 0

  /** `next` as it is to be kept, and about how many bytes of it were not there before. */
  share<T extends object>(next: T, previous: T | undefined): { value: T; bytes: number } {
    this.#freshBytes = 0
    this.#values.length = 0
    const value = this.#share(next, previous) as T
    return { value, bytes: this.#freshBytes }
  }

  #share(next: unknown, previous: unknown): unknown {
    if (typeof next === 'string') return this.#text(next, previous)
    if (!isPart(next)) {
      this.#hash = typeof next === 'number' ? next | 0 : next ? 1 : 2
      return next
    }
    return Array.isArray(next)
      ? this.#list(next, previous)
      : this.#record(next as Record<string, unknown>, previous)
  }

  #text(next: string, previous: unknown): string {
    const hash = hashOf(next)
    this.#hash = hash
    if (next === previous) return previous
    if (next.length > sharedLengthMax) {
      this.#freshBytes += textBytes(next)
      return next
    }
    const place = (hash >>> 0) % textPlaces
    const known = this.#texts[place]
    if (known === next) return known
    this.#texts[place] = next
    this.#freshBytes += textBytes(next)
    return next
  }

  #list(next: readonly unknown[], previous: unknown): Part {
    const before: readonly unknown[] | undefined = Array.isArray(previous) ? previous : undefined
    // A list as it was read may have room for seventeen items; a copy has for its own alone.
    const copy = next.slice()
    let same = before?.length === next.length
    let hash = next.length + 7
    for (let i = 0; i < next.length; i++) {
      const shared = this.#share(next[i], before?.[i])
      hash = mix(hash, this.#hash)
      copy[i] = shared
      if (same && shared !== before?.[i]) same = false
    }
    this.#hash = hash
    return same && before ? before : this.#known(copy, hash)
  }

  #record(next: Record<string, unknown>, previous: unknown): Part {
    const before = isPart(previous) && !Array.isArray(previous) ? (previous as typeof next) : undefined
    let same = before !== undefined
    let [hash, fields] = [3, 0]
    const base = this.#values.length
    for (const key in next) {
      const shared = this.#share(next[key], before?.[key])
      this.#values.push(shared)
      hash = mix(hash, this.#hash)
      fields++
      if (same && shared !== before?.[key]) same = false
    }
    this.#hash = hash
    if (same && before && fieldsOf(before) === fields) {
      this.#values.length = base
      return before
    }
    // Every field is set anew: of two equal texts `===` does not tell which one is kept.
    const copy = { ...next }
    let i = base
    for (const key in next) copy[key] = this.#values[i++]
    this.#values.length = base
    return this.#known(copy, hash)
  }

  #known(part: Part, hash: number): Part {
    const place = (hash >>> 0) % partPlaces
    const known = this.#parts[place]
    if (known && isSame(known, part)) return known
    this.#parts[place] = part
    this.#freshBytes += ownBytes(part)
    return part
  }
}

/** About how many bytes of `before` are not part of `after`. */
export function replacedBytes(before: unknown, after: unknown): number {
  if (before === after) return 0
  if (typeof before === 'string') return textBytes(before)
  if (!isPart(before)) return 0
  let bytes = ownBytes(before)
  const other = isPart(after) ? (after as Record<string, unknown>) : {}
  const fields = before as Record<string, unknown>
  for (const key in fields) bytes += replacedBytes(fields[key], other[key])
  return bytes
}

const partPlaces = 32_749
const textPlaces = 16_381
/** Longer texts, messages for the most part, are seldom the same in two objects. */
const sharedLengthMax = 200

/** V8 without pointer compression: header and map of an object 24 bytes, of a backing store 16, each field 8. Four fields lie inside, room for further ones grows by three. */
function ownBytes(part: Part): number {
  if (Array.isArray(part)) return part.length === 0 ? 32 : 48 + 8 * part.length
  const fields = fieldsOf(part as Record<string, unknown>)
  return fields <= 4 ? 56 : 72 + 24 * Math.ceil((fields - 4) / 3)
}

const textBytes = (text: string): number => (text.length === 0 ? 0 : 16 + ((text.length + 7) & ~7))

function fieldsOf(record: Record<string, unknown>): number {
  let fields = 0
  for (const _ in record) fields++
  return fields
}

function isSame(a: Part, b: Part): boolean {
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a) && a.length !== (b as readonly unknown[]).length) return false
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>]
  let fields = 0
  for (const key in one) {
    if (one[key] !== other[key] || (one[key] === undefined && !Object.hasOwn(other, key))) return false
    fields++
  }
  return Array.isArray(a) || fieldsOf(other) === fields
}

const mix = (hash: number, next: number): number => Math.imul(hash ^ next, 0x9e3779b1) ^ (hash >>> 15)

/** Of the length, the beginning and the end: names and times differ there. */
function hashOf(text: string): number {
  let hash = text.length
  const { length } = text
  const head = Math.min(length, 12)
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  for (let i = Math.max(head, length - 24); i < length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash ^ (hash >>> 13)
}
