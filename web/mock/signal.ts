/** Series of the stand-in and their values, which are a pure function of series and time: any range can be asked for. */

import { entityOf } from '@aiops/contract/model/entity'
import type { Labels, Matcher } from '@aiops/contract/model/label'
import type { Point, Series, SeriesKind } from '@aiops/contract/model/series'
import { mockServices } from './cost-made.ts'

export type MockSeries = Series & { base: number; spread: number; fault: number }

export const startMs = Date.now()
/** When the fault of the first incident began. */
export const onsetMs = startMs - 6 * 60_000

export const services = ['front', 'cart', 'catalog', 'checkout', 'payments', 'inventory', 'store'] as const

const list: MockSeries[] = []
function add(
  name: string,
  labels: Labels,
  unit: string,
  base: number,
  spread: number,
  fault = 1,
  kind: SeriesKind = 'GAUGE',
): void {
  const entity = entityOf(labels)
  list.push({
    id: list.length + 1,
    name,
    labels: { ...labels, __name__: name },
    kind,
    unit,
    derived: name.includes(':'),
    base,
    spread,
    fault,
    ...(entity ? { entity } : {}),
  })
}

const host = { 'host.name': 'workbench' }
for (const state of ['user', 'system', 'iowait'])
  add('system.cpu.utilization', { ...host, 'cpu.mode': state }, '1', state === 'user' ? 0.31 : 0.06, 0.5)
for (const state of ['used', 'cached', 'free'])
  add(
    'system.memory.usage',
    { ...host, 'system.memory.state': state },
    'By',
    state === 'used' ? 5.1e9 : 2.2e9,
    0.03,
  )
for (const span of ['1m', '5m', '15m'])
  add(`system.cpu.load_average.${span}`, host, '{thread}', span === '1m' ? 1.4 : 1.1, 0.3)
for (const direction of ['read', 'write'])
  add(
    'system.disk.io:rate',
    { ...host, 'system.device': 'nvme0n1', 'disk.io.direction': direction },
    'By/s',
    direction === 'read' ? 4.1e5 : 1.9e6,
    0.9,
  )
for (const direction of ['receive', 'transmit'])
  add(
    'system.network.io:rate',
    { ...host, 'network.interface.name': 'eth0', 'network.io.direction': direction },
    'By/s',
    8.2e4,
    0.7,
  )
for (const point of ['/', '/data'])
  add(
    'system.filesystem.utilization',
    { ...host, 'system.filesystem.mountpoint': point },
    '1',
    point === '/' ? 0.62 : 0.34,
    0.005,
  )

/** How much the fault in `payments` multiplies each service's latency and errors. */
const latencyFault: Record<string, number> = { payments: 14, checkout: 6.5, front: 3.1 }
for (const service of services) {
  const labels = { 'service.name': service, 'service.version': '1.4.2' }
  add('http.server.request.duration:p95', labels, 's', 0.042, 0.2, latencyFault[service])
  add('http.server.request.duration:mean', labels, 's', 0.018, 0.2, latencyFault[service])
  add(
    'http.server.request.duration:rate',
    labels,
    '{request}/s',
    service === 'front' ? 24 : 12,
    0.15,
    latencyFault[service] ? 0.8 : 1,
  )
  add('http.server.request.duration:error_ratio', labels, '1', 0.002, 0.8, service === 'payments' ? 9 : 1)
  add('span:self_time:mean', labels, 's', 0.009, 0.2, service === 'payments' ? 22 : 1)
  add('process.cpu.utilization', labels, '1', 0.11, 0.3)
  add('process.memory.usage', labels, 'By', 9.4e7, 0.02)
  add(
    'db.client.connection.count',
    { ...labels, 'db.client.connection.state': 'used' },
    '{connection}',
    4,
    0.4,
    service === 'payments' ? 2.2 : 1,
  )
  for (const route of ['/items', '/health'])
    add(
      'http.server.request.duration',
      { ...labels, 'http.route': route, 'http.request.method': 'GET' },
      's',
      0.02,
      0.2,
      1,
      'HISTOGRAM',
    )
}
// What a hostile sender can call things.
add(
  'evil.metric<img src=x onerror=alert(1)>',
  { 'service.name': '"><script>alert(1)</script>', constructor: 'x', 'label with spaces': 'a,b{c="d"}\n' },
  'By',
  1,
  1,
)

for (const { service, places } of mockServices.slice(0, 3))
  for (const { provider, cost, latency } of places) {
    add('swen_service_cost', { service, provider }, '{USD}/h', cost, 0.06)
    add('swen_service_latency', { service, provider }, 'ms', latency, 0.15)
  }

export const catalog: readonly MockSeries[] = list

const noise = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43_758.5453
  return (x - Math.floor(x)) * 2 - 1
}

export function valueAt(series: MockSeries, timeMs: number): number {
  const second = Math.floor(timeMs / 1_000)
  const wave = 0.4 * Math.sin(second / 97 + series.id) + 0.25 * Math.sin(second / 13 + series.id * 2)
  const rough = 0.35 * noise(second + series.id * 7_919)
  const since = timeMs - onsetMs
  const grown = since <= 0 ? 0 : Math.min(1, since / 40_000)
  return Math.max(0, series.base * (1 + series.spread * (wave + rough)) * (1 + (series.fault - 1) * grown))
}

export function pointsOf(series: MockSeries, fromMs: number, toMs: number, max: number): Point[] {
  const step = Math.max(1_000, Math.ceil((toMs - fromMs) / max / 1_000) * 1_000)
  const points: Point[] = []
  for (let t = Math.ceil(fromMs / step) * step; t <= Math.min(toMs, Date.now()); t += step)
    points.push([t, valueAt(series, t)])
  return points
}

const token = /\s*(?:("(?:[^"\\]|\\.)*")|(=~|!~|!=|=|[{},])|([^\s{},=!~"]+))/gy

/** Enough of a selector for what the page writes and people try. */
export function parseSelector(text: string): Matcher[] | undefined {
  const tokens = [...text.matchAll(token)].map((m) => ({
    sign: m[2],
    text: m[1] === undefined ? (m[3] ?? m[2] ?? '') : (JSON.parse(m[1].replaceAll('\n', '\\n')) as string),
  }))
  const matchers: Matcher[] = []
  let at = 0
  const first = tokens[0]
  if (first && !first.sign) {
    matchers.push({ name: '__name__', op: '=', value: first.text })
    at = 1
  }
  if (at === tokens.length) return matchers.length > 0 ? matchers : undefined
  if (tokens[at]?.sign !== '{' || tokens.at(-1)?.sign !== '}') return undefined
  for (at += 1; at < tokens.length - 1; at += tokens[at]?.sign === ',' ? 1 : 0) {
    const [name, op, value] = tokens.slice(at, at + 3)
    if (!name || !op?.sign || !value || value.sign) return undefined
    matchers.push({ name: name.text, op: op.sign as Matcher['op'], value: value.text })
    at += 3
  }
  return matchers
}

export function fits(series: MockSeries, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ name, op, value }) => {
    const actual = name === '__name__' ? series.name : (series.labels[name] ?? '')
    if (op === '=') return actual === value
    if (op === '!=') return actual !== value
    return new RegExp(`^(?:${value})$`).test(actual) === (op === '=~')
  })
}
