import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '@aiops/contract/client'
import type { Server } from '../journey/server.ts'
import { type RealServer, startServer } from './real-server.ts'

/** A real Alertmanager that posts to the platform's webhook, as a user would configure it. */
export function startAlertmanager(platformUrl: string): Promise<RealServer> {
  return startServer({
    program: 'prometheus-alertmanager',
    readyPath: '/-/ready',
    args: (port, folder) => {
      const config = `route: { receiver: aiops, group_wait: 1s, group_interval: 1s, repeat_interval: 1m, group_by: [alertname] }
receivers:
  - name: aiops
    webhook_configs: [{ url: '${platformUrl}/api/v1/alerts/webhook', send_resolved: true }]
`
      writeFileSync(join(folder, 'alertmanager.yml'), config)
      return [
        '--config.file=alertmanager.yml',
        '--storage.path=data',
        '--cluster.listen-address=',
        `--web.listen-address=127.0.0.1:${port}`,
      ]
    },
  })
}

/**
 * A real Prometheus that scrapes itself each second, remote-writes to the platform and alerts through the Alertmanager.
 * One rule always fires; the other fires while the minute's second is below 30, so that it also resolves.
 */
export function startPrometheus(platformUrl: string, alertmanager: RealServer): Promise<RealServer> {
  return startServer({
    program: 'prometheus',
    readyPath: '/-/ready',
    args: (port, folder) => {
      mkdirSync(join(folder, 'rules'))
      writeFileSync(
        join(folder, 'rules', 'alerts.yml'),
        `groups:
  - name: aiops
    interval: 1s
    rules:
      - { alert: AlwaysFiring, expr: 'vector(1)', labels: { severity: info, service: prometheus } }
      - { alert: HalfTheTime, expr: 'vector(time() % 60) < 30', labels: { severity: warning, service: prometheus }, annotations: { summary: 'fires for half of every minute' } }
`,
      )
      writeFileSync(
        join(folder, 'prometheus.yml'),
        `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
remote_write:
  - url: ${platformUrl}/api/v1/write
    queue_config: { batch_send_deadline: 1s }
    metadata_config: { send_interval: 5s }
alerting:
  alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:${alertmanager.port}'] }] }]
`,
      )
      return [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        '--rules.alert.resend-delay=1s',
        `--web.listen-address=127.0.0.1:${port}`,
      ]
    },
  })
}

/** One sample value of a Prometheus instant query on Prometheus itself; undefined where there is none. */
export async function ask(prometheus: RealServer, query: string): Promise<number | undefined> {
  const answer = await fetch(`${prometheus.origin}/api/v1/query?query=${encodeURIComponent(query)}`)
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
  const value = data.result[0]?.value[1]
  return value === undefined ? undefined : Number(value)
}

/** What a sender counts of itself: the sum over the series of this name whose labels match, 0 where there is none. */
export async function countOf(sender: RealServer, name: string, labels = /(?:)/): Promise<number> {
  const text = await (await fetch(`${sender.origin}/metrics`)).text()
  return [...text.matchAll(new RegExp(`^${name}(\\{.*\\})? (\\S+)`, 'gm'))]
    .filter(([, braces = '']) => labels.test(braces))
    .reduce((sum, [, , value]) => sum + Number(value), 0)
}

/** A platform that asks for keys: the settings that make it so, the key of a sender of `tenant`, and a client that reads there. */
export function keyed(tenant: string): {
  settings: string[]
  key: string
  client(platform: Server): Client
} {
  const row = (role: string): string =>
    `{name: ${role}, role: ${role}, tenant: ${tenant}, sha256: ${createHash('sha256').update(`key-of-${role}`).digest('hex')}}`
  return {
    settings: [
      'ingest.host.enabled=false',
      `auth.tenants=[default, ${tenant}]`,
      `auth.api_keys=[${row('sender')}, ${row('viewer')}]`,
    ],
    key: 'key-of-sender',
    client: ({ url }) => createClient({ url, token: 'key-of-viewer', tenant }),
  }
}
