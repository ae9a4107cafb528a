import type { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'
import { SerialExecutor } from '../../../kernel/queue.ts'
import type { Position } from '../../../port/telemetry-log.ts'
import { BlockReader, blockChecksum, type Source, type Tally } from './block-reader.ts'
import type { Damage } from './damage.ts'
import type { BlockRow, Signal, Totals } from './message.ts'
import { createPause, nextTurn } from './pause.ts'
import type { ColdReader } from './tier/cold-reader.ts'
import type { Watermark } from './watermark.ts'
import type { Writer } from './writer.ts'

/** A block is full at this many records or about this many bytes of text: what a search has to decompress to see one record. */
const recordsMax = 2_000
const bytesMax = 512 * 1_024
/** Streams with records in memory; over it the one opened first is sealed. */
const headsMax = 10_000
/** Checkpoints without a new record after which a head is sealed however small. */
const idleCheckpoints = 30
export type RecordForm<T> = {
  signal: Signal
  timeOf(record: T): number
  /** Rough bytes of text. */
  sizeOf(record: T): number
  encode(records: readonly T[]): string
  decode(text: string, group: string): T[]
  /** What to store beside a block to tell from outside whether it can matter: the group itself, or something of its records. */
  keyOf(group: string, records: readonly T[]): string
  tracesOf(records: readonly T[]): readonly string[]
  /** What stands behind a sealed block's text to tell what is in it. */
  filterOf?(records: readonly T[]): Buffer
}

type Head<T> = {
  id: number
  tenant: string
  group: string
  records: T[]
  startMs: number
  endMs: number
  bytes: number
  changed: boolean
  idle: number
}
export type RecordBlocksDeps = {
  writer: Writer
  reader: DatabaseSync
  watermark: Watermark
  damage: Damage
  cold?: ColdReader
}

/**
 * Records by tenant, group and time: an open head in memory for each group, sealed into a zstd block when full. A checkpoint writes
 * sealed blocks and, as open blocks under the number they will keep, what the heads hold, exactly up to the log position it names:
 * older entries that are replayed are ignored.
 */
export class RecordBlocks<T> {
  readonly #form: RecordForm<T>
  readonly #writer: Writer
  readonly #watermark: Watermark
  readonly #serial: SerialExecutor
  readonly #heads = new Map<string, Head<T>>()
  readonly #sealed = new Map<number, BlockRow>()
  readonly #disk: BlockReader<T>
  readonly #restored: Position
  #checkpointed: Position
  #nextId: number
  #totals: { bytes: number; records: number }
  /** Records in memory that the totals, counted on disk, do not hold. */
  #unsaved = 0

  constructor(form: RecordForm<T>, deps: RecordBlocksDeps, checkpointed: Position, totals: Totals) {
    this.#form = form
    this.#writer = deps.writer
    this.#watermark = deps.watermark
    this.#serial = new SerialExecutor(`${form.signal} checkpoints`, 16)
    this.#restored = checkpointed
    this.#checkpointed = checkpointed
    this.#totals = totals[form.signal]
    this.#disk = new BlockReader(deps.reader, form.signal, deps.damage, form.decode, deps.cold)
    // Odd numbers for spans, even for logs, so that the two stores never give out the same.
    const newest =
      'SELECT max(id) AS id FROM (SELECT max(id) AS id FROM block UNION ALL SELECT max(id) FROM moved_block)'
    const last = Number(deps.reader.prepare(newest).get()?.id ?? 0)
    this.#nextId = (Math.floor(last / 2) + 1) * 2 + (form.signal === 'span' ? 1 : 0)
    this.#restore()
  }
  /** False when the entry's records are on disk since before the start. */
  isNew(position: Position): boolean {
    this.#watermark.saw(position)
    return position === 0 || position > this.#restored
  }
  append(tenant: string, group: string, record: T): void {
    const key = `${tenant}/${group}`
    const head = this.#heads.get(key) ?? this.#open(key, tenant, group)
    const time = this.#form.timeOf(record)
    head.records.push(record)
    head.startMs = Math.min(head.startMs, time)
    head.endMs = Math.max(head.endMs, time)
    head.bytes += this.#form.sizeOf(record)
    head.changed = true
    this.#unsaved += 1
    if (head.records.length >= recordsMax || head.bytes >= bytesMax) this.#seal(key, head)
  }
  /** All that may hold records of [startMs, endMs], newest end first; asks the disk in pages, as far as the caller reads. */
  *sources(tenant: string, startMs: number, endMs: number): Generator<Source<T>> {
    const memory = this.#inMemory(tenant).filter(
      (source) => source.endMs >= startMs && source.startMs <= endMs,
    )
    const known = new Set(memory.map((source) => source.id))
    const disk = this.#disk.overlapping(tenant, startMs, endMs, known)
    let next = disk.next()
    for (const source of memory) {
      for (; !next.done && next.value.endMs > source.endMs; next = disk.next()) yield next.value
      yield source
    }
    for (; !next.done; next = disk.next()) yield next.value
  }
  /** What lies in pieces that touch the range, by key. */
  tallies(tenant: string, startMs: number, endMs: number): Tally[] {
    const memory = this.#inMemory(tenant).filter(
      (source) => source.endMs >= startMs && source.startMs <= endMs,
    )
    const found = memory.map((source) => {
      const records = source.load() as readonly T[]
      const bytes = records.reduce((sum, record) => sum + this.#form.sizeOf(record), 0)
      return { key: source.key, records: records.length, bytes }
    })
    const known = new Set(memory.map((source) => source.id))
    return found.concat(this.#disk.tallies(tenant, startMs, endMs, known))
  }
  /** Those that hold the trace. */
  ofTrace(tenant: string, traceId: string): Source<T>[] {
    const memory = this.#inMemory(tenant)
    const known = new Set(memory.map((source) => source.id))
    const found = memory.filter((source) => {
      const sealed = this.#sealed.get(source.id)
      return !sealed || sealed.traces.includes(traceId)
    })
    return found.concat(this.#disk.ofTrace(tenant, traceId, known))
  }
  checkpoint(): Promise<Position> {
    return this.#serial.run(() => this.#checkpoint())
  }
  checkpointed(): Position {
    return this.#checkpointed
  }
  deleteBefore(timeMs: number, tenant?: string): Promise<void> {
    const stays = (piece: { tenant: string; endMs: number }): boolean =>
      piece.endMs >= timeMs || (tenant ?? piece.tenant) !== piece.tenant
    return this.#serial.run(async () => {
      const gone: number[] = []
      for (const [key, head] of this.#heads) {
        if (stays(head)) continue
        this.#heads.delete(key)
        gone.push(head.id)
      }
      for (const [id, row] of this.#sealed) {
        if (stays(row)) continue
        this.#sealed.delete(id)
        gone.push(id)
      }
      const totals = await this.#writer.run({
        kind: 'delete-blocks',
        signal: this.#form.signal,
        beforeMs: Math.floor(timeMs),
        tenant,
        blocks: gone,
      })
      this.#settle(totals)
    })
  }
  stats(): { records: number; bytesOnDisk: number } {
    return { records: this.#totals.records + this.#unsaved, bytesOnDisk: this.#totals.bytes }
  }

  #open(key: string, tenant: string, group: string): Head<T> {
    if (this.#heads.size >= headsMax)
      for (const [oldest, head] of this.#heads) {
        this.#seal(oldest, head)
        break
      }
    const head: Head<T> = {
      id: this.#nextId,
      tenant,
      group,
      records: [],
      startMs: Number.POSITIVE_INFINITY,
      endMs: Number.NEGATIVE_INFINITY,
      bytes: 0,
      changed: false,
      idle: 0,
    }
    this.#nextId += 2
    this.#heads.set(key, head)
    return head
  }
  #seal(key: string, head: Head<T>): void {
    this.#heads.delete(key)
    this.#sealed.set(head.id, this.#rowOf(head, head.records, 0))
  }
  #rowOf(head: Head<T>, records: readonly T[], open: 0 | 1): BlockRow {
    const text = zstdCompressSync(this.#form.encode(records))
    const filter = open ? undefined : this.#form.filterOf?.(records)
    const body = filter?.length ? Buffer.concat([text, filter]) : text
    const key = this.#form.keyOf(head.group, records)
    return {
      id: head.id,
      tenant: head.tenant,
      key,
      startMs: Math.floor(head.startMs),
      endMs: Math.ceil(head.endMs),
      count: records.length,
      open,
      crc: blockChecksum(head.id, key, body),
      body,
      traces: this.#form.tracesOf(records),
    }
  }

  async #checkpoint(): Promise<Position> {
    await nextTurn()
    const position = Math.max(this.#watermark.position, this.#restored)
    const pause = createPause()
    for (const [key, head] of [...this.#heads])
      if (!head.changed && ++head.idle >= idleCheckpoints) this.#seal(key, head)
    const sealed = [...this.#sealed.values()]
    const changed = [...this.#heads.values()]
      .filter((head) => head.changed)
      .map((head) => ({ head, count: head.records.length }))
    for (const row of sealed) this.#writer.stage(this.#form.signal, { blocks: [row] })
    for (const { head, count } of changed) {
      head.idle = 0
      this.#writer.stage(this.#form.signal, { blocks: [this.#rowOf(head, head.records.slice(0, count), 1)] })
      await pause()
    }
    const totals = await this.#writer.run({
      kind: 'checkpoint',
      signal: this.#form.signal,
      position,
      nextSeq: 0,
    })
    for (const row of sealed) this.#sealed.delete(row.id)
    for (const { head, count } of changed) head.changed = head.records.length > count
    this.#settle(totals)
    this.#checkpointed = position
    return position
  }
  /** Records of memory beyond those on disk: sealed since, or added since. */
  #settle(totals: Totals): void {
    this.#totals = totals[this.#form.signal]
    let inMemory = 0
    for (const row of this.#sealed.values()) inMemory += row.count
    for (const head of this.#heads.values()) inMemory += head.records.length
    this.#unsaved = inMemory - this.#disk.openRecords()
  }

  #inMemory(tenant: string): Source<T>[] {
    const sources: Source<T>[] = []
    for (const head of this.#heads.values()) {
      if (head.tenant !== tenant) continue
      const { id, startMs, endMs, records, group } = head
      const count = records.length
      sources.push({
        id,
        key: this.#form.keyOf(group, records),
        startMs,
        endMs,
        records: count,
        load: () => (records.length === count ? records : records.slice(0, count)),
        loadIf: async () => (records.length === count ? records : records.slice(0, count)),
      })
    }
    for (const row of this.#sealed.values()) {
      if (row.tenant !== tenant) continue
      sources.push({
        id: row.id,
        key: row.key,
        startMs: row.startMs,
        endMs: row.endMs,
        records: row.count,
        load: () => this.#disk.decode(row.id, row.body, row.crc, row.key),
        loadIf: async () => this.#disk.decode(row.id, row.body, row.crc, row.key),
      })
    }
    return sources.sort((a, b) => b.endMs - a.endMs)
  }
  #restore(): void {
    for (const { id, tenant, key, body, crc, startMs, endMs } of this.#disk.open()) {
      const records = this.#disk.decode(id, body, crc, key)
      if (records.length === 0) continue
      const group = this.#form.keyOf(key, []) === key ? key : ''
      const bytes = records.reduce((sum, record) => sum + this.#form.sizeOf(record), 0)
      const head = { id, tenant, group, records, startMs, endMs, bytes, changed: false, idle: 0 }
      this.#heads.set(`${tenant}/${group}`, head)
    }
  }
}
