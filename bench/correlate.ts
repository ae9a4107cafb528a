import { parseArgs } from 'node:util'
import { createMemoryBus } from '../server/src/adapter/memory/event-bus.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { systemRandom } from '../server/src/kernel/random.ts'
import { CorrelateConfig, createCorrelate } from '../server/src/pipeline/correlate/index.ts'
import { AlertIntake } from '../server/src/pipeline/ingest/alert/alert-intake.ts'
import { alertsOfWebhook } from '../server/src/pipeline/ingest/alert/alertmanager-webhook.ts'
import { IngestConfig } from '../server/src/pipeline/ingest/index.ts'
import { labelLimits } from '../server/src/pipeline/ingest/label-set.ts'
import { createKnowledge, KnowledgeConfig } from '../server/src/service/knowledge/index.ts'
import { cpuSeconds, machine } from './machine.ts'
import { openBenchRecords } from './records.ts'

/**
 * Alerts per CPU-second from an Alertmanager webhook as JSON text to the alert, its membership and its incident on disk, in this
 * process and without HTTP: new ones, the same again, their ends. Causes are chains of four services; each alert is of one of them.
 *   node bench/correlate.ts [--alerts 20000] [--per-request 200] [--causes 40] [--senders 8] [--records URL]
 */
const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '20000' },
    'per-request': { type: 'string', default: '200' },
    causes: { type: 'string', default: '40' },
    senders: { type: 'string', default: '8' },
    records: { type: 'string' },
  },
})
const total = Number(values.alerts)
const perRequest = Number(values['per-request'])
const causes = Number(values.causes)
const chain = ['front', 'middle', 'back', 'store']
const annotations = { summary: 'it is slow', description: 'it is too slow by far' }
const startMs = Date.now()

const text = (from: number, ended: boolean): string =>
  JSON.stringify({
    version: '4',
    alerts: Array.from({ length: perRequest }, (_, at) => {
      const i = from + at
      return {
        labels: {
          ...{ alertname: `A${i % 50}`, severity: i % 10 === 0 ? 'critical' : 'warning', pod: `pod-${i}` },
          ...{ service: `${chain[Math.floor(i / causes) % 4]}-${i % causes}`, namespace: 'shop' },
        },
        ...{ annotations, startsAt: new Date(startMs + i).toISOString() },
        fingerprint: i.toString(16).padStart(16, '0'),
        ...(ended
          ? { status: 'resolved', endsAt: new Date(startMs + 3_600_000).toISOString() }
          : { status: 'firing' }),
      }
    }),
  })

const { records, close } = await openBenchRecords(values.records)
const metrics = createMetrics()
const bus = createMemoryBus({ log: silentLog, metrics })
const deps = { bus, records, clock: systemClock, random: systemRandom, metrics, log: silentLog }
const knowledge = createKnowledge(
  { ...deps, topologies: records.topologies, changes: records.changes, tenants: ['default'] },
  KnowledgeConfig.parse({}),
)
const service = (cause: number, at: number): string => `service/${chain[at]}-${cause}`
await knowledge.put(
  'default',
  {
    entities: Array.from({ length: causes * 4 }, (_, i) => ({
      id: service(Math.floor(i / 4), i % 4),
      labels: {},
    })),
    edges: Array.from({ length: causes * 3 }, (_, i) => ({
      source: service(Math.floor(i / 3), i % 3),
      target: service(Math.floor(i / 3), (i % 3) + 1),
      type: 'CALLS' as const,
    })),
  },
  'FILE',
)
const correlate = createCorrelate({ ...deps, knowledge }, CorrelateConfig.parse({}))
await correlate.start()
const config = IngestConfig.parse({})
const intake = new AlertIntake(
  { alerts: records.alerts, bus, clock: systemClock, random: systemRandom },
  { labels: labelLimits(config), alertsMax: 10_000, knownMax: config.known_alerts_max },
)

const figures: Record<string, object> = {}
for (const round of ['new', 'repeated', 'ended'] as const) {
  const bodies = Array.from({ length: total / perRequest }, (_, i) => text(i * perRequest, round === 'ended'))
  const [before, beganMs] = [cpuSeconds(), performance.now()]
  const send = async (): Promise<void> => {
    for (let body = bodies.shift(); body !== undefined; body = bodies.shift())
      await intake.accept('default', 'bench', alertsOfWebhook(JSON.parse(body), undefined))
  }
  await Promise.all(Array.from({ length: Number(values.senders) }, send))
  const received = cpuSeconds()
  await bus.idle()
  await correlate.idle()
  figures[round] = {
    alerts_per_cpu_second: Math.round(total / (cpuSeconds() - before)),
    wall_seconds: round3((performance.now() - beganMs) / 1_000),
    cpu_seconds: { until_acknowledged: round3(received - before), after: round3(cpuSeconds() - received) },
  }
}
const { total: incidents } = await records.incidents.list('default', {
  ...{ statuses: [], severities: [], sort: '-created_at', limit: 1, offset: 0 },
})
const unlinked = (await records.alerts.uncorrelated(total)).length
await correlate.stop()
await close()

function round3(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

process.stdout.write(
  `${JSON.stringify({ bench: 'correlate', machine: machine(), alerts: total, causes, incidents, unlinked, ...figures }, null, 1)}\n`,
)
