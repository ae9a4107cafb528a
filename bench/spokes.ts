import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'

/**
 * Simulated spokes for bench/federation.ts and the soak test of it, each a Prometheus API on its own port of the loopback; runs in a
 * worker. The last `workerData.bad` of them are slow, broken or lying, each in its way, until the message `heal`.
 */
const { count, bad, latencyMs, series } = workerData as {
  count: number
  bad: number
  latencyMs: number
  series: number
}
export type SpokesReady = { spokes: { url: string; way: string }[]; caPem: string }

type Answer = (response: ServerResponse, form: URLSearchParams) => void
let healed = false

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
const drip = (response: ServerResponse, piece: string | Buffer, everyMs: number): void => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(piece), everyMs)
  response.on('close', () => clearInterval(timer))
}
const spaces = Buffer.alloc(1_048_576, ' ')
const bomb = gzipSync(Buffer.alloc(268_435_456))

/** Ways to be bad, one after another over the bad ones. */
const ways: Record<string, Answer> = {
  hangs: () => {},
  'answers 500': (response) => response.writeHead(500).end('broken'),
  'resets the connection': (response) => response.socket?.resetAndDestroy(),
  'sends a byte a second': (response) => drip(response, '{', 1_000),
  'shows another certificate': well,
  // No connection is kept, so that the name is looked up for every query.
  'has a name that flaps': (response, form) => {
    response.setHeader('connection', 'close')
    well(response, form)
  },
  'answers in HTML': (response) => response.writeHead(200).end('<html>sign in</html>'),
  'lies about time': (response) =>
    json(response, {
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, '1']] }] },
    }),
  'answers after 20 s': (response, form) => setTimeout(() => well(response, form), 20_000),
  'never ends its body': (response) => drip(response, spaces, 20),
  'sends a gzip bomb': (response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
  'says that it failed': (response) =>
    json(response, { status: 'error', errorType: 'internal', error: 'lost its head' }),
}

const folder = mkdtempSync(join(tmpdir(), 'spokes-'))
const good = certificate('good')
const other = certificate('other')
rmSync(folder, { recursive: true })
const tlsServers: TlsServer[] = []

function certificate(name: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const make = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ]
  execFileSync('openssl', [...make, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

async function spoke(number: number): Promise<{ url: string; way: string }> {
  const names = Object.keys(ways)
  const way = number < count - bad ? '' : names[(number - count + bad) % names.length]!
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const answer = way === '' || healed ? well : ways[way]!
      answer(response, new URLSearchParams(Buffer.concat(parts).toString()))
    })
  }
  const tls = way === 'shows another certificate'
  const server = tls ? createTlsServer(other, serve) : createServer(serve)
  if (tls) tlsServers.push(server as TlsServer)
  await new Promise<Server | TlsServer>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
  const { port } = server.address() as AddressInfo
  const host = way === 'has a name that flaps' ? `spoke-${number}.flapping.test` : '127.0.0.1'
  return { url: `${tls ? 'https' : 'http'}://${host}:${port}`, way }
}

parentPort?.on('message', (message) => {
  if (message !== 'heal') return
  healed = true
  for (const server of tlsServers) server.setSecureContext(good)
})
const ready: SpokesReady = {
  spokes: await Promise.all(Array.from({ length: count }, (_, i) => spoke(i))),
  caPem: good.cert,
}
parentPort?.postMessage(ready)
