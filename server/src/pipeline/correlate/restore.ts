import type { Incident, TimelineEvent } from '@aiops/contract/model/incident'
import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { RecordStore } from '../../port/record-store.ts'
import { addMember, createGroup } from './core/group.ts'
import { placed } from './core/link.ts'
import { type Signal, signalOfAlert, signalOfAnomaly } from './core/signal.ts'
import { symptomOfCause } from './core/symptom.ts'
import type { Core } from './core/turn.ts'
import { restoreLife } from './edit/apart.ts'
import { type SignalView, viewOfAlert, viewOfAnomaly } from './rule/signal-view.ts'
import { labelsOfAlert, labelsOfAnomaly } from './silence/signal-labels.ts'

/** Members of one incident read back at most. */
const membersMax = 20_000

/** Puts an incident with its members back into memory, as it was when it was last written. */
export async function restoreIncident(core: Core, records: RecordStore, incident: Incident): Promise<void> {
  if (core.groups.all.has(incident.id)) return
  const [signals, reasons, timeline, diagnosis, barred] = await Promise.all([
    membersOf(records, incident),
    records.memberships.reasons(incident.id),
    records.incidents.timeline(incident.id),
    incident.cause ? records.diagnoses.latest(incident.id) : undefined,
    records.incidentLife.barred(incident.id),
  ])
  const group = createGroup(core.groups, incident.id, Date.parse(incident.created_at))
  core.groups.latent.delete(group)
  group.status = incident.status
  for (const signal of signals)
    addMember(core.groups, group, {
      ...placed(signal, core.topology),
      group,
      reason: reasons[signal.id] ?? '',
      counts: true,
      lateMs: null,
    })
  const fixed = incident.severity_set_by
  restoreLife(core.groups, group, {
    fixed: fixed === null ? null : { severity: incident.severity, by: fixed },
    splitFrom: incident.split_from,
    barred: new Set(barred),
  })
  const end = timeline.findLast((event) => event.type === 'RESOLVED' || event.type === 'MERGED')
  const first = diagnosis?.causes[0]
  Object.assign(group, {
    number: incident.number,
    // Until its members say so themselves.
    routed:
      incident.route === undefined ? null : { to: incident.route, order: Number.MAX_SAFE_INTEGER, why: '' },
    ...(fixed === null ? { severity: incident.severity } : {}),
    startedMs: Math.min(group.startedMs, Date.parse(incident.started_at)),
    updatedMs: Date.parse(incident.updated_at),
    quietMs: Date.parse(incident.updated_at),
    acknowledgedMs: timeOf(incident.acknowledged_at),
    resolvedMs: timeOf(incident.resolved_at),
    resolvedBy: incident.status === 'RESOLVED' ? (end?.actor ?? 'system') : null,
    mergedInto: incident.merged_into ?? (isMergedAway(incident, end) ? 'another' : null),
    cause: incident.cause && {
      ...incident.cause,
      symptom:
        first && first.probability >= (diagnosis?.unknown_probability ?? 1)
          ? symptomOfCause[first.category]
          : null,
    },
    told: timeline.filter((event) => event.type === 'ANOMALY_ADDED' || event.type === 'ALERT_ADDED').length,
  })
}

/** Before it stood in the record, only the timeline told it. */
const isMergedAway = ({ status }: Incident, end: TimelineEvent | undefined): boolean =>
  status === 'RESOLVED' && end?.type === 'MERGED' && end.sentence.startsWith('Merged into ')

/** Incidents that may still be reopened, of one tenant. */
export async function recentlyResolved(
  records: RecordStore,
  tenant: TenantId,
  sinceMs: number,
): Promise<Incident[]> {
  const { incidents } = await records.incidents.list(tenant, {
    statuses: ['RESOLVED'],
    severities: [],
    sort: '-updated_at',
    limit: 200,
    offset: 0,
  })
  return incidents.filter((incident) => (timeOf(incident.resolved_at) ?? 0) >= sinceMs)
}

/** Firing alerts and active anomalies, with the silences that they are shown under. */
export async function signalsGoingOn(
  records: RecordStore,
  tenant: TenantId,
  limit: number,
): Promise<{ signal: Signal; labels: Labels; view: () => SignalView; silencedBy: readonly string[] }[]> {
  const { alerts } = await records.alerts.list(tenant, { status: 'FIRING', severities: [], limit })
  const { anomalies } = await records.anomalies.list(tenant, { state: 'ACTIVE', limit, offset: 0 })
  return [
    ...alerts.map((alert) => ({
      signal: signalOfAlert(alert),
      labels: labelsOfAlert(alert),
      view: () => viewOfAlert(alert),
      silencedBy: alert.silenced_by ?? [],
    })),
    ...anomalies.map((anomaly) => ({
      signal: signalOfAnomaly(anomaly),
      labels: labelsOfAnomaly(anomaly),
      view: () => viewOfAnomaly(anomaly),
      silencedBy: anomaly.silenced_by ?? [],
    })),
  ]
}

/** Oldest first. */
export async function membersOf(records: RecordStore, incident: Incident): Promise<Signal[]> {
  const filter = { incidentId: incident.id, limit: membersMax }
  const { anomalies } = await records.anomalies.list(incident.tenant_id, { ...filter, offset: 0 })
  const { alerts } = await records.alerts.list(incident.tenant_id, { ...filter, severities: [] })
  const signals = [...anomalies.map(signalOfAnomaly), ...alerts.map(signalOfAlert)]
  return signals.sort((a, b) => a.seenMs - b.seenMs || a.startMs - b.startMs)
}

const timeOf = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso))
