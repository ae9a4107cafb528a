import { describe, expect, test } from 'vitest'
import type { CaseSeries, ExplainCase } from './case.ts'
import { explainCase } from './explain-case.ts'

/** Of a minute, worse in its last third. */
const values = (usual: number, worse: number): number[] =>
  Array.from({ length: 60 }, (_, at) => (at >= 40 ? worse : usual) * (1 + ((at * 7) % 11) / 100))

const seriesOf = (
  id: string,
  entity: string,
  metric: string,
  values: readonly number[],
  unit?: string,
): CaseSeries => ({
  ...{ id, entity, metric, unit },
  timesMs: Float64Array.from(values, (_, at) => at * 1_000),
  values: Float64Array.from(values),
})

describe('a machine', () => {
  const services = ['a', 'b', 'c', 'd']
  const onOne = (slow: readonly string[]): ExplainCase => ({
    series: [
      seriesOf('m', 'host/m', 'system.disk.operations:rate', values(4, 200)),
      ...services.map((name) =>
        seriesOf(
          name,
          name,
          'traces.span.self_time:mean',
          values(0.02, slow.includes(name) ? 0.2 : 0.02),
          's',
        ),
      ),
      ...services.map((name) =>
        seriesOf(
          `${name}2`,
          name,
          'http.server.request.duration:mean',
          values(0.02, slow.includes(name) ? 0.2 : 0.02),
          's',
        ),
      ),
    ],
    edges: [['a', 'b']],
    placements: services.map((name) => [name, 'host/m'] as const),
    detectedAtMs: 41_000,
    startMs: 0,
    endMs: 60_000,
  })

  test('whose disk works more is no cause while everything on it is well', () => {
    expect(explainCase(onOne([])).unknownProbability).toBeGreaterThan(0.5)
  })

  test('is no cause of what one service on it does', () => {
    expect(explainCase(onOne(['b'])).ranked[0]?.entity).toBe('b')
  })

  test('is the cause where all that runs on it slows down by itself', () => {
    expect(explainCase(onOne(services)).ranked[0]).toMatchObject({ entity: 'host/m', category: 'DISK' })
  })
})

describe('a machine without a processor to spare', () => {
  const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const slow = ['a', 'b', 'd']
  /** What `taker` does of it, a share of one processor. */
  const crowded = (taker: string | undefined, isUseTold = true): ExplainCase => ({
    series: [
      seriesOf('m', 'host/m', 'system.cpu.utilization', values(0.16, 0.87), '1'),
      ...services.flatMap((name) => [
        ...(isUseTold
          ? [
              seriesOf(
                `${name}1`,
                name,
                'process.cpu.utilization',
                values(0.06, name === taker ? 0.72 : 0.058),
                '1',
              ),
            ]
          : []),
        seriesOf(`${name}2`, name, 'nodejs.eventloop.delay.p99', values(0.0015, 0.011), 's'),
        seriesOf(
          `${name}3`,
          name,
          'traces.span.duration:p95',
          values(0.04, slow.includes(name) ? 0.11 : 0.05),
          's',
        ),
        seriesOf(
          `${name}4`,
          name,
          'traces.span.self_time:mean',
          values(0.01, slow.includes(name) ? 0.013 : 0.011),
          's',
        ),
      ]),
    ],
    edges: [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'd'],
    ],
    placements: services.map((name) => [name, 'host/m'] as const),
    detectedAtMs: 41_000,
    startMs: 0,
    endMs: 60_000,
  })

  test('is the cause where nothing on it takes more than before and all wait', () => {
    expect(explainCase(crowded(undefined)).ranked[0]).toMatchObject({ entity: 'host/m', category: 'CPU' })
    expect(explainCase(crowded(undefined, false)).ranked[0]).toMatchObject({
      entity: 'host/m',
      category: 'CPU',
    })
  })

  test('is not where one of those on it takes it', () => {
    expect(explainCase(crowded('c')).ranked[0]).toMatchObject({ entity: 'c', category: 'CPU' })
  })

  test('is the cause though of some that run on it nothing is known', () => {
    const known = crowded(undefined)
    const placements = [...known.placements!, ['pod/x', 'host/m'] as const]
    expect(explainCase({ ...known, placements })).toEqual(explainCase(known))
  })
})
