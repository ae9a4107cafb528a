import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { compressSync } from 'snappy'
import { afterAll, expect, it } from 'vitest'
import { field, labelBytes, sample } from '../../bench/write-request.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const seriesCount = 100
const stepsMax = 260
const startMs = Date.now() - 10 * 60_000
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'radio' } }] }
const json = { 'content-type': 'application/json' }
const nanos = (n: number): string => `${BigInt(startMs + n * 1_000) * 1_000_000n}`
const edgeFolder = temporaryFolder('edge')
const hubFolder = temporaryFolder('hub')
const running: Server[] = []
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop('SIGKILL')))
  edgeFolder.remove()
  hubFolder.remove()
})

it('brings everything that an edge acknowledged to the hub, though the edge was killed and the hub away', async () => {
  const port = await freePort()
  const startEdge = async (): Promise<Server> => {
    const edge = await startServer(
      edgeFolder.path,
      [
        ...['ingest.host.enabled=false', `edge.hub_url=http://127.0.0.1:${port}`],
        ...['edge.retry_min=50ms', 'edge.retry_max=500ms'],
      ],
      undefined,
      ['--role', 'edge'],
    )
    running.push(edge)
    return edge
  }
  let edge = await startEdge()
  const acknowledged = {
    metrics: [] as number[],
    logs: [] as number[],
    lines: [] as number[],
    spans: [] as number[],
  }
  const kinds = Object.keys(acknowledged) as (keyof typeof acknowledged)[]
  // Each sender in order, all at once, until the edge is killed under them.
  const killedAt = 220
  await Promise.all(
    kinds.map(async (kind) => {
      for (let n = 0; n < stepsMax; n += 1) {
        const taken = await send[kind](edge.url, n).catch(() => false)
        if (!taken) return
        acknowledged[kind].push(n)
        if (kind === 'metrics' && n === killedAt) void edge.stop('SIGKILL')
      }
    }),
  )
  await edge.stop('SIGKILL')
  expect(acknowledged.metrics.length * seriesCount).toBeGreaterThan(20_000)
  for (const kind of kinds) expect(acknowledged[kind].length, kind).toBeGreaterThan(10)

  edge = await startEdge()
  const health = await edge.client.getHealth()
  const before = { bytes: await bufferedBytes(edge) }
  expect(health.checks.find(({ name }) => name === 'buffer')?.message).toMatch(
    /^[1-9]\d* of .* the oldest since/,
  )
  // What was kept goes first, in the order in which it was taken.
  expect(await send.metrics(edge.url, stepsMax)).toBe(true)
  acknowledged.metrics.push(stepsMax)

  const hub = await startServer(hubFolder.path, [`server.port=${port}`, 'ingest.host.enabled=false'])
  running.push(hub)
  // Killed while it sends on: what the hub took and the edge does not know of comes again, and counts once.
  await expect
    .poll(() => bufferedBytes(edge), { timeout: 30_000, interval: 5 })
    .toBeLessThan(before.bytes - 20_000)
  await edge.stop('SIGKILL')
  edge = await startEdge()
  await expect.poll(() => bufferedBytes(edge), { timeout: 60_000 }).toBe(0)
  expect((await edge.client.getHealth()).checks.find(({ name }) => name === 'losses')?.message).toMatch(
    /^0 requests .*; 0 bytes .*; 0 requests were refused/,
  )
  const samples = await samplesOf(hub)
  expect(samples.map(([series]) => series)).toEqual(Array.from({ length: seriesCount }, (_, n) => String(n)))
  for (const [series, points] of samples) {
    const steps = points.map(([timeMs]) => (timeMs - startMs) / 1_000)
    expect(asKept(steps, acknowledged.metrics), series).toEqual(acknowledged.metrics)
    expect(points.map(([, value]) => value)).toEqual(steps.map((n) => n * 1_000 + Number(series)))
  }
  for (const [kind, word] of [
    ['logs', 'record'],
    ['lines', 'line'],
  ] as const) {
    const { logs } = await hub.client.searchLogs({
      query: { contains: `edge ${word}`, start: iso(-1), end: iso(stepsMax + 1), limit: 5_000 },
    })
    const found = logs.map(({ message }) => Number(message.split(' ')[2])).sort((a, b) => a - b)
    expect(asKept(found, acknowledged[kind]), kind).toEqual(acknowledged[kind])
  }
  for (const n of acknowledged.spans) {
    const { spans } = await hub.client.getTrace({ params: { trace_id: traceId(n) } })
    expect(spans).toHaveLength(1)
  }
})

/** But for the one that was on its way when the edge was killed: it may be on disk, though nobody was told. */
function asKept(found: readonly number[], acknowledged: readonly number[]): number[] {
  const hole = acknowledged.findIndex((n, at) => n !== at)
  const onItsWay = hole < 0 ? acknowledged.length : hole
  return found.filter((n) => n !== onItsWay)
}

const iso = (n: number): string => new Date(startMs + n * 1_000).toISOString()
const traceId = (n: number): string => `e${n.toString(16).padStart(31, '0')}`
async function bufferedBytes(edge: Server): Promise<number> {
  const text = await (await fetch(`${edge.url}/metrics`)).text()
  return Number(/aiops_edge_buffered_bytes (\d+)/.exec(text)?.[1])
}

const post = async (
  url: string,
  headers: Record<string, string>,
  body: string | Buffer,
): Promise<boolean> => {
  const answer = await fetch(url, { method: 'POST', headers, body: body as BodyInit })
  await answer.arrayBuffer()
  return answer.ok
}

/** One request each; true once it is acknowledged. */
const send = {
  metrics: (url: string, n: number) =>
    post(
      `${url}/api/v1/write`,
      { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
      writeBody(n),
    ),
  logs: (url: string, n: number) =>
    post(
      `${url}/v1/logs`,
      json,
      JSON.stringify({
        resourceLogs: [
          {
            resource,
            scopeLogs: [
              { logRecords: [{ timeUnixNano: nanos(n), body: { stringValue: `edge record ${n} ` } }] },
            ],
          },
        ],
      }),
    ),
  lines: (url: string, n: number) =>
    post(
      `${url}/loki/api/v1/push`,
      json,
      JSON.stringify({
        streams: [{ stream: { service_name: 'radio' }, values: [[nanos(n), `edge line ${n} `]] }],
      }),
    ),
  spans: (url: string, n: number) =>
    post(
      `${url}/v1/traces`,
      json,
      JSON.stringify({
        resourceSpans: [
          {
            resource,
            scopeSpans: [
              {
                spans: [
                  {
                    ...{
                      traceId: traceId(n),
                      spanId: `b${n.toString(16).padStart(15, '0')}`,
                      name: 'handover',
                    },
                    ...{ startTimeUnixNano: nanos(n), endTimeUnixNano: nanos(n + 1) },
                  },
                ],
              },
            ],
          },
        ],
      }),
    ),
}

/** One sample of each series. */
const writeBody = (n: number): Buffer =>
  compressSync(
    Buffer.concat(
      Array.from({ length: seriesCount }, (_, series) =>
        field(
          0x0a,
          Buffer.concat([
            labelBytes([
              ['__name__', 'edge_journey'],
              ['series', String(series)],
            ]),
            sample(startMs + n * 1_000, n * 1_000 + series),
          ]),
        ),
      ),
    ),
  ) as Buffer

async function samplesOf(hub: Server): Promise<[string, [number, number][]][]> {
  const time = String((startMs + stepsMax * 1_000) / 1_000)
  const response = await fetch(`${hub.url}/prometheus/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: 'edge_journey[30m]', time }),
  })
  const { data } = (await response.json()) as {
    data: { result: { metric: { series: string }; values: [number, string][] }[] }
  }
  return data.result
    .map(({ metric, values }): [string, [number, number][]] => [
      metric.series,
      values.map(([seconds, value]) => [Math.round(seconds * 1_000), Number(value)]),
    ])
    .sort(([a], [b]) => Number(a) - Number(b))
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
