import type { Incident } from '@aiops/contract/model/incident'
import { severities } from '@aiops/contract/model/severity'

/** An incident that there was no room for. */
export type Undiagnosed = Pick<Incident, 'id' | 'tenant_id' | 'severity' | 'started_at'>

/** Incidents without a first diagnosis that wait for room, at most `limit`: the least severe gives way, and of those the oldest. */
export class Backlog {
  readonly #limit: number
  readonly #waiting = new Map<string, Undiagnosed>()
  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#waiting.size
  }
  has(id: string): boolean {
    return this.#waiting.has(id)
  }

  /** Returns the one that gives way, if any: it may be the one put in. */
  put({ id, tenant_id, severity, started_at }: Undiagnosed): Undiagnosed | undefined {
    this.#waiting.set(id, { id, tenant_id, severity, started_at })
    if (this.size <= this.#limit) return undefined
    const last = this.#extreme((a, b) => -compare(a, b))!
    this.#waiting.delete(last.id)
    return last
  }

  delete(id: string): void {
    this.#waiting.delete(id)
  }

  /** The most severe, of those the newest; it no longer waits. O(size). */
  take(): Undiagnosed | undefined {
    const first = this.#extreme(compare)
    if (first) this.#waiting.delete(first.id)
    return first
  }

  #extreme(order: (a: Undiagnosed, b: Undiagnosed) => number): Undiagnosed | undefined {
    let best: Undiagnosed | undefined
    for (const one of this.#waiting.values()) if (!best || order(one, best) < 0) best = one
    return best
  }
}

/** The most severe first, then the newest. */
function compare(a: Undiagnosed, b: Undiagnosed): number {
  const apart = severities.indexOf(a.severity) - severities.indexOf(b.severity)
  if (apart !== 0) return apart
  if (a.started_at !== b.started_at) return a.started_at > b.started_at ? -1 : 1
  return a.id > b.id ? -1 : a.id < b.id ? 1 : 0
}
