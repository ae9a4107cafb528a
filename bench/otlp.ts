import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { machine } from './machine.ts'
import { logTemplates, metricTemplate, spanTemplate, type Template, zipped } from './otlp-load.ts'
import { cpuOf, settled, startReceiver } from './receiver.ts'

/**
 * Durable OTLP through the real program over HTTP and gRPC: items per CPU-second of the server process, its threads included, counted
 * until it has come to rest. Logs: what their blocks take on disk beside the bytes of the lines.
 *   node bench/otlp.ts [--signals metrics,logs,traces] [--transports http,grpc] [--plain] [--turns 10] [--set a.b=c]
 */
const { values } = parseArgs({
  options: {
    signals: { type: 'string', default: 'metrics,logs,traces' },
    transports: { type: 'string', default: 'http,grpc' },
    plain: { type: 'boolean', default: false },
    turns: { type: 'string', default: '10' },
    set: { type: 'string', multiple: true, default: [] },
  },
})
const turns = Number(values.turns)
const senders = 4
/** As many items as a collector's batch processor sends at once, by its default. */
const perRequest = 8_000
const services: Readonly<Record<string, string>> = {
  metrics: 'metrics.v1.MetricsService',
  logs: 'logs.v1.LogsService',
  traces: 'trace.v1.TraceService',
}

type Send = (sender: number, body: Buffer) => Promise<boolean>

function templatesOf(signal: string, startMs: number): Template[][] {
  return Array.from({ length: senders }, (_, sender) => {
    if (signal === 'logs') return logTemplates(sender, perRequest, turns + 2, startMs)
    const of = signal === 'metrics' ? metricTemplate : spanTemplate
    const size = signal === 'metrics' ? perRequest : 2_000
    const one = of(sender, size, startMs)
    return Array.from({ length: turns + 2 }, () => one)
  })
}

function overHttp(url: string, signal: string): { send: Send; close(): void } {
  const agents = Array.from({ length: senders }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  const send: Send = (sender, body) =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-protobuf',
        'content-length': body.length,
        ...(values.plain ? {} : { 'content-encoding': 'gzip' }),
      }
      const sent = request(
        `${url}/v1/${signal}`,
        { agent: agents[sender]!, method: 'POST', headers },
        (answer) => {
          answer.resume()
          answer.on('end', () => resolve(answer.statusCode === 200))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  return { send, close: () => agents.forEach((agent) => void agent.destroy()) }
}

async function overGrpc(url: string, signal: string): Promise<{ send: Send; close(): void }> {
  const { checks } = (await (await fetch(`${url}/health`)).json()) as {
    checks: { name: string; message: string }[]
  }
  const address =
    checks
      .find(({ name }) => name === 'listener otlp_grpc')
      ?.message.split(' ')
      .at(-1) ?? ''
  const options = {
    'grpc.default_compression_algorithm': values.plain ? 0 : 2,
    'grpc.use_local_subchannel_pool': 1,
  }
  const clients = Array.from(
    { length: senders },
    () => new Client(address, credentials.createInsecure(), options),
  )
  const asIs = (bytes: Buffer): Buffer => bytes
  const path = `/opentelemetry.proto.collector.${services[signal]}/Export`
  const send: Send = (sender, body) =>
    new Promise((resolve) => {
      clients[sender]!.makeUnaryRequest(path, asIs, asIs, body, new Metadata(), (error) => {
        if (error) process.stderr.write(`${error.message}\n`)
        resolve(error === null)
      })
    })
  return { send, close: () => clients.forEach((client) => void client.close()) }
}

async function measure(signal: string, transport: string) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-'))
  const receiver = await startReceiver('aiops', folder, ['store.series_max=1000000', ...values.set])
  if (typeof receiver === 'string') throw new Error(receiver)
  const url = receiver.metricsUrl.replace('/metrics', '')
  const { send, close } = transport === 'http' ? overHttp(url, signal) : await overGrpc(url, signal)
  const lists = templatesOf(signal, Date.now() - (turns + 2) * 1_000)
  // gRPC compresses by itself.
  const packed = (body: Buffer): Buffer => (transport === 'http' && !values.plain ? zipped(body) : body)
  let items = 0
  let refused = 0
  let rawBytes = 0
  const latencies: number[] = []
  const turn = (at: number): Promise<unknown> =>
    Promise.all(
      lists.map(async (list, sender) => {
        const template = list[at]!
        const body = packed(template.body(at))
        const began = performance.now()
        const taken = await send(sender, body)
        latencies.push(performance.now() - began)
        if (taken) items += template.items
        else refused += template.items
        rawBytes += template.rawBytes
      }),
    )
  // The first turn makes every series, the second warms the machine code.
  for (let at = 0; at < 2; at += 1) await turn(at)
  await settled(receiver.pid)
  const [firstItems, before] = [items, cpuOf(receiver.pid)]
  const began = performance.now()
  latencies.length = 0
  for (let at = 2; at < turns + 2; at += 1) await turn(at)
  const wall = (performance.now() - began) / 1_000
  await settled(receiver.pid)
  const after = cpuOf(receiver.pid)
  close()
  await receiver.stop()
  const sent = items - firstItems
  latencies.sort((a, b) => a - b)
  const result = {
    signal,
    transport,
    compression: values.plain ? 'none' : 'gzip',
    per_request: lists[0]?.[0]?.items,
    items: sent,
    refused,
    wall_seconds: round(wall),
    server_cpu_seconds: round(after.seconds - before.seconds),
    of_them_system: round(after.system - before.system),
    per_cpu_second: Math.round(sent / (after.seconds - before.seconds)),
    ack_ms: { p50: round(latencies[latencies.length >> 1] ?? 0), max: round(latencies.at(-1) ?? 0) },
    ...(signal === 'metrics' ? {} : onDisk(folder, signal, items, rawBytes)),
  }
  rmSync(folder, { recursive: true, force: true })
  return result
}

/** Blocks with their keys and the index of traces, as they lie in the file after the server has stopped. */
function onDisk(folder: string, signal: string, items: number, rawBytes: number) {
  const file = readdirSync(folder).find((name) => name === 'telemetry.db')
  if (!file) return {}
  const db = new DatabaseSync(join(folder, file), { readOnly: true })
  const row = db
    .prepare(
      'SELECT sum(length(body) + length(key) + 60) AS bytes, count(*) AS blocks FROM block WHERE signal = ?',
    )
    .get(signal === 'logs' ? 'log' : 'span')
  db.close()
  const bytes = Number(row?.bytes)
  return {
    raw_bytes: rawBytes,
    block_bytes: bytes,
    blocks: Number(row?.blocks),
    bytes_an_item: round(bytes / items),
    percent_of_raw: round((100 * bytes) / rawBytes),
    file_bytes: statSync(join(folder, file)).size,
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

const results = []
for (const signal of values.signals.split(','))
  for (const transport of values.transports.split(',')) results.push(await measure(signal, transport))
process.stdout.write(`${JSON.stringify({ bench: 'otlp', machine: machine(), senders, results }, null, 1)}\n`)
