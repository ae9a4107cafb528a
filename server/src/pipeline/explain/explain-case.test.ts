import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../kernel/random.ts'
import { type CaseSeries, type ExplainCase, type ExplainResult, explainCase } from './explain-case.ts'
import { type Simulation, simulateCase, simulatedFaults } from './simulated-case.ts'

const kinds = {
  latency: 'LATENCY',
  errors: 'ERRORS',
  cpu: 'CPU',
  memory: 'MEMORY',
  pool: 'POOL',
  down: 'DOWN',
  deploy: 'DEPLOY',
  traffic: 'TRAFFIC',
}
const seeds = Array.from({ length: 25 }, (_, at) => at * 31 + 7)

const rightFirst = (simulation: Simulation): boolean => {
  const { case: input, truth } = simulateCase(simulation)
  return explainCase(input).ranked[0]?.entity === truth
}

describe('on simulated systems', { timeout: 120_000 }, () => {
  test.each([true, false])(
    'the first cause is right in nine of ten faults (trace-derived series there: %s)',
    (traces) => {
      const runs = simulatedFaults.flatMap((fault) =>
        seeds.slice(0, 12).map((seed) => rightFirst({ seed, fault, traces })),
      )
      expect(runs.filter(Boolean).length / runs.length).toBeGreaterThanOrEqual(0.9)
    },
  )

  test.each(simulatedFaults)('%s is recognised as what it is', (fault) => {
    const right = seeds.flatMap((seed) => {
      const { case: input, truth } = simulateCase({ seed, fault })
      const first = explainCase(input).ranked[0]
      return first?.entity === truth ? [first?.category] : []
    })
    expect(right.filter((category) => category === kinds[fault]).length).toBeGreaterThanOrEqual(
      0.85 * right.length,
    )
    expect(right.length).toBeGreaterThanOrEqual(0.8 * seeds.length)
  })

  test('it abstains in nine of ten windows in which nothing is wrong', () => {
    const unknown = Array.from(
      { length: 60 },
      (_, seed) => explainCase(simulateCase({ seed: seed * 17 + 3 }).case).unknownProbability,
    )
    expect(unknown.filter((share) => share >= 0.5).length).toBeGreaterThanOrEqual(54)
  })

  test('a detection two minutes late does not change what is found', () => {
    const late = { baselineSamples: 200, afterSamples: 80, lateSamples: 60 }
    const runs = simulatedFaults.flatMap((fault) =>
      seeds.slice(0, 8).map((seed) => rightFirst({ seed, fault, ...late })),
    )
    expect(runs.filter(Boolean).length / runs.length).toBeGreaterThanOrEqual(0.85)
  })
})

describe('the result', () => {
  const { case: input, truth } = simulateCase({ seed: 7, fault: 'latency' })

  test('is the same for the same case', () => {
    expect(explainCase(input)).toEqual(explainCase(simulateCase({ seed: 7, fault: 'latency' }).case))
  })

  test('does not depend on what the entities are called', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(...simulatedFaults), (seed, fault) => {
        const original = simulateCase({ seed, fault }).case
        const names = new Map<string, string>()
        const rename = (entity: string): string => {
          if (!names.has(entity)) names.set(entity, `payments-${(names.size * 7919 + seed) % 100_003}`)
          return names.get(entity)!
        }
        const other = explainCase(renamed(original, rename))
        const first = explainCase(original)
        expect(other.ranked[0]?.entity).toBe(first.ranked[0] && rename(first.ranked[0].entity))
        expect(other.unknownProbability).toBeCloseTo(first.unknownProbability, 6)
      }),
      { numRuns: 15, seed: 1 },
    )
  })

  test('does not depend on the order of series and edges', () => {
    const order = seededRandom(5)
    const shuffled = <T>(list: readonly T[]): T[] =>
      list
        .map((one) => ({ one, at: order.next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one)
    const other = explainCase({ ...input, series: shuffled(input.series), edges: shuffled(input.edges) })
    const first = explainCase(input)
    expect(other.ranked.map((cause) => cause.entity)).toEqual(first.ranked.map((cause) => cause.entity))
  })

  test('has probabilities that sum to one with the unknown, whatever the data', () => {
    const series = fc.record({
      entity: fc.constantFrom('a', 'b', '__proto__'),
      metric: fc.constantFrom('latency', 'up', 'cpu', 'x_errors', 'requests:rate'),
      values: fc.array(fc.oneof(fc.double(), fc.constant(0), fc.double({ min: 0, max: 1 })), {
        maxLength: 40,
      }),
    })
    fc.assert(
      fc.property(
        fc.array(series, { maxLength: 12 }),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c')), { maxLength: 6 }),
        (list, edges) => {
          const result = explainCase({
            series: list.map((one, at) => seriesOf(String(at), one.entity, one.metric, one.values)),
            edges,
            detectedAtMs: 30_000,
            startMs: 0,
            endMs: 60_000,
          })
          const sum = result.ranked.reduce(
            (total, cause) => total + cause.probability,
            result.unknownProbability,
          )
          expect(sum).toBeCloseTo(1, 9)
          for (const cause of result.ranked) expect(cause.probability).toBeGreaterThanOrEqual(0)
        },
      ),
      { numRuns: 200, seed: 2 },
    )
  })

  test('tells the cause, the symptoms and the healthy apart', () => {
    const result = explainCase(input)
    expect(verdictOf(result, truth!)).toBe('CAUSE')
    expect(result.checked.filter((one) => one.verdict === 'CAUSE')).toHaveLength(1)
    expect(new Set(result.checked.map((one) => one.entity)).size).toBe(result.checked.length)
  })

  test('has a chain from the cause to its callers, no effect before its cause', () => {
    const { causalChain } = explainCase(input)
    expect(causalChain[0]?.entity).toBe(truth)
    for (const [at, link] of causalChain.entries()) {
      if (at === 0) continue
      expect(link.atMs).toBeGreaterThanOrEqual(causalChain[at - 1]!.atMs)
      expect(
        input.edges.some(
          ([caller, callee]) => caller === link.entity && callee === causalChain[at - 1]!.entity,
        ),
      ).toBe(true)
    }
  })

  test('names values with units, the time and the series that shows it', () => {
    const first = explainCase(input).ranked[0]!
    expect(first.sentence).toMatch(/rose from [\d.]+ ms to [\d.]+ ms, [\d.]+ times, at \d\d:\d\d:\d\d/)
    expect(input.series.some((series) => series.id === first.evidence[0]!.seriesId)).toBe(true)
  })

  test('says what it had to do without', () => {
    expect(explainCase({ ...input, edges: [] }).degraded).toContain(
      'no topology: ranked by change and onset alone',
    )
    expect(explainCase({ ...input, series: [] }).degraded).toContain(
      'no metric with enough history before and after',
    )
  })
})

test('a service of which nothing is heard any more beats the callers that fail because of it', () => {
  const times = 40
  const at = (from: number, to: number, value: (i: number) => number) =>
    Array.from({ length: times }, (_, i) => (i >= from && i < to ? value(i) : Number.NaN))
  const wobble = (i: number) => 1 + ((i * 7) % 5) / 50
  const result = explainCase({
    series: [
      seriesOf(
        '1',
        'caller',
        'http.server.request.duration:error_ratio',
        at(0, times, (i) => (i >= 30 ? 0.9 : 0)),
        '1',
      ),
      seriesOf(
        '2',
        'caller',
        'process.cpu.utilization',
        at(0, times, (i) => 0.1 * wobble(i)),
        '1',
      ),
      seriesOf(
        '3',
        'callee',
        'process.cpu.utilization',
        at(0, 30, (i) => 0.1 * wobble(i)),
        '1',
      ),
    ],
    edges: [['caller', 'callee']],
    detectedAtMs: 31_000,
    startMs: 0,
    endMs: 40_000,
  })
  expect(result.ranked[0]).toMatchObject({ entity: 'callee', category: 'DOWN' })
  expect(result.ranked[0]!.probability).toBeGreaterThan(0.9)
})

test('requests that stay away from one callee alone are not explained by a caller that waits for another', () => {
  const course = (usual: number, then: number) =>
    Array.from({ length: 60 }, (_, at) => (at >= 40 ? then : usual) * (1 + ((at * 7) % 11) / 100))
  const service = (
    name: string,
    answer: readonly [number, number],
    own: readonly [number, number],
    rate: number,
  ) => [
    seriesOf(`${name}1`, name, 'http.server.request.duration:mean', course(...answer), 's'),
    seriesOf(`${name}2`, name, 'traces.span.self_time:mean', course(...own), 's'),
    seriesOf(`${name}3`, name, 'http.server.request.duration:rate', course(20, rate), '1/s'),
  ]
  const cartIn = (catalogRate: number) =>
    explainCase({
      series: [
        ...service('front', [0.06, 0.3], [0.01, 0.01], 19),
        ...service('catalog', [0.03, 0.27], [0.01, 0.01], catalogRate),
        ...service('inventory', [0.02, 0.26], [0.02, 0.26], catalogRate),
        ...service('cart', [0.02, 0.02], [0.02, 0.02], 2),
      ],
      edges: [
        ['front', 'catalog'],
        ['front', 'cart'],
        ['catalog', 'inventory'],
      ],
      detectedAtMs: 41_000,
      startMs: 0,
      endMs: 60_000,
    }).ranked.find(({ entity }) => entity === 'cart')
  const [alone, withAll] = [cartIn(19), cartIn(2)]
  expect(alone?.category).toBe('TRAFFIC')
  expect(alone!.probability).toBeGreaterThan(100 * (withAll?.probability ?? 0))
})

test('500 services with 10,000 series take less than ten CPU seconds', { timeout: 120_000 }, () => {
  const random = seededRandom(3)
  const series = Array.from({ length: 10_000 }, (_, at) =>
    seriesOf(
      String(at),
      `s${at % 500}`,
      ['latency', 'cpu', 'errors', 'requests'][at % 4]!,
      Array.from({ length: 120 }, () => 1 + random.next()),
    ),
  )
  const edges = Array.from({ length: 5_000 }, (): [string, string] => [
    `s${Math.floor(random.next() * 500)}`,
    `s${Math.floor(random.next() * 500)}`,
  ])
  const began = process.cpuUsage()
  explainCase({
    series,
    edges,
    detectedAtMs: 90_000,
    startMs: 0,
    endMs: 120_000,
    symptoms: [{ entity: 's0' }],
  })
  const used = process.cpuUsage(began)
  expect((used.user + used.system) / 1e6).toBeLessThan(10)
})

function seriesOf(
  id: string,
  entity: string,
  metric: string,
  values: readonly number[],
  unit?: string,
): CaseSeries {
  const kept = values.map((value, at) => ({ value, at })).filter(({ value }) => !Number.isNaN(value))
  return {
    id,
    entity,
    metric,
    unit,
    timesMs: Float64Array.from(kept, ({ at }) => at * 1_000),
    values: Float64Array.from(kept, ({ value }) => value),
  }
}

function renamed(input: ExplainCase, rename: (entity: string) => string): ExplainCase {
  return {
    ...input,
    series: input.series.map((one) => ({
      ...one,
      entity: rename(one.entity),
      peer: one.peer && { ...one.peer, entity: rename(one.peer.entity) },
    })),
    edges: input.edges.map(([a, b]): [string, string] => [rename(a), rename(b)]),
    changes: input.changes?.map((one) => ({ ...one, entity: rename(one.entity) })),
  }
}

const verdictOf = (result: ExplainResult, entity: string) =>
  result.checked.find((one) => one.entity === entity)?.verdict
