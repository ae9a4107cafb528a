import type { Alert } from '@aiops/contract/model/alert'
import type { Labels } from '@aiops/contract/model/label'
import { heldBack } from '@aiops/contract/model/silence'
import type { TenantId } from '@aiops/contract/model/tenant'
import { labelTest } from '../../kernel/matcher.ts'
import type { AlertmanagerDeps } from './index.ts'
import { flagOf, matchersOf, receiverFits, receiverName } from './query.ts'

export type GettableAlert = {
  labels: Labels
  annotations: Labels
  receivers: { name: string }[]
  fingerprint: string
  startsAt: string
  updatedAt: string
  endsAt: string
  generatorURL?: string
  status: {
    state: 'active' | 'suppressed'
    silencedBy: readonly string[]
    inhibitedBy: string[]
    mutedBy: string[]
  }
}

/** Alerts in one answer, the newest first to be kept. */
const listedMax = 20_000
/** Go's zero time: the sender named no end, and there is no time by which it must be repeated. */
const noEnd = '0001-01-01T00:00:00.000Z'

/**
 * Firing alerts that the query wants, by fingerprint. What a rule inhibits is inhibited by its source, what a rule suppresses is muted by
 * it; nothing waits to be processed.
 */
export async function listedAlerts(
  deps: AlertmanagerDeps,
  tenant: TenantId,
  query: URLSearchParams,
): Promise<GettableAlert[]> {
  const fits = labelTest(matchersOf(query, 'filter'))
  const wanted = {
    active: flagOf(query, 'active'),
    silenced: flagOf(query, 'silenced'),
    inhibited: flagOf(query, 'inhibited'),
  }
  flagOf(query, 'unprocessed')
  if (!receiverFits(query)) return []
  const filter = { status: 'FIRING' as const, severities: [], limit: listedMax }
  const { alerts } = await deps.alerts.list(tenant, filter)
  const fingerprints = new Map(alerts.map(({ id, fingerprint }) => [id, fingerprint]))
  return alerts
    .filter((alert) => fits(alert.labels))
    .map((alert) => gettable(alert, deps.silences.covering(tenant, alert), fingerprints))
    .filter(({ status }) => {
      const { silencedBy, inhibitedBy, state } = status
      if (state === 'active') return wanted.active
      if (inhibitedBy.length > 0 && !wanted.inhibited) return false
      return silencedBy.length + status.mutedBy.length === 0 || wanted.silenced
    })
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
}

/** One group a name of alert, as Alertmanager's own example groups them. */
export function groupsOf(alerts: readonly GettableAlert[], query: URLSearchParams) {
  const groups = Map.groupBy(alerts, ({ labels }) => labels.alertname ?? '')
  const muted = flagOf(query, 'muted')
  return [...groups]
    .filter(([, members]) => muted || members.some(({ status }) => status.state === 'active'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([alertname, members]) => ({
      labels: alertname === '' ? {} : { alertname },
      routeLabels: {},
      receiver: { name: receiverName },
      alerts: members,
    }))
}

function gettable(
  alert: Alert,
  silencedBy: readonly string[],
  fingerprints: ReadonlyMap<string, string>,
): GettableAlert {
  const held = (alert.silenced_by ?? []).map(heldBack)
  const inhibitedBy = held.flatMap((one) =>
    one.by === 'INHIBITION' ? [fingerprints.get(one.source) ?? one.source] : [],
  )
  const mutedBy = held.flatMap((one) => (one.by === 'RULE' ? [one.rule] : []))
  const suppressed = silencedBy.length + inhibitedBy.length + mutedBy.length > 0
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    receivers: [{ name: receiverName }],
    fingerprint: alert.fingerprint,
    startsAt: alert.starts_at,
    updatedAt: alert.received_at,
    endsAt: alert.expires_at ?? noEnd,
    ...(alert.generator_url ? { generatorURL: alert.generator_url } : {}),
    status: { state: suppressed ? 'suppressed' : 'active', silencedBy, inhibitedBy, mutedBy },
  }
}
