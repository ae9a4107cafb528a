import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compressSync } from 'snappy'
import { machine } from './machine.ts'

/**
 * Durable remote-write ingest through the real program: samples per CPU-second of the server process, windows, detection
 * and all. The sender is this process, apart from the server's.
 *   node bench/ingest.ts [--series 10000] [--labels 10] [--seconds 20]
 */
const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '10000' },
    labels: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '20' },
    perRequest: { type: 'string', default: '10000' },
  },
})
const series = Number(values.series)
const labels = Number(values.labels)
const seconds = Number(values.seconds)
const perRequest = Number(values.perRequest)
const ticksPerSecond = 100

const varint = (value: number): number[] => {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}
const field = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, ...varint(body.length)]), body])
const label = (name: string, value: string): Buffer =>
  field(0x0a, Buffer.concat([field(0x0a, Buffer.from(name)), field(0x12, Buffer.from(value))]))

/** Label bytes of each series; every third is a counter by name. */
const labelBytes = Array.from({ length: series }, (_, i) => {
  const parts = [label('__name__', i % 3 === 0 ? `bench_requests_${i % 50}_total` : `bench_value_${i % 50}`)]
  for (let l = 1; l < labels - 1; l += 1) parts.push(label(`label_${l}`, `value-${(i * 7 + l) % 97}`))
  return Buffer.concat([...parts, label('zz_id', `series-${i}`)])
})

function body(from: number, to: number, timeMs: number, turn: number): Buffer {
  const parts: Buffer[] = []
  for (let i = from; i < to; i += 1) {
    const value = Buffer.alloc(9)
    value[0] = 0x09
    value.writeDoubleLE(i % 3 === 0 ? turn * 10 + i : 100 + Math.sin(turn / 20 + i) * 5 + Math.random(), 1)
    const sample = field(0x12, Buffer.concat([value, Buffer.from([0x10, ...varint(timeMs)])]))
    parts.push(field(0x0a, Buffer.concat([labelBytes[i] ?? Buffer.alloc(0), sample])))
  }
  return compressSync(Buffer.concat(parts)) as Buffer
}

const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
const aiops = fileURLToPath(new URL('../server/bin/aiops.js', import.meta.url))
const server = spawn(
  process.execPath,
  ['--max-semi-space-size=4', aiops, 'serve', '--port', '0', '--data', folder, '--set', 'log.level=warn'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const url = await new Promise<string>((resolve) => {
  createInterface(server.stdout).on('line', (line) => {
    const found = /^ready (\S+)/.exec(line)?.[1]
    if (found) resolve(found)
  })
})

const post = (payload: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(
      `${url}/api/v1/write`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/x-protobuf',
          'content-encoding': 'snappy',
          'x-prometheus-remote-write-version': '0.1.0',
        },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    sent.on('error', reject)
    sent.end(payload)
  })

const serverCpuSeconds = (): number => {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
const residentMb = (): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1_024)

/** Bodies are made before the clock runs, so that the sender does not hold the server up. Times step by a second from a while ago. */
const turns = Math.max(4, Math.floor((seconds * 150_000) / series))
const startMs = Date.now() - Math.min(turns, 60) * 1_000
async function sendAll(
  from: number,
  to: number,
): Promise<{ samples: number; latencies: number[]; refused: number }> {
  const latencies: number[] = []
  let samples = 0
  let refused = 0
  for (let turn = from; turn < to; turn += 1) {
    for (let at = 0; at < series; at += perRequest) {
      const payload = body(at, Math.min(series, at + perRequest), startMs + turn * 100, turn)
      const began = performance.now()
      const status = await post(payload)
      latencies.push(performance.now() - began)
      if (status >= 200 && status < 300) samples += Math.min(series, at + perRequest) - at
      else refused += 1
    }
  }
  return { samples, latencies, refused }
}

const before = machine()
await sendAll(0, 3)
const idleCpu = serverCpuSeconds()
const began = performance.now()
const { samples, latencies, refused } = await sendAll(3, 3 + turns)
const cpu = serverCpuSeconds() - idleCpu
const wall = (performance.now() - began) / 1_000
latencies.sort((a, b) => a - b)
const at = (share: number): number =>
  Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 10) / 10
process.stdout.write(
  `${JSON.stringify({ bench: 'ingest', machine: before, series, labels, samples, refused, wall_seconds: wall, server_cpu_seconds: cpu, samples_per_cpu_second: Math.round(samples / cpu), samples_per_second: Math.round(samples / wall), ack_ms: { p50: at(0.5), p99: at(0.99), max: at(1) || at(0.999) }, server_rss_mb: residentMb() }, null, 1)}\n`,
)
server.kill('SIGTERM')
await new Promise((resolve) => server.on('exit', resolve))
rmSync(folder, { recursive: true, force: true })
