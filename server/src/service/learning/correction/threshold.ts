/** One labelled distance from the usual, in bounds. */
export type LabelledRatio = { ratio: number; real: boolean; weight: number }

export type Threshold = {
  factor: number
  /** Weights of the labels below it. */
  real: number
  unreal: number
  /** Mean of Beta(1 + real, 1 + unreal). */
  chanceReal: number
}

/** What is told beyond the largest that was called unreal: at least this much room, as a ratio. */
const marginLeast = 1.15
/** Up to where real and unreal are mixed evenly. */
const mixedMax = 0.5
/** Three labels of an hour ago weigh a little less than three. */
const agedSlack = 0.005

/**
 * The distance up to which what people see is hardly ever real. Labels are sorted by distance; the chance that one is real is made to rise
 * with it by isotonic regression (pool adjacent violators: Ayer et al. 1955, Barlow et al. 1972). The threshold is the largest distance
 * where that is below a half and the mean of the Beta posterior of all below it, from a uniform prior, at most `chanceMax`: three unreal
 * labels and no real one are the least that is enough at 0.2. Then it goes on by a margin, never beyond the middle to the next that was
 * real. O(n log n). Undefined where nothing is to be raised.
 */
export function thresholdOf(
  labels: readonly LabelledRatio[],
  chanceMax: number,
  factorMax: number,
): Threshold | undefined {
  const sorted = labels
    .filter(({ weight }) => weight > 0)
    .map(({ ratio, real, weight }) => ({ x: Math.log(Math.max(1, ratio)), real, weight }))
    .sort((a, b) => a.x - b.x || Number(b.real) - Number(a.real))
  const rising = isotonic(sorted)
  let real = 0
  let unreal = 0
  let found: { at: number; real: number; unreal: number; chanceReal: number } | undefined
  for (let i = 0; i < sorted.length; i += 1) {
    const one = sorted[i] as (typeof sorted)[number]
    if (one.real) real += one.weight
    else unreal += one.weight
    if (sorted[i + 1]?.x === one.x || one.real) continue
    const chanceReal = (1 + real) / (2 + real + unreal)
    if ((rising[i] as number) < mixedMax && chanceReal <= chanceMax + agedSlack)
      found = { at: i, real, unreal, chanceReal }
  }
  if (!found) return undefined
  const { at } = found
  const x = (sorted[at] as (typeof sorted)[number]).x
  const below = sorted.slice(0, at + 1).filter((one) => !one.real)
  const margin = Math.max(Math.log(marginLeast), deviationOf(below) / 2)
  const next = sorted.slice(at + 1).find((one) => one.real)
  const room = next ? Math.min(margin, (next.x - x) / 2) : margin
  const factor = Math.min(factorMax, Math.exp(x + room))
  return factor > 1.01
    ? {
        factor: Math.round(factor * 1e4) / 1e4,
        real: found.real,
        unreal: found.unreal,
        chanceReal: found.chanceReal,
      }
    : undefined
}

/** Weighted least-squares fit that never falls, one value for each. */
export function isotonic(labels: readonly { real: boolean; weight: number }[]): Float64Array {
  const blocks: { mean: number; weight: number; size: number }[] = []
  for (const { real, weight } of labels) {
    let block = { mean: real ? 1 : 0, weight, size: 1 }
    for (let before = blocks.at(-1); before && before.mean >= block.mean; before = blocks.at(-1)) {
      blocks.pop()
      const sum = before.weight + block.weight
      block = {
        mean: (before.mean * before.weight + block.mean * block.weight) / sum,
        weight: sum,
        size: before.size + block.size,
      }
    }
    blocks.push(block)
  }
  const fitted = new Float64Array(labels.length)
  let at = 0
  for (const { mean, size } of blocks) {
    fitted.fill(mean, at, at + size)
    at += size
  }
  return fitted
}

function deviationOf(labels: readonly { x: number; weight: number }[]): number {
  const sum = labels.reduce((total, { weight }) => total + weight, 0)
  const mean = labels.reduce((total, { x, weight }) => total + x * weight, 0) / sum
  return Math.sqrt(labels.reduce((total, { x, weight }) => total + weight * (x - mean) ** 2, 0) / sum)
}
