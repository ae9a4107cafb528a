/** Buckets to a doubling: a quantile is right within 2^(1/128), 0.55 %. */
const perDoubling = 64

/** How values are spread, in logarithmic buckets; what is 0 or less is 0. */
export class LogBuckets {
  readonly #counts = new Map<number, number>()
  #total = 0

  /** True where the value opened a bucket. */
  add(value: number): boolean {
    const bucket = value <= 0 ? Number.NEGATIVE_INFINITY : Math.ceil(Math.log2(value) * perDoubling)
    const count = this.#counts.get(bucket)
    this.#counts.set(bucket, (count ?? 0) + 1)
    this.#total += 1
    return count === undefined
  }

  /** The least value that this part of all is not above; the middle of its bucket stands for it. Undefined where there are none. */
  quantile(part: number): number | undefined {
    const rank = Math.max(1, Math.ceil(part * this.#total))
    let seen = 0
    for (const [bucket, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      seen += count
      if (seen >= rank) return bucket === Number.NEGATIVE_INFINITY ? 0 : 2 ** ((bucket - 0.5) / perDoubling)
    }
    return undefined
  }
}
