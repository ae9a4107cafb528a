import { expect, it } from 'vitest'
import { seededRandom } from '../../kernel/random.ts'
import type { CaseSeries } from './explain-case.ts'
import { explainCase } from './explain-case.ts'

const faultMs = 120_000
const stepMs = 2_000
const count = 75
const random = seededRandom(5)

/** A series with a little noise that changes from one level to another at the fault. */
function series(
  entity: string,
  metric: string,
  unit: string,
  from: number,
  to: number,
  peer?: CaseSeries['peer'],
): CaseSeries {
  const timesMs = Float64Array.from({ length: count }, (_, i) => i * stepMs)
  const values = timesMs.map((at) => (at < faultMs ? from : to) * (0.95 + 0.1 * random.next()))
  return { id: `${entity} ${metric}`, entity, metric, unit, timesMs, values, ...(peer ? { peer } : {}) }
}

it('finds the caller whose own process is busy, not the callee whose answers it reads late', () => {
  const result = explainCase({
    series: [
      series('shelf', 'process.cpu.utilization', '1', 0.04, 0.7),
      series('shelf', 'nodejs.eventloop.delay.p99', 's', 0.002, 0.06),
      series('shelf', 'traces.span.duration:mean', 's', 0.03, 0.08),
      series('shelf', 'traces.edge.duration:mean', 's', 0.008, 0.1, { entity: 'store', is: 'CALLEE' }),
      series('cart', 'traces.edge.duration:mean', 's', 0.008, 0.02, { entity: 'store', is: 'CALLEE' }),
      series('store', 'traces.span.duration:mean', 's', 0.007, 0.0075),
      series('store', 'process.cpu.utilization', '1', 0.05, 0.05),
    ],
    edges: [
      ['shelf', 'store'],
      ['cart', 'store'],
    ],
    detectedAtMs: faultMs + 3_000,
    startMs: 0,
    endMs: (count - 1) * stepMs,
  })
  expect(result.ranked[0]).toMatchObject({ entity: 'shelf', category: 'CPU' })
  expect(result.ranked.find((cause) => cause.entity === 'store')?.probability ?? 0).toBeLessThan(0.1)
})
