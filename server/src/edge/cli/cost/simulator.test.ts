import { expect, test } from 'vitest'
import { ProviderSimulator } from './simulator.ts'

const options = { services: 3, providers: ['aws', 'alibaba'], stepMs: 60_000, startMs: 1_800_000_000_000 }
const run = (seed: number, steps: number, more: object = {}): ProviderSimulator => {
  const simulator = new ProviderSimulator({ ...options, seed, ...more })
  for (let step = 0; step < steps; step += 1) simulator.step()
  return simulator
}

test('one seed is one history, and another seed another', () => {
  expect(run(7, 100).readings()).toEqual(run(7, 100).readings())
  expect(run(7, 100).readings()).not.toEqual(run(8, 100).readings())
  expect(run(7, 1).readings()[0]?.source).toBe('simulator seed 7')
})

test('levels neither decay nor explode: after a week costs and latencies are where they began', () => {
  const simulator = new ProviderSimulator({ ...options, services: 40, seed: 3, shocksPerDay: 0 })
  const meanOf = (): [number, number] => {
    const readings = simulator.readings()
    const mean = (of: (one: (typeof readings)[0]) => number): number =>
      readings.reduce((sum, one) => sum + of(one), 0) / readings.length
    return [mean((one) => one.cost_hourly_usd ?? 0), mean((one) => one.latency_ms ?? 0)]
  }
  const [cost, latency] = meanOf()
  for (let step = 0; step < 7 * 1_440; step += 1) simulator.step()
  const [costLater, latencyLater] = meanOf()
  expect(costLater / cost).toBeGreaterThan(0.85)
  expect(costLater / cost).toBeLessThan(1.15)
  expect(latencyLater / latency).toBeGreaterThan(0.75)
  expect(latencyLater / latency).toBeLessThan(1.25)
})

test('values begin within the described ranges', () => {
  for (const { provider, cost_hourly_usd: cost, credits, available_gpus: gpus } of run(5, 1, {
    services: 200,
  }).readings()) {
    expect(cost).toBeGreaterThan(provider === 'aws' ? 0.4 : 0.3)
    expect(cost).toBeLessThan(provider === 'aws' ? 2.6 : 3.2)
    expect(credits).toBeLessThan(provider === 'aws' ? 0.32 : 0.82)
    expect(provider === 'aws' ? [0, 1, 2, 4] : [0, 1, 2]).toContain(gpus)
  }
})

test('shocks are labelled with what was done, when and how long, and a planted outage is silence of its provider alone', () => {
  const simulator = run(2, 10, { shocksPerDay: 0 })
  const before = simulator.rate('service1', 'aws')
  simulator.plant({ provider: 'aws', kind: 'COST', factor: 2.5, durationMs: 120_000, service: 'service1' })
  expect(simulator.rate('service1', 'aws')).toBeCloseTo(before * 2.5, 9)
  expect(simulator.events).toMatchObject([
    { provider: 'aws', service: 'service1', kind: 'COST', factor: 2.5 },
  ])
  simulator.plant({ provider: 'alibaba', kind: 'OUTAGE', factor: 1, durationMs: 120_000 })
  expect(new Set(simulator.readings().map(({ provider }) => provider))).toEqual(new Set(['aws']))
  for (let step = 0; step < 3; step += 1) simulator.step()
  expect(simulator.readings()).toHaveLength(6)
})
