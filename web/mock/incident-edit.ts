/** What people do to incidents of the stand-in; one of them has 5,000 alerts. */
import type { Alert } from '@aiops/contract/model/alert'
import type { IncidentDetail, IncidentMember, TimelineEvent } from '@aiops/contract/model/incident'
import { type Severity, severities } from '@aiops/contract/model/severity'
import { type Input, Refusal } from './refusal.ts'

type Deps = {
  incidents: IncidentDetail[]
  find(id?: string): IncidentDetail
  changed(one: IncidentDetail, type: TimelineEvent['type'], sentence: string): void
}

const iso = (ms = Date.now()): string => new Date(ms).toISOString()

export function incidentEditHandlers({ incidents, find, changed }: Deps) {
  const gone = new Set<string>()
  const membersOf = (one: IncidentDetail): IncidentMember[] => {
    const alerts = one.number === 40 ? Array.from({ length: 5_000 }, (_, i) => made(i, one.id)) : one.alerts
    return [
      ...alerts.map((alert) => ({
        ...{
          kind: 'ALERT' as const,
          id: alert.id,
          reason: one.reasons[alert.id] ?? 'same service, 3 s later.',
        },
        ...{ alert, anomaly: null },
      })),
      ...one.anomalies.map((anomaly) => ({
        ...{ kind: 'ANOMALY' as const, id: anomaly.id, reason: one.reasons[anomaly.id] ?? '' },
        ...{ alert: null, anomaly },
      })),
    ].filter(({ id }) => !gone.has(id))
  }
  return {
    listIncidentMembers: ({ params, query }: Input) => {
      const text = (query.text?.[0] ?? '').toLowerCase()
      const found = membersOf(find(params.id)).filter((member) =>
        JSON.stringify([member.alert?.name, member.alert?.message, member.anomaly?.sentence])
          .toLowerCase()
          .includes(text),
      )
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      return {
        ...{ items: found.slice((page - 1) * size, page * size), total: found.length, page, page_size: size },
        total_pages: Math.ceil(found.length / size),
      }
    },
    assignIncident: ({ params, body }: Input) => {
      const one = find(params.id)
      one.assigned_to = body.assignee as string | null
      changed(one, 'ASSIGNED', one.assigned_to ? `Assigned to ${one.assigned_to}.` : 'Assigned to nobody.')
      return one
    },
    setIncidentSeverity: ({ params, body }: Input) => {
      const one = find(params.id)
      const severity = body.severity as Severity | null
      if (severity) one.severity = severity
      one.severity_set_by = severity ? 'you' : null
      changed(one, 'SEVERITY_CHANGED', severity ? `Severity set to ${severity}.` : 'Follows its members.')
      return one
    },
    confirmIncidentCause: ({ params, body }: Input) => {
      const one = find(params.id)
      one.confirmed_cause =
        body.sentence === null
          ? null
          : { entity: body.entity as string | null, sentence: String(body.sentence), by: 'you', at: iso() }
      changed(one, 'CAUSE_CONFIRMED', 'The cause was confirmed.')
      return one
    },
    addIncidentLink: ({ params, body }: Input) => {
      const one = find(params.id)
      const link = { id: `l${one.links.length}`, url: String(body.url), title: String(body.title ?? '') }
      one.links = [...one.links, { ...link, by: 'you', at: iso() }]
      changed(one, 'LINK_ADDED', `Link to ${link.url}.`)
      return one
    },
    removeIncidentLink: ({ params }: Input) => {
      const one = find(params.id)
      one.links = one.links.filter(({ id }) => id !== params.linkId)
      changed(one, 'LINK_REMOVED', 'A link was removed.')
      return one
    },
    mergeIncident: ({ params, body }: Input) => {
      const [one, into] = [find(params.id), find(String(body.into))]
      if (one === into) throw new Refusal(409, 'CONFLICT', 'An incident cannot be merged into itself.')
      Object.assign(one, { status: 'RESOLVED', merged_into: into.id, resolved_at: iso() })
      changed(one, 'MERGED', `Merged into INC-${into.number}.`)
      return into
    },
    splitIncident: ({ params }: Input) => {
      const one = find(params.id)
      const number = Math.max(...incidents.map((incident) => incident.number)) + 1
      const fresh = { ...one, id: `split-${number}`, number, split_from: one.id, created_at: iso() }
      incidents.unshift(fresh)
      changed(one, 'SPLIT', `INC-${number} was split off.`)
      return fresh
    },
    removeIncidentMember: ({ params }: Input) => {
      const one = find(params.id)
      gone.add(params.memberId ?? '')
      changed(one, 'MEMBER_REMOVED', 'A member was taken out.')
      return one
    },
  }
}

function made(i: number, incident_id: string): Alert {
  return {
    ...{ id: `many-${i}`, tenant_id: 'default', fingerprint: `many-${i}`, source: 'prometheus' },
    name: ['PodNotReady', 'TargetDown', 'HighLatency', 'QueueFull'][i % 4] ?? 'PodNotReady',
    severity: severities[i % 4] ?? 'LOW',
    status: i % 9 === 0 ? 'RESOLVED' : 'FIRING',
    message: `pod catalog-${i} in shop has not been ready for 5 minutes`,
    labels: { pod: `catalog-${i}`, namespace: 'shop' },
    annotations: {},
    entity: 'service/catalog',
    starts_at: iso(Date.now() - 3_600_000 + i * 300),
    ends_at: null,
    received_at: iso(Date.now() - 3_600_000 + i * 300),
    incident_id,
  }
}
