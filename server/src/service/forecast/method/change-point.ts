import { robustScaleOf } from './order.ts'

const sideMin = 4
const roundsMax = 6
/** Distance of levels in standard errors, and in the scatter of single values. */
const standardErrorsMin = 6
const scattersMin = 2.5

/**
 * Where the last level began: binary segmentation (Scott and Knott 1974) with least squares, as long as a step explains the values far
 * better than nothing and clearly better than a line does. 0 where the level never changed.
 */
export function lastLevelStart(values: ArrayLike<number>): number {
  let start = 0
  for (let round = 0; round < roundsMax; round++) {
    const found = stepAfter(values, start)
    if (found === undefined) return start
    start = found
  }
  return start
}

/** Where each level began, the first at 0: the same in both directions. */
export function levelStarts(values: ArrayLike<number>): number[] {
  const found = [0]
  const split = (start: number, end: number, depth: number): void => {
    const at = depth < roundsMax ? stepAfter(values, start, end) : undefined
    if (at === undefined) return
    split(start, at, depth + 1)
    found.push(at)
    split(at, end, depth + 1)
  }
  split(0, values.length, 0)
  return found
}

function stepAfter(values: ArrayLike<number>, start: number, end = values.length): number | undefined {
  const count = end - start
  if (count < 2 * sideMin) return undefined
  const part = Array.from({ length: count }, (_, i) => values[start + i]!)
  const fit = bestStep(part)
  const steps = part.slice(1).map((value, i) => value - part[i]!)
  // Differences of neighbours scatter as the values do around any course that is not a step at every place.
  const scatter = Math.max(robustScaleOf(steps) / Math.SQRT2, 1e-12 * Math.abs(fit.left))
  const distance = Math.abs(fit.right - fit.left)
  const error = scatter * Math.sqrt(1 / fit.at + 1 / (count - fit.at))
  const isStep =
    distance > scattersMin * scatter &&
    distance > standardErrorsMin * error &&
    fit.residual < 0.6 * residualOfLine(part)
  return isStep ? start + fit.at : undefined
}

function bestStep(values: readonly number[]): { at: number; left: number; right: number; residual: number } {
  const total = values.reduce((sum, value) => sum + value, 0)
  const mean = total / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  let best = { at: sideMin, left: mean, right: mean, residual: squares }
  let sum = 0
  for (let at = 1; at <= values.length - sideMin; at++) {
    sum += values[at - 1]!
    if (at < sideMin) continue
    const [left, right] = [sum / at, (total - sum) / (values.length - at)]
    const residual = squares - at * (left - mean) ** 2 - (values.length - at) * (right - mean) ** 2
    if (residual < best.residual) best = { at, left, right, residual }
  }
  return best
}

function residualOfLine(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let [together, own, squares] = [0, 0, 0]
  for (const [i, value] of values.entries()) {
    together += (i - middle) * (value - mean)
    own += (i - middle) ** 2
    squares += (value - mean) ** 2
  }
  return squares - together ** 2 / own
}
