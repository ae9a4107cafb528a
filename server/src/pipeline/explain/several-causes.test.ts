import { describe, expect, test } from 'vitest'
import { explainCase } from './explain-case.ts'
import { simulateCase } from './simulated-case.ts'
import { simulatedCases, simulatedPairs } from './simulated-set.ts'

const seed = 710_000

const said = (cases: ReturnType<typeof simulatedPairs>) =>
  cases.map(({ input, truth }) => ({ truth, result: explainCase(input) }))

/** Causes that are told as happening at once. */
const together = ({ ranked }: ReturnType<typeof explainCase>): string[] =>
  ranked
    .filter(({ group }, at) => ranked.findIndex((other) => other.group === group) === at)
    .map(({ entity }) => entity)

describe('two faults at once', () => {
  const pairs = said(simulatedPairs(25, seed).filter(({ set }) => !set.includes('no graph')))

  test('are both among the first three causes in four of five cases', () => {
    const both = pairs.filter(({ truth, result }) => {
      const three = result.ranked.slice(0, 3).map(({ entity }) => entity)
      return truth.every((entity) => three.includes(entity))
    })
    expect(both.length).toBeGreaterThanOrEqual(0.8 * pairs.length)
  })

  test('share the probability, and with the unknown it is 1', () => {
    for (const { result } of pairs) {
      const sum = result.ranked.reduce((total, { probability }) => total + probability, 0)
      expect(sum + result.unknownProbability).toBeCloseTo(1, 9)
    }
  })

  test('are told as causes at once only where both are among them, each with a group of its own', () => {
    const told = pairs.filter(({ result }) => result.severalProbability > 0.5)
    expect(told.length).toBeGreaterThan(0.4 * pairs.length)
    for (const { truth, result } of told) {
      const apart = together(result)
      expect(apart.length).toBeGreaterThan(1)
      expect(truth.some((entity) => apart.includes(entity))).toBe(true)
    }
  })
})

test('one fault is not told as several: what depends on it is no second cause', () => {
  const singles = simulatedCases(25, seed + 1_000).map(({ input }) => explainCase(input))
  const doubled = singles.filter(({ severalProbability }) => severalProbability > 0.5)
  expect(doubled.length).toBeLessThanOrEqual(1)
})

test('a fault says whom it reaches and what would change the verdict', () => {
  const { case: input, truth } = simulateCase({ seed: seed + 7, fault: 'latency', traces: true })
  const { ranked, impact, wouldChange } = explainCase(input)
  expect(ranked[0]?.entity).toBe(truth)
  expect(impact?.entities[0]).toBe(truth)
  expect(impact?.requestsPerSecond === null || impact!.requestsPerSecond! > 0).toBe(true)
  expect(wouldChange.length).toBeGreaterThan(0)
  expect(wouldChange[0]).toContain(truth)
})

test('nothing wrong has no impact, and it is said what would name a cause', () => {
  const { case: input } = simulateCase({ seed: seed + 8 })
  const { impact, wouldChange, severalProbability } = explainCase(input)
  expect(impact).toBeUndefined()
  expect(severalProbability).toBeLessThan(0.1)
  expect(wouldChange[0]).toContain('would name a cause')
})
