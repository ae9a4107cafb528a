import type { ScoreFactor } from '@aiops/contract/model/decision'
import { number } from './constraint.ts'
import { type Factors, gapOf, type Scales, scoreFactors, type WeightsByFactor } from './score.ts'

export type Flip =
  | { kind: 'WEIGHT'; factor: ScoreFactor; at: number; direction: 'above' | 'below' }
  | { kind: 'COST' | 'LATENCY'; at: number; direction: 'above' }

/**
 * Single changes that turn the order of two options, by solving for a gap of 0. A weight that changes scales the others to make room, so that
 * the gap is a line in it. Of what the option itself would cost or answer in, where the fixed scale does not end before.
 */
export function flipsOf(winner: Factors, other: Factors, weights: WeightsByFactor, scales: Scales): Flip[] {
  const { total } = gapOf(winner, other, weights)
  if (!(total > 0)) return []
  const flips: Flip[] = []
  for (const factor of scoreFactors) {
    const weight = weights[factor]
    if (weight <= 0 || weight >= 1) continue
    const own = (winner[factor] ?? 0) - (other[factor] ?? 0)
    // The mean difference in the other factors, which stays as the others are scaled together.
    const rest = (total - weight * own) / (1 - weight)
    const at = rest / (rest - own)
    if (Number.isFinite(at) && at > 0 && at < 1)
      flips.push({ kind: 'WEIGHT', factor, at, direction: at > weight ? 'above' : 'below' })
  }
  const solve = (kind: 'COST' | 'LATENCY', scale: number): void => {
    const factor = winner[kind]
    if (factor === undefined || weights[kind] <= 0) return
    const needed = factor - total / weights[kind]
    if (needed > 0 && needed < 1) flips.push({ kind, at: (1 - needed) * scale, direction: 'above' })
  }
  solve('COST', scales.cost_hourly_usd)
  solve('LATENCY', scales.latency_ms)
  return flips
}

/** The smallest weight change first, then what the option itself would have to cost or take; three at most. */
export function flipSentences(flips: readonly Flip[], weights: WeightsByFactor, to: string): string[] {
  const nearest = flips
    .filter((flip) => flip.kind === 'WEIGHT')
    .sort((a, b) => Math.abs(a.at - weights[a.factor]) - Math.abs(b.at - weights[b.factor]))[0]
  const said: string[] = []
  if (nearest)
    said.push(
      `flips if the ${nearest.factor.toLowerCase()} weight is ${nearest.direction} ${number(nearest.at)} (it is ${number(weights[nearest.factor])})`,
    )
  for (const flip of flips) {
    if (flip.kind === 'COST') said.push(`flips if ${to} costs more than $${number(flip.at)}/h`)
    if (flip.kind === 'LATENCY') said.push(`flips if ${to} takes longer than ${number(flip.at)} ms`)
  }
  return said
}

/** Weights with one set and the others scaled to make room: what a flip speaks of. */
export function withWeight(weights: WeightsByFactor, factor: ScoreFactor, value: number): WeightsByFactor {
  const scale = (1 - value) / (1 - weights[factor])
  const of = (name: ScoreFactor): number => (name === factor ? value : weights[name] * scale)
  return {
    COST: of('COST'),
    LATENCY: of('LATENCY'),
    CREDITS: of('CREDITS'),
    AVAILABILITY: of('AVAILABILITY'),
  }
}
