import type { Option, ScoreFactor } from '@aiops/contract/model/decision'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreFactors, scoreParts, type Weights, weightsOf } from './score-parts.ts'

const option = (provider: string, factors: Option['factors'], weights: Weights): Option => ({
  ...{ provider, factors, excluded: [], acceptability: null },
  score: scoreFactors.reduce((sum, name) => sum + (weights[name] ?? 0) * (factors[name] ?? 0), 0),
  reading: {
    ...{ service: 'cart', provider, cost_hourly_usd: null, latency_ms: null, credits: null },
    ...{ available_gpus: null, region: null, instance: null, at: '2026-01-01T00:00:00Z', source: 'test' },
  },
})

const decided = (to: Option, from: Option, weights: Weights) => {
  const parts = Object.fromEntries(
    scoreFactors.map((name) => [
      name,
      (weights[name] ?? 0) * ((to.factors[name] ?? 0) - (from.factors[name] ?? 0)),
    ]),
  ) as Record<ScoreFactor, number>
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return { to: 'b', from: 'a', options: [from, to], gap: { against: 'a', total, parts } }
}

describe('the weights of a decision', () => {
  it('are what its own gap says, whatever they are set to now', () => {
    const share = fc.double({ min: 0.05, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        fc.tuple(share, share, share, share),
        fc.array(share, { minLength: 8, maxLength: 8 }),
        (raw, f) => {
          const sum = raw.reduce((total, one) => total + one, 0)
          const weights = Object.fromEntries(
            scoreFactors.map((name, i) => [name, (raw[i] ?? 0) / sum]),
          ) as Weights
          const at = (k: number): Option['factors'] =>
            Object.fromEntries(scoreFactors.map((name, i) => [name, f[k * 4 + i]]))
          const [from, to] = [option('a', at(0), weights), option('b', at(1), weights)]
          fc.pre(
            scoreFactors.every(
              (name) => Math.abs((from.factors[name] ?? 0) - (to.factors[name] ?? 0)) > 1e-3,
            ),
          )
          const found = weightsOf(decided(to, from, weights))
          for (const name of scoreFactors) expect(found[name]).toBeCloseTo(weights[name] ?? 0, 6)
          const parts = scoreParts(to, found)
          expect(parts.reduce((total, { part }) => total + part, 0)).toBeCloseTo(to.score ?? 0, 6)
        },
      ),
    )
  })

  it('leave one factor in which both sides are alike what is left of 1', () => {
    const weights: Weights = { COST: 0.4, LATENCY: 0.25, CREDITS: 0.2, AVAILABILITY: 0.15 }
    const from = option('a', { COST: 0.2, LATENCY: 0.5, CREDITS: 0.3, AVAILABILITY: 1 }, weights)
    const to = option('b', { COST: 0.6, LATENCY: 0.4, CREDITS: 0.1, AVAILABILITY: 1 }, weights)
    expect(weightsOf(decided(to, from, weights)).AVAILABILITY).toBeCloseTo(0.15)
  })

  it('draw no bar where the parts do not sum to the score', () => {
    const weights: Weights = { COST: 0.4, LATENCY: 0.6 }
    const odd = { ...option('b', { COST: 0.5, LATENCY: 0.5 }, weights), score: 0.9 }
    expect(scoreParts(odd, weights)).toEqual([])
    expect(scoreParts({ ...odd, score: null }, weights)).toEqual([])
    expect(weightsOf({ to: null, from: 'a', options: [], gap: null })).toEqual({})
  })
})
