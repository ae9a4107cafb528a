import type { Client } from '@aiops/contract/client'
import { Alert } from '@aiops/contract/model/alert'
import { entityName, entityOf } from '@aiops/contract/model/entity'
import { Labels } from '@aiops/contract/model/label'
import type { ClusterAlert } from '@aiops/contract/model/query'
import { Severity, severities } from '@aiops/contract/model/severity'
import { Time } from '@aiops/contract/model/time'
import { z } from 'zod'
import { clustersNamed } from './clusters-named.ts'
import { isAboutEntity } from './entity-match.ts'
import { codeOf } from './failure-code.ts'
import { listSilences } from './silence.ts'
import { type EvidenceDraft, evidenceMax, tool } from './tool.ts'

const AlertLine = Alert.pick({
  ...{ fingerprint: true, name: true, severity: true, message: true, labels: true, entity: true },
  ...{ starts_at: true, ends_at: true },
}).extend({
  state: z.enum(['FIRING', 'RESOLVED', 'PENDING']),
  /** Where it was heard: `platform`, or the cluster whose Alertmanager tells it. */
  source: z.string(),
  silenced: z.boolean(),
  silenced_by: z.array(z.string()),
  incident_id: z.string().nullable(),
  labels: Labels,
})
export type AlertLine = z.output<typeof AlertLine>

const OneOrMore = z.union([Severity, z.array(Severity)])
const entityInput = z
  .string()
  .max(600)
  .optional()
  .describe('kind/name such as service/checkout, or a plain name; alerts whose labels name it.')

const listAlerts = tool({
  name: 'list_alerts',
  title: 'Alerts',
  description:
    'Alerts that fire now (or, with state RESOLVED, ended), here and in the Alertmanagers of clusters: name, severity, what it is about, since when, whether a silence covers it, which incident it belongs to. Most severe first. Narrow by severity, entity, cluster_ids (alerts that name no cluster stay in) or silenced.',
  input: z.object({
    cluster_ids: z.array(z.string().max(128)).max(100).default([]).describe('Ids or names; all when empty.'),
    state: z.enum(['FIRING', 'RESOLVED', 'PENDING']).default('FIRING'),
    severity: OneOrMore.optional().describe('CRITICAL, HIGH, MEDIUM, LOW or INFO, or a list of these.'),
    entity: entityInput,
    name: z.string().max(200).optional().describe('Name of the alert, or a part of it.'),
    silenced: z.boolean().optional().describe('true: only those that a silence covers; false: only others.'),
    limit: z.number().int().min(1).max(evidenceMax).default(100),
  }),
  output: z.object({
    alerts: z.array(AlertLine),
    total: z.number().int(),
    by_severity: z.partialRecord(Severity, z.number().int()),
    silenced: z.number().int(),
    missing: z.array(z.object({ cluster: z.string(), reason: z.string() })),
  }),
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, input, scope) {
    const names = input.cluster_ids.length > 0 ? input.cluster_ids : scope.clusterIds
    const clusters = await clustersNamed(client, names)
    const wanted = input.severity === undefined ? [] : [input.severity].flat()
    const [own, elsewhere] = await Promise.all([
      input.state === 'PENDING' ? [] : ownAlerts(client, input.state),
      clusterAlerts(
        client,
        clusters.map(({ id }) => id),
      ),
    ])
    const known = new Set(own.map(({ fingerprint }) => fingerprint))
    const all = [...own, ...elsewhere.alerts.filter(({ fingerprint }) => !known.has(fingerprint))]
      .filter(({ state }) => state === input.state)
      .filter(({ severity }) => wanted.length === 0 || wanted.includes(severity))
      .filter((alert) => input.silenced === undefined || alert.silenced === input.silenced)
      .filter((alert) => !input.name || alert.name.toLowerCase().includes(input.name.toLowerCase()))
      .filter((alert) => !input.entity || isOfEntity(alert, input.entity))
      .filter((alert) => clusters.length === 0 || isIn(alert, clusters))
      .sort(bySeverityThenAge)
    return {
      ...{ alerts: all.slice(0, input.limit), total: all.length, by_severity: countBySeverity(all) },
      ...{ silenced: all.filter(({ silenced }) => silenced).length, missing: elsewhere.missing },
    }
  },
  evidence: ({ alerts }, { state }) =>
    alerts.map((alert) => alertRecord(alert, `alerts ${state.toLowerCase()}`)),
  sentence: ({ total, silenced }, { state, entity, severity, name }) =>
    `Looked at ${severity ? `${[severity].flat().join(' and ')} ` : ''}alerts ${name ? `named ${name} ` : ''}that ${state === 'FIRING' ? 'fire' : state === 'PENDING' ? 'are pending' : 'ended'}${entity ? ` for ${entity.includes('/') ? entityName(entity) : entity}` : ''}: ${total}${silenced > 0 ? `, ${silenced} of them silenced` : ''}.`,
  missing: ({ missing }) => missing,
})

const listAlertHistory = tool({
  name: 'list_alert_history',
  title: 'Alert history',
  description:
    'Alerts of a time range, those that ended included, newest first. Use it for "which alerts fired this morning", "how often does this alert come". Times are ISO 8601; the last 24 hours when left out.',
  input: z.object({
    start_time: Time.optional(),
    end_time: Time.optional(),
    entity: entityInput,
    name: z.string().max(200).optional().describe('Name of the alert, or a part of it.'),
    limit: z.number().int().min(1).max(evidenceMax).default(100),
  }),
  output: z.object({ alerts: z.array(AlertLine), total: z.number().int() }),
  permission: 'telemetry:read',
  effect: 'READ',
  async run(client, { start_time, end_time, entity, name, limit }) {
    const { alerts, total } = await client.listAlertHistory({
      query: {
        limit: entity || name ? 1_000 : limit,
        ...(start_time ? { start: start_time } : {}),
        ...(end_time ? { end: end_time } : {}),
      },
    })
    const fit = alerts
      .map(lineOf)
      .filter((alert) => !name || alert.name.toLowerCase().includes(name.toLowerCase()))
      .filter((alert) => !entity || isOfEntity(alert, entity))
    return { alerts: fit.slice(0, limit), total: entity || name ? fit.length : total }
  },
  evidence: ({ alerts }) => alerts.map((alert) => alertRecord(alert, 'alert history')),
  sentence: ({ total }, { start_time, end_time }) =>
    `Looked at the alerts ${start_time ? `from ${start_time}${end_time ? ` to ${end_time}` : ''}` : 'of the last 24 hours'}: ${total}.`,
})

async function ownAlerts(client: Client, state: 'FIRING' | 'RESOLVED'): Promise<AlertLine[]> {
  const { alerts } = await client.listAlerts({ query: { state, limit: 1_000 } })
  return alerts.map(lineOf)
}

const lineOf = (alert: Alert): AlertLine => {
  const by = alert.silenced_by ?? []
  return AlertLine.parse({
    ...{ ...alert, state: alert.status, source: 'platform', silenced: by.length > 0, silenced_by: by },
  })
}

type Elsewhere = { alerts: AlertLine[]; missing: { cluster: string; reason: string }[] }

/** What the clusters' own Alertmanagers tell. That there is none to ask is no failure. */
async function clusterAlerts(client: Client, ids: readonly string[]): Promise<Elsewhere> {
  try {
    const { alerts, missing } = await client.listClusterAlerts({ query: { cluster_ids: [...ids] } })
    return {
      alerts: alerts.map(elsewhereLine),
      missing: missing.map(({ cluster_name, reason }) => ({ cluster: cluster_name, reason })),
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'CLUSTER_NOT_FOUND') return { alerts: [], missing: [] }
    if (code !== 'CLUSTER_UNREACHABLE' && code !== 'UPSTREAM_FAILED') throw error
    const reason = (error as Error).message
    return { alerts: [], missing: [{ cluster: 'Alertmanagers of clusters', reason }] }
  }
}

const elsewhereLine = (alert: ClusterAlert): AlertLine => {
  const entity = entityOf(alert.labels)
  return {
    ...{
      fingerprint: alert.fingerprint,
      name: alert.alertname,
      severity: alert.severity,
      labels: alert.labels,
    },
    message: alert.annotations.summary ?? alert.annotations.description ?? '',
    ...(entity ? { entity } : {}),
    ...{ starts_at: alert.starts_at, ends_at: alert.ends_at, state: alert.state, source: alert.cluster_name },
    ...{ silenced: false, silenced_by: [], incident_id: null },
  }
}

const isOfEntity = (alert: AlertLine, entity: string): boolean =>
  isAboutEntity([...(alert.entity ? [alert.entity] : []), ...Object.values(alert.labels)], entity)

/** An alert that names no cluster may be of any. */
function isIn(alert: AlertLine, clusters: readonly { id: string; name: string }[]): boolean {
  const label = alert.labels.cluster ?? alert.labels['k8s.cluster.name']
  if (alert.source !== 'platform') return clusters.some(({ name }) => name === alert.source)
  return label === undefined || clusters.some(({ id, name }) => label === name || label === id)
}

const bySeverityThenAge = (a: AlertLine, b: AlertLine): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  (a.starts_at < b.starts_at ? -1 : a.starts_at > b.starts_at ? 1 : a.name < b.name ? -1 : 1)

function countBySeverity(alerts: readonly AlertLine[]): Partial<Record<Severity, number>> {
  const counts: Partial<Record<Severity, number>> = {}
  for (const { severity } of alerts) counts[severity] = (counts[severity] ?? 0) + 1
  return counts
}

const alertRecord = (alert: AlertLine, query: string): EvidenceDraft => ({
  ...{ type: 'ALERT', query, source: alert.source, time: alert.starts_at, entity: alert.entity ?? null },
  sentence: `${alert.name} (${alert.severity})${alert.entity ? ` on ${entityName(alert.entity)}` : ''}: ${alert.message}`,
  fields: {
    ...{ name: alert.name, severity: alert.severity, state: alert.state },
    about: alert.entity ? entityName(alert.entity) : null,
    ...{ message: alert.message.slice(0, 500), starts_at: alert.starts_at, ends_at: alert.ends_at },
    silenced: alert.silenced,
  },
  ...{
    trust: 'TELEMETRY',
    link: alert.incident_id ? `/incidents/${encodeURIComponent(alert.incident_id)}` : null,
  },
})

export const alertTools = {
  list_alerts: listAlerts,
  list_silences: listSilences,
  list_alert_history: listAlertHistory,
} as const
