import type { Client } from '@aiops/contract/client'
import { post } from './otlp-body.ts'
import { calls, minuteMs, quietTeams, serviceFacts } from './service-fact.ts'

/** Who owns what, and what calls what. */
export async function tellTopology(client: Client): Promise<void> {
  const teams = Object.entries(serviceFacts).map(([name, { team }]) => [name, team] as const)
  const idOf = (name: string): string => (name.includes('/') ? name : `service/${name}`)
  await client.putTopology({
    body: {
      entities: [
        ...[...teams, ...Object.entries(quietTeams)].map(([name, team]) => ({
          id: idOf(name),
          labels: { team, ...(name === 'billing-db' ? { component: 'database' } : {}) },
        })),
        { id: 'external/cards.example', labels: {} },
      ],
      edges: calls.map(([source, target]) => ({
        source: idOf(source),
        target: idOf(target),
        type: 'CALLS' as const,
      })),
    },
  })
}

/** What was changed within the last two hours. */
export async function tellChanges(client: Client, nowMs: number): Promise<void> {
  const at = (minutes: number): string => new Date(nowMs - minutes * minuteMs).toISOString()
  const image = 'registry.harbour.example/billing'
  await Promise.all(
    [
      {
        ...{
          id: 'release-billing-2.7.0',
          at: at(27),
          kind: 'ROLLOUT' as const,
          entities: ['service/billing'],
        },
        ...{ summary: 'deployment of billing 2.6.3 → 2.7.0', actor: 'release-bot' },
        fields: [{ path: 'image', before: `${image}:2.6.3`, after: `${image}:2.7.0` }],
      },
      {
        ...{ id: 'flag-new-checkout', at: at(95), kind: 'CONFIG' as const, entities: ['service/orders'] },
        ...{ summary: 'feature flag new-checkout turned on', actor: 'dana' },
        fields: [{ path: 'new-checkout', before: 'off', after: 'on' }],
      },
      {
        ...{ id: 'scale-profile', at: at(70), kind: 'SCALE' as const, entities: ['service/profile'] },
        ...{ summary: 'profile scaled from 1 to 2 replicas' },
        fields: [{ path: 'replicas', before: '1', after: '2' }],
      },
      {
        ...{
          id: 'config-search-settings',
          at: at(33),
          kind: 'CONFIG' as const,
          entities: ['service/search'],
        },
        ...{ summary: 'ConfigMap search-settings changed', fields: [] },
      },
    ].map((body) => client.recordChange({ body })),
  )
}

type PeopleAlert = { labels: Record<string, string>; sinceMinutes: number; summary: string }
export const peopleAlerts: readonly PeopleAlert[] = [
  {
    ...{ labels: { alertname: 'CertificateExpiresSoon', host: 'vpn.harbour.example', severity: 'warning' } },
    ...{ sinceMinutes: 300, summary: 'The certificate of vpn.harbour.example expires soon.' },
  },
  {
    ...{ labels: { alertname: 'WatchdogQuiet', service: 'notify', severity: 'info' } },
    ...{ sinceMinutes: 90, summary: 'The watchdog of notify is quiet.' },
  },
  {
    ...{ labels: { alertname: 'NodeDiskFilling', node: 'worker-3', severity: 'warning' } },
    ...{ sinceMinutes: 50, summary: 'The disk of worker-3 is filling up.' },
  },
  {
    ...{ labels: { alertname: 'HighErrorRate', service: 'billing', severity: 'critical' } },
    ...{ sinceMinutes: 24, summary: 'More than 5 % of the answers of billing are errors.' },
  },
  {
    ...{ labels: { alertname: 'HighLatency', service: 'orders', severity: 'error' } },
    ...{ sinceMinutes: 22, summary: 'The p95 latency of orders is above 1 s.' },
  },
  {
    ...{ labels: { alertname: 'HighLatency', service: 'gateway', severity: 'warning' } },
    ...{ sinceMinutes: 20, summary: 'The p95 latency of gateway is above 500 ms.' },
  },
]

/** The silence first, so that what it covers never makes an incident; then the alerts as Alertmanager sends them, the oldest first. */
export async function tellAlerts(url: string, client: Client, nowMs: number): Promise<void> {
  await client.createSilence({
    body: {
      matchers: [{ name: 'alertname', op: '=', value: 'CertificateExpiresSoon' }],
      ...{ starts_at: new Date(nowMs - 1_000).toISOString(), created_by: 'dana' },
      ends_at: new Date(nowMs + 3 * 86_400_000).toISOString(),
      comment: 'renewal is booked for Monday',
    },
  })
  for (const { labels, sinceMinutes, summary } of peopleAlerts)
    await post(`${url}/api/v1/alerts/webhook`, {
      ...{ version: '4', status: 'firing', receiver: 'aiops', groupKey: '{}', truncatedAlerts: 0 },
      ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '' },
      alerts: [
        {
          ...{ status: 'firing', labels, annotations: { summary } },
          startsAt: new Date(nowMs - sinceMinutes * minuteMs).toISOString(),
          ...{ endsAt: '0001-01-01T00:00:00Z', generatorURL: '' },
        },
      ],
    })
}

export const runbook = `id: restart-pool
name: Reset the connection pool
description: Closes every connection of the pool and lets it open new ones; calls in flight are finished first.
match:
  categories: [POOL, DEPLOY]
  entities: [service/billing]
  min_probability: 0.3
approval:
  required: true
steps:
  - name: Reset the pool
    type: http
    method: POST
    url: http://{{service}}.payments.svc/admin/pool/reset
    idempotent: true
verify:
  anomalies_ended: true
  hold: 10s
  within: 60s
`
