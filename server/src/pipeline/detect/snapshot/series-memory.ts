import type { SeriesDescription } from '../../../port/metric-store.ts'
import { keyOfSeries } from './watch-snapshot.ts'

/** Which indexes stood for which series before a restart, by key: one that is seen again has the index it had. */
export class SeriesMemory {
  /** Series that have not been seen again. */
  readonly #remembered = new Map<string, number>()
  /** Indexes that were, of which the engine has yet to be told. */
  readonly #kept = new Set<number>()
  /** By index, once it was asked for. */
  readonly #keys = new Map<number, string>()

  get isEmpty(): boolean {
    return this.#remembered.size === 0
  }

  remember(key: string, index: number): void {
    this.#remembered.set(key, index)
  }

  /** The index that the series had, given out once. */
  claim(series: SeriesDescription): number | undefined {
    const key = keyOfSeries(series)
    const index = this.#remembered.get(key)
    if (index === undefined) return undefined
    this.#remembered.delete(key)
    this.#keys.set(index, key)
    this.#kept.add(index)
    return index
  }

  keyOf(index: number, describe: () => SeriesDescription): string {
    const known = this.#keys.get(index)
    if (known !== undefined) return known
    const key = keyOfSeries(describe())
    this.#keys.set(index, key)
    return key
  }

  /** The index stands for nothing any more. */
  drop(index: number): void {
    this.#keys.delete(index)
    this.#kept.delete(index)
  }

  /** 1 for each of these that was known before; undefined where none was. Told once. */
  takeKept(indexes: readonly number[]): Uint8Array | undefined {
    if (this.#kept.size === 0) return undefined
    const kept = Uint8Array.from(indexes, (index) => (this.#kept.has(index) ? 1 : 0))
    this.#kept.clear()
    return kept
  }

  unseen(): Iterable<[string, number]> {
    return this.#remembered
  }
  /** Gives up what was not seen again; answers its indexes. */
  forgetUnseen(): number[] {
    const gone = [...this.#remembered.values()]
    this.#remembered.clear()
    return gone
  }
}
