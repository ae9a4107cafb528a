import type { SeriesRef } from '../../../port/metric-store.ts'
import { partOf } from './chunk-block.ts'

/** A sealed chunk of one series that is not on disk yet. */
export type SealedChunk = {
  ref: SeriesRef
  seq: number
  startMs: number
  endMs: number
  body: Uint8Array
}

const chunkBytes = 96
const stride = 5

/**
 * Sealed chunks that wait for the next checkpoint, by part, oldest first: one arena and one index a part, so that a hundred thousand
 * series that fill together make no hundred thousand objects.
 */
export class PendingChunks {
  readonly #parts = new Map<number, PartArena>()
  #count = 0
  #bytes = 0
  get count(): number {
    return this.#count
  }
  get bytes(): number {
    return this.#bytes
  }
  get parts(): number[] {
    return [...this.#parts.keys()]
  }
  of(ref: SeriesRef): SealedChunk[] {
    return this.#parts.get(partOf(ref))?.of(ref) ?? []
  }
  add(chunk: SealedChunk): void {
    const part = partOf(chunk.ref)
    const arena = this.#parts.get(part) ?? new PartArena()
    this.#parts.set(part, arena)
    const before = arena.bytes
    arena.add(chunk)
    this.#count += 1
    this.#bytes += arena.bytes - before
  }
  /** What waits now of a part; `dropStaged` lets go of that and of nothing that came later. */
  stage(part: number): SealedChunk[] {
    return this.#parts.get(part)?.stage() ?? []
  }
  dropStaged(): void {
    for (const [part, arena] of this.#parts) this.#replace(part, arena, arena.afterStaged())
  }
  unstage(): void {
    for (const arena of this.#parts.values()) arena.unstage()
  }
  /** Drops chunks that fit. Not while some are staged. */
  drop(part: number, gone: (chunk: SealedChunk) => boolean): void {
    const arena = this.#parts.get(part)
    if (!arena) return
    const all = arena.stage()
    arena.unstage()
    const kept = all.filter((chunk) => !gone(chunk))
    if (kept.length < all.length) this.#replace(part, arena, kept)
  }

  #replace(part: number, arena: PartArena, kept: readonly SealedChunk[] | undefined): void {
    if (!kept) return
    this.#count -= arena.count
    this.#bytes -= arena.bytes
    this.#parts.delete(part)
    for (const chunk of kept) this.add(chunk)
  }
}

class PartArena {
  #body = new Uint8Array(chunkBytes * 8)
  #index = new Float64Array(8 * stride)
  #used = 0
  #staged = 0
  count = 0
  get bytes(): number {
    return this.#body.length + this.#index.byteLength
  }
  add({ ref, seq, startMs, endMs, body }: SealedChunk): void {
    if (this.#used + body.length > this.#body.length) {
      const before = this.#body
      this.#body = new Uint8Array(Math.max(this.#used + body.length, before.length * 2))
      this.#body.set(before)
    }
    if ((this.count + 1) * stride > this.#index.length) {
      const before = this.#index
      this.#index = new Float64Array(before.length * 2)
      this.#index.set(before)
    }
    this.#body.set(body, this.#used)
    this.#used += body.length
    this.#index.set([ref, seq, startMs, endMs, this.#used], this.count * stride)
    this.count += 1
  }
  of(ref: SeriesRef): SealedChunk[] {
    const found: SealedChunk[] = []
    for (let i = 0; i < this.count; i += 1) if (this.#index[i * stride] === ref) found.push(this.#chunk(i))
    return found
  }
  stage(): SealedChunk[] {
    this.#staged = this.count
    return Array.from({ length: this.count }, (_, i) => this.#chunk(i))
  }
  unstage(): void {
    this.#staged = 0
  }
  /** What came after the staged chunks; undefined when none were staged. */
  afterStaged(): SealedChunk[] | undefined {
    const staged = this.#staged
    return staged === 0
      ? undefined
      : Array.from({ length: this.count - staged }, (_, i) => this.#chunk(staged + i))
  }

  #chunk(i: number): SealedChunk {
    const at = i * stride
    const [ref, seq, startMs, endMs, end] = this.#index.subarray(at, at + stride)
    const start = i === 0 ? 0 : this.#index[at - 1]!
    return { ref: ref!, seq: seq!, startMs: startMs!, endMs: endMs!, body: this.#body.subarray(start, end!) }
  }
}
