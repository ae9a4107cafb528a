import { type Factors, factorsOf, type Scales, scoreOf } from '../decision/score.ts'
import type { ServiceTrace } from './trace.ts'

export type Move = { at: number; from: number; to: number }
/** What a way of deciding would have cost: money for where it ran, and for the moves. */
export type Course = { bill: number; moves: Move[]; migration: number }
/** What a move at a step to a provider costs, $. */
export type MoveCost = (step: number, to: number) => number

/** Rates with what was told last where nothing was; +∞ before a provider was first told of. */
export function carried(trace: ServiceTrace): Float64Array[] {
  return trace.cost.map((column) => {
    const out = new Float64Array(column.length)
    let before = Number.POSITIVE_INFINITY
    for (let step = 0; step < column.length; step += 1) {
      if (!Number.isNaN(column[step]!)) before = column[step]!
      out[step] = before
    }
    return out
  })
}

/** Walks a period by a rule that says where to be at each step. The bill counts the place that runs, and nothing else. */
export function walk(
  rates: readonly Float64Array[],
  start: number,
  stepHours: number,
  moveCost: MoveCost,
  next: (step: number, here: number) => number,
): Course {
  const course: Course = { bill: 0, moves: [], migration: 0 }
  const count = rates[0]?.length ?? 0
  let here = start
  for (let step = 0; step < count; step += 1) {
    const to = next(step, here)
    if (to !== here && Number.isFinite(rates[to]![step]!)) {
      const cost = moveCost(step, to)
      course.migration += cost
      course.bill += cost
      course.moves.push({ at: step, from: here, to })
      here = to
    }
    const rate = rates[here]![step]!
    if (Number.isFinite(rate)) course.bill += rate * stepHours
  }
  return course
}

export const never = (rates: readonly Float64Array[], start: number, stepHours: number): Course =>
  walk(
    rates,
    start,
    stepHours,
    () => 0,
    (_, here) => here,
  )

export const cheapest = (
  rates: readonly Float64Array[],
  start: number,
  stepHours: number,
  moveCost: MoveCost,
): Course =>
  walk(rates, start, stepHours, moveCost, (step, here) => {
    let best = here
    for (let k = 0; k < rates.length; k += 1) if (rates[k]![step]! < rates[best]![step]!) best = k
    return best
  })

/** Weights and threshold as the origin's program had them: whatever scores highest is moved to, if it scores at least so much. */
const originWeights = { COST: 0.4, LATENCY: 0.3, CREDITS: 0.2, AVAILABILITY: 0.1 }
const originThreshold = 0.48

export function origin(
  trace: ServiceTrace,
  rates: readonly Float64Array[],
  start: number,
  stepHours: number,
  moveCost: MoveCost,
  scales: Scales,
): Course {
  return walk(rates, start, stepHours, moveCost, (step, here) => {
    let best = here
    let bestScore = scoreOf(factorsAt(trace, step, here, scales), originWeights)
    for (let k = 0; k < rates.length; k += 1) {
      const score = scoreOf(factorsAt(trace, step, k, scales), originWeights)
      if (score > bestScore) {
        best = k
        bestScore = score
      }
    }
    return bestScore >= originThreshold ? best : here
  })
}

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value
const factorsAt = (trace: ServiceTrace, step: number, k: number, scales: Scales): Factors =>
  factorsOf(
    {
      cost_hourly_usd: known(trace.cost[k]![step]) as never,
      ...{ latency_ms: known(trace.latency[k]![step]), credits: known(trace.credits[k]![step]) },
      available_gpus: known(trace.gpus[k]![step]),
    },
    scales,
  )

/**
 * The least that the period could have cost, by dynamic programming over where it is: exact, O(steps · providers²). `allowed` says where it may be.
 */
export function hindsight(
  rates: readonly Float64Array[],
  start: number,
  stepHours: number,
  moveCost: MoveCost,
  allowed: (step: number, provider: number) => boolean = () => true,
): Course {
  const size = rates.length
  const count = rates[0]?.length ?? 0
  const value = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  value[start] = 0
  const from = new Uint8Array(size * count)
  const next = new Float64Array(size)
  for (let step = 0; step < count; step += 1) {
    for (let k = 0; k < size; k += 1) {
      let best = value[k]!
      let source = k
      const rate = rates[k]![step]!
      if (Number.isFinite(rate) && allowed(step, k)) {
        const cost = moveCost(step, k)
        for (let j = 0; j < size; j += 1)
          if (j !== k && value[j]! + cost < best) {
            best = value[j]! + cost
            source = j
          }
      }
      from[step * size + k] = source
      // Where it runs without a known rate costs what every course pays there: nothing that can be told.
      next[k] = best + (Number.isFinite(rate) ? rate * stepHours : 0)
    }
    value.set(next)
  }
  return traced(value, from, rates, start, count, stepHours, moveCost)
}

function traced(
  value: Float64Array,
  from: Uint8Array,
  rates: readonly Float64Array[],
  start: number,
  count: number,
  stepHours: number,
  moveCost: MoveCost,
): Course {
  const size = value.length
  const path = new Uint8Array(count)
  let here = value.indexOf(Math.min(...value))
  for (let step = count - 1; step >= 0; step -= 1) {
    path[step] = here
    here = from[step * size + here]!
  }
  return walk(rates, start, stepHours, moveCost, (step) => path[step]!)
}
