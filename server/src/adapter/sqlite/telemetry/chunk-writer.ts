import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type BlockRun, cellOf, cellStart, decodeBlock, encodeBlock } from './chunk-block.ts'
import { decodeChunk } from './chunk-codec.ts'
import { cutBefore, extentOf, mergeToBlocks, type SeriesRun } from './chunk-merge.ts'
import type { SealedPart } from './message.ts'

/** A block with this many samples is left alone: 512 of each series, two hours at one every 15 s. */
const fullSamples = 32_768
/** Small blocks of a part and cell that are worth making one; of a cell that is over two will do. */
const mergedMin = 8
/** Blocks cut in one transaction. */
const cutSlice = 16

type Place = { part: number; tenant: string; cell: number; isOver: boolean }
type Row = { seq: number; count: number }

const statements = {
  put: 'INSERT OR REPLACE INTO chunk_block (seq, tenant, part, start_ms, end_ms, count, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ofCell:
    'SELECT seq, count FROM chunk_block WHERE part = ? AND end_ms >= ? AND end_ms < ? AND tenant = ? ORDER BY seq',
  body: 'SELECT body FROM chunk_block WHERE seq = ?',
  drop: 'DELETE FROM chunk_block WHERE seq = ? RETURNING size AS bytes, count',
  dropOld:
    'DELETE FROM chunk_block WHERE seq IN (SELECT seq FROM chunk_block WHERE tenant = ? AND end_ms < ? LIMIT ?) RETURNING size AS bytes, count',
  across:
    'SELECT seq, part FROM chunk_block WHERE tenant = ? AND end_ms >= ? AND end_ms < ? AND start_ms < ? LIMIT ?',
  tenants: 'SELECT DISTINCT tenant FROM chunk_block',
}

/**
 * Blocks of samples on the writer's side, always inside one of its transactions. Each checkpoint adds a small block for every part with
 * sealed chunks; once a cell has several they become one, which shares its times and compresses better. Those merged follow one another
 * in number, so that the later of two values for one moment still is the later one.
 */
export class ChunkWriter {
  readonly #sql: Record<keyof typeof statements, StatementSync>
  readonly #count: (bytes: number, samples: number) => void
  readonly #due = new Map<string, Place>()
  /** Blocks added to a part since it was last looked at. */
  readonly #added = new Map<string, number>()
  constructor(db: DatabaseSync, count: (bytes: number, samples: number) => void) {
    const prepared = Object.entries(statements).map(([name, text]) => [name, db.prepare(text)])
    this.#sql = Object.fromEntries(prepared) as Record<keyof typeof statements, StatementSync>
    this.#count = count
  }
  put({ tenant, part, refs, seqs: orders, ends, body }: SealedPart): void {
    const runs: SeriesRun[] = []
    const seqs = new Set<number>()
    for (let i = 0; i < refs.length; i += 1) {
      const [ref, seq] = [refs[i]!, orders[i]!]
      const data = decodeChunk(ref, body.subarray(ends[i - 1] ?? 0, ends[i]))
      if (!data) continue
      runs.push({ ref, order: seq, ...data })
      // It took a number for each cell it touches.
      const cells = cellOf(data.timesMs.at(-1)!) - cellOf(data.timesMs[0]!)
      for (let j = 0; j <= cells; j += 1) seqs.add(seq - j)
    }
    const blocks = mergeToBlocks(runs)
    const numbers = [...seqs].sort((a, b) => b - a)
    // Chunks of older files have one number each: what has none goes with the block before it.
    while (blocks.length > numbers.length) blocks[blocks.length - 2]!.push(...blocks.pop()!)
    blocks.forEach((block, i) => {
      this.#put(tenant, part, numbers[blocks.length - 1 - i]!, block)
    })
    // The first time sooner or later, so that parts that fill together do not all fall due together.
    const key = `${part}/${tenant}`
    const added = (this.#added.get(key) ?? part % mergedMin) + blocks.length
    this.#added.set(key, added >= mergedMin ? 0 : added)
    if (added < mergedMin) return
    for (const block of blocks) {
      const cell = cellOf(block[0]!.timesMs[0]!)
      this.#look({ part, tenant, cell, isOver: false })
      this.#look({ part, tenant, cell: cell - 1, isOver: true })
    }
  }
  hasDue(): boolean {
    return this.#due.size > 0
  }
  /** Looks at one part that may be worth merging; false when none is left. */
  mergeNext(): boolean {
    for (const [key, place] of this.#due) {
      this.#due.delete(key)
      this.#merge(place)
      return true
    }
    return false
  }
  /** Deletes what is older, at most `limit` blocks of a tenant at once; true when there was no more. */
  dropBefore(timeMs: number, tenant: string | undefined, limit: number): boolean {
    const tenants = tenant === undefined ? this.#sql.tenants.all().map((row) => String(row.tenant)) : [tenant]
    let done = true
    for (const one of tenants) {
      const dropped = this.#sql.dropOld.all(one, timeMs, limit)
      for (const row of dropped) this.#count(-Number(row.bytes), -Number(row.count))
      done &&= dropped.length < limit
      if (done) done = this.#cut(one, timeMs)
    }
    return done
  }

  #look(place: Place): void {
    this.#due.set(`${place.part}/${place.cell}/${place.tenant}`, place)
  }
  #merge({ part, tenant, cell, isOver }: Place): void {
    const rows = this.#sql.ofCell
      .all(part, cellStart(cell), cellStart(cell + 1), tenant)
      .map((row): Row => ({ seq: Number(row.seq), count: Number(row.count) }))
    const small = together(rows, isOver ? 2 : mergedMin)
    const runs: SeriesRun[] = []
    for (const { seq } of small) {
      const found = decodeBlock(part, this.#sql.body.get(seq)!.body as Uint8Array)
      // Damaged: reads report it, and what lies beside it stays as it is.
      if (!found) return
      for (const run of found) runs.push({ ...run, order: seq })
    }
    if (runs.length === 0) return
    for (const { seq } of small) this.#drop(seq)
    this.#put(tenant, part, small.at(-1)!.seq, mergeToBlocks(runs).flat())
  }
  /** Blocks that reach over the moment lose what lies before it; true when there was no more. */
  #cut(tenant: string, timeMs: number): boolean {
    const end = cellStart(cellOf(timeMs) + 1)
    const rows = this.#sql.across.all(tenant, timeMs, end, timeMs, cutSlice)
    let cut = 0
    for (const { seq, part } of rows) {
      const found = decodeBlock(Number(part), this.#sql.body.get(seq!)!.body as Uint8Array)
      if (!found) continue
      cut += 1
      this.#drop(Number(seq))
      this.#put(tenant, Number(part), Number(seq), cutBefore(found, timeMs))
    }
    return rows.length < cutSlice || cut === 0
  }
  #drop(seq: number): void {
    for (const row of this.#sql.drop.all(seq)) this.#count(-Number(row.bytes), -Number(row.count))
  }
  #put(tenant: string, part: number, seq: number, runs: readonly BlockRun[]): void {
    if (runs.length === 0) return
    const { startMs, endMs, count } = extentOf(runs)
    const body = encodeBlock(part, runs)
    this.#sql.put.run(seq, tenant, part, startMs, endMs, count, body)
    this.#count(body.length, count)
  }
}

/** The first neighbours worth making one: none of them full, not much more than full together. */
function together(rows: readonly Row[], least: number): Row[] {
  let group: Row[] = []
  let samples = 0
  for (const row of rows) {
    if (samples >= fullSamples) break
    if (row.count < fullSamples) {
      group.push(row)
      samples += row.count
      continue
    }
    if (group.length >= 2) break
    group = []
    samples = 0
  }
  return group.length >= least || (samples >= fullSamples && group.length > 1) ? group : []
}
