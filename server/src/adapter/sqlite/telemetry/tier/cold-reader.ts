import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isFault, messageOf } from '../../../../kernel/fault.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'
import type { Damage } from '../damage.ts'
import { ByteCache } from './byte-cache.ts'
import { type ColdIndex, type ColdPiece, coldTailBytes, indexOf, pieceOf, tailOf } from './cold-object.ts'

/** Objects whose index is held. */
const indexesMax = 64
/** Bytes between two wanted pieces that are read along rather than asked for apart. */
const bridgeBytes = 262_144

/** Reads what was moved to objects. A damaged or lost object is reported and left out; a store that does not answer is a fault. */
export class ColdReader {
  readonly #objects: ObjectStore
  readonly #damage: Damage
  readonly #cache: ByteCache
  readonly #indexes = new Map<string, Promise<ColdIndex | undefined>>()
  readonly #touching: StatementSync
  readonly #known: StatementSync
  constructor(objects: ObjectStore, reader: DatabaseSync, damage: Damage, cacheBytes: number) {
    this.#objects = objects
    this.#damage = damage
    this.#cache = new ByteCache(cacheBytes)
    this.#touching = reader.prepare(
      `SELECT key, bytes FROM object WHERE signal = 'metric' AND tenant = ? AND end_ms >= ? AND start_ms <= ? AND low <= ? AND high >= ?`,
    )
    this.#known = reader.prepare('SELECT 1 FROM object WHERE key = ?')
  }
  get cachedBytes(): number {
    return this.#cache.bytes
  }
  /** Blocks of samples of these parts that may hold some of [startMs, endMs]. */
  async chunkBlocks(
    tenant: string,
    parts: ReadonlySet<number>,
    startMs: number,
    endMs: number,
  ): Promise<{ piece: ColdPiece; body: Uint8Array }[]> {
    if (parts.size === 0) return []
    let [low, high] = [Number.POSITIVE_INFINITY, 0]
    for (const part of parts) [low, high] = [Math.min(low, part), Math.max(high, part)]
    const found: { piece: ColdPiece; body: Uint8Array }[] = []
    for (const row of this.#touching.all(tenant, Math.floor(startMs), Math.ceil(endMs), high, low)) {
      const key = String(row.key)
      const index = await this.#index(key, Number(row.bytes))
      const pieces = (index?.pieces ?? []).filter(
        (piece) => parts.has(piece.id) && piece.endMs >= startMs && piece.startMs <= endMs,
      )
      found.push(...(await this.#pieces(key, pieces)))
    }
    return found
  }
  /** One block's bytes; undefined, and reported, where it is damaged or gone. */
  async block(key: string, piece: Pick<ColdPiece, 'offset' | 'size'>): Promise<Uint8Array | undefined> {
    const known = this.#cache.get(`${key}#${piece.offset}`)
    if (known) return known
    const range = { start: piece.offset, end: piece.offset + piece.size }
    const body = await this.#guard(key, () => this.#objects.get(key, range))
    if (body) this.#cache.put(`${key}#${piece.offset}`, body)
    return body
  }
  forget(key: string): void {
    this.#indexes.delete(key)
  }

  #index(key: string, bytes: number): Promise<ColdIndex | undefined> {
    const held = this.#indexes.get(key)
    if (held) return held
    const reading = this.#guard(key, async () => {
      const tail = tailOf(await this.#objects.get(key, { start: bytes - coldTailBytes, end: bytes }))
      const packed = await this.#objects.get(key, { start: tail.offset, end: tail.offset + tail.size })
      return indexOf(packed, tail.crc)
    })
    this.#indexes.set(key, reading)
    reading.catch(() => this.#indexes.delete(key))
    for (const oldest of this.#indexes.keys()) {
      if (this.#indexes.size <= indexesMax) break
      this.#indexes.delete(oldest)
    }
    return reading
  }
  async #pieces(
    key: string,
    pieces: readonly ColdPiece[],
  ): Promise<{ piece: ColdPiece; body: Uint8Array }[]> {
    const found: { piece: ColdPiece; body: Uint8Array }[] = []
    const missing: ColdPiece[] = []
    for (const piece of pieces) {
      const body = this.#cache.get(`${key}#${piece.offset}`)
      if (body) found.push({ piece, body })
      else missing.push(piece)
    }
    for (const group of grouped(missing)) {
      const start = group[0]!.offset
      const end = group.at(-1)!.offset + group.at(-1)!.size
      const part = await this.#guard(key, () => this.#objects.get(key, { start, end }))
      for (const piece of part ? group : []) {
        const body = await this.#guard(key, async () => pieceOf(part!, start, piece))
        if (!body) continue
        // A copy, so that a small piece does not hold the whole part.
        const own = body.slice()
        this.#cache.put(`${key}#${piece.offset}`, own)
        found.push({ piece, body: own })
      }
    }
    return found
  }
  async #guard<T>(key: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read()
    } catch (error) {
      if (isFault(error) && error.code !== 'NOT_FOUND' && error.code !== 'INTERNAL') throw error
      // Retention may have taken it meanwhile.
      if (this.#known.get(key)) this.#damage.report('object', { key, reason: messageOf(error) })
      return undefined
    }
  }
}

function grouped(pieces: readonly ColdPiece[]): ColdPiece[][] {
  const groups: ColdPiece[][] = []
  for (const piece of [...pieces].sort((a, b) => a.offset - b.offset)) {
    const last = groups.at(-1)
    const before = last?.at(-1)
    if (last && before && piece.offset - before.offset - before.size <= bridgeBytes) last.push(piece)
    else groups.push([piece])
  }
  return groups
}
