import type { SeriesRef } from '../../../port/metric-store.ts'
import type { ScrapeScope } from './header.ts'
import type { SampleLabels } from './sample-labels.ts'
import type { Dialect } from './series-key.ts'

/** Stands for a series whose number must be asked for. */
export const UNRESOLVED: SeriesRef = 0xffff_fffe
/** Stands for a series that the job's rules drop. */
export const LEFT_OUT: SeriesRef = 0xffff_fffd

const NEWLINE = Buffer.from('\n')

/** What one scrape found, for the report on it. */
export type ScrapeOutcome = { scraped: number; kept: number; added: number; vanished: Buffer }
export const nothingFound: ScrapeOutcome = { scraped: 0, kept: 0, added: 0, vanished: Buffer.alloc(0) }

/** The samples of one text in their order: where the lines before it begin, where its series stands, and which that is. */
export class Layout {
  bytes: Buffer
  count = 0
  gapStart = new Int32Array(256)
  keyStart = new Int32Array(256)
  keyEnd = new Int32Array(256)
  slots = new Int32Array(256)

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  push(gapStart: number, keyStart: number, keyEnd: number, slot: number): void {
    const at = this.count
    if (at === this.slots.length) this.#grow()
    this.gapStart[at] = gapStart
    this.keyStart[at] = keyStart
    this.keyEnd[at] = keyEnd
    this.slots[at] = slot
    this.count = at + 1
  }

  /** As text that a report can hold, so that a replay needs no memory of earlier scrapes. */
  keys(wanted: (slot: number) => boolean): Buffer {
    const parts: Buffer[] = []
    const taken = new Set<number>()
    for (let at = 0; at < this.count; at += 1) {
      const slot = this.slots[at]!
      if (taken.has(slot) || !wanted(slot)) continue
      taken.add(slot)
      parts.push(this.bytes.subarray(this.keyStart[at]!, this.keyEnd[at]!), NEWLINE)
    }
    return Buffer.concat(parts)
  }

  #grow(): void {
    const grown = (column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(column.length * 2)
      next.set(column)
      return next
    }
    this.gapStart = grown(this.gapStart)
    this.keyStart = grown(this.keyStart)
    this.keyEnd = grown(this.keyEnd)
    this.slots = grown(this.slots)
  }
}

const noBytes = Buffer.alloc(0)

/**
 * The series of one target's last scrape. A target repeats its text but for the values, so the bytes up to each value are compared
 * with those of the last scrape in their order, and a known series costs no string. Bounded by the text, which is kept.
 */
export class TargetMemory {
  dialect: Dialect = 'text'
  /** Of the scrape before. */
  last = new Layout(noBytes)
  /** By slot; what is beyond `size` does not hold. */
  refs = new Uint32Array(256)
  /** Number of the scrape that saw it last. */
  seen = new Uint32Array(256)
  /** 1: without a time of its own, so that it is stale once it is gone. */
  tracked = new Uint8Array(256)
  size = 0
  turn = 0
  scope: ScrapeScope | undefined
  labels: SampleLabels | undefined
  outcome: ScrapeOutcome = nothingFound
  #owner: object | undefined

  /** Numbers of series are those of one reader: another asks again. */
  claim(owner: object): void {
    if (this.#owner === owner) return
    this.#owner = owner
    this.labels = undefined
    this.refs.fill(UNRESOLVED)
  }

  begin(dialect: Dialect): void {
    if (dialect !== this.dialect) {
      this.dialect = dialect
      this.last = new Layout(noBytes)
      this.size = 0
    }
    this.turn += 1
  }

  add(ref: SeriesRef): number {
    const slot = this.size
    if (slot === this.refs.length) this.#grow()
    this.refs[slot] = ref
    this.seen[slot] = 0
    this.tracked[slot] = 0
    this.size = slot + 1
    return slot
  }

  /** Of the series that came after the first `before`, how many are kept. */
  added(before: number): number {
    let count = 0
    for (let slot = before; slot < this.size; slot += 1) if (this.refs[slot]! < LEFT_OUT) count += 1
    return count
  }

  /** The scrape was read whole. `before` is how many series were known when it began, `found` how many of them were seen. */
  commit(layout: Layout, before: number, found: number): Buffer {
    if (found === before) {
      this.last = layout
      return noBytes
    }
    const vanished = this.last.keys((slot) => this.seen[slot] !== this.turn && this.#stales(slot))
    this.last = layout
    this.#compact(layout)
    return vanished
  }

  /** The scrape failed once `before` series were known: they all are stale now, but still known. Numbers from `pending` on do not hold. */
  fail(before: number, pending = UNRESOLVED): Buffer {
    this.size = before
    for (let slot = 0; slot < before; slot += 1)
      if (this.refs[slot]! >= pending && this.refs[slot]! < LEFT_OUT) this.refs[slot] = UNRESOLVED
    const vanished = this.last.keys((slot) => this.#stales(slot))
    this.tracked.fill(0)
    return vanished
  }

  #stales(slot: number): boolean {
    return this.tracked[slot] === 1 && this.refs[slot] !== LEFT_OUT
  }

  /** Numbers the series of the layout anew, so that those that are gone take no room. */
  #compact(layout: Layout): void {
    const { refs, seen, tracked, turn } = this
    const moved = new Int32Array(this.size).fill(-1)
    let size = 0
    for (let slot = 0; slot < this.size; slot += 1) {
      if (seen[slot] !== turn) continue
      moved[slot] = size
      refs[size] = refs[slot]!
      seen[size] = turn
      tracked[size] = tracked[slot]!
      size += 1
    }
    this.size = size
    for (let at = 0; at < layout.count; at += 1) layout.slots[at] = moved[layout.slots[at]!]!
  }

  #grow(): void {
    const length = this.refs.length * 2
    const refs = new Uint32Array(length)
    refs.set(this.refs)
    const seen = new Uint32Array(length)
    seen.set(this.seen)
    const tracked = new Uint8Array(length)
    tracked.set(this.tracked)
    this.refs = refs
    this.seen = seen
    this.tracked = tracked
  }
}

/** The memories of all targets. The scrape keeper forgets those of targets that are gone. */
export class TargetMemories {
  readonly #memories = new Map<string, TargetMemory>()

  of(key: string): TargetMemory {
    const known = this.#memories.get(key)
    if (known) return known
    const made = new TargetMemory()
    this.#memories.set(key, made)
    return made
  }

  get(key: string): TargetMemory | undefined {
    return this.#memories.get(key)
  }

  /** Forgets all others. */
  retain(keys: ReadonlySet<string>): void {
    for (const key of this.#memories.keys()) if (!keys.has(key)) this.#memories.delete(key)
  }
}
