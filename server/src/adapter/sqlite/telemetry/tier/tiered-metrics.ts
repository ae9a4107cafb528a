import { Fault } from '../../../../kernel/fault.ts'
import type { RangeQuery, SeriesData, SeriesRef } from '../../../../port/metric-store.ts'
import { decodeBlock, partOf } from '../chunk-block.ts'
import type { Damage } from '../damage.ts'
import type { SqliteMetricStore } from '../metric-store.ts'
import { createPause } from '../pause.ts'
import { mergeRuns, type SampleRun } from '../sample-run.ts'
import type { ColdReader } from './cold-reader.ts'

/** Samples wherever they lie: here, or moved to objects. */
export class TieredMetrics {
  readonly #inner: SqliteMetricStore
  readonly #cold: ColdReader | undefined
  readonly #damage: Damage
  constructor(inner: SqliteMetricStore, cold: ColdReader | undefined, damage: Damage) {
    this.#inner = inner
    this.#cold = cold
    this.#damage = damage
  }
  async range(query: RangeQuery): Promise<SeriesData[]> {
    // First what is here: chunks are in an object's index before they leave this file.
    const here = await this.#inner.range(query)
    if (!this.#cold) return here
    const pause = createPause()
    const own = query.refs.filter((ref) => this.#inner.catalog.has(query.tenant, ref))
    const wanted = new Set(own)
    const parts = new Set(own.map(partOf))
    const moved = await this.#cold.chunkBlocks(query.tenant, parts, query.startMs, query.endMs)
    if (moved.length === 0) return here
    const runs = new Map<SeriesRef, SampleRun[]>()
    const add = (ref: SeriesRef, run: SampleRun): void => {
      const held = runs.get(ref)
      if (held) held.push(run)
      else runs.set(ref, [run])
    }
    for (const { piece, body } of moved) {
      const found = decodeBlock(piece.id, body, wanted)
      if (!found) this.#damage.report('chunk', { part: piece.id, seq: piece.seq })
      for (const run of found ?? []) add(run.ref, { order: piece.seq ?? 0, ...run })
      await pause()
    }
    for (const data of here)
      add(data.ref, { order: Number.POSITIVE_INFINITY, timesMs: data.timesMs, values: data.values })
    return this.#merged(query, runs)
  }
  async #merged(query: RangeQuery, runs: ReadonlyMap<SeriesRef, SampleRun[]>): Promise<SeriesData[]> {
    const pause = createPause()
    const found: SeriesData[] = []
    let samples = 0
    for (const ref of new Set(query.refs)) {
      const data = mergeRuns(runs.get(ref) ?? [], query.startMs, query.endMs)
      samples += data.timesMs.length
      if (samples > query.samplesMax)
        throw new Fault(
          'INVALID_REQUEST',
          `The range holds more than ${query.samplesMax} samples of ${query.refs.length} series; narrow the time range or the matchers.`,
        )
      if (data.timesMs.length > 0) found.push({ ref, ...data })
      await pause()
    }
    return found
  }
}
