import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Labels } from '@aiops/contract/model/label'
import type { Exemplar, RangeQuery, SeriesRef } from '../../../port/metric-store.ts'
import { bytesOf, type Damage } from './damage.ts'
import { rowsByKey } from './damage-walk.ts'
import type { Slice } from './message.ts'
import { type Cursor, readVarint, writeVarint } from './varint.ts'

/** Newest exemplars kept of a series. */
export const exemplarsOfSeriesMax = 16
/** Of all series together; over it the series that got none for longest gives up its own. 100,000 is what Prometheus keeps too. */
const exemplarsMax = 100_000
const rowsAtOnce = 64

/** `labels` as JSON: most are never looked at. */
type Kept = { timeMs: number; value: number; labels: string }

/** The newest exemplars of each series, in memory and, a row a series, on disk. */
export class ExemplarStore {
  readonly #damage: Damage
  readonly #max: number
  /** Series that got one last stand last. */
  readonly #kept = new Map<SeriesRef, Kept[]>()
  readonly #dirty = new Set<SeriesRef>()
  readonly #savedBytes = new Map<SeriesRef, number>()
  #staged: SeriesRef[] = []
  #count = 0
  #bytes = 0

  constructor(reader: DatabaseSync, damage: Damage, max = exemplarsMax) {
    this.#damage = damage
    this.#max = max
    this.#restore(reader)
  }
  get bytes(): number {
    return this.#bytes
  }
  append({ ref, timeMs, value, labels }: Exemplar): void {
    if (!(timeMs >= 0 && timeMs <= 8.64e15)) return
    const own = this.#kept.get(ref) ?? []
    const added = { timeMs, value, labels: JSON.stringify(labels) }
    if (own.some((one) => isSame(one, added))) return
    let at = own.length
    while (at > 0 && own[at - 1]!.timeMs > timeMs) at -= 1
    if (at === 0 && own.length === exemplarsOfSeriesMax) return
    own.splice(at, 0, added)
    this.#tally(added, 1)
    if (own.length > exemplarsOfSeriesMax) this.#tally(own.shift()!, -1)
    this.#kept.delete(ref)
    this.#kept.set(ref, own)
    this.#dirty.add(ref)
    while (this.#count > this.#max) this.#forget(this.#kept.keys().next().value!)
  }
  range({ refs, startMs, endMs, samplesMax }: RangeQuery): Exemplar[] {
    const found = refs.flatMap((ref) =>
      (this.#kept.get(ref) ?? [])
        .filter(({ timeMs }) => timeMs >= startMs && timeMs <= endMs)
        .map((one) => ({ ref, ...one })),
    )
    found.sort((a, b) => a.timeMs - b.timeMs)
    return found
      .slice(Math.max(0, found.length - samplesMax))
      .map((one) => ({ ...one, labels: JSON.parse(one.labels) as Labels }))
  }
  forgetBefore(timeMs: number, refs: Uint32Array): void {
    for (const ref of refs) {
      const own = this.#kept.get(ref)
      if (!own || own[0]!.timeMs >= timeMs) continue
      const newer = own.filter((one) => one.timeMs >= timeMs)
      if (newer.length === 0) {
        this.#forget(ref)
        continue
      }
      for (const one of own) if (one.timeMs < timeMs) this.#tally(one, -1)
      this.#kept.set(ref, newer)
      this.#dirty.add(ref)
    }
  }
  *stage(): Generator<Slice> {
    this.#staged = [...this.#dirty]
    this.#dirty.clear()
    for (let at = 0; at < this.#staged.length; at += rowsAtOnce)
      yield this.#put(this.#staged.slice(at, at + rowsAtOnce))
  }
  staged(): void {
    this.#staged = []
  }
  unstage(): void {
    for (const ref of this.#staged) this.#dirty.add(ref)
    this.#staged = []
  }

  #forget(ref: SeriesRef): void {
    for (const one of this.#kept.get(ref) ?? []) this.#tally(one, -1)
    this.#kept.delete(ref)
    this.#dirty.add(ref)
  }
  #tally(one: Kept, count: 1 | -1): void {
    this.#count += count
    this.#bytes += count * (one.labels.length + 64)
  }
  #put(refs: readonly SeriesRef[]): Slice {
    let bytes = 0
    const rows: [number, Uint8Array][] = []
    const gone: [number][] = []
    for (const ref of refs) {
      const own = this.#kept.get(ref)
      const body = own && encode(ref, own)
      bytes += (body?.length ?? 0) - (this.#savedBytes.get(ref) ?? 0)
      if (body) {
        rows.push([ref, body])
        this.#savedBytes.set(ref, body.length)
      } else {
        gone.push([ref])
        this.#savedBytes.delete(ref)
      }
    }
    return {
      writes: [
        { sql: 'INSERT OR REPLACE INTO exemplar VALUES (?, ?)', rows },
        { sql: 'DELETE FROM exemplar WHERE ref = ?', rows: gone },
      ],
      bytes,
    }
  }
  #restore(reader: DatabaseSync): void {
    const rows = { select: 'SELECT ref, body FROM exemplar', key: 'ref' }
    const onHole = (after: number, upTo: number): void => this.#damage.report('exemplar', { after, upTo })
    for (const row of rowsByKey(reader, rows, onHole)) {
      const ref = Number(row.ref)
      const body = bytesOf(row.body)
      const own = decode(ref, body)
      if (!own) {
        this.#damage.report('exemplar', { ref })
        continue
      }
      this.#kept.set(ref, own)
      this.#savedBytes.set(ref, body.length)
      for (const one of own) this.#tally(one, 1)
    }
  }
}

const isSame = (a: Kept, b: Kept): boolean =>
  a.timeMs === b.timeMs && Object.is(a.value, b.value) && a.labels === b.labels

/** Count; each as time, value, size and labels; CRC-32 that starts from the series' number. */
function encode(ref: SeriesRef, own: readonly Kept[]): Uint8Array {
  const texts = own.map(({ labels }) => Buffer.from(labels))
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + text.length + 24, 16))
  const view = new DataView(bytes.buffer)
  let at = writeVarint(bytes, 0, own.length)
  own.forEach(({ timeMs, value }, i) => {
    view.setFloat64(at, timeMs, true)
    view.setFloat64(at + 8, value, true)
    at = writeVarint(bytes, at + 16, texts[i]!.length)
    bytes.set(texts[i]!, at)
    at += texts[i]!.length
  })
  view.setUint32(at, crc32(bytes.subarray(0, at), ref), true)
  return bytes.slice(0, at + 4)
}

function decode(ref: SeriesRef, bytes: Uint8Array): Kept[] | undefined {
  const end = bytes.length - 4
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (end < 1 || crc32(bytes.subarray(0, end), ref) !== view.getUint32(end, true)) return undefined
  const cursor: Cursor = { bytes, at: 0 }
  return Array.from({ length: readVarint(cursor) }, () => {
    const timeMs = view.getFloat64(cursor.at, true)
    const value = view.getFloat64(cursor.at + 8, true)
    cursor.at += 16
    const size = readVarint(cursor)
    const labels = Buffer.from(bytes.buffer, bytes.byteOffset + cursor.at, size).toString()
    cursor.at += size
    return { timeMs, value, labels }
  })
}
