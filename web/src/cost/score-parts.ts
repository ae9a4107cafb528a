import type { Decision, Option, ScoreFactor } from '@aiops/contract/model/decision'

export const scoreFactors: readonly ScoreFactor[] = ['COST', 'LATENCY', 'CREDITS', 'AVAILABILITY']

/** Each factor has one colour in every chart of the page. */
export const factorColour: Record<ScoreFactor, string> = {
  COST: 'var(--series-1)',
  LATENCY: 'var(--series-2)',
  CREDITS: 'var(--series-3)',
  AVAILABILITY: 'var(--series-4)',
}

export type Weights = Partial<Record<ScoreFactor, number>>

/** Below this two factors are the same, and say nothing of their weight. */
const least = 1e-6

/**
 * The weights that a decision was made with, from its own numbers: a part of the gap is its weight times the difference of its factor.
 * A factor in which both sides are alike says nothing; one of those is what is left of 1, several stay unknown.
 */
export function weightsOf({
  gap,
  to,
  from,
  options,
}: Pick<Decision, 'gap' | 'to' | 'from' | 'options'>): Weights {
  if (!gap) return {}
  const against = options.find(({ provider }) => provider === gap.against)
  const winner =
    options.find(({ provider }) => provider === to && provider !== gap.against) ??
    options.find(({ provider }) => provider === from && provider !== gap.against)
  if (!against || !winner) return {}
  const found: Weights = {}
  const unknown: ScoreFactor[] = []
  for (const factor of scoreFactors) {
    const part = gap.parts[factor]
    if (part === undefined) continue
    const difference = (winner.factors[factor] ?? 0) - (against.factors[factor] ?? 0)
    if (Math.abs(difference) < least) unknown.push(factor)
    else found[factor] = part / difference
  }
  const [only, ...more] = unknown
  const sum = Object.values(found).reduce((total, weight) => total + weight, 0)
  if (only !== undefined && more.length === 0) found[only] = Math.max(0, 1 - sum)
  return found
}

export type ScorePart = { factor: ScoreFactor; value: number; weight: number; part: number }

/** What each factor adds to the score of an option; only where they sum to it, else nothing: a bar must not say what is not so. */
export function scoreParts({ factors, score }: Option, weights: Weights): ScorePart[] {
  if (score === null) return []
  const parts = scoreFactors.flatMap((factor) => {
    const [value, weight] = [factors[factor], weights[factor]]
    return value === undefined || weight === undefined
      ? []
      : [{ factor, value, weight, part: value * weight }]
  })
  const sum = parts.reduce((total, { part }) => total + part, 0)
  return Math.abs(sum - score) < 0.005 ? parts : []
}
