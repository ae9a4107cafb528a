import { generalNumber } from '../../../../kernel/go-number.ts'
import type { Span } from '../expression.ts'
import type { Notes } from '../value.ts'
import type { ForcedMonotonic } from './classic-histogram.ts'
import { info } from './note.ts'

type Seen = ForcedMonotonic & { count: number; fromMs: number; toMs: number }

/** What was lifted in the buckets of a whole call, told once for each metric. */
export class ForcedNotes {
  readonly #seen = new Map<string, Seen>()

  add(name: string, timeMs: number, forced: ForcedMonotonic): void {
    const seen = this.#seen.get(name)
    if (seen === undefined) {
      this.#seen.set(name, { ...forced, count: 1, fromMs: timeMs, toMs: timeMs })
      return
    }
    seen.count++
    seen.fromMs = Math.min(seen.fromMs, timeMs)
    seen.toMs = Math.max(seen.toMs, timeMs)
    seen.minBound = Math.min(seen.minBound, forced.minBound)
    seen.maxBound = Math.max(seen.maxBound, forced.maxBound)
    seen.maxDiff = Math.max(seen.maxDiff, forced.maxDiff)
  }

  tell(notes: Notes, at: Span): void {
    for (const [name, { minBound, maxBound, maxDiff, count, fromMs, toMs }] of this.#seen)
      notes.info(
        `${info.forcedMonotonic(name)}, from buckets ${generalNumber(minBound)} to ${generalNumber(maxBound)}, with a max diff of ${generalNumber(
          Number(maxDiff.toPrecision(2)),
        )}, over ${count} samples from ${dateText(fromMs)} to ${dateText(toMs)}`,
        at,
      )
  }
}

const dateText = (ms: number): string =>
  new Date(Math.trunc(ms / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
