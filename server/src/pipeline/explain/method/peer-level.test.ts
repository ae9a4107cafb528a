import { describe, expect, it } from 'vitest'
import type { CaseSeries, ExplainCase } from '../case.ts'
import { explainCase } from '../explain-case.ts'
import { meaningOf } from './meaning.ts'

const stepMs = 60_000
const healthy = 30
const wobble = [0, 1, -1, 2, 0, -2, 1, 0]

/** A minute a value: half an hour as usual, then `after`. */
function series(entity: string, metric: string, usual: number, after: readonly number[]): CaseSeries {
  const values = [
    ...Array.from({ length: healthy }, (_, at) => usual * (1 + 0.02 * wobble[at % wobble.length]!)),
    ...after,
  ]
  return {
    id: `${entity}/${metric}`,
    entity,
    metric,
    timesMs: Float64Array.from(values, (_, at) => at * stepMs),
    values: Float64Array.from(values),
  }
}

function caseOf(list: readonly CaseSeries[], symptom: string): ExplainCase {
  const times = list[0]!.timesMs
  return {
    series: list,
    edges: [],
    detectedAtMs: healthy * stepMs,
    startMs: 0,
    endMs: times.at(-1)!,
    symptoms: [{ entity: symptom }],
  }
}

const probability = (input: ExplainCase, entity: string): number =>
  explainCase(input).ranked.find((cause) => cause.entity === entity)?.probability ?? 0

describe('the least difference that can matter', () => {
  it.each([
    ['latency_p99', 0.15],
    ['PodServerLatencyP90', 0.15],
    ['request.duration.quantile', 0.15],
    ['http.server.request.duration:mean', 0.05],
    ['cpu_p90', 0.05],
  ])('of %s is %d of its level', (metric, floor) => {
    expect(meaningOf(metric, undefined, {}, false).floor).toBe(floor)
  })

  it('of processor time is a tenth of what others use: an idle service that triples its own is no cause', () => {
    const others = ['a', 'b', 'c', 'd', 'e'].map((entity) => series(entity, 'cpu', 4, Array(6).fill(4)))
    const idle = (usual: number) =>
      probability(
        caseOf([...others, series('idle', 'cpu', usual, Array(6).fill(3 * usual))], 'front'),
        'idle',
      )
    expect(idle(0.01)).toBeLessThan(0.1)
    expect(idle(4)).toBeGreaterThan(0.5)
  })
})
