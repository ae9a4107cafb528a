import type { Outcome } from '@aiops/contract/model/decision'
import { usd } from '@aiops/contract/model/money'
import { isoTime } from '../../../kernel/clock.ts'
import { quantile } from '../decision/economics.ts'
import { drawPaths, fitOf } from './counterfactual.ts'

/** Rates on an even grid, NaN where nothing was told; `after` begins with the move. */
export type MoveHistory = {
  movedMs: number
  stepMs: number
  before: { from: readonly number[]; others: readonly number[] | null }
  after: { from: readonly number[]; to: readonly number[]; others: readonly number[] | null }
  migrationUsd: number
  seed: number
}

/**
 * The bounds hold the truth at least nine times in ten: 3 % of the draws lie beyond each, for histories of a few hours are worth less than they
 * look. Wider than their names, for what one is told of money saved should hold.
 */
const tail = 0.03
const draws = 400
/** Longer times are taken in wider steps. */
const stepsMax = 288

/**
 * What a move has saved: rates of the old provider less those of the new one, since, less what the move cost. Where the old one is still told
 * of, its rate is read; where it is not, it is what it would have been, with all that is uncertain about it.
 */
export function realisedOf(history: MoveHistory): Outcome {
  const { before, after } = thinned(history)
  const stepMs = (history.stepMs * history.after.to.length) / Math.max(1, after.to.length)
  const hours = stepMs / 3_600_000
  const steps = after.to.length
  const missing: number[] = []
  let observed = 0
  let known = 0
  for (let step = 0; step < steps; step += 1) {
    const to = after.to[step]!
    if (Number.isNaN(to)) continue
    known += 1
    const from = after.from[step]!
    if (Number.isNaN(from)) missing.push(step)
    else observed += (from - to) * hours
  }
  const noise =
    Math.sqrt(Math.max(0, tickVariance(after.from) + tickVariance(after.to)) * Math.max(1, known)) * hours
  const fit =
    missing.length > 0 ? fitOf([...before.from, ...after.from], joined(before.others, after.others)) : null
  const lost = missing.length > 0 && fit === null ? missing.length : 0
  const unseen = new Uint8Array(steps)
  for (const step of missing) unseen[step] = 1
  const first = missing[0] ?? steps
  const sums = fit
    ? drawPaths(fit, steps - first, after.others?.slice(first) ?? null, history.seed, draws, (step, rate) =>
        unseen[first + step] === 1 ? (rate - after.to[first + step]!) * hours : 0,
      )
    : new Float64Array(draws)
  sums.sort()
  const base = observed - history.migrationUsd
  const spread = 1.881 * noise
  const coverage = steps === 0 ? 0 : (known - lost) / steps
  const p50 = base + quantile(sums, 0.5)
  return {
    realised_usd: {
      p10: usd(base + quantile(sums, tail) - spread),
      p50: usd(p50),
      p90: usd(base + quantile(sums, 1 - tail) + spread),
    },
    measured_until: isoTime(history.movedMs + history.after.to.length * history.stepMs),
    coverage,
    right: coverage >= 0.5 ? p50 > 0 : null,
  }
}

/** Of what one reading says of its step: half the mean square of steps between neighbours. */
function tickVariance(rates: readonly number[]): number {
  let sum = 0
  let count = 0
  for (let at = 1; at < rates.length; at += 1) {
    const step = rates[at]! - rates[at - 1]!
    if (Number.isNaN(step)) continue
    sum += step * step
    count += 1
  }
  return count === 0 ? 0 : sum / (2 * count)
}

const joined = (a: readonly number[] | null, b: readonly number[] | null): number[] | null =>
  a && b ? [...a, ...b] : null

function thinned(history: MoveHistory): Pick<MoveHistory, 'before' | 'after'> {
  const by = Math.max(1, Math.ceil(history.after.to.length / stepsMax))
  if (by === 1) return history
  const fold = (rates: readonly number[]): number[] =>
    Array.from({ length: Math.floor(rates.length / by) }, (_, at) => {
      const some = rates.slice(at * by, (at + 1) * by).filter((rate) => !Number.isNaN(rate))
      return some.length === 0 ? Number.NaN : some.reduce((sum, rate) => sum + rate, 0) / some.length
    })
  const maybe = (rates: readonly number[] | null): number[] | null => rates && fold(rates)
  return {
    before: { from: fold(history.before.from), others: maybe(history.before.others) },
    after: {
      from: fold(history.after.from),
      to: fold(history.after.to),
      others: maybe(history.after.others),
    },
  }
}

/**
 * How far the services that stayed at a provider are from their own usual there, mean of logs by step: what moves all of them. NaN where
 * none was told of. Null without any.
 */
export function othersOf(rates: readonly (readonly number[])[], beforeSteps: number): number[] | null {
  const usual = rates.map((one) => {
    const logs = one.slice(0, beforeSteps).filter((rate) => rate > 0)
    return logs.length === 0 ? Number.NaN : logs.reduce((sum, rate) => sum + Math.log(rate), 0) / logs.length
  })
  const used = rates.filter((_, at) => Number.isFinite(usual[at]))
  if (used.length === 0) return null
  return Array.from({ length: used[0]!.length }, (_, step) => {
    let sum = 0
    let count = 0
    for (const [at, one] of rates.entries()) {
      const rate = one[step]!
      if (!(rate > 0) || !Number.isFinite(usual[at])) continue
      sum += Math.log(rate) - usual[at]!
      count += 1
    }
    return count === 0 ? Number.NaN : sum / count
  })
}
