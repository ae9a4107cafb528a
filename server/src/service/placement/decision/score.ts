import type { ScoreFactor } from '@aiops/contract/model/decision'
import type { ProviderReading } from '@aiops/contract/model/provider'
import type { PlacementConfig } from '../config.ts'

export type Scales = PlacementConfig['scales']
export type Factors = Partial<Record<ScoreFactor, number>>
export type WeightsByFactor = Readonly<Record<ScoreFactor, number>>

export const scoreFactors: readonly ScoreFactor[] = ['COST', 'LATENCY', 'CREDITS', 'AVAILABILITY']

/** 0..1 each, on fixed scales: another provider that appears never turns the order of those that were there. Unknown is left out. */
export function factorsOf(
  reading: Pick<ProviderReading, 'cost_hourly_usd' | 'latency_ms' | 'credits' | 'available_gpus'>,
  scales: Scales,
): Factors {
  const { cost_hourly_usd: cost, latency_ms: latency, credits, available_gpus: gpus } = reading
  return {
    ...(cost === null ? {} : { COST: falling(cost, scales.cost_hourly_usd) }),
    ...(latency === null ? {} : { LATENCY: falling(latency, scales.latency_ms) }),
    ...(credits === null ? {} : { CREDITS: Math.min(credits / scales.credits, 1) }),
    ...(gpus === null ? {} : { AVAILABILITY: Math.min(gpus / scales.gpus, 1) }),
  }
}

export const falling = (value: number, scale: number): number => 1 - Math.min(Math.max(value, 0) / scale, 1)

/** Factors that all of the options know: only these compare like with like. */
export function commonFactors(options: readonly Factors[]): ScoreFactor[] {
  return scoreFactors.filter((name) => options.every((factors) => factors[name] !== undefined))
}

/** The declared weights scaled to sum to 1 over the factors that are compared; all 0 where none of those has weight. */
export function weightsOver(weights: WeightsByFactor, factors: readonly ScoreFactor[]): WeightsByFactor {
  const sum = factors.reduce((total, name) => total + weights[name], 0)
  const of = (name: ScoreFactor): number => (sum > 0 && factors.includes(name) ? weights[name] / sum : 0)
  return {
    COST: of('COST'),
    LATENCY: of('LATENCY'),
    CREDITS: of('CREDITS'),
    AVAILABILITY: of('AVAILABILITY'),
  }
}

export const scoreOf = (factors: Factors, weights: WeightsByFactor): number =>
  scoreFactors.reduce((sum, name) => sum + weights[name] * (factors[name] ?? 0), 0)

/** What each factor adds to the gap between two scores; the parts sum to it. */
export function gapOf(a: Factors, b: Factors, weights: WeightsByFactor): { total: number; parts: Factors } {
  const parts: Factors = {}
  for (const name of scoreFactors)
    if (weights[name] > 0) parts[name] = weights[name] * ((a[name] ?? 0) - (b[name] ?? 0))
  return { total: Object.values(parts).reduce((sum, part) => sum + part, 0), parts }
}

export const weightsOf = (weights: PlacementConfig['weights']): WeightsByFactor => ({
  COST: weights.cost,
  LATENCY: weights.latency,
  CREDITS: weights.credits,
  AVAILABILITY: weights.availability,
})
