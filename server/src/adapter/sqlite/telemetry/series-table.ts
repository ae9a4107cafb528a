import { widened, widenedFor } from '../../../kernel/column.ts'

const emptySlot = 0xffff_ffff

/**
 * Label sets as rows of numbers: row r is its tenant and pairs (name, value), ascending by name, in one arena; a hash table finds a
 * row by content. About 100 bytes a series of ten labels, hash included. Columns grow by a half, the hash table by doubling.
 */
export class SeriesTable {
  #pairs = new Uint32Array(1_024)
  #starts = new Uint32Array(257)
  #tenants = new Uint32Array(256)
  #hashes = new Uint32Array(256)
  #slots = new Uint32Array(1_024).fill(emptySlot)
  /** 1 for rows that are never found. */
  #hidden = new Uint8Array(256)
  #count = 0

  get count(): number {
    return this.#count
  }
  tenantOf(ref: number): number {
    return this.#tenants[ref]!
  }
  /** Numbers of the row's pairs: name, value, name, value, … A view, valid until the next `add`. */
  pairsOf(ref: number): Uint32Array {
    return this.#pairs.subarray(this.#starts[ref]!, this.#starts[ref + 1]!)
  }
  /** The row's value for a name, −1 when it has none. */
  valueOf(ref: number, name: number): number {
    const end = this.#starts[ref + 1]!
    for (let at = this.#starts[ref]!; at < end; at += 2)
      if (this.#pairs[at] === name) return this.#pairs[at + 1]!
    return -1
  }
  /** The row equal to the first `length` numbers of `pairs` (ascending by name), −1 when there is none. */
  find(tenant: number, pairs: Uint32Array, length: number): number {
    const hash = hashOf(tenant, pairs, length)
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const ref = this.#slots[slot]!
      if (ref === emptySlot) return -1
      if (this.#hashes[ref] === hash && this.#tenants[ref] === tenant && this.#equals(ref, pairs, length))
        return ref
    }
  }
  /** Appends a row. `hidden` rows take a number and are never found. */
  add(tenant: number, pairs: Uint32Array, length: number, hidden = false): number {
    const ref = this.#count
    this.#reserve(ref, length)
    const start = this.#starts[ref]!
    for (let i = 0; i < length; i += 1) this.#pairs[start + i] = pairs[i]!
    this.#starts[ref + 1] = start + length
    this.#tenants[ref] = tenant
    this.#hashes[ref] = hashOf(tenant, pairs, length)
    this.#count += 1
    this.#hidden[ref] = hidden ? 1 : 0
    if (!hidden) this.#place(ref)
    return ref
  }
  get bytes(): number {
    return (
      this.#pairs.byteLength +
      this.#starts.byteLength +
      this.#tenants.byteLength +
      this.#hashes.byteLength +
      this.#slots.byteLength
    )
  }

  #equals(ref: number, pairs: Uint32Array, length: number): boolean {
    const start = this.#starts[ref]!
    if (this.#starts[ref + 1]! - start !== length) return false
    for (let i = 0; i < length; i += 1) if (this.#pairs[start + i] !== pairs[i]) return false
    return true
  }
  #place(ref: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#hashes[ref]! & mask
    while (this.#slots[slot] !== emptySlot) slot = (slot + 1) & mask
    this.#slots[slot] = ref
  }
  #reserve(ref: number, length: number): void {
    const used = this.#starts[ref]!
    this.#pairs = widenedFor(this.#pairs, used + length)
    this.#starts = widenedFor(this.#starts, ref + 1)
    this.#tenants = widenedFor(this.#tenants, ref)
    this.#hashes = widenedFor(this.#hashes, ref)
    this.#hidden = widenedFor(this.#hidden, ref)
    // At most two thirds full, so that probing stays short.
    if ((ref + 1) * 3 <= this.#slots.length * 2) return
    this.#slots = widened(this.#slots, this.#slots.length * 2).fill(emptySlot)
    for (let known = 0; known < ref; known += 1) if (this.#hidden[known] === 0) this.#place(known)
  }
}

/** Multiply and rotate over the numbers, finished as MurmurHash3 (Appleby, public domain) finishes. */
function hashOf(tenant: number, pairs: Uint32Array, length: number): number {
  let hash = Math.imul(tenant + 1, 0x9e37_79b1)
  for (let i = 0; i < length; i += 1) {
    hash = Math.imul(hash ^ pairs[i]!, 0x85eb_ca6b)
    hash = (hash << 13) | (hash >>> 19)
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0xc2b2_ae35)
  return (hash ^ (hash >>> 15)) >>> 0
}
