/** Logs, traces, topology and settings of the stand-in. */
import type { LogRecord } from '@aiops/contract/model/log'
import type { Span, Trace } from '@aiops/contract/model/span'
import type { Topology } from '@aiops/contract/model/topology'
import { onsetMs, startMs } from './signal.ts'

type Bounds = { from: number; to: number }
const iso = (ms: number): string => new Date(ms).toISOString()

const messages = [
  'GET /items 200 in 18 ms',
  'POST /checkout 200 in 44 ms',
  'cache miss for item 8812',
  'retrying payment authorisation, attempt 2 of 3',
  'payment provider timed out after 500 ms: {"order":"a1b2","amount":"39.90","currency":"EUR"} while waiting for a connection from the pool that has 0 of 10 free',
]
const levels = ['INFO', 'INFO', 'DEBUG', 'WARN', 'ERROR'] as const
const speakers = ['catalog', 'checkout', 'cart', 'payments', 'payments']

export function logs(
  { from, to }: Bounds,
  query: Record<string, string[]>,
): { logs: LogRecord[]; truncated: boolean } {
  const found: LogRecord[] = []
  const limit = Number(query.limit?.[0] ?? 100)
  const contains = (query.contains?.[0] ?? '').toLowerCase()
  for (
    let t = Math.floor(Math.min(to, Date.now()) / 700) * 700;
    t >= from && found.length < limit;
    t -= 700
  ) {
    const kind = Math.abs(Math.floor(t / 700) * 7) % 5
    const name = speakers[kind] ?? 'front'
    const message = messages[kind] ?? ''
    const trace = query.trace_id?.[0]
    if (query.service_name && query.service_name[0] !== name) continue
    if (!message.toLowerCase().includes(contains) || (trace && t % 4_900 > 700)) continue
    found.push({
      timestamp: iso(t),
      severity: levels[kind] ?? 'INFO',
      message,
      labels: { 'service.name': name, 'host.name': 'workbench' },
      attributes: { 'code.function': 'handle', thread: '1' },
      trace_id: trace ?? 'aa01',
      span_id: String(t),
    })
  }
  return { logs: found, truncated: found.length === limit }
}

type Shape = [service: string, operation: string, offset: number, duration: number, parent: number]
const shape = (slow: boolean): Shape[] => {
  const pay = slow ? 560 : 21
  return [
    ['front', 'POST /buy', 0, pay + 42, -1],
    ['cart', 'GET /cart', 3, 9, 0],
    ['store', 'SELECT carts', 5, 4, 1],
    ['catalog', 'GET /items', 13, 7, 0],
    ['checkout', 'POST /checkout', 22, pay + 16, 0],
    ['inventory', 'POST /reserve', 24, 6, 4],
    ['payments', 'POST /authorise', 32, pay, 4],
    ['store', 'INSERT payment', 34, 5, 6],
  ]
}

function makeTrace(id: string, at: number): Trace {
  const slow = at > onsetMs
  const failed = slow && Number.parseInt(id, 16) % 5 === 0
  const spans = shape(slow).map<Span>(([service, operation, offset, duration, parent], i) => ({
    trace_id: id,
    span_id: `s${i}`,
    operation_name: operation,
    service_name: service,
    kind: 'SERVER',
    start_time: iso(at + offset),
    duration_ms: duration,
    status: failed && i === 6 ? 'ERROR' : 'OK',
    tags: { 'http.request.method': operation.split(' ')[0] ?? '' },
    ...(parent >= 0 ? { parent_span_id: `s${parent}` } : {}),
    ...(failed && i === 6 ? { status_message: 'deadline exceeded' } : {}),
  }))
  return {
    trace_id: id,
    root_service: 'front',
    root_operation: 'POST /buy',
    start_time: iso(at),
    duration_ms: spans[0]?.duration_ms ?? 0,
    span_count: spans.length,
    service_count: 7,
    has_errors: failed,
    spans,
  }
}

export const traces = {
  search({ from, to }: Bounds, query: Record<string, string[]>) {
    const found: Omit<Trace, 'spans'>[] = []
    for (
      let t = Math.floor(Math.min(to, Date.now()) / 4_000) * 4_000;
      t >= from && found.length < 300;
      t -= 4_000
    ) {
      const { spans: _, ...trace } = makeTrace((t / 4_000).toString(16), t)
      if (
        trace.duration_ms < Number(query.min_duration_ms?.[0] ?? 0) ||
        (query.errors_only?.[0] === 'true' && !trace.has_errors)
      )
        continue
      found.push(trace)
    }
    return { traces: found.slice(0, Number(query.limit?.[0] ?? 20)), total: found.length }
  },
  get: (id: string): Trace =>
    id === 'aa01' ? makeTrace(id, startMs - 30_000) : makeTrace(id, Number.parseInt(id, 16) * 4_000),
}

export function topology(failing: boolean, services: readonly string[]): Topology {
  const seen = { first_seen: iso(startMs - 86_400_000), last_seen: iso(Date.now()) }
  const health = (name: string): Topology['entities'][number]['health'] =>
    failing && name === 'payments'
      ? 'FAILING'
      : failing && ['checkout', 'front'].includes(name)
        ? 'DEGRADED'
        : name === 'inventory'
          ? 'SILENT'
          : 'HEALTHY'
  const call = (source: string, target: string, rate: number): Topology['edges'][number] => ({
    source: `service/${source}`,
    target: `service/${target}`,
    type: 'CALLS',
    origin: 'SPANS',
    confidence: 0.99,
    ...seen,
    calls_per_second: rate + Math.random() * 2,
    error_ratio: failing && target === 'payments' ? 0.034 : 0,
    mean_ms: failing && target === 'payments' ? 570 : 8 + Math.random() * 3,
  })
  return {
    entities: [
      ...services.map((name) => ({
        id: `service/${name}`,
        kind: 'service' as const,
        name,
        labels: { 'service.name': name },
        ...seen,
        health: health(name),
      })),
      { id: 'host/workbench', kind: 'host', name: 'workbench', labels: {}, ...seen, health: 'HEALTHY' },
      {
        id: 'external/card-network.example.com',
        kind: 'external',
        name: 'card-network.example.com',
        labels: {},
        ...seen,
        health: 'HEALTHY',
      },
    ],
    edges: [
      call('front', 'cart', 22),
      call('front', 'catalog', 40),
      call('front', 'checkout', 6),
      call('cart', 'store', 22),
      call('checkout', 'payments', 6),
      call('checkout', 'inventory', 6),
      call('inventory', 'store', 12),
      call('payments', 'store', 6),
      call('catalog', 'inventory', 11),
      { ...call('payments', 'store', 6), target: 'external/card-network.example.com' },
    ],
  }
}

export const stages = (n: number) =>
  [
    ['ingest', 'world', 'samples,logs,spans,ALERT_FIRED,ALERT_RESOLVED', 'tenant', 'collector', 40],
    ['stream', 'samples,spans', 'points', 'tenant, series', 'analytics', 38],
    ['detect', 'points', 'ANOMALY_DETECTED,ANOMALY_UPDATED,ANOMALY_ENDED', 'tenant, series', 'analytics', 38],
    [
      'correlate',
      'ANOMALY_DETECTED,ANOMALY_UPDATED,ANOMALY_ENDED,ALERT_FIRED,ALERT_RESOLVED',
      'INCIDENT_CREATED,INCIDENT_UPDATED',
      'tenant',
      'analytics',
      0.1,
    ],
    ['explain', 'INCIDENT_CREATED,INCIDENT_UPDATED', 'RCA_COMPLETE', 'tenant, incident', 'analytics', 0.02],
    [
      'act',
      'INCIDENT_CREATED,INCIDENT_UPDATED,RCA_COMPLETE',
      'REMEDIATION_UPDATED,INCIDENT_UPDATED',
      'tenant, incident',
      'action',
      0.02,
    ],
  ].map(([stage, takes, gives, key, role, rate]) => ({
    stage,
    takes: String(takes).split(','),
    gives: String(gives).split(','),
    key,
    role,
    handled: Math.round(n * Number(rate)),
    failed: stage === 'act' && n > 0 ? 1 : 0,
  }))

const setting = (name: string, value: unknown, source: string, description: string) => ({
  name,
  value,
  source,
  description,
})
export const settings = {
  data_folder: '/home/ana/.local/share/aiops',
  version: '0.1.0',
  adapters: [
    ['MetricStore', 'sqlite', 'sqlite:telemetry/metrics.db'],
    ['LogStore', 'sqlite', 'sqlite:telemetry/logs.db'],
    ['TraceStore', 'sqlite', 'sqlite:telemetry/traces.db'],
    ['RecordStore', 'sqlite', 'sqlite:records.db'],
    ['EventBus', 'memory', 'memory:'],
    ['Notifier', 'log, webhook', 'https://hooks.example.com/T0/B0'],
  ].map(([port, adapter, url]) => ({ port, adapter, url })),
  settings: [
    setting(
      'gateway.host',
      '127.0.0.1',
      'default',
      'Address to listen on. Anything but loopback needs authentication.',
    ),
    setting('gateway.port', 8099, 'flag', 'TCP port of the web app and all protocols.'),
    setting(
      'gateway.body_bytes_max',
      10_485_760,
      'default',
      'Largest accepted request body, after decompression too.',
    ),
    setting('detect.history_min', '2m', 'default', 'A series is not judged before it has this much history.'),
    setting('detect.hold_off', '5s', 'file', 'How long a value must stay unusual before it counts.'),
    setting('correlate.window', '3m', 'default', 'Signals farther apart than this do not join.'),
    setting(
      'act.runbook_folder',
      './runbooks',
      'environment',
      'Folder of runbook files; read again when one changes.',
    ),
    setting(
      'act.webhook.token',
      'secret:webhook-token',
      'file',
      'Bearer token of the webhook, by reference.',
    ),
    setting('ingest.host.interval', '1s', 'default', 'How often this machine is read; 0 turns it off.'),
    setting('retention.metrics', { raw: '15d', '5m': '90d' }, 'default', 'How long samples are kept.'),
  ],
}
