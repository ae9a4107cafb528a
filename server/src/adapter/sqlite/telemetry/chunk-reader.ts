import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { SeriesRef } from '../../../port/metric-store.ts'
import { decodeChunk } from './chunk-codec.ts'
import { isDamage } from './connection.ts'
import type { Damage } from './damage.ts'
import type { ChunkRow } from './message.ts'
import type { SampleRun } from './sample-run.ts'

/** Sealed chunks of a series, on disk and waiting, as runs of samples. */
export class ChunkReader {
  readonly #chunks: StatementSync
  readonly #damage: Damage
  readonly #outOfOrderMs: number
  constructor(reader: DatabaseSync, damage: Damage, outOfOrderMs: number) {
    this.#damage = damage
    this.#outOfOrderMs = outOfOrderMs
    this.#chunks = reader.prepare(
      'SELECT seq, start_ms, body FROM chunk WHERE ref = ? AND end_ms >= ? ORDER BY end_ms, seq',
    )
  }
  /** Those that touch [startMs, endMs]; of one both waiting and on disk the one in memory. `taken` hears of each run's size and may throw. */
  read(
    ref: SeriesRef,
    waiting: readonly ChunkRow[],
    startMs: number,
    endMs: number,
    taken: (samples: number) => void,
  ): SampleRun[] {
    const runs: SampleRun[] = []
    const take = (seq: number, body: Uint8Array): void => {
      const data = decodeChunk(ref, body)
      if (data) {
        runs.push({ order: seq, ...data })
        taken(data.timesMs.length)
      } else this.#damage.report('chunk', { ref, seq })
    }
    const inMemory = new Set(waiting.map((chunk) => chunk.seq))
    try {
      for (const row of this.#chunks.iterate(ref, Math.floor(startMs))) {
        // Ends ascend; starts do too but for late samples.
        if (Number(row.start_ms) > endMs + this.#outOfOrderMs) break
        if (!inMemory.has(Number(row.seq))) take(Number(row.seq), row.body as Uint8Array)
      }
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#damage.report('chunk', { ref })
    }
    for (const chunk of waiting) {
      if (chunk.endMs >= startMs && chunk.startMs <= endMs) take(chunk.seq, chunk.body)
    }
    return runs
  }
}
