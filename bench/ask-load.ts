import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@aiops/contract/client'
import { type Random, seededRandom } from '../server/src/kernel/random.ts'
import { bounds, meanSeconds, sharesFor } from '../test/ask/system/latency.ts'
import { attributesOf, nanos, post } from '../test/ask/system/otlp-body.ts'
import { hex } from '../test/infrastructure/exposition.ts'
import { type Labels, WriteTemplate } from './write-request.ts'

/**
 * What a hundred services and the nodes of a hundred clusters tell in two hours: metrics every 30 s by remote write, log lines, traces; who
 * calls whom, what changed, and fifty alerts of ten troubles. Each group of services has a gateway, an API, a worker, a store and a
 * synchronisation; ten groups are in trouble since 25 minutes.
 */
const domains = [
  ...['payment', 'order', 'cart', 'catalogue', 'delivery', 'fraud', 'identity', 'stock', 'ledger', 'media'],
  ...['message', 'partner', 'pricing', 'profile', 'promotion', 'rating', 'refund', 'search', 'seller', 'tax'],
]
const parts = ['gateway', 'api', 'worker', 'store', 'sync'] as const
const troubled = 10
const troubleMinutes = 25
const [minuteMs, stepMs, backMs] = [60_000, 30_000, 2 * 3_600_000]

export const services = domains.flatMap((domain) => parts.map((part) => `${domain}-${part}`))
const inTrouble = (service: string): boolean => services.indexOf(service) < troubled * parts.length
const teamOf = (service: string): string => `team-${service.split('-')[0]}`
const calls = domains.flatMap((domain, at) => {
  const of = (part: (typeof parts)[number]): string => `${domain}-${part}`
  const within: [string, string][] = [
    [of('gateway'), of('api')],
    [of('api'), of('worker')],
    [of('api'), of('store')],
    [of('sync'), of('store')],
  ]
  // Those without trouble call one another.
  const across: [string, string][] =
    at >= troubled && at + 1 < domains.length ? [[of('api'), `${domains[at + 1]}-api`]] : []
  return [...within, ...across]
})

export type Played = { samples: number; logLines: number; spans: number; stop(): Promise<void> }

/** Plays two hours, and goes on until it is stopped. */
export async function playLoad(
  url: string,
  client: Client,
  clusters: readonly string[],
  nodes: number,
): Promise<Played> {
  const nowMs = Math.floor(Date.now() / stepMs) * stepMs
  const random = seededRandom(17)
  const played = { samples: 0, logLines: 0, spans: 0 }
  await tellTopology(client)
  await tellChanges(client, nowMs)
  const metrics = metricsOf(clusters, nodes, nowMs)
  for (let atMs = nowMs - backMs; atMs <= nowMs; atMs += stepMs)
    played.samples += await metrics.send(url, atMs)
  for (let atMs = nowMs - backMs; atMs < nowMs; atMs += 5 * minuteMs)
    played.logLines += await sendLogs(url, atMs, atMs + 5 * minuteMs, nowMs, random)
  for (let atMs = nowMs - backMs; atMs < nowMs; atMs += minuteMs)
    played.spans += await sendTraces(url, atMs, atMs + minuteMs, nowMs, random)
  await tellAlerts(url, nowMs)
  const timer = setInterval(() => {
    const atMs = Math.floor(Date.now() / stepMs) * stepMs
    void metrics.send(url, atMs).catch(() => undefined)
    void sendLogs(url, atMs - stepMs, atMs, nowMs, random).catch(() => undefined)
    void sendTraces(url, atMs - stepMs, atMs, nowMs, random).catch(() => undefined)
  }, stepMs)
  return {
    ...played,
    async stop() {
      clearInterval(timer)
      await sleep(1_000)
    },
  }
}

type Course = { labels: Labels; at(minutesAgo: number, steps: number): number }

function metricsOf(clusters: readonly string[], nodes: number, nowMs: number) {
  const courses = [
    ...services.flatMap(serviceCourses),
    ...clusters.flatMap((name) => nodeCourses(name, nodes)),
  ]
  const template = new WriteTemplate(
    courses.map(({ labels }) => labels.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    1,
  )
  return {
    async send(url: string, atMs: number): Promise<number> {
      const minutesAgo = (nowMs - atMs) / minuteMs
      const steps = (atMs - (nowMs - backMs)) / stepMs
      const body = template.body(atMs, (i) => courses[i]!.at(minutesAgo, steps))
      await write(url, body)
      return template.count
    },
  }
}

async function write(url: string, body: Buffer): Promise<void> {
  const headers = {
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf',
    'x-prometheus-remote-write-version': '0.1.0',
  }
  for (let round = 0; round < 50; round += 1) {
    const answer = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body: new Uint8Array(body) })
    if (answer.ok) return
    if (answer.status !== 429 && answer.status !== 503)
      throw new Error(`remote write answered ${answer.status}: ${await answer.text()}`)
    await sleep(200)
  }
  throw new Error('remote write was told to wait for ten seconds')
}

function serviceCourses(service: string, i: number): Course[] {
  const isBad = inTrouble(service)
  const perStep = (10 + (i % 40)) * 30
  const own: [string, string] = ['service', service]
  const badFrom = (minutes: number): boolean => isBad && minutes <= troubleMinutes
  const counted = (good: number, bad: number) => (minutes: number, steps: number) => {
    const badSteps = isBad
      ? Math.max(0, Math.min(steps, ((troubleMinutes - minutes) * minuteMs) / stepMs))
      : 0
    return perStep * ((steps - badSteps) * good + badSteps * bad)
  }
  const [well, ill] = [sharesFor(0.03 + (i % 10) * 0.02), sharesFor(1.6)]
  return [
    { labels: [['__name__', 'process_cpu_usage_cores'], own], at: () => 0.2 + (i % 17) / 10 },
    {
      labels: [['__name__', 'process_resident_memory_bytes'], own],
      at: (minutes) => (100 + (i % 23) * 40 + (badFrom(minutes) ? 300 : 0)) * 1_048_576,
    },
    { labels: [['__name__', 'http_requests_total'], own, ['status', '200']], at: counted(0.998, 0.9) },
    { labels: [['__name__', 'http_requests_total'], own, ['status', '500']], at: counted(0.002, 0.1) },
    ...[...bounds, Number.POSITIVE_INFINITY].map((bound, b): Course => {
      const le = Number.isFinite(bound) ? String(bound) : '+Inf'
      return {
        labels: [['__name__', 'http_request_duration_seconds_bucket'], ['le', le], own],
        at: counted(well[b] ?? 1, ill[b] ?? 1),
      }
    }),
    { labels: [['__name__', 'http_request_duration_seconds_count'], own], at: counted(1, 1) },
    {
      labels: [['__name__', 'http_request_duration_seconds_sum'], own],
      at: counted(meanSeconds(well), meanSeconds(ill)),
    },
  ]
}

function nodeCourses(cluster: string, nodes: number): Course[] {
  return Array.from({ length: nodes }, (_, n) => n).flatMap((n) => {
    const own: Labels = [
      ['cluster', cluster],
      ['node', n === 0 ? 'control-0' : `worker-${n - 1}`],
    ]
    const of = (name: string, at: Course['at'], more: Labels = []): Course => ({
      labels: [['__name__', name], ...own, ...more],
      at,
    })
    const disk: Labels = [['mountpoint', '/var']]
    return [
      of('node_cpu_utilization_ratio', () => 0.3 + n / 10),
      of('node_memory_utilization_ratio', () => 0.4 + n / 10),
      of('node_filesystem_avail_bytes', (minutes) => (n === 2 ? 6 + minutes / 4 : 60) * 2 ** 30, disk),
      of('node_filesystem_size_bytes', () => 100 * 2 ** 30, disk),
    ]
  })
}

async function sendLogs(
  url: string,
  fromMs: number,
  toMs: number,
  nowMs: number,
  random: Random,
): Promise<number> {
  let count = 0
  const streams = services.flatMap((service) => {
    const lines = { info: [] as [string, string][], error: [] as [string, string][] }
    const sinceMs = nowMs - troubleMinutes * minuteMs
    for (let atMs = fromMs; atMs < toMs; atMs += 10_000) {
      const order = 100_000 + Math.floor(random.next() * 900_000)
      lines.info.push([nanos(atMs), `request accepted order=${order} in ${order % 97} ms`])
      if (inTrouble(service) && atMs >= sinceMs)
        lines.error.push([
          nanos(atMs + 1),
          'connection pool exhausted: timeout after 5000 ms waiting for a connection (pool=main, used=20, max=20)',
        ])
    }
    count += lines.info.length + lines.error.length
    return Object.entries(lines).flatMap(([level, values]) =>
      values.length === 0
        ? []
        : [{ stream: { service_name: service, namespace: service.split('-')[0]!, level }, values }],
    )
  })
  await post(`${url}/loki/api/v1/push`, { streams })
  return count
}

/** One trace in two seconds: gateway, API, and then worker or store. */
async function sendTraces(
  url: string,
  fromMs: number,
  toMs: number,
  nowMs: number,
  random: Random,
): Promise<number> {
  const bySender = new Map<string, object[]>()
  let count = 0
  for (let atMs = fromMs; atMs < toMs; atMs += 2_000) {
    const domain = domains[Math.floor(random.next() * domains.length)]!
    const traceId = hex(random, 32)
    const isBad = inTrouble(`${domain}-api`) && atMs >= nowMs - troubleMinutes * minuteMs
    const last = random.next() < 0.5 ? 'worker' : 'store'
    let parentSpanId = ''
    for (const [depth, part] of (['gateway', 'api', last] as const).entries()) {
      const service = `${domain}-${part}`
      const spanId = hex(random, 16)
      const startMs = atMs + depth * 2
      const tookMs = (isBad ? 1_500 : 60) - depth * 5 + Math.floor(random.next() * 20)
      const spans = bySender.get(service) ?? []
      bySender.set(service, spans)
      spans.push({
        ...{
          traceId,
          spanId,
          parentSpanId,
          name: `${part === 'gateway' ? 'GET' : 'POST'} /${domain}`,
          kind: 2,
        },
        ...{ startTimeUnixNano: nanos(startMs), endTimeUnixNano: nanos(startMs + tookMs) },
        status: isBad && random.next() < 0.3 ? { code: 2 } : {},
      })
      parentSpanId = spanId
      count += 1
    }
  }
  await post(`${url}/v1/traces`, {
    resourceSpans: [...bySender].map(([service, spans]) => ({
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: '' }, spans }],
    })),
  })
  return count
}

async function tellTopology(client: Client): Promise<void> {
  await client.putTopology({
    body: {
      entities: services.map((name) => ({ id: `service/${name}`, labels: { team: teamOf(name) } })),
      edges: calls.map(([source, target]) => ({
        ...{ source: `service/${source}`, target: `service/${target}` },
        type: 'CALLS' as const,
      })),
    },
  })
}

async function tellChanges(client: Client, nowMs: number): Promise<void> {
  for (const [i, domain] of domains.slice(0, troubled).entries())
    await client.recordChange({
      body: {
        ...{
          id: `release-${domain}`,
          at: new Date(nowMs - (troubleMinutes + 1 + i / 10) * minuteMs).toISOString(),
        },
        ...{ kind: 'ROLLOUT', entities: [`service/${domain}-api`], actor: 'release-bot' },
        summary: `deployment of ${domain}-api 2.6.3 → 2.7.0`,
        fields: [
          { path: 'image', before: `registry/${domain}-api:2.6.3`, after: `registry/${domain}-api:2.7.0` },
        ],
      },
    })
}

/** Five of each trouble. */
async function tellAlerts(url: string, nowMs: number): Promise<void> {
  for (const [i, service] of services.slice(0, troubled * parts.length).entries()) {
    const isApi = service.endsWith('-api')
    const alertname = isApi ? 'HighErrorRate' : 'HighLatency'
    const labels = { alertname, service, severity: isApi ? 'critical' : 'warning', team: teamOf(service) }
    await post(`${url}/api/v1/alerts/webhook`, {
      ...{ version: '4', status: 'firing', receiver: 'aiops', groupKey: '{}', truncatedAlerts: 0 },
      ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '' },
      alerts: [
        {
          ...{ status: 'firing', labels, annotations: { summary: `${alertname} of ${service}.` } },
          startsAt: new Date(nowMs - (troubleMinutes - 2 - (i % 5) / 5) * minuteMs).toISOString(),
          ...{ endsAt: '0001-01-01T00:00:00Z', generatorURL: '' },
        },
      ],
    })
  }
}
