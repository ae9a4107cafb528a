import { compressSync } from 'snappy'
import { FrameDecoder } from '../../server/src/edge/collector/frame-decoder.ts'
import { seededRandom } from '../../server/src/kernel/random.ts'
import { builtInMappings } from '../../server/src/pipeline/ingest/alert/mapping/built-in.ts'
import { mapBody } from '../../server/src/pipeline/ingest/alert/mapping/map-body.ts'
import { parseMapping } from '../../server/src/pipeline/ingest/alert/mapping/mapping-document.ts'
import { bodyLimitsOf, Decoder } from '../../server/src/pipeline/ingest/decoder.ts'
import { IngestConfig, StatsdWindow, SyslogBatch } from '../../server/src/pipeline/ingest/index.ts'
import { encodePush } from '../../server/src/pipeline/ingest/loki/proto.suite.ts'
import type { ProtocolDeps, ProtocolFactory } from '../../server/src/pipeline/ingest/protocol.ts'
import { protocols } from '../../server/src/pipeline/ingest/protocols.ts'
import * as request from '../../server/src/pipeline/ingest/request.suite.ts'
import { MemoryCatalog } from '../../server/src/pipeline/ingest/rig.suite.ts'
import { parseRules } from '../../server/src/pipeline/ingest/rule/rule-document.ts'
import { parseScrapeDocument } from '../../server/src/pipeline/ingest/scrape/scrape-document.ts'
import { decompress, parseJson } from '../../server/src/pipeline/ingest/wire/body.ts'
import { encode, withBinaryIds } from '../../server/src/pipeline/ingest/wire/proto.suite.ts'
import type { Entry, EntryKind } from '../../server/src/port/telemetry-log.ts'
import { parseLogql } from '../../server/src/service/telemetry/logql/index.ts'
import { parsePromql } from '../../server/src/service/telemetry/promql/parse/parse.ts'
import { parseTraceql } from '../../server/src/service/telemetry/traceql/parse/parse.ts'

/** A parser of what others send: `fresh` gives one that remembers nothing, `run` throws nothing but Faults. */
export type FuzzTarget = {
  name: string
  /** Valid inputs that the broken ones are made of. */
  seeds: readonly Buffer[]
  /** A parser that has seen nothing; made anew every few thousand inputs, so that what it remembers stays small. */
  fresh(): (bytes: Buffer) => unknown
}

const config = IngestConfig.parse({ body_bytes_max: 1_048_576, decompressed_bytes_max: 1_048_576 })
const limits = bodyLimitsOf(config)
const text = (...lines: readonly string[]): Buffer[] => lines.map((line) => Buffer.from(line))
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const { now } = request
const nanos = request.nanos(now)

/** Bodies as the readers of the telemetry log see them. */
const entry = (
  name: string,
  kind: EntryKind,
  format: Entry['format'],
  seeds: readonly Buffer[],
): FuzzTarget => ({
  name,
  seeds,
  fresh() {
    const deps = { config } as ProtocolDeps
    const readers = Object.values<ProtocolFactory>(protocols).map((create) => create(deps))
    const decoder = new Decoder(config, readers, { catalog: new MemoryCatalog(), random: seededRandom(1) })
    return (body) =>
      decoder.decode({ kind, tenant: 'default', body, encoding: 'identity', format, receivedMs: now })
  },
})

const series = { timeseries: [request.up(), request.up(now, 2, 'b')] }
const exemplar = { labels: [{ name: 'trace_id', value: 'a' }], value: 1, timestamp: now }
const histogram = { countInt: '3', sum: 1, schema: 1, zeroCountInt: '3', timestamp: now }
const otlpMetrics = request.metrics(request.gauge(1), request.delta(1, now), {
  name: 'h',
  histogram: {
    aggregationTemporality: 2,
    dataPoints: [{ timeUnixNano: nanos, count: '2', sum: 3, bucketCounts: ['1', '1'], explicitBounds: [1] }],
  },
})
const pushed = {
  streams: [
    {
      stream: { a: 'b' },
      values: [
        [nanos, 'line one'],
        [nanos, 'two', { k: 'v' }],
      ],
    },
  ],
}
const pushedProtobuf = {
  streams: [
    { labels: '{a="b", c="d"}', entries: [{ timestamp: { seconds: now / 1_000 }, line: 'line one' }] },
  ],
}
const zipkin = [
  {
    traceId: '1'.repeat(16),
    id: '2'.repeat(16),
    name: 'x',
    timestamp: now * 1_000,
    duration: 5,
    tags: { a: 'b' },
  },
]
const plain = { metrics: [{ name: 'm', value: 1, labels: { a: 'b' }, timestamp: now }] }
const statsdLines = text('a.b:1|c|@0.5|#k:v', 'x:3:4:5|ms', 'g:-1|g', 's:u|s', 'h:1.5|h|#a')
const syslogLines = text(
  '<165>1 2003-10-11T22:14:15.003Z host app 1 ID47 [id@1 a="b\\"c"] \uFEFFtext',
  '<34>Oct 11 22:14:15 host su: failed for root',
)
const syslogBatch = (): Buffer => {
  const batch = new SyslogBatch('Europe/Madrid')
  for (const line of syslogLines) batch.add('10.0.0.1', line)
  return batch.body()
}
const promql = text(
  'sum by (job) (rate(http_requests_total{code=~"5..", job!="a"}[5m] offset 1h)) / on (job) group_left up > 0.5',
  'histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) unless absent(avg_over_time(y[1h:5m] @ start()))',
)
const logql = text(
  'sum by (app) (rate({app="a", x=~"b.*"} |= "err" != `c` | json | line_format "{{.a}}" | duration > 5s [5m])) > 1',
  '{a="b"} | logfmt | x="y" or z>3 | label_format q=w',
  'quantile_over_time(0.9, {a="b"} | logfmt | unwrap duration(d) [5m]) by (x)',
)
const traceql = text('{ span.http.status_code >= 500 && name =~ "x.*" } >> { duration > 1s } | count() > 2')
const rules = text(
  'rules: [{ name: a, signal: metrics, match: [\'a=~"b.*"\'], aggregate: { metric: m, function: sum, every: 10s } }]',
)
const mappingText = text(
  'id: ups\nrules:\n  - when: [{ path: kind, equals: heartbeat }]\n    skip: true\n  - name: "UPS {{device.name}}"\n',
)
const scrapeText = text(
  "scrape_configs:\n  - job_name: a\n    static_configs: [{ targets: ['a:1'] }]\n    relabel_configs: [{ source_labels: [x], regex: '(.*)', target_label: y }]\n",
)
const alertBody = json({
  alerts: [
    { status: 'firing', labels: { alertname: 'x' }, annotations: {}, startsAt: '2026-01-01T00:00:00Z' },
  ],
})

const framed = (): ((bytes: Buffer) => void) => (bytes) => {
  const options = { bytesMax: 1_024, message: () => undefined, truncated: () => undefined }
  const decoder = new FrameDecoder({ ...options, framing: 'AUTO' })
  for (let at = 0; at < bytes.length; at += 7) decoder.push(bytes.subarray(at, at + 7))
  decoder.end()
}
const window = (): ((bytes: Buffer) => void) => {
  const bounds = { timerBounds: [1, 10], histogramBounds: [1, 10] }
  const made = new StatsdWindow(
    { seriesMax: 1_000, setValuesMax: 1_000, idleFlushesMax: 2, ...bounds },
    () => undefined,
  )
  return (bytes) => made.add(bytes.toString('utf8'))
}
const stateless = (name: string, seeds: readonly Buffer[], run: (bytes: Buffer) => unknown): FuzzTarget => ({
  ...{ name, seeds },
  fresh: () => run,
})

export const fuzzTargets: readonly FuzzTarget[] = [
  entry('remote write 1.0', 'remote-write', 'protobuf', [
    encode('prometheus.WriteRequest', series),
    encode('prometheus.WriteRequest', {
      timeseries: [{ ...request.up(), exemplars: [exemplar], histograms: [histogram] }],
    }),
  ]),
  entry('remote write 2.0', 'remote-write-2', 'protobuf', [
    encode('io.prometheus.write.v2.Request', {
      symbols: ['', '__name__', 'up', 'job', 'a'],
      timeseries: [
        { labelsRefs: [1, 2, 3, 4], samples: [{ value: 1, timestamp: now }], metadata: { type: 1 } },
      ],
    }),
  ]),
  entry('OTLP metrics, protobuf', 'otlp-metrics', 'protobuf', [
    encode('otlp.MetricsRequest', withBinaryIds(otlpMetrics)),
  ]),
  entry('OTLP metrics, JSON', 'otlp-metrics', 'json', [json(otlpMetrics)]),
  entry('OTLP logs, protobuf', 'otlp-logs', 'protobuf', [
    encode('otlp.LogsRequest', withBinaryIds(request.logs)),
  ]),
  entry('OTLP logs, JSON', 'otlp-logs', 'json', [json(request.logs)]),
  entry('OTLP traces, protobuf', 'otlp-traces', 'protobuf', [
    encode('otlp.TraceRequest', withBinaryIds(request.traces)),
  ]),
  entry('OTLP traces, JSON', 'otlp-traces', 'json', [json(request.traces)]),
  entry('Loki push, protobuf', 'loki', 'protobuf', [encodePush(pushedProtobuf)]),
  entry('Loki push, JSON', 'loki', 'json', [json(pushed)]),
  entry('syslog', 'syslog', 'text', [syslogBatch()]),
  entry('Zipkin, JSON', 'zipkin', 'json', [json(zipkin)]),
  entry(
    'Elasticsearch bulk',
    'elasticsearch',
    'json',
    text('{"index":{"_index":"a"}}\n{"message":"x","@timestamp":"2023-11-14T22:13:20Z"}\n'),
  ),
  entry('plain metrics', 'plain-metrics', 'json', [json(plain)]),
  { name: 'StatsD', seeds: statsdLines, fresh: window },
  {
    name: 'syslog frames',
    seeds: text(`${syslogLines[1]?.length} ${syslogLines[1]}5 abcde`, '<34>x\n<35>y\n'),
    fresh: framed,
  },
  stateless('snappy', [compressSync(Buffer.alloc(500, 'ab')) as Buffer], (body) =>
    decompress(body, 'snappy', 'protobuf', limits),
  ),
  stateless('JSON', [alertBody], parseJson),
  stateless(
    'alert mappings',
    [alertBody, json({ Type: 'Notification', Message: '{"AlarmName":"a"}' })],
    (body) => {
      const parsed = parseJson(body)
      for (const mapping of builtInMappings()) ignoringFaults(() => mapBody(mapping, parsed, now))
    },
  ),
  stateless('mapping documents', mappingText, (body) => parseMapping(body.toString())),
  stateless('stream rules', rules, (body) => parseRules(body.toString())),
  stateless('scrape configurations', scrapeText, (body) => parseScrapeDocument('p.yml', body.toString())),
  stateless('PromQL', promql, (body) => parsePromql(body.toString())),
  stateless('LogQL', logql, (body) => parseLogql(body.toString())),
  stateless('TraceQL', traceql, (body) => parseTraceql(body.toString())),
]

function ignoringFaults(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if ((error as Error).name !== 'Fault' && (error as { code?: unknown }).code === undefined) throw error
  }
}
