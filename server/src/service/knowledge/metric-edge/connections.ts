import type { EntityId } from '@aiops/contract/model/entity'
import type { Ends } from '../evidence.ts'
import type { Figures } from '../graph-part.ts'
import type { End, MetricSource, Reading } from './reading.ts'

type Side = { calls: number; errors: number; bytes: number; milliseconds: number }
type Connection = {
  origin: 'MESH' | 'FLOW'
  source: EntityId
  target: EntityId
  isDirected: boolean
  sides: Map<Reading['side'], Side>
}
export type Settled = {
  origin: 'MESH' | 'FLOW'
  source: EntityId
  target: EntityId
  ends: Ends
  figures: Figures
}

/** What one look at the series showed, by who is at both ends. Bounded by the series that are read. */
export class Connections {
  readonly #resolve: (end: End) => EntityId | undefined
  readonly #found = new Map<string, Connection>()
  /** Series with an end that nobody knows; pairs of which nothing says who called whom. */
  unresolved = 0
  undirected = 0
  constructor(resolve: (end: End) => EntityId | undefined) {
    this.#resolve = resolve
  }

  /** `risen` in so many seconds. */
  add({ origin, counts }: MetricSource, reading: Reading, risen: number, seconds: number): void {
    const [source, target] = [this.#resolve(reading.source), this.#resolve(reading.target)]
    if (source === undefined || target === undefined) {
      this.unresolved += 1
      return
    }
    if (source === target) return
    const key = keyOf(origin, source, target)
    let found = this.#found.get(key)
    if (!found) {
      found = { origin, source, target, isDirected: false, sides: new Map() }
      this.#found.set(key, found)
    }
    found.isDirected ||= reading.isDirected
    let side = found.sides.get(reading.side)
    if (!side) {
      side = { calls: 0, errors: 0, bytes: 0, milliseconds: 0 }
      found.sides.set(reading.side, side)
    }
    const rate = risen / seconds
    if (counts === 'CALLS') side.calls += rate
    if (counts === 'CALLS' && reading.failed) side.errors += rate
    if (counts === 'BYTES') side.bytes += rate
    if (counts === 'MILLISECONDS') side.milliseconds += rate
  }

  /** Of a pair seen both ways, where nothing says who called whom, only the way that is known already; of one seen one way, that. */
  *settled(isKnown: (source: EntityId, target: EntityId) => boolean): Iterable<Settled> {
    for (const found of this.#found.values()) {
      const { origin, source, target, isDirected, sides } = found
      const back = this.#found.get(keyOf(origin, target, source))
      if (!isDirected && back && !isKnown(source, target)) {
        // Counted once for both ways.
        if (!back.isDirected && !isKnown(target, source) && source < target) this.undirected += 1
        continue
      }
      yield { origin, source, target, ends: sides.size > 1 ? 2 : 1, figures: figuresOf([...sides.values()]) }
    }
  }
}

/** Both ends count the same requests: the one that saw more missed less. */
function figuresOf(sides: readonly Side[]): Figures {
  const { calls, errors, bytes, milliseconds } = sides.reduce((a, b) => (b.calls > a.calls ? b : a))
  return {
    ...(calls > 0 ? { calls_per_second: calls, error_ratio: errors / calls } : {}),
    ...(calls > 0 && milliseconds > 0 ? { mean_ms: milliseconds / calls } : {}),
    ...(bytes > 0 ? { bytes_per_second: bytes } : {}),
  }
}

const keyOf = (origin: string, source: EntityId, target: EntityId): string =>
  JSON.stringify([origin, source, target])
