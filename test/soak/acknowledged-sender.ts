import type { Server } from '../journey/server.ts'
import { remoteWrite } from './write-request.ts'

/** A sender that remembers what was acknowledged, and can ask a server which of it is there. */
export type AcknowledgedSender = {
  name: string
  /** How the command line calls it. */
  protocol: string
  /** Sends item `id`; resolves when it was acknowledged, throws when it was not. */
  send(server: Server, id: number): Promise<void>
  /** Those of the ids that the server has, with the value they were sent with. */
  found(server: Server, ids: readonly number[]): Promise<Set<number>>
}

const start = Date.now() - 30 * 60_000
const service = 'kill.test'
const nanos = (id: number): string => `${BigInt(start + id) * 1_000_000n}`
const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] }
const json = { 'content-type': 'application/json' }
const traceIdOf = (id: number): string => `a${id.toString(16).padStart(31, '0')}`

async function post(server: Server, path: string, headers: Record<string, string>, body: string | Buffer) {
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: body as BodyInit })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`)
  await answer.arrayBuffer()
}

async function samplesOf(server: Server, match: string, ids: readonly number[]): Promise<Set<number>> {
  const found = await server.client.getRange({
    query: {
      match,
      start: new Date(start + ids[0]!).toISOString(),
      end: new Date(start + ids.at(-1)!).toISOString(),
      max_points: 11_000,
    },
  })
  const points = found.results.flatMap((result) => result.points)
  return new Set(
    points.filter(([timeMs, value]) => timeMs === start + (value ?? Number.NaN)).map(([, value]) => value!),
  )
}

/** Ids by what their log lines say. */
async function linesOf(server: Server, word: string, ids: readonly number[]): Promise<Set<number>> {
  const { logs } = await server.client.searchLogs({
    query: {
      contains: word,
      start: new Date(start + ids[0]!).toISOString(),
      end: new Date(start + ids.at(-1)! + 1).toISOString(),
      limit: 5_000,
    },
  })
  return new Set(logs.map(({ message }) => Number(message.split(' ')[1])))
}

async function alertsOf(server: Server, name: string): Promise<Set<number>> {
  const { alerts } = await server.client.listAlerts({ query: { limit: 1_000 } })
  return new Set(alerts.filter((alert) => alert.name === name).map(({ labels }) => Number(labels.id)))
}

/** One of each protocol. Ids are sent in order, one at a time. */
export const acknowledgedSenders: readonly AcknowledgedSender[] = [
  {
    name: 'remote write',
    protocol: 'remote-write',
    send: (server, id) =>
      post(
        server,
        '/api/v1/write',
        { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
        remoteWrite({ __name__: 'kill_write' }, start + id, id),
      ),
    found: (server, ids) => samplesOf(server, 'kill_write', ids),
  },
  {
    name: 'OTLP metrics',
    protocol: 'otlp-metrics',
    send: (server, id) =>
      post(
        server,
        '/v1/metrics',
        json,
        JSON.stringify({
          resourceMetrics: [
            {
              resource,
              scopeMetrics: [
                {
                  metrics: [
                    { name: 'kill_otlp', gauge: { dataPoints: [{ asDouble: id, timeUnixNano: nanos(id) }] } },
                  ],
                },
              ],
            },
          ],
        }),
      ),
    found: (server, ids) => samplesOf(server, 'kill_otlp', ids),
  },
  {
    name: 'OTLP logs',
    protocol: 'otlp-logs',
    send: (server, id) =>
      post(
        server,
        '/v1/logs',
        json,
        JSON.stringify({
          resourceLogs: [
            {
              resource,
              scopeLogs: [
                { logRecords: [{ timeUnixNano: nanos(id), body: { stringValue: `otlp-line ${id} ` } }] },
              ],
            },
          ],
        }),
      ),
    found: (server, ids) => linesOf(server, 'otlp-line', ids),
  },
  {
    name: 'OTLP traces',
    protocol: 'otlp-traces',
    send: (server, id) =>
      post(
        server,
        '/v1/traces',
        json,
        JSON.stringify({
          resourceSpans: [
            {
              resource,
              scopeSpans: [
                {
                  spans: [
                    {
                      traceId: traceIdOf(id),
                      spanId: `b${id.toString(16).padStart(15, '0')}`,
                      name: 'kill',
                      startTimeUnixNano: nanos(id),
                      endTimeUnixNano: nanos(id + 1),
                    },
                  ],
                },
              ],
            },
          ],
        }),
      ),
    async found(server, ids) {
      const found = new Set<number>()
      for (const id of ids) {
        const trace = await server.client
          .getTrace({ params: { trace_id: traceIdOf(id) } })
          .catch(() => undefined)
        if (trace?.spans.length === 1) found.add(id)
      }
      return found
    },
  },
  {
    name: 'Loki push',
    protocol: 'loki',
    send: (server, id) =>
      post(
        server,
        '/loki/api/v1/push',
        json,
        JSON.stringify({
          streams: [{ stream: { service_name: service }, values: [[nanos(id), `loki-line ${id} `]] }],
        }),
      ),
    found: (server, ids) => linesOf(server, 'loki-line', ids),
  },
  {
    name: 'Alertmanager webhook',
    protocol: 'webhook',
    send: (server, id) =>
      post(
        server,
        '/api/v1/alerts/webhook',
        json,
        JSON.stringify({
          version: '4',
          alerts: [
            {
              status: 'firing',
              labels: { alertname: 'KillWebhook', severity: 'info', id: String(id) },
              annotations: {},
              startsAt: new Date(start + id).toISOString(),
            },
          ],
        }),
      ),
    found: (server) => alertsOf(server, 'KillWebhook'),
  },
]
