import { describe, expect, test } from 'vitest'
import { type Random, seededRandom } from '../../kernel/random.ts'
import type { CaseSeries, ExplainCase } from './case.ts'
import { explainCase } from './explain-case.ts'
import { observe } from './method/sighting.ts'
import { gaussian } from './simulated-system.ts'

const startMs = Date.UTC(2026, 0, 1)
const onsetMs = startMs + 10 * 60_000
const endMs = startMs + 20 * 60_000
const guard = { msMax: 90_000, shareMax: 0.25 }
const scrapeMs = 15_000
const spanMs = 2_000
/** One request in so long is traced. */
const tracedMs = 10_000

type Level = { usual: number; after: number; unit?: string }

/** Scraped: one value every 15 s, made of so many requests that it hardly trembles. */
function scraped(
  random: Random,
  entity: string,
  metric: string,
  { usual, after, unit = 's' }: Level,
  fromMs = onsetMs,
): CaseSeries {
  const timesMs: number[] = []
  for (let at = startMs; at <= endMs; at += scrapeMs) timesMs.push(at)
  return series(
    entity,
    metric,
    unit,
    timesMs,
    (at) => (at < fromMs ? usual : after) * (1 + 0.01 * gaussian(random)),
  )
}

/** Of traced requests: a value in the intervals in which there was one, as long as that one request took. */
function traced(
  random: Random,
  entity: string,
  metric: string,
  { usual, after, unit = 's' }: Level,
  timesMs: readonly number[],
): CaseSeries {
  const spread = (): number => Math.exp(0.5 * gaussian(random))
  return series(entity, metric, unit, timesMs, (at) => (at < onsetMs ? usual : after) * spread())
}

function series(
  entity: string,
  metric: string,
  unit: string,
  timesMs: readonly number[],
  valueAt: (ms: number) => number,
): CaseSeries {
  return {
    ...{ id: `${entity} ${metric}`, entity, metric, unit, kind: 'GAUGE', labels: {} },
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(timesMs, valueAt),
  }
}

/** front → order → charge; charge answers 24 times as slowly and fails 70 times as often, and the queue's machine is short of disk. */
function thinlyTraced(seed: number, selfOf: (service: string) => Level): ExplainCase {
  const random = seededRandom(seed)
  const grid: number[] = []
  for (let at = startMs; at <= endMs; at += spanMs) grid.push(at)
  const seen = grid.filter(() => random.next() < spanMs / tracedMs)
  const rate = (service: string): CaseSeries =>
    series(service, 'traces.span.rate', '1/s', grid, (at) => (seen.includes(at) ? 1_000 / spanMs : 0))
  const answers: Record<string, [Level, Level]> = {
    front: [
      { usual: 0.18, after: 0.9 },
      { usual: 0.002, after: 0.03, unit: '1' },
    ],
    order: [
      { usual: 0.12, after: 2.1 },
      { usual: 0.002, after: 0.09, unit: '1' },
    ],
    charge: [
      { usual: 0.08, after: 1.9 },
      { usual: 0.002, after: 0.14, unit: '1' },
    ],
    queue: [
      { usual: 0.01, after: 0.01 },
      { usual: 0.002, after: 0.002, unit: '1' },
    ],
  }
  return {
    series: Object.entries(answers).flatMap(([name, [latency, errors]]) => {
      const service = `service/${name}`
      return [
        rate(service),
        scraped(random, service, 'http_request_duration_seconds:p95', latency),
        scraped(random, service, 'http_requests_total:error_ratio', errors),
        traced(random, service, 'traces.span.self_time:mean', selfOf(name), seen),
      ]
    }),
    edges: [
      ['service/front', 'service/order'],
      ['service/order', 'service/charge'],
      ['service/order', 'service/queue'],
    ],
    placements: [
      ['service/queue', 'node/n3'],
      ['service/front', 'node/n1'],
    ],
    findings: [
      {
        ...{ entity: 'node/n3', rule: 'node-pressure', severity: 'HIGH', sinceMs: onsetMs - 60_000 },
        ...{
          title: 'Node n3 is short of room on its disks; pods are evicted.',
          object: 'Node n3 of cluster east',
        },
        ...{ isNoticed: false, explainedBy: [] },
      },
    ],
    ...{ detectedAtMs: onsetMs + 120_000, startMs, endMs },
  }
}

const seeds = Array.from({ length: 12 }, (_, at) => at * 41 + 3)
const steady: Level = { usual: 0.012, after: 0.012 }

describe('where one request in ten seconds is traced', () => {
  test('what well-measured latency and errors show is not outvoted by few traces', () => {
    const first = seeds.map((seed) => {
      const input = thinlyTraced(seed, (name) => (name === 'charge' ? { usual: 0.012, after: 0.5 } : steady))
      const [cause] = explainCase(input).ranked
      return [cause?.entity, (cause?.probability ?? 0) > 0.7]
    })
    expect(first).toEqual(seeds.map(() => ['service/charge', true]))
  })

  test('traces that by chance saw nothing do not clear what is slow by all other measures', () => {
    const first = seeds.map((seed) => explainCase(thinlyTraced(seed, () => steady)).ranked[0]?.entity)
    expect(first).toEqual(seeds.map(() => 'service/charge'))
  })
})

test('what had begun before the time that is taken for healthy ends is no less a cause than what began after it', () => {
  const first = seeds.map((seed) => {
    const random = seededRandom(seed)
    const fails = (name: string, afterMs: number, latency: Level): CaseSeries =>
      scraped(random, `service/${name}`, 'http_request_duration_seconds:p95', latency, onsetMs + afterMs)
    const { ranked } = explainCase({
      series: [
        fails('front', 75_000, { usual: 0.18, after: 0.9 }),
        fails('order', 60_000, { usual: 0.12, after: 2.1 }),
        fails('charge', 0, { usual: 0.08, after: 1.9 }),
      ],
      edges: [
        ['service/front', 'service/order'],
        ['service/order', 'service/charge'],
      ],
      ...{ detectedAtMs: onsetMs + 120_000, startMs, endMs },
    })
    return ranked[0]?.entity
  })
  expect(first).toEqual(seeds.map(() => 'service/charge'))
})

describe('the weight of a series', () => {
  const random = seededRandom(5)
  const slow = scraped(random, 'service/a', 'http_request_duration_seconds:p95', { usual: 0.1, after: 1 })
  const alone = strengthOf([slow])

  test('that keeps its own time does not depend on how often others speak', () => {
    const grid = Array.from({ length: 600 }, (_, at) => startMs + at * spanMs)
    const quick = series('service/b', 'traces.span.rate', '1/s', grid, () => 1)
    const host = series('service/b', 'process.cpu.time:rate', '1', grid, () => 0.5)
    expect(strengthOf([slow, quick])).toBeCloseTo(alone, 9)
    expect(strengthOf([slow, host])).toBeCloseTo(alone, 9)
  })

  test('that speaks only now and then is small', () => {
    const times = [7, 8, 61, 63, 200, 201, 202, 330, 410].map((at) => startMs + at * spanMs)
    const rare = series('service/a', 'http_request_duration_seconds:p95', 's', times, (at) =>
      at < onsetMs ? 0.1 : 1,
    )
    const dense = series(
      'service/b',
      'http_request_duration_seconds:rate',
      '1/s',
      Array.from({ length: 600 }, (_, at) => startMs + at * spanMs),
      () => 1,
    )
    expect(strengthOf([rare, dense])).toBeLessThan(0.2 * alone)
  })

  function strengthOf(list: readonly CaseSeries[]): number {
    const { sightings } = observe({ series: list, edges: [], detectedAtMs: onsetMs, startMs, endMs }, guard)
    return sightings.get('service/a')?.latency?.strength ?? 0
  }
})
