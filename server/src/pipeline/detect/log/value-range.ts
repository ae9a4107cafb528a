/** Buckets an octave: a bucket's ends are a factor of 1.26 apart. */
const perOctave = 3
/** From 2^−20 (a microsecond in seconds) to 2^40 (a terabyte); what is beyond counts as the end. */
const octaveMin = -20
const bucketCount = 60 * perOctave
/** Where counts are halved: what was usual a few thousand values ago fades. */
const halvedAt = 8_192

/** The range of positive values of one place in a pattern, as counts by powers (as DDSketch, Masson et al. 2019): 360 bytes. */
export class ValueRange {
  readonly #counts = new Uint16Array(bucketCount)
  /** Values at or below zero. */
  #zeros = 0
  #total = 0
  /** All that were ever added. */
  seen = 0

  add(value: number): void {
    this.seen += 1
    if (this.#total >= halvedAt) this.#halve()
    this.#total += 1
    if (value <= 0) this.#zeros += 1
    else {
      const at = bucketOf(value)
      this.#counts[at] = (this.#counts[at] as number) + 1
    }
  }

  /** Ends of what was seen, and its middle; rare ends fade with time. Undefined where nothing positive was seen. */
  ends(): { low: number; mid: number; high: number; q99: number; q01: number } | undefined {
    let [first, last] = [-1, -1]
    for (let at = 0; at < bucketCount; at += 1) {
      if (this.#counts[at] === 0) continue
      if (first < 0) first = at
      last = at
    }
    if (first < 0) return undefined
    return {
      low: this.#zeros > 0 ? 0 : boundOf(first),
      mid: this.#quantile(0.5),
      high: boundOf(last + 1),
      q99: this.#quantile(0.99),
      q01: this.#quantile(0.01),
    }
  }

  #quantile(share: number): number {
    let left = share * this.#total - this.#zeros
    if (left <= 0) return 0
    for (let at = 0; at < bucketCount; at += 1) {
      left -= this.#counts[at] as number
      if (left <= 0) return boundOf(at + 0.5)
    }
    return boundOf(bucketCount)
  }

  #halve(): void {
    this.#total = 0
    for (let at = 0; at < bucketCount; at += 1) {
      const half = (this.#counts[at] as number) >> 1
      this.#counts[at] = half
      this.#total += half
    }
    this.#zeros >>= 1
    this.#total += this.#zeros
  }
}

const bucketOf = (value: number): number =>
  Math.min(bucketCount - 1, Math.max(0, Math.floor((Math.log2(value) - octaveMin) * perOctave)))
const boundOf = (bucket: number): number => 2 ** (bucket / perOctave + octaveMin)
