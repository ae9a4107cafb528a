import { parseArgs } from 'node:util'
import { compressSync } from 'snappy'
import { seededRandom } from '../server/src/kernel/random.ts'
import { Decoder } from '../server/src/pipeline/ingest/decoder.ts'
import { IngestConfig, StatsdWindow, SyslogBatch } from '../server/src/pipeline/ingest/index.ts'
import type { ProtocolDeps } from '../server/src/pipeline/ingest/protocol.ts'
import { protocols } from '../server/src/pipeline/ingest/protocols.ts'
import type { LabelPairs, SeriesCatalog } from '../server/src/port/metric-store.ts'
import type { Entry } from '../server/src/port/telemetry-log.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Decoding of the protocols besides OTLP and remote write, without log, stores and stages: items per CPU-second, decompression included.
 *   node bench/parsers.ts [--items 5000] [--seconds 1]
 */
const { values } = parseArgs({
  options: { items: { type: 'string', default: '5000' }, seconds: { type: 'string', default: '1' } },
})
const items = Number(values.items)
const seconds = Number(values.seconds)
const nowMs = 1_700_000_000_000

const varint = (value: number): number[] => {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}
const field = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, ...varint(body.length)]), body])
const text = (tag: number, value: string): Buffer => field(tag, Buffer.from(value))
const each = <T>(make: (i: number) => T): T[] => Array.from({ length: items }, (_, i) => make(i))

/** What programs write: access logs, logfmt, JSON, Java; no level is in a quarter of them. */
const lines = [
  (i: number) =>
    `10.0.${i % 256}.7 - - "GET /api/orders/${i}?page=2 HTTP/1.1" 200 ${i % 9_000} "-" "Mozilla/5.0 (X11; Linux x86_64)" 0.0${i % 10}`,
  (i: number) =>
    `ts=2024-01-01T00:00:00.${i % 1_000}Z caller=main.go:${i % 300} level=info msg="request handled" order=${i} took=12ms`,
  (i: number) =>
    `{"time":"2024-01-01T00:00:00Z","level":"warn","msg":"stock is low","sku":${i},"left":${i % 5},"service":"cart"}`,
  (i: number) =>
    `2024-01-01 00:00:00,${i % 1_000} ERROR [http-nio-8080-exec-${i % 9}] c.e.orders.OrderController - order ${i} was refused`,
]
const line = (i: number): string => lines[i % lines.length]!(i)
const labels = (stream: number): string =>
  `{app="cart", container="server", filename="/var/log/pods/${stream}/0.log", job="shop/cart", namespace="shop", pod="cart-${stream}", stream="stderr"}`
const STREAMS = 20

function lokiProtobuf(metadata: boolean): Buffer {
  const pairs = (i: number): Buffer[] =>
    metadata
      ? [
          field(
            0x1a,
            Buffer.concat([text(0x0a, 'trace_id'), text(0x12, (i + 1).toString(16).padStart(32, '0'))]),
          ),
          field(0x1a, Buffer.concat([text(0x0a, 'detected_level'), text(0x12, 'info')])),
          field(0x1a, Buffer.concat([text(0x0a, 'user'), text(0x12, `user-${i % 100}`)])),
        ]
      : []
  const time = field(0x0a, Buffer.from([0x08, ...varint(nowMs / 1_000), 0x10, ...varint(123_000_000)]))
  const entry = (i: number): Buffer => field(0x12, Buffer.concat([time, text(0x12, line(i)), ...pairs(i)]))
  const entries = each(entry)
  return Buffer.concat(
    Array.from({ length: STREAMS }, (_, stream) =>
      field(
        0x0a,
        Buffer.concat([text(0x0a, labels(stream)), ...entries.filter((_, i) => i % STREAMS === stream)]),
      ),
    ),
  )
}

const lokiJson = (): string =>
  JSON.stringify({
    streams: Array.from({ length: STREAMS }, (_, stream) => ({
      stream: { app: 'cart', namespace: 'shop', pod: `cart-${stream}` },
      values: each((i) => [`${nowMs}123456`, line(i)]).filter((_, i) => i % STREAMS === stream),
    })),
  })

function syslog(message: (i: number) => string): Buffer {
  const batch = new SyslogBatch('UTC')
  for (const one of each(message)) batch.add('10.0.0.7', Buffer.from(one))
  return batch.body()
}
const rfc5424 = (i: number): string =>
  `<${(i % 24) * 8 + (i % 8)}>1 2023-11-14T22:13:20.${100 + (i % 900)}Z web-${i % 50} nginx ${i} ID47 [origin@32473 ip="10.0.0.${i % 250}" zone="a"] ${line(i)}`
const rfc3164 = (i: number): string => `<30>Nov 14 22:13:20 web-${i % 50} sshd[${i}]: ${line(i)}`

const span = (i: number) => ({
  traceId: (i + 1).toString(16).padStart(32, '0'),
  id: (i + 1).toString(16).padStart(16, '0'),
  parentId: (i + 2).toString(16).padStart(16, '0'),
  kind: i % 2 ? 'CLIENT' : 'SERVER',
  name: 'get /api/orders',
  timestamp: nowMs * 1_000 + i,
  duration: 12_345,
  localEndpoint: { serviceName: `service-${i % 20}`, ipv4: '10.0.0.7', port: 8080 },
  remoteEndpoint: { serviceName: 'backend', ipv4: '10.0.0.8', port: 9000 },
  annotations: [{ timestamp: nowMs * 1_000 + i, value: 'sent' }],
  tags: { 'http.method': 'GET', 'http.path': '/api/orders', 'http.status_code': '200' },
})
const plainMetric = (i: number) => ({
  name: 'queue.depth',
  labels: { queue: `q-${i}`, region: 'eu' },
  value: i,
  timestamp: nowMs,
})
const plainLog = (i: number) => ({
  timestamp: nowMs,
  severity: 'INFO',
  message: line(i),
  labels: { 'service.name': 'cart' },
  attributes: { order: i },
})

const document = (i: number) => ({
  '@timestamp': '2023-11-14T22:13:20.000Z',
  message: line(i),
  log: { level: 'info', file: { path: '/var/log/cart.log' }, offset: i },
  service: { name: 'cart' },
  kubernetes: { namespace: 'shop', pod: { name: `cart-${i % STREAMS}` } },
})

const statsdPackets = each(
  (i) => `request.time:${i % 700}|ms|#path:/a${i % 50},env:prod\nrequests:1|c|@0.5|#path:/a${i % 50}`,
)

const catalog = (): SeriesCatalog => {
  const refs = new Map<string, number>()
  const made = {
    intern(_tenant: string, set: Readonly<Record<string, string>>) {
      const key = JSON.stringify(set)
      const known = refs.get(key) ?? refs.size
      refs.set(key, known)
      return known
    },
    internPairs(tenant: string, { labels }: LabelPairs) {
      return made.intern(tenant, labels)
    },
    select: () => [],
  }
  return made as unknown as SeriesCatalog
}
const config = IngestConfig.parse({
  body_bytes_max: 1 << 27,
  decompressed_bytes_max: 1 << 28,
  json_bytes_max: 1 << 28,
})
const readers = Object.values(protocols).map((create) => create({ config } as ProtocolDeps))

function rate(run: () => void, count = items): number {
  for (let turn = 0; turn < 5; turn += 1) run()
  const began = cpuSeconds()
  let runs = 0
  for (; cpuSeconds() - began < seconds; runs += 1) run()
  return Math.round((runs * count) / (cpuSeconds() - began))
}

function measure(
  kind: Entry['kind'],
  body: Buffer | string,
  format: Entry['format'],
  encoding: Entry['encoding'] = 'identity',
) {
  const decoder = new Decoder(config, readers, { catalog: catalog(), random: seededRandom(2) })
  const bytes = Buffer.from(body as string)
  const entry: Entry = {
    kind,
    tenant: 'default',
    body: encoding === 'snappy' ? (compressSync(bytes) as Buffer) : bytes,
    encoding,
    format,
    receivedMs: nowMs,
  }
  const { logs, spans, samples } = decoder.decode(entry)
  if (logs.length + spans.length + samples.count !== items)
    throw new Error(`${kind}: not all items were read`)
  return {
    items_per_cpu_second: rate(() => void decoder.decode(entry)),
    bytes_per_item: Math.round(bytes.length / items),
  }
}

const window = new StatsdWindow(
  {
    seriesMax: 10_000,
    setValuesMax: 1_000,
    idleFlushesMax: 30,
    timerBounds: [1, 5, 10, 50, 100, 500, 1_000],
    histogramBounds: [1],
  },
  () => undefined,
)
const result = {
  ...machine(),
  loki_protobuf_snappy: measure('loki', lokiProtobuf(false), 'protobuf', 'snappy'),
  loki_protobuf_snappy_with_metadata: measure('loki', lokiProtobuf(true), 'protobuf', 'snappy'),
  loki_json: measure('loki', lokiJson(), 'json'),
  syslog_rfc5424: measure('syslog', syslog(rfc5424), 'text'),
  syslog_rfc3164: measure('syslog', syslog(rfc3164), 'text'),
  zipkin_json: measure('zipkin', JSON.stringify(each(span)), 'json'),
  plain_metrics_json: measure('plain-metrics', JSON.stringify(each(plainMetric)), 'json'),
  plain_logs_json: measure('plain-logs', JSON.stringify(each(plainLog)), 'json'),
  plain_logs_ndjson: measure('plain-logs', each((i) => JSON.stringify(plainLog(i))).join('\n'), 'text'),
  elasticsearch_bulk: measure(
    'elasticsearch',
    each((i) => `{"create":{}}\n${JSON.stringify(document(i))}\n`).join(''),
    'text',
  ),
  statsd_lines: {
    items_per_cpu_second: rate(() => {
      for (const packet of statsdPackets) window.add(packet)
    }, items * 2),
  },
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
