import type { KubernetesEvent } from '@aiops/contract/model/kubernetes'
import type { KubeEvent } from '../object/event.ts'
import type { ClusterView } from '../view.ts'
import { isoOrNull } from './time-field.ts'

export type EventSelection = {
  startMs: number
  endMs: number
  namespace?: string
  /** Kind and name of what they are about. */
  kind?: string
  name?: string
  reason?: string
  type?: 'Normal' | 'Warning' | undefined
  limit: number
}

/** Events of which the first or the last time lies in the range, newest first. */
export function eventList(
  view: ClusterView,
  selection: EventSelection,
): { items: KubernetesEvent[]; truncated: boolean } {
  const found = view.list('Event').filter((event) => isSelected(event, selection))
  found.sort((a, b) => b.lastMs - a.lastMs)
  return {
    items: found.slice(0, selection.limit).map(kubernetesEvent),
    truncated: found.length > selection.limit,
  }
}

export function kubernetesEvent(event: KubeEvent): KubernetesEvent {
  const { kind, namespace, name } = event.about
  return {
    namespace: event.metadata.namespace,
    name: event.metadata.name,
    type: event.type,
    reason: event.reason,
    message: event.message,
    object: { kind, namespace, name },
    count: Math.trunc(event.count),
    source: event.source,
    first_at: isoOrNull(event.firstMs),
    last_at: isoOrNull(event.lastMs),
  }
}

function isSelected(event: KubeEvent, selection: EventSelection): boolean {
  const { startMs, endMs, namespace, kind, name, reason, type } = selection
  const isWithin = (ms: number): boolean => ms >= startMs && ms <= endMs
  return (
    (isWithin(event.lastMs) || isWithin(event.firstMs)) &&
    (!namespace || event.metadata.namespace === namespace || event.about.namespace === namespace) &&
    (!kind || event.about.kind === kind) &&
    (!name || event.about.name === name) &&
    (!reason || event.reason === reason) &&
    (!type || event.type === type)
  )
}
