export type Stability = {
  psi: number
  /** What the index stays below in 95 of 100 cases by chance alone, with so many values. */
  chance: number
}

/** Values on either side before anything is said. */
export const valuesMin = 20
const binsMax = 10
/** Values of the reference in a bin, at least. */
const perBinMin = 10
/** Added to each bin, so that an empty one is no infinity. */
const pseudo = 0.5

/**
 * Population stability index: Σ (recent − reference) · ln(recent / reference) over bins of equal share in the reference (Siddiqi 2006).
 * Without any change it is distributed as χ² with bins − 1 degrees of freedom times (1/n + 1/m) (Yurdakul 2018), so that a small sample
 * alone gives large values: `chance` is the 95th percentile of that. Undefined with too few values. O(n log n).
 */
export function stabilityOf(reference: readonly number[], recent: readonly number[]): Stability | undefined {
  if (reference.length < valuesMin || recent.length < valuesMin) return undefined
  const sorted = [...reference].sort((a, b) => a - b)
  const bins = Math.max(2, Math.min(binsMax, Math.floor(sorted.length / perBinMin)))
  const edges = [
    ...new Set(
      Array.from(
        { length: bins - 1 },
        (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)] as number,
      ),
    ),
  ]
  const count = (values: readonly number[]): Float64Array => {
    const counts = new Float64Array(edges.length + 1).fill(pseudo)
    for (const value of values) {
      let bin = 0
      while (bin < edges.length && value >= (edges[bin] as number)) bin += 1
      counts[bin] = (counts[bin] as number) + 1
    }
    const sum = values.length + pseudo * counts.length
    return counts.map((one) => one / sum)
  }
  const before = count(sorted)
  const after = count(recent)
  let psi = 0
  for (let bin = 0; bin < before.length; bin += 1) {
    const was = before[bin] as number
    const is = after[bin] as number
    psi += (is - was) * Math.log(is / was)
  }
  return { psi, chance: chiSquare95(edges.length) * (1 / reference.length + 1 / recent.length) }
}

/** 95th percentile of χ² (Wilson and Hilferty 1931); off by less than 1 % from two degrees of freedom on, by 3 % at one. */
function chiSquare95(degrees: number): number {
  const part = 2 / (9 * Math.max(1, degrees))
  return Math.max(1, degrees) * (1 - part + 1.6449 * Math.sqrt(part)) ** 3
}
