import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Server, startServer, temporaryFolder } from './server.ts'

const folder = temporaryFolder('window')
let server: Server
beforeAll(async () => {
  server = await startServer(folder.path)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

/** One export of a histogram with the bounds 0.1 s and 0.5 s. */
const exportOf = (timeMs: number, counts: readonly [number, number, number]) => ({
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'front' } }] },
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'http.server.request.duration',
              unit: 's',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    startTimeUnixNano: '1',
                    timeUnixNano: `${timeMs}000000`,
                    count: String(counts[0] + counts[1] + counts[2]),
                    sum: 10,
                    bucketCounts: counts.map(String),
                    explicitBounds: [0.1, 0.5],
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
})

it('gives windows of a series, and quantiles with those of a histogram', async () => {
  const windowMs = 10_000
  const base = Math.floor(Date.now() / windowMs) * windowMs - 3 * windowMs
  for (const [offsetMs, counts] of [
    [1_000, [0, 0, 0]],
    [5_000, [90, 8, 2]],
    [windowMs + 1_000, [180, 16, 4]],
  ] as const) {
    const answer = await fetch(`${server.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(exportOf(base + offsetMs, counts)),
    })
    expect(answer.status).toBe(200)
  }
  const { results } = await server.client.getWindows({
    query: { match: 'http.server.request.duration_count{service.name="front"}', size: '10s' },
  })
  const first = results[0]?.windows.find((w) => Date.parse(w.start) === base)
  expect(first).toMatchObject({ count: 2, min: 0, max: 100, last: 100 })
  expect(first?.quantiles?.p50).toBeCloseTo(0.1 * (50 / 90), 3)
  expect(first?.quantiles?.p95).toBeCloseTo(0.1 + 0.4 * (5 / 8), 2)
})
