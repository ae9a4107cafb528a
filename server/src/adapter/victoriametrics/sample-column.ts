const staleMarker = 0x7ff0000000000002n

/** Samples of one series as they are gathered, values by their bits. What comes later wins over what has the same time. */
export class SampleColumn {
  #timesMs = new Float64Array(64)
  #values = new Float64Array(64)
  #count = 0
  #ascending = true

  get count(): number {
    return this.#count
  }
  push(timeMs: number, value: number): void {
    const at = this.#place(timeMs)
    this.#values[at] = value
  }
  pushStale(timeMs: number): void {
    const at = this.#place(timeMs)
    new BigUint64Array(this.#values.buffer)[at] = staleMarker
  }
  pushFrom(timeMs: number, values: Float64Array, at: number): void {
    const place = this.#place(timeMs)
    this.#values.set(values.subarray(at, at + 1), place)
  }

  /** Times ascending and unique. */
  finish(): { timesMs: Float64Array; values: Float64Array } {
    const timesMs = this.#timesMs.subarray(0, this.#count)
    const values = this.#values.subarray(0, this.#count)
    if (this.#ascending) return { timesMs, values }
    // Stable, so that of equal times the one appended last stays last.
    const order = Array.from({ length: this.#count }, (_, i) => i).sort((a, b) => timesMs[a]! - timesMs[b]!)
    const last = order.filter((at, i) => i + 1 === order.length || timesMs[order[i + 1]!] !== timesMs[at])
    const sorted = { timesMs: new Float64Array(last.length), values: new Float64Array(last.length) }
    last.forEach((from, to) => {
      sorted.timesMs[to] = timesMs[from]!
      sorted.values.set(values.subarray(from, from + 1), to)
    })
    return sorted
  }

  #place(timeMs: number): number {
    const at = this.#count
    if (at === this.#timesMs.length) this.#grow()
    if (at > 0 && timeMs <= this.#timesMs[at - 1]!) this.#ascending = false
    this.#timesMs[at] = timeMs
    this.#count += 1
    return at
  }
  #grow(): void {
    const [timesMs, values] = [this.#timesMs, this.#values]
    this.#timesMs = new Float64Array(timesMs.length * 2)
    this.#values = new Float64Array(values.length * 2)
    this.#timesMs.set(timesMs)
    this.#values.set(values)
  }
}
