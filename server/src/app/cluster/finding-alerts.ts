import type { Finding, ObjectRef } from '@aiops/contract/model/finding'
import { type Severity, severities } from '@aiops/contract/model/severity'
import type { TenantId } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import { createRepeated } from '../../kernel/repeated.ts'
import { type Ingest, labelFingerprint, type PlainAlert } from '../../pipeline/ingest/index.ts'

export type FindingAlertsDeps = {
  clock: Clock
  log: Log
  ingest: Pick<Ingest, 'acceptAlerts'>
  tenants: readonly TenantId[]
  /** Open findings as they are now. */
  findings(tenant: TenantId): readonly Finding[]
}

const lookEveryMs = 5_000
const renewEveryMs = 60_000
/** After which an alert that is not renewed resolves by itself: of a process that died, or of a cluster that is not watched any more. */
const lifeMs = 300_000

/** Findings of at least `severityMin` become alerts, so that they are correlated, explained and silenced like everybody else's. */
export function createFindingAlerts(
  deps: FindingAlertsDeps,
  { severityMin, perRequestMax }: { severityMin: Severity; perRequestMax: number },
): Lifecycle {
  const { clock, log, ingest, tenants } = deps
  /** Firing alerts by tenant and id of the finding, and when they were said last. */
  const firing = new Map<TenantId, Map<string, { finding: Finding; saidMs: number }>>()
  const worth = severities.indexOf(severityMin)
  const look = async (): Promise<void> => {
    for (const tenant of tenants) {
      const nowMs = clock.now()
      const known = firing.get(tenant) ?? new Map<string, { finding: Finding; saidMs: number }>()
      firing.set(tenant, known)
      const open = deps.findings(tenant).filter((one) => severities.indexOf(one.severity) <= worth)
      const ids = new Set(open.map(({ id }) => id))
      const due = open.filter(({ id }) => nowMs - (known.get(id)?.saidMs ?? 0) >= renewEveryMs)
      const gone = [...known.values()].flatMap(({ finding }) => (ids.has(finding.id) ? [] : [finding]))
      const alerts = [
        ...due.map((finding) => ({ finding, alert: firingAlert(finding, nowMs) })),
        ...gone.map((finding) => ({ finding, alert: resolvedAlert(finding, nowMs) })),
      ]
      for (let at = 0; at < alerts.length; at += perRequestMax) {
        const part = alerts.slice(at, at + perRequestMax)
        const sent = part.map(({ alert }) => alert)
        await ingest.acceptAlerts(tenant, 'analyzer', sent)
        for (const { finding } of part)
          if (ids.has(finding.id)) known.set(finding.id, { finding, saidMs: nowMs })
          else known.delete(finding.id)
      }
    }
  }
  return createRepeated(clock, lookEveryMs, look, (error) =>
    log.warn({ problem: messageOf(error) }, 'findings could not be told as alerts'),
  )
}

const firingAlert = (finding: Finding, nowMs: number): PlainAlert => ({
  ...alertOf(finding),
  status: 'FIRING',
  expires_at: isoTime(nowMs + lifeMs),
})
const resolvedAlert = (finding: Finding, nowMs: number): PlainAlert => ({
  ...alertOf(finding),
  status: 'RESOLVED',
  ends_at: isoTime(nowMs),
})

function alertOf(finding: Finding): Omit<PlainAlert, 'status'> {
  const { title, object, parent, severity, rule, alert_name, causes, documentation_url } = finding
  const name = alert_name ?? pascal(rule)
  const labels = {
    ...{ alertname: name, severity: severity.toLowerCase(), cluster: finding.cluster_name, rule },
    ...(object.namespace === '' ? {} : { namespace: object.namespace }),
    ...labelOf(parent),
    ...labelOf(object),
  }
  const [cause] = causes
  return {
    ...{ name, severity: severity.toLowerCase(), message: title, labels, joins: true },
    annotations: {
      summary: title,
      ...(cause ? { cause: cause.text } : {}),
      ...{ runbook_url: documentation_url, finding: finding.id },
    },
    starts_at: finding.since ?? finding.found_at,
    fingerprint: labelFingerprint({ ...labels, finding: finding.id }),
    generator_url: `/findings/${encodeURIComponent(finding.id)}`,
  }
}

/** As kube-state-metrics and the DCGM exporter call them, so that rules and silences of others fit. */
const labelNames: Readonly<Record<string, string>> = {
  ...{ Pod: 'pod', Node: 'node', Deployment: 'deployment', ReplicaSet: 'replicaset', Job: 'job_name' },
  ...{ StatefulSet: 'statefulset', DaemonSet: 'daemonset', CronJob: 'cronjob', Service: 'service' },
  ...{ HorizontalPodAutoscaler: 'horizontalpodautoscaler', PodDisruptionBudget: 'poddisruptionbudget' },
  ...{ PersistentVolumeClaim: 'persistentvolumeclaim', PersistentVolume: 'persistentvolume' },
  ...{ Ingress: 'ingress', NetworkPolicy: 'networkpolicy', ResourceQuota: 'resourcequota', GPU: 'UUID' },
}
function labelOf(ref: ObjectRef | null): Record<string, string> {
  if (!ref) return {}
  return { [labelNames[ref.kind] ?? ref.kind.toLowerCase().replace(/[^a-z0-9_]/g, '_')]: ref.name }
}

const pascal = (rule: string): string =>
  rule
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
