import type { KubernetesEvent } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { KubeEvent } from '../object/event.ts'
import { isKind, kinds } from '../object/kind.ts'
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

/** Events of which the first or the last time lies in the range, newest first. A step is 1,024 events. */
export function* eventList(
  view: ClusterView,
  selection: EventSelection,
): Stepwise<{ items: KubernetesEvent[]; truncated: boolean }> {
  const { kind, namespace, name, limit } = selection
  // There are a hundred thousand events; those of one thing are found by it.
  const isOne = kind && namespace && name && isKind(kind) && kinds[kind].type.namespaced
  const near = isOne ? view.eventsOf({ kind, namespace, name }) : view.list('Event')
  let found: KubeEvent[] = []
  let [count, floorMs] = [0, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < near.length; i += 1) {
    if (i % 1_024 === 1_023) yield
    const event = near[i]!
    if (!isSelected(event, selection)) continue
    count += 1
    if (event.lastMs <= floorMs) continue
    found.push(event)
    if (found.length < limit + sortedMin) continue
    found = found.sort(newestFirst).slice(0, limit)
    floorMs = found.at(-1)!.lastMs
  }
  found.sort(newestFirst)
  return { items: found.slice(0, limit).map(kubernetesEvent), truncated: count > limit }
}

/** So many beyond the limit are gathered before they are sorted. */
const sortedMin = 1_000
const newestFirst = (a: KubeEvent, b: KubeEvent): number => b.lastMs - a.lastMs

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
