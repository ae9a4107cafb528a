/** One call that a span made, as its caller saw it: unix milliseconds. */
export type Call = { startMs: number; endMs: number; error: boolean }

/**
 * Calls by the span that made them, remembered for between one and two generations: a child may come some seconds before
 * or after its parent. At most `max` calls; over it new ones are dropped and counted.
 */
export class CallWindow {
  readonly #max: number
  #young = new Map<string, Call[]>()
  #old = new Map<string, Call[]>()
  #youngCount = 0
  #oldCount = 0
  droppedCount = 0

  constructor(max: number) {
    this.#max = max
  }

  add(parentKey: string, call: Call): void {
    if (this.#youngCount + this.#oldCount >= this.#max) {
      this.droppedCount += 1
      return
    }
    const known = this.#young.get(parentKey)
    if (known) known.push(call)
    else this.#young.set(parentKey, [call])
    this.#youngCount += 1
  }

  of(parentKey: string): readonly Call[] {
    const young = this.#young.get(parentKey)
    const old = this.#old.get(parentKey)
    return young && old ? [...old, ...young] : (young ?? old ?? [])
  }

  /** Forgets the older generation. */
  age(): void {
    this.#old = this.#young
    this.#oldCount = this.#youngCount
    this.#young = new Map()
    this.#youngCount = 0
  }
}

/** Milliseconds of [startMs, endMs] in which no call was open: the duration less the union of the calls. */
export function selfTimeMs(startMs: number, endMs: number, calls: readonly Call[]): number {
  if (calls.length === 0) return endMs - startMs
  const sorted = calls.length === 1 ? calls : [...calls].sort((a, b) => a.startMs - b.startMs)
  let coveredMs = 0
  let reachedMs = startMs
  for (const call of sorted) {
    const from = Math.max(call.startMs, reachedMs)
    const to = Math.min(call.endMs, endMs)
    if (to <= from) continue
    coveredMs += to - from
    reachedMs = to
  }
  return Math.max(0, endMs - startMs - coveredMs)
}
