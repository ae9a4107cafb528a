import { severityOf } from '@aiops/contract/model/severity'
import { Fault } from '../../../kernel/fault.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { rangeOf } from './time-range.ts'

type IncidentHandlers = {
  [K in
    | 'listIncidents'
    | 'getIncident'
    | 'commentIncident'
    | 'diagnoseIncident'
    | 'ingestAlerts'
    | 'listAlerts'
    | 'listAlertHistory'
    | 'getAlert']: Handler<K>
}

const dayMs = 86_400_000

/** Members shown with an incident; the counts on it are whole. */
const membersMax = 500

const msOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)

export function incidentHandlers({
  records,
  correlate,
  explain,
  ingest,
  clock,
}: HandlerDeps): IncidentHandlers {
  return {
    async listIncidents({ query }, { tenant, actor }) {
      const { status, severity, start_time, end_time, assigned_to, me, ...rest } = query
      const found = await records.incidents.list(tenant, {
        ...rest,
        assignedTo: me ? actor : assigned_to,
        statuses: status,
        severities: severity,
        startMs: msOf(start_time),
        endMs: msOf(end_time),
      })
      return { ...found, limit: query.limit, offset: query.offset }
    },
    async getIncident({ params }, { tenant }) {
      const incident = await records.incidents.get(tenant, params.id)
      if (!incident) throw new Fault('NOT_FOUND', `There is no incident ${params.id}.`)
      const [timeline, anomalies, alerts, diagnosis, remediations, reasons] = await Promise.all([
        records.incidents.timeline(incident.id),
        records.anomalies.list(tenant, { incidentId: incident.id, limit: membersMax, offset: 0 }),
        records.alerts.list(tenant, { incidentId: incident.id, severities: [], limit: membersMax }),
        records.diagnoses.latest(incident.id),
        records.remediations.list(tenant, { incidentId: incident.id, statuses: [], limit: 50, offset: 0 }),
        records.memberships.reasons(incident.id),
      ])
      return {
        ...incident,
        timeline,
        anomalies: anomalies.anomalies,
        alerts: alerts.alerts,
        diagnosis: diagnosis ?? null,
        remediations: remediations.remediations,
        reasons,
      }
    },
    commentIncident: ({ params, body }, { tenant, actor }) =>
      correlate.comment(tenant, params.id, actor, body.comment),
    diagnoseIncident: ({ params }, { tenant }) => explain.diagnose(tenant, params.id),
    async ingestAlerts({ body }, { tenant }) {
      const accepted = await ingest.acceptAlerts(tenant, body.source, body.alerts)
      return {
        accepted: accepted.length,
        rejected: body.alerts.length - accepted.length,
        alert_ids: accepted.map((a) => a.id),
      }
    },
    async listAlerts({ query }, { tenant }) {
      const found = await records.alerts.list(tenant, {
        status: query.state,
        severities: query.severity.map(severityOf),
        limit: query.limit,
      })
      return { alerts: found.alerts, total: found.total, by_severity: found.bySeverity }
    },
    async listAlertHistory({ query }, { tenant }) {
      const { startMs: fromMs, endMs: toMs } = rangeOf(query, clock, dayMs)
      const receivedMs = { fromMs, toMs }
      const { alerts, total } = await records.alerts.list(tenant, {
        ...{ severities: [], receivedMs, limit: query.limit },
      })
      return { alerts, total }
    },
    async getAlert({ params }, { tenant }) {
      const alert = await records.alerts.latest(tenant, params.fingerprint)
      if (!alert)
        throw new Fault('NOT_FOUND', `There is no alert with the fingerprint ${params.fingerprint}.`)
      return alert
    },
  }
}
