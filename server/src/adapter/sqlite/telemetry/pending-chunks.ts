import type { SeriesRef } from '../../../port/metric-store.ts'
import type { ChunkRow } from './message.ts'

const none: readonly ChunkRow[] = []

/** Sealed chunks that are not in their place on disk yet, by series, oldest first. */
export class PendingChunks {
  readonly #chunks = new Map<SeriesRef, ChunkRow[]>()
  #count = 0
  #bytes = 0
  get count(): number {
    return this.#count
  }
  get bytes(): number {
    return this.#bytes
  }
  of(ref: SeriesRef): readonly ChunkRow[] {
    return this.#chunks.get(ref) ?? none
  }
  add(chunk: ChunkRow): void {
    const held = this.#chunks.get(chunk.ref)
    if (held) held.push(chunk)
    else this.#chunks.set(chunk.ref, [chunk])
    this.#count += 1
    this.#bytes += chunk.body.length
  }
  /** Drops the chunks of a series that fit; true when there was one. */
  drop(ref: SeriesRef, gone: (chunk: ChunkRow) => boolean): boolean {
    const held = this.of(ref)
    const kept = held.filter((chunk) => !gone(chunk))
    if (kept.length === held.length) return false
    for (const chunk of held) if (gone(chunk)) this.#bytes -= chunk.body.length
    this.#count -= held.length - kept.length
    if (kept.length > 0) this.#chunks.set(ref, kept)
    else this.#chunks.delete(ref)
    return true
  }
}
