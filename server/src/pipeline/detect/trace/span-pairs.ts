/** A call as its callee served it. */
export type Served = { service: string; endMs: number }
export type Pair = { caller: string; callee: string; endMs: number }

/**
 * Who called whom, from spans in any order: a span whose parent is another service's is a call. Spans are remembered for between one and two
 * generations, at most `max` of them; beyond it new ones are left out and counted.
 */
export class SpanPairs {
  readonly #max: number
  /** Service by span. */
  #young = new Map<string, string>()
  #old = new Map<string, string>()
  /** Served by the parent that has not come. */
  #waiting = new Map<string, Served[]>()
  #waitingOld = new Map<string, Served[]>()
  #waitingCount = 0
  droppedCount = 0

  constructor(max: number) {
    this.#max = max
  }

  /** A span that may have children; the calls that waited for it. */
  parent(key: string, service: string): Pair[] {
    if (this.#young.size + this.#old.size >= this.#max) this.droppedCount += 1
    else this.#young.set(key, service)
    const found = [...this.#take(this.#waiting, key), ...this.#take(this.#waitingOld, key)]
    return found.flatMap((served) => pairOf(service, served))
  }

  /** A served request with a parent; the call where its parent is known. */
  child(parentKey: string, served: Served): Pair[] {
    const caller = this.#young.get(parentKey) ?? this.#old.get(parentKey)
    if (caller !== undefined) return pairOf(caller, served)
    if (this.#waitingCount >= this.#max) {
      this.droppedCount += 1
      return []
    }
    this.#waitingCount += 1
    const waiting = this.#waiting.get(parentKey)
    if (waiting) waiting.push(served)
    else this.#waiting.set(parentKey, [served])
    return []
  }

  /** Forgets the older generation. */
  age(): void {
    this.#old = this.#young
    this.#young = new Map()
    for (const list of this.#waitingOld.values()) this.#waitingCount -= list.length
    this.#waitingOld = this.#waiting
    this.#waiting = new Map()
  }

  #take(from: Map<string, Served[]>, key: string): Served[] {
    const found = from.get(key)
    if (!found) return []
    from.delete(key)
    this.#waitingCount -= found.length
    return found
  }
}

const pairOf = (caller: string, { service, endMs }: Served): Pair[] =>
  caller === service ? [] : [{ caller, callee: service, endMs }]
