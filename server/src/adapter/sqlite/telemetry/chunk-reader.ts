import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { SeriesRef } from '../../../port/metric-store.ts'
import { decodeBlock, partOf } from './chunk-block.ts'
import { decodeChunk } from './chunk-codec.ts'
import { isDamage } from './connection.ts'
import type { DamagedKind } from './damage.ts'
import { mergeRuns, type SampleRun } from './sample-run.ts'

export type Report = (kind: DamagedKind, fields: Record<string, number>) => void
export type DiskQuery = { refs: readonly SeriesRef[]; startMs: number; endMs: number; samplesMax: number }
/** Samples of one series; `count` 0 where it has none. */
export type DiskRun = { ref: SeriesRef; timesMs: Float64Array; values: Float64Array }

/** Sealed samples on disk, by series. Only whole answers are read, never a statement left open: that would hide later commits. */
export class ChunkReader {
  readonly #blocks: StatementSync
  readonly #body: StatementSync
  readonly #former: StatementSync
  readonly #hasFormer: boolean
  readonly #report: Report
  constructor(reader: DatabaseSync, report: Report) {
    this.#report = report
    this.#blocks = reader.prepare(
      'SELECT seq FROM chunk_block WHERE part = ? AND end_ms >= ? AND start_ms <= ? ORDER BY end_ms',
    )
    this.#body = reader.prepare('SELECT body FROM chunk_block WHERE seq = ?')
    this.#former = reader.prepare(
      'SELECT seq, body FROM chunk WHERE ref = ? AND end_ms >= ? AND start_ms <= ?',
    )
    // Rows of `chunk` are never added any more.
    this.#hasFormer =
      guarded(report, {}, () => reader.prepare('SELECT 1 FROM chunk LIMIT 1').get()) !== undefined
  }
  /** Series with samples in [startMs, endMs], in the order asked for. Undefined when there are more than `samplesMax`. */
  read({ refs, startMs, endMs, samplesMax }: DiskQuery): DiskRun[] | undefined {
    const byPart = new Map<number, Set<SeriesRef>>()
    for (const ref of refs) {
      const part = partOf(ref)
      const own = byPart.get(part)
      if (own) own.add(ref)
      else byPart.set(part, new Set([ref]))
    }
    const found = new Map<SeriesRef, DiskRun>()
    let samples = 0
    for (const [part, wanted] of byPart) {
      for (const [ref, runs] of this.#readPart(part, wanted, startMs, endMs)) {
        const merged = mergeRuns(runs, startMs, endMs)
        samples += merged.timesMs.length
        if (samples > samplesMax) return undefined
        if (merged.timesMs.length > 0) found.set(ref, { ref, ...merged })
      }
    }
    return refs.flatMap((ref) => found.get(ref) ?? [])
  }

  #readPart(
    part: number,
    wanted: Set<SeriesRef>,
    startMs: number,
    endMs: number,
  ): Map<SeriesRef, SampleRun[]> {
    const runs = new Map<SeriesRef, SampleRun[]>([...wanted].map((ref) => [ref, []]))
    const bounds = [Math.floor(startMs), Math.ceil(endMs)] as const
    const seqs = guarded(this.#report, { part }, () => this.#blocks.all(part, ...bounds)) ?? []
    for (const { seq } of seqs) {
      const row = guarded(this.#report, { part, seq: Number(seq) }, () => this.#body.get(seq!))
      // Merged away since: what it held is in a block that came later; the caller reads within one transaction.
      if (!row) continue
      const found = decodeBlock(part, row.body as Uint8Array, wanted)
      if (!found) this.#report('chunk', { part, seq: Number(seq) })
      for (const { ref, ...run } of found ?? []) runs.get(ref)!.push({ order: Number(seq), ...run })
    }
    if (this.#hasFormer) for (const ref of wanted) this.#readFormer(ref, bounds, runs.get(ref)!)
    return runs
  }
  #readFormer(ref: SeriesRef, bounds: readonly [number, number], runs: SampleRun[]): void {
    const rows = guarded(this.#report, { ref }, () => this.#former.all(ref, ...bounds)) ?? []
    for (const { seq, body } of rows) {
      const data = decodeChunk(ref, body as Uint8Array)
      if (data) runs.push({ order: Number(seq), ...data })
      else this.#report('chunk', { ref, seq: Number(seq) })
    }
  }
}

/** Undefined, and reported, where the file itself is damaged. */
function guarded<R>(report: Report, fields: Record<string, number>, read: () => R): R | undefined {
  try {
    return read()
  } catch (error) {
    if (!isDamage(error)) throw error
    report('chunk', fields)
    return undefined
  }
}
