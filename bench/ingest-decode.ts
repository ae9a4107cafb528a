import { parseArgs } from 'node:util'
import { compressSync, uncompressSync } from 'snappy'
import { seededRandom } from '../server/src/kernel/random.ts'
import { Decoder } from '../server/src/pipeline/ingest/decoder.ts'
import { IngestConfig } from '../server/src/pipeline/ingest/index.ts'
import type { ProtocolDeps } from '../server/src/pipeline/ingest/protocol.ts'
import { protocols } from '../server/src/pipeline/ingest/protocols.ts'
import type { LabelPairs, SeriesCatalog } from '../server/src/port/metric-store.ts'
import type { Entry, EntryKind } from '../server/src/port/telemetry-log.ts'
import { cpuSeconds, machine } from './machine.ts'
import { field, labelBytes, loadLabels, sample, text, WriteTemplate } from './write-request.ts'

/**
 * Decoding alone, without log, stores and stages: items per CPU-second of known series. Each request has new times and values.
 *   node bench/ingest-decode.ts [--series 10000] [--labels 10] [--seconds 2]
 */
const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '10000' },
    labels: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '2' },
  },
})
const series = Number(values.series)
const labels = Number(values.labels)
const seconds = Number(values.seconds)
const nowMs = 1_700_000_000_000

const double = (tag: number, value: number): Buffer => {
  const bytes = Buffer.alloc(9)
  bytes[0] = tag
  bytes.writeDoubleLE(value, 1)
  return bytes
}
const fixed = (tag: number, value: bigint): Buffer => {
  const bytes = Buffer.alloc(9)
  bytes[0] = tag
  bytes.writeBigUInt64LE(value, 1)
  return bytes
}

const sets = Array.from({ length: series }, (_, i) => loadLabels(i, labels))
const labelRuns = sets.map(labelBytes)

const body1 = (turn: number, order: readonly number[], samples: number): Buffer =>
  Buffer.concat(order.map((i) => field(0x0a, Buffer.concat([labelRuns[i]!, ...points1(turn, i, samples)]))))
const points1 = (turn: number, i: number, samples: number): Buffer[] =>
  Array.from({ length: samples }, (_, s) => sample(nowMs + turn * 100 + s, i + turn / 10 + s))

function body2(turn: number, order: readonly number[]): Buffer {
  const template = new WriteTemplate(
    order.map((i) => sets[i]!),
    2,
  )
  return template.fill(nowMs + turn * 100, (i) => i + turn / 10)
}

const attribute = (tag: number, name: string, value: string): Buffer =>
  field(tag, Buffer.concat([text(0x0a, name), field(0x12, text(0x0a, value))]))
const resource = field(
  0x0a,
  Buffer.concat([attribute(0x0a, 'service.name', 'cart'), attribute(0x0a, 'host.name', 'h1')]),
)
const otlp = (metrics: Buffer[]): Buffer =>
  field(
    0x0a,
    Buffer.concat([resource, field(0x12, Buffer.concat(metrics.map((metric) => field(0x12, metric))))]),
  )
const nanos = (turn: number): bigint => BigInt(nowMs + turn * 100) * 1_000_000n
const perMetric = 100
const attributesOf = (tag: number, i: number): Buffer =>
  Buffer.concat([0, 1, 2].map((a) => attribute(tag, `attribute.name.${a}`, `value-${(i * 7 + a) % 97}-${i}`)))

function gauges(turn: number): Buffer {
  const point = (i: number): Buffer =>
    field(0x0a, Buffer.concat([attributesOf(0x3a, i), fixed(0x19, nanos(turn)), double(0x21, i + turn)]))
  return otlp(
    groups((m) => [text(0x0a, `metric.${m}`), text(0x1a, 's'), field(0x2a, Buffer.concat(points(m, point)))]),
  )
}

const bounds = Buffer.concat(Array.from({ length: 14 }, (_, b) => double(0, 2 ** b).subarray(1)))
function histograms(turn: number): Buffer {
  const point = (i: number): Buffer => {
    const counts = Buffer.concat(Array.from({ length: 15 }, (_, b) => fixed(0, BigInt(b + turn)).subarray(1)))
    const values = [
      fixed(0x19, nanos(turn)),
      fixed(0x21, 100n),
      double(0x29, turn),
      field(0x32, counts),
      field(0x3a, bounds),
    ]
    return field(0x0a, Buffer.concat([...values, attributesOf(0x4a, i)]))
  }
  const data = (m: number): Buffer => Buffer.concat([...points(m, point), Buffer.from([0x10, 2])])
  return otlp(groups((m) => [text(0x0a, `histogram.${m}`), text(0x1a, 's'), field(0x4a, data(m))]))
}

const groups = (metric: (m: number) => Buffer[]): Buffer[] =>
  Array.from({ length: Math.ceil(series / perMetric) }, (_, m) => Buffer.concat(metric(m)))
const points = (m: number, point: (i: number) => Buffer): Buffer[] =>
  Array.from({ length: Math.min(perMetric, series - m * perMetric) }, (_, p) => point(m * perMetric + p))

function logs(turn: number): Buffer {
  const record = (i: number): Buffer =>
    field(
      0x12,
      Buffer.concat([
        fixed(0x09, nanos(turn)),
        Buffer.from([0x10, 9]),
        field(0x2a, text(0x0a, `request ${i} of turn ${turn} took a while and then was answered`)),
        attributesOf(0x32, i),
      ]),
    )
  return field(
    0x0a,
    Buffer.concat([
      resource,
      field(0x12, Buffer.concat(Array.from({ length: series }, (_, i) => record(i)))),
    ]),
  )
}

/** Interns by a joined key: what the real catalog costs is measured elsewhere, known series do not reach it. */
function catalog(): SeriesCatalog {
  const refs = new Map<string, number>()
  const made = {
    intern(_tenant: string, set: Readonly<Record<string, string>>) {
      const key = JSON.stringify(set)
      const known = refs.get(key)
      if (known !== undefined) return known
      refs.set(key, refs.size)
      return refs.size - 1
    },
    internPairs(tenant: string, { labels }: LabelPairs) {
      return made.intern(tenant, labels)
    },
    select: () => [],
  }
  return made as unknown as SeriesCatalog
}

const config = IngestConfig.parse({
  items_per_request_max: 10_000_000,
  known_series_max: 500_000,
  known_series_bytes_max: 1 << 28,
  body_bytes_max: 1 << 27,
  decompressed_bytes_max: 1 << 28,
  otlp_age_max: '10y',
})
const inOrder = Array.from({ length: series }, (_, i) => i)
const random = seededRandom(1)
const shuffled = (): number[] =>
  inOrder
    .map((i) => [random.next(), i] as const)
    .sort(([a], [b]) => a - b)
    .map(([, i]) => i)

/** Nothing is received here: what receivers need is not asked for. */
const readers = Object.values(protocols).map((create) => create({ config } as ProtocolDeps))

function measure(kind: EntryKind, make: (turn: number) => Buffer, items: number): Record<string, number> {
  const decoder = new Decoder(config, readers, { catalog: catalog(), random: seededRandom(2) })
  const bodies = Array.from({ length: 8 }, (_, turn) => make(turn))
  const entry = (body: Uint8Array, encoding: Entry['encoding']): Entry => ({
    kind,
    tenant: 'default',
    body,
    encoding,
    format: 'protobuf',
    receivedMs: nowMs,
  })
  const began = cpuSeconds()
  decoder.decode(entry(bodies[0]!, 'identity'))
  const firstSeconds = cpuSeconds() - began
  const rate = (run: (turn: number) => void): number => {
    for (let turn = 0; turn < 8; turn += 1) run(turn)
    const start = cpuSeconds()
    let runs = 0
    for (; cpuSeconds() - start < seconds; runs += 1) run(runs % 8)
    return Math.round((runs * items) / (cpuSeconds() - start))
  }
  const packed = bodies.map((body) => compressSync(body) as Buffer)
  const decode = rate((turn) => void decoder.decode(entry(bodies[turn]!, 'identity')))
  const whole = kind.startsWith('remote-write')
    ? rate((turn) => void decoder.decode(entry(packed[turn]!, 'snappy')))
    : 0
  const unpack = rate((turn) => void uncompressSync(packed[turn]!))
  return {
    items_per_cpu_second: decode,
    ...(whole > 0 ? { with_decompression: whole, decompression_alone: unpack } : {}),
    first_pass: Math.round(items / firstSeconds),
    bytes_per_item: Math.round(bodies[0]!.length / items),
    megabytes_per_cpu_second: Math.round((decode * bodies[0]!.length) / items / 1e6),
  }
}

const orders = Array.from({ length: 8 }, shuffled)
const result = {
  ...machine(),
  series,
  labels,
  remote_write: measure('remote-write', (turn) => body1(turn, inOrder, 1), series),
  remote_write_order_changed: measure('remote-write', (turn) => body1(turn, orders[turn]!, 1), series),
  remote_write_5_samples: measure('remote-write', (turn) => body1(turn, inOrder, 5), series * 5),
  remote_write_2: measure('remote-write-2', (turn) => body2(turn, inOrder), series),
  remote_write_2_order_changed: measure('remote-write-2', (turn) => body2(turn, orders[turn]!), series),
  otlp_gauge_points: measure('otlp-metrics', gauges, series),
  otlp_histogram_points: measure('otlp-metrics', histograms, series),
  otlp_logs: measure('otlp-logs', logs, series),
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
