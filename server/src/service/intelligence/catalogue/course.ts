/** What a series did, in numbers: pure, and blind to what is no number. */

/** `[unix ms, value]`, oldest first. */
export type CoursePoint = readonly [number, number]

export type LevelShift = {
  /** First point of the new level. */
  atMs: number
  before: number
  after: number
}

/** The middle of sorted numbers. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return quantileOf(sorted, 0.5)
}

/** Of sorted numbers, linear between ranks; NaN of none. */
export function quantileOf(sorted: readonly number[], quantile: number): number {
  if (sorted.length === 0) return Number.NaN
  const rank = (sorted.length - 1) * quantile
  const low = Math.floor(rank)
  const [a = Number.NaN, b = a] = [sorted[low], sorted[low + 1]]
  return a + (b - a) * (rank - low)
}

/** Points on either side that a level needs. */
const sideMin = 5
/** How far levels must lie apart: in spreads of the points around them, and in shares of the larger. */
const spreadsMin = 4
const shareMin = 0.1

/**
 * The moment that parts a series best into two levels: the split with the least absolute deviation from the two sides' medians (the
 * L1 form of least-squares change-point search), kept where the levels lie far apart in spreads. Undefined where there is none.
 * For up to a few hundred points.
 */
export function levelShift(points: readonly CoursePoint[]): LevelShift | undefined {
  if (points.length < sideMin * 2) return undefined
  const values = points.map(([, value]) => value)
  const cost = splitCosts(values)
  let best = sideMin
  for (let i = sideMin; i <= values.length - sideMin; i += 1)
    if ((cost[i] ?? Number.POSITIVE_INFINITY) < (cost[best] ?? Number.POSITIVE_INFINITY)) best = i
  const before = medianOf(values.slice(0, best))
  const after = medianOf(values.slice(best))
  const gap = Math.abs(after - before)
  const spread = medianOf(values.map((value, i) => Math.abs(value - (i < best ? before : after)))) * 1.4826
  if (gap <= spreadsMin * spread || gap <= shareMin * Math.max(Math.abs(before), Math.abs(after)))
    return undefined
  // An even slope parts into two levels as well; a shift leaves its levels at once.
  const within = Math.max(rise(values.slice(0, best)), rise(values.slice(best)))
  if (within > gap / 2) return undefined
  const middle = (before + after) / 2
  const at = values.findIndex(
    (value, i) => i >= best - sideMin && (after > before ? value > middle : value < middle),
  )
  const [atMs] = points[at === -1 ? best : Math.min(best + sideMin, at)] ?? points[best] ?? [0]
  return { atMs, before, after }
}

/** How far the medians of a side's ends lie apart. */
function rise(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3))
  return Math.abs(medianOf(values.slice(-third)) - medianOf(values.slice(0, third)))
}

/** Squared deviation from the mean of ranks on both sides of each split: robust by rank, and linear to compute. */
function splitCosts(exact: readonly number[]): number[] {
  // What arithmetic leaves behind the sixth digit has no rank.
  const [low, high] = [Math.min(...exact), Math.max(...exact)]
  const grain = (high - low) * 1e-6 || 1
  const values = exact.map((value) => Math.round((value - low) / grain))
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const rank = new Array<number>(values.length).fill(0)
  // Equal values share their middle rank.
  for (let i = 0; i < order.length; ) {
    let end = i
    while (end < order.length && values[order[end] ?? 0] === values[order[i] ?? 0]) end += 1
    for (let k = i; k < end; k += 1) rank[order[k] ?? 0] = (i + end - 1) / 2
    i = end
  }
  const total = rank.reduce((sum, one) => sum + one, 0)
  const costs: number[] = []
  let left = 0
  rank.forEach((one, i) => {
    const right = total - left
    costs[i] = i === 0 ? 0 : -(left * left) / i - (right * right) / (values.length - i)
    left += one
  })
  return costs
}
