/**
 * How often alerts begin that belong to nothing, learned as they come: of MEDIUM severity, of HIGH and worse, and bursts that open a
 * group of their own. Counted in bins of five minutes over two hours, without the bin that is going on and the one before it, so that
 * a burst is not held against itself. Until then a guess that weighs as much as an hour of watching.
 */
export type Onset = 'MEDIUM' | 'HIGH' | 'BURST'

const binMs = 300_000
const binsMax = 24
const hourMs = 3_600_000
/** An hour. Wrong by a factor of two either way they cost less than .01 of pairwise F1 in simulated streams. */
const guessed: Readonly<Record<Onset, number>> = { MEDIUM: 14, HIGH: 4, BURST: 4 }

type Bin = { at: number; counts: Record<Onset, number> }

/** What has been learned, in a form that can be written down: bins oldest first. */
export type BackgroundMemory = { firstAt: number | null; bins: readonly Bin[] }

export class Background {
  /** Oldest first. */
  readonly #bins: Bin[] = []
  #firstAt: number | undefined
  #read: { at: number; rates: Record<Onset, number> } | undefined

  /** Returns what `forget` takes. Times may lie before those noted already, within what is kept. */
  note(onset: Onset, nowMs: number): number {
    const at = Math.max(Math.floor(nowMs / binMs), (this.#bins.at(-1)?.at ?? 0) - binsMax)
    this.#firstAt = Math.min(this.#firstAt ?? at, at)
    let after = this.#bins.length
    while (after > 0 && (this.#bins[after - 1]?.at ?? at) > at) after -= 1
    let bin = this.#bins[after - 1]
    if (!bin || bin.at < at) {
      bin = { at, counts: { MEDIUM: 0, HIGH: 0, BURST: 0 } }
      this.#bins.splice(after, 0, bin)
      const newest = this.#bins.at(-1)?.at ?? at
      while ((this.#bins[0]?.at ?? newest) < newest - binsMax) this.#bins.shift()
    }
    bin.counts[onset] += 1
    if (bin !== this.#bins.at(-1)) this.#read = undefined
    return bin.at
  }

  /** Without these, which are noted again. */
  memory(without: readonly { kind: Onset; at: number }[] = []): BackgroundMemory {
    const bins = this.#bins.map(({ at, counts }) => ({ at, counts: { ...counts } }))
    for (const { kind, at } of without) {
      const bin = bins.find((one) => one.at === at)
      if (bin && bin.counts[kind] > 0) bin.counts[kind] -= 1
    }
    return { firstAt: this.#firstAt ?? null, bins }
  }

  recall({ firstAt, bins }: BackgroundMemory): void {
    this.#firstAt = firstAt ?? undefined
    this.#bins.splice(0, this.#bins.length, ...bins.map(({ at, counts }) => ({ at, counts: { ...counts } })))
    this.#read = undefined
  }

  /** It turned out to belong to something. */
  forget(onset: Onset, at: number): void {
    const bin = this.#bins.find((one) => one.at === at)
    if (bin && bin.counts[onset] > 0) bin.counts[onset] -= 1
  }

  /** Beginnings an hour. */
  perHour(onset: Onset, nowMs: number): number {
    const at = Math.floor(nowMs / binMs)
    if (this.#read?.at !== at) this.#read = { at, rates: this.#rates(at) }
    return this.#read.rates[onset]
  }

  #rates(at: number): Record<Onset, number> {
    const watched = Math.min(binsMax, Math.max(0, at - 1 - (this.#firstAt ?? at)))
    const hours = (watched * binMs) / hourMs
    const sums: Record<Onset, number> = { ...guessed }
    for (const bin of this.#bins) {
      if (bin.at < at - 1 - binsMax || bin.at >= at - 1) continue
      for (const onset of ['MEDIUM', 'HIGH', 'BURST'] as const) sums[onset] += bin.counts[onset]
    }
    for (const onset of ['MEDIUM', 'HIGH', 'BURST'] as const) sums[onset] /= hours + 1
    return sums
  }
}
