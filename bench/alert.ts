import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openSqliteRecordStore } from '../server/src/adapter/kysely/record-store.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { systemRandom } from '../server/src/kernel/random.ts'
import { AlertIntake } from '../server/src/pipeline/ingest/alert/alert-intake.ts'
import { alertsOfWebhook } from '../server/src/pipeline/ingest/alert/alertmanager-webhook.ts'
import { postedAlerts } from '../server/src/pipeline/ingest/alert/posted-alert.ts'
import { IngestConfig } from '../server/src/pipeline/ingest/index.ts'
import { labelLimits } from '../server/src/pipeline/ingest/label-set.ts'
import type { EventBus } from '../server/src/port/event-bus.ts'
import { cpuSeconds, machine } from './machine.ts'

/**
 * Alerts per CPU-second from JSON text to a commit on disk: new ones, repeats, ends; as Alertmanager's webhook and as what Prometheus
 * posts. In this process, without HTTP and correlation.
 *   node bench/alert.ts [--alerts 10000] [--per-request 200]
 */
const { values } = parseArgs({
  options: {
    alerts: { type: 'string', default: '10000' },
    'per-request': { type: 'string', default: '200' },
  },
})
const total = Number(values.alerts)
const perRequest = Number(values['per-request'])
const timeoutMs = 300_000

const labelsOf = (i: number) => ({
  ...{ alertname: `A${i % 50}`, severity: 'warning', instance: `host-${i}` },
  ...{ job: 'node', namespace: 'shop', cluster: 'c1' },
})
const annotations = { summary: 'it is slow', description: 'it is too slow by far' }
const startsAt = '2026-01-01T00:00:00Z'
const endsAt = '2026-01-01T01:00:00Z'
const each = <T>(from: number, make: (i: number) => T): T[] =>
  Array.from({ length: perRequest }, (_, i) => make(from + i))

const forms = {
  webhook: {
    text: (from: number, ended: boolean) =>
      JSON.stringify({
        version: '4',
        alerts: each(from, (i) => ({
          ...{ labels: labelsOf(i), annotations, startsAt, fingerprint: i.toString(16).padStart(16, '0') },
          ...(ended ? { status: 'resolved', endsAt } : { status: 'firing' }),
        })),
      }),
    read: (text: string) => alertsOfWebhook(JSON.parse(text), undefined),
  },
  api: {
    text: (from: number, ended: boolean) =>
      JSON.stringify(
        each(from, (i) => ({ labels: labelsOf(i), annotations, startsAt, ...(ended ? { endsAt } : {}) })),
      ),
    read: (text: string) => postedAlerts(JSON.parse(text), Date.now(), timeoutMs).alerts,
  },
}

const config = IngestConfig.parse({})
const figures: Record<string, Record<string, object>> = {}
for (const [name, { text, read }] of Object.entries(forms)) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-bench-alert-'))
  const records = await openSqliteRecordStore(join(folder, 'records.db'))
  let events = 0
  const bus = { publish: () => (events += 1) } as unknown as EventBus
  const intake = new AlertIntake(
    { alerts: records.alerts, bus, clock: systemClock, random: systemRandom },
    { labels: labelLimits(config), alertsMax: 10_000, knownMax: config.known_alerts_max },
  )
  figures[name] = {}
  for (const round of ['new', 'repeated', 'ended'] as const) {
    const bodies = Array.from({ length: total / perRequest }, (_, i) =>
      text(i * perRequest, round === 'ended'),
    )
    const [cpu, wall, before] = [cpuSeconds(), performance.now(), events]
    for (const body of bodies) await intake.accept('default', 'bench', read(body))
    figures[name][round] = {
      alerts_per_cpu_second: Math.round(total / (cpuSeconds() - cpu)),
      alerts_per_second: Math.round((total / (performance.now() - wall)) * 1_000),
      events: events - before,
    }
  }
  await records.close()
  rmSync(folder, { recursive: true })
}
process.stdout.write(
  `${JSON.stringify({ bench: 'alert', machine: machine(), alerts: total, ...figures }, null, 1)}\n`,
)
