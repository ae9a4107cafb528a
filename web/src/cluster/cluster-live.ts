import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Event } from '@aiops/contract/event'
import type { Cluster, FleetHealth } from '@aiops/contract/model/cluster'
import type { QueryClient } from '@tanstack/react-query'

/** Every cluster, as the fleet page holds them. */
export type Fleet = readonly Cluster[]
export type ClusterAnswer = OperationOutput<Api['getCluster']>

/** What an event says, put into what is shown at once; the rest is read again by `touchedBy`. */
export function patchClusters(cache: QueryClient, event: Event): void {
  if (!event.event_type.startsWith('CLUSTER_')) return
  cache.setQueriesData<Fleet>({ queryKey: ['clusters'] }, (old) => old && patchFleet(old, event))
  cache.setQueriesData<Cluster>({ queryKey: ['cluster'] }, (old) => old && patchCluster(old, event))
  cache.setQueryData<FleetHealth>(['fleet-health'], (old) => old && patchHealth(old, event))
  if (event.event_type === 'CLUSTER_STATUS_CHANGED')
    void cache.invalidateQueries({ queryKey: ['cluster-history', event.payload.cluster_id] })
}

/** The same list when the event is about nothing in it. */
export function patchFleet(fleet: Fleet, event: Event): Fleet {
  if (event.event_type === 'CLUSTER_REGISTERED') {
    const { payload } = event
    return [...fleet.filter(({ id }) => id !== payload.id), payload]
  }
  if (event.event_type === 'CLUSTER_DELETED') {
    const { cluster_id } = event.payload
    return fleet.some(({ id }) => id === cluster_id) ? fleet.filter(({ id }) => id !== cluster_id) : fleet
  }
  const at = fleet.findIndex(({ id }) => id === subjectOf(event))
  const old = fleet[at]
  const next = old && patchCluster(old, event)
  return next && next !== old ? fleet.with(at, next) : fleet
}

export function patchCluster(cluster: Cluster, event: Event): Cluster {
  if (subjectOf(event) !== cluster.id) return cluster
  switch (event.event_type) {
    case 'CLUSTER_UPDATED':
      return event.payload
    case 'CLUSTER_CAPABILITIES_CHANGED':
      return { ...cluster, capabilities: event.payload.capabilities }
    case 'CLUSTER_STATUS_CHANGED': {
      const { new_state: state, health_score, reason } = event.payload
      const since = state === cluster.status.state ? cluster.status.since : event.timestamp
      const last_error = state === 'ONLINE' ? cluster.status.last_error : reason || cluster.status.last_error
      const fresh = { state, health_score, since, last_error, checked_at: event.timestamp, stale: false }
      return { ...cluster, status: { ...cluster.status, ...fresh } }
    }
    default:
      return cluster
  }
}

function patchHealth(health: FleetHealth, event: Event): FleetHealth {
  if (event.event_type !== 'CLUSTER_STATUS_CHANGED') return health
  const { cluster_id, new_state, health_score } = event.payload
  const at = health.clusters.findIndex((one) => one.cluster_id === cluster_id)
  const old = health.clusters[at]
  if (!old) return health
  const fresh = { state: new_state, health_score, checked_at: event.timestamp, stale: false }
  return { ...health, clusters: health.clusters.with(at, { ...old, ...fresh }) }
}

const subjectOf = (event: Event): string | undefined =>
  event.event_type === 'CLUSTER_UPDATED' || event.event_type === 'CLUSTER_REGISTERED'
    ? event.payload.id
    : event.event_type === 'CLUSTER_STATUS_CHANGED' || event.event_type === 'CLUSTER_CAPABILITIES_CHANGED'
      ? event.payload.cluster_id
      : undefined

/** The list, with what the last look at everybody's health found: that is far less to read than the list. */
export function joinHealth(fleet: Fleet, health: FleetHealth | undefined): Fleet {
  if (!health) return fleet
  const by = new Map(health.clusters.map((one) => [one.cluster_id, one]))
  return fleet.map((cluster) => {
    const one = by.get(cluster.id)
    if (!one || one.checked_at === null) return cluster
    const { checked_at: known } = cluster.status
    // Whatever was checked later holds: the list may have been read, or patched by an event, after this.
    if (known !== null && Date.parse(known) >= Date.parse(one.checked_at)) return cluster
    const { state, health_score, connectivity, last_error, checked_at, stale } = one
    const fresh = { state, health_score, connectivity, last_error, checked_at, stale }
    return { ...cluster, status: { ...cluster.status, ...fresh } }
  })
}
