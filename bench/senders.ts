import { parseArgs } from 'node:util'
import { ask, startAlertmanager, startPrometheus } from '../test/integration/sender.ts'
import { startServer, temporaryFolder } from '../test/journey/server.ts'
import { machine } from './machine.ts'

/** A real Prometheus and a real Alertmanager sending for a while; both sides' own counts at the end. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const folder = temporaryFolder('senders')
const platform = await startServer(folder.path, [])
const alertmanager = await startAlertmanager(platform.url)
const prometheus = await startPrometheus(platform.url, alertmanager)
await new Promise((resolve) => setTimeout(resolve, Number(values.minutes) * 60_000))
const theirs = {
  samples_sent: await ask(prometheus, 'sum(prometheus_remote_storage_samples_total)'),
  samples_failed: await ask(prometheus, 'sum(prometheus_remote_storage_samples_failed_total)'),
  samples_dropped: await ask(prometheus, 'sum(prometheus_remote_storage_samples_dropped_total)'),
  samples_retried: await ask(prometheus, 'sum(prometheus_remote_storage_samples_retried_total)'),
}
const alertmanagerMetrics = await (await fetch(`${alertmanager.origin}/metrics`)).text()
const webhook = (name: string): string | undefined =>
  new RegExp(`^${name}\\{[^}]*webhook[^}]*\\} (\\S+)`, 'm').exec(alertmanagerMetrics)?.[1]
const ownMetrics = await (await fetch(`${platform.url}/metrics`)).text()
const { alerts, total } = await platform.client.listAlerts({ query: { limit: 1_000 } })
const { incidents } = await platform.client.listIncidents()
process.stdout.write(
  `${JSON.stringify(
    {
      bench: 'senders',
      machine: machine(),
      minutes: Number(values.minutes),
      prometheus: theirs,
      alertmanager: {
        notifications: webhook('alertmanager_notifications_total'),
        failed: webhook('alertmanager_notifications_failed_total'),
      },
      platform: {
        ingested: ownMetrics
          .split('\n')
          .filter((line) => /^aiops_ingestion_(throughput|errors)_total/.test(line)),
        alerts: total,
        alert_names: [...new Set(alerts.map((a) => `${a.name} ${a.status}`))],
        incidents: incidents.map((i) => `${i.severity} ${i.status} ${i.title}`),
        resident_mb: Math.round(
          Number(/^process_resident_memory_bytes (\S+)/m.exec(ownMetrics)?.[1]) / 1_048_576,
        ),
        cpu_seconds: Number(/^process_cpu_seconds_total (\S+)/m.exec(ownMetrics)?.[1]),
      },
    },
    null,
    1,
  )}\n`,
)
await prometheus.stop()
await alertmanager.stop()
await platform.stop()
folder.remove()
