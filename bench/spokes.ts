import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * Simulated spokes for bench/federation.ts, each a Prometheus API on its own port of the loopback; runs in a worker. The last
 * `workerData.bad` of them are slow, broken or lying.
 */
const { count, bad, latencyMs, series } = workerData as {
  count: number
  bad: number
  latencyMs: number
  series: number
}

type Answer = (response: ServerResponse, form: URLSearchParams) => void

function points(form: URLSearchParams): [number, string][] {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name))) as [
    number,
    number,
    number,
  ]
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => [start + i * step, '1'])
}
const json = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
const well: Answer = (response, form) => {
  const values = points(form)
  const result = Array.from({ length: series }, (_, i) => ({ metric: { job: `job-${i}` }, values }))
  setTimeout(() => json(response, { status: 'success', data: { resultType: 'matrix', result } }), latencyMs)
}
/** Ways to be bad, one after another over the bad ones. */
const ways: Answer[] = [
  () => {},
  (response) => response.writeHead(500).end('broken'),
  (response) => response.socket?.destroy(),
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write('{'), 1_000)
    response.on('close', () => clearInterval(timer))
  },
  (response) => response.writeHead(200).end('<html>sign in</html>'),
  (response) =>
    json(response, {
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, '1']] }] },
    }),
  (response, form) => setTimeout(() => well(response, form), 20_000),
  (response) => json(response, { status: 'error', errorType: 'internal', error: 'lost its head' }),
]

function spoke(answer: Answer): Promise<Server> {
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => answer(response, new URLSearchParams(Buffer.concat(parts).toString())))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

const servers = await Promise.all(
  Array.from({ length: count }, (_, i) =>
    spoke(i < count - bad ? well : ways[(i - count + bad) % ways.length]!),
  ),
)
parentPort?.postMessage(servers.map((server) => (server.address() as AddressInfo).port))
