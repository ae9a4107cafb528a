import type { Api } from '@aiops/contract/api/index'
import type { OperationOutput } from '@aiops/contract/api/operation'
import type { Event } from '@aiops/contract/event'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import type { QueryClient } from '@tanstack/react-query'
import { touchChat } from '../chat/chat-live.ts'
import { patchClusters } from '../cluster/cluster-live.ts'
import { createGpuLive } from '../gpu/gpu-live.ts'

export type Overview = OperationOutput<Api['getOverview']>

/** First parts of query keys; the whole page asks the cache by these. */
export const cacheKeys = [
  'overview',
  'incidents',
  'incident',
  'anomalies',
  'alerts',
  'topology',
  'remediations',
  'findings',
  'gpu-summary',
  'cnf',
  'clusters',
  'cluster',
  'cluster-overview',
  'reports',
  'report',
  'cost',
  'decisions',
  'deployments',
  'deployment',
  'merge-requests',
] as const
export type CacheKey = (typeof cacheKeys)[number]

/** An incident page with what an event says put in; the same object when the event is about something else. */
export function patchIncident(detail: IncidentDetail, event: Event): IncidentDetail {
  switch (event.event_type) {
    case 'INCIDENT_CREATED':
    case 'INCIDENT_UPDATED':
      return event.payload.id === detail.id ? { ...detail, ...event.payload } : detail
    case 'RCA_COMPLETE': {
      const older = (detail.diagnosis?.revision ?? 0) <= event.payload.revision
      return event.payload.incident_id === detail.id && older
        ? { ...detail, diagnosis: event.payload }
        : detail
    }
    case 'REMEDIATION_UPDATED':
      return event.payload.incident_id === detail.id
        ? { ...detail, remediations: upsert(detail.remediations, event.payload) }
        : detail
    case 'ANOMALY_DETECTED':
    case 'ANOMALY_UPDATED':
    case 'ANOMALY_ENDED':
      return event.payload.incident_id === detail.id ||
        detail.anomalies.some((a) => a.id === event.payload.id)
        ? { ...detail, anomalies: upsert(detail.anomalies, event.payload) }
        : detail
    case 'ALERT_FIRED':
    case 'ALERT_RESOLVED':
      return event.payload.incident_id === detail.id || detail.alerts.some((a) => a.id === event.payload.id)
        ? { ...detail, alerts: upsert(detail.alerts, event.payload) }
        : detail
    default:
      return detail
  }
}

/** What must be read again after an event, because the event alone does not say how it looks now. */
export function touchedBy(event: Event): readonly CacheKey[] {
  switch (event.event_type) {
    case 'INCIDENT_CREATED':
    case 'INCIDENT_UPDATED':
      return ['incidents', 'incident', 'overview']
    case 'RCA_COMPLETE':
      return ['incidents', 'incident', 'overview']
    case 'REMEDIATION_UPDATED':
      return ['incident', 'remediations', 'overview']
    case 'ANOMALY_DETECTED':
    case 'ANOMALY_ENDED':
      return ['anomalies', 'incident', 'overview', 'topology']
    case 'ANOMALY_UPDATED':
      return ['anomalies']
    case 'ALERT_FIRED':
    case 'ALERT_RESOLVED':
      return ['alerts', 'incident', 'overview']
    case 'TOPOLOGY_CHANGED':
      return ['topology']
    case 'FINDING_OPENED':
    case 'FINDING_CLOSED':
      return event.payload.area === 'GPU'
        ? ['findings', 'gpu-summary']
        : event.payload.area === 'CNF'
          ? ['findings', 'cnf']
          : ['findings']
    case 'GPU_UPDATE':
      return ['gpu-summary']
    // The list takes the rest from the event itself: at 2,000 clusters it is much to read.
    case 'CLUSTER_CREDENTIALS_UPDATED':
      return ['clusters', 'cluster', 'cluster-overview']
    case 'CLUSTER_STATUS_CHANGED':
      return ['cluster']
    case 'REPORT_GENERATED':
      return ['reports', 'report']
    case 'DECISION_MADE':
      return ['cost', 'decisions']
    case 'DEPLOYMENT_UPDATED':
      return ['deployments', 'deployment', 'decisions', 'merge-requests']
    // Which conversation it is about is in the event.
    case 'CHAT_MESSAGE':
    case 'CHANGE_RECORDED':
    case 'PIPELINE_STATS':
    case 'CLUSTER_REGISTERED':
    case 'CLUSTER_UPDATED':
    case 'CLUSTER_DELETED':
    case 'CLUSTER_CAPABILITIES_CHANGED':
      return []
  }
}

/**
 * Applies events to the query cache: at once where the event holds the new state, and by reading again, at most twice a
 * second for each kind of thing, where it does not. Only what a page shows is read (inactive queries are just marked).
 */
export function createLiveCache(cache: QueryClient, after: (ms: number, run: () => void) => void) {
  const waiting = new Set<CacheKey>()
  const gpuLive = createGpuLive(cache, after)
  const flush = (): void => {
    for (const key of waiting) void cache.invalidateQueries({ queryKey: [key] })
    waiting.clear()
  }
  return {
    apply(event: Event): void {
      if (event.event_type === 'PIPELINE_STATS') {
        cache.setQueryData<Overview>(['overview'], (old) => old && { ...old, stats: event.payload })
        return
      }
      if (event.event_type === 'GPU_UPDATE') gpuLive.take(event.payload)
      patchClusters(cache, event)
      touchChat(cache, event)
      cache.setQueriesData<IncidentDetail>(
        // Its members, page by page, stand below the same key and are read again.
        { queryKey: ['incident'], predicate: ({ queryKey }) => queryKey.length === 2 },
        (old) => old && patchIncident(old, event),
      )
      if (waiting.size === 0) after(500, flush)
      for (const key of touchedBy(event)) waiting.add(key)
    },
    /** At the first opening only what was answered before it is in doubt: the page still waits for the rest. */
    readAgain(all: boolean): void {
      void cache.invalidateQueries({ predicate: ({ state }) => all || state.dataUpdatedAt > 0 })
    },
  }
}

function upsert<T extends { id: string }>(list: readonly T[], item: T): T[] {
  const at = list.findIndex((one) => one.id === item.id)
  return at < 0 ? [...list, item] : list.with(at, item)
}
