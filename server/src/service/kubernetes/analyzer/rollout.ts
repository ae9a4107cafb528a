import type { ObjectRef } from '@aiops/contract/model/finding'
import type { ReplicaSet } from '../object/workload.ts'
import type { ClusterView } from '../view.ts'
import { msOf } from './evidence.ts'

export type Rollout = { atMs: number; summary: string }

/**
 * The last rollout of a Deployment as its ReplicaSets tell it, for a view without a past: the newest set that has pods is younger than another,
 * and its template differs. Going back to an older set makes no new one, so that is not seen.
 */
export function lastRollout(view: ClusterView, { kind, namespace, name }: ObjectRef): Rollout | undefined {
  if (kind !== 'Deployment') return undefined
  const uid = view.get('Deployment', namespace, name)?.metadata.uid
  if (!uid) return undefined
  const sets = [...view.ownedBy('ReplicaSet', uid)].sort((a, b) => createdMs(b) - createdMs(a))
  const [newest, before] = sets
  if (!newest || !before || (newest.spec.replicas ?? 1) === 0 || createdMs(newest) === 0) return undefined
  return { atMs: createdMs(newest), summary: differenceOf(before, newest) }
}

const createdMs = ({ metadata }: ReplicaSet): number => msOf(metadata.creationTimestamp) ?? 0

/** What of the template is most often the reason: images; else only that it differs. */
function differenceOf(before: ReplicaSet, after: ReplicaSet): string {
  const old = new Map(before.spec.template.spec.containers.map(({ name, image }) => [name, image]))
  const changed = after.spec.template.spec.containers
    .filter(({ name, image }) => old.has(name) && old.get(name) !== image)
    .map(({ name, image }) => `image of ${name} ${old.get(name)} → ${image}`)
  return changed.length > 0 ? changed.slice(0, 3).join(', ') : 'its template was changed'
}
