import type { ClusterView, ObjectRef } from '../view.ts'
import { isKind, type KubeObject, kinds } from './kind.ts'
import type { OwnerReference } from './meta.ts'

/** Longest chain of owners that is followed: a pod, its Job, its CronJob, and what an operator made that of. */
const ownersMax = 6

/** The farthest controller of an object: the Deployment of a pod. Null where nothing controls it. An owner that is gone is named all the same. */
export function farthestOwner(view: ClusterView, object: Pick<KubeObject, 'metadata'>): ObjectRef | null {
  let owner: ObjectRef | null = null
  let current: Pick<KubeObject, 'metadata'> | undefined = object
  for (let depth = 0; current && depth < ownersMax; depth++) {
    const reference = controllerOf(current)
    if (!reference) break
    const { kind, name, uid } = reference
    const namespaced: boolean = !isKind(kind) || kinds[kind].type.namespaced
    const found: ObjectRef = { kind, namespace: namespaced ? object.metadata.namespace : '', name }
    owner = found
    const next: KubeObject | undefined = isKind(kind) ? view.get(kind, found.namespace, name) : undefined
    current = next && (uid === '' || next.metadata.uid === uid) ? next : undefined
  }
  return owner
}

/** Many pods have one owner: asks for each owner once. For one pass over a view. */
export function ownerFinder(view: ClusterView): (object: Pick<KubeObject, 'metadata'>) => ObjectRef | null {
  const found = new Map<string, ObjectRef | null>()
  return (object) => {
    const uid = controllerOf(object)?.uid
    if (!uid) return farthestOwner(view, object)
    let owner = found.get(uid)
    if (owner === undefined) {
      owner = farthestOwner(view, object)
      found.set(uid, owner)
    }
    return owner
  }
}

export const controllerOf = ({ metadata }: Pick<KubeObject, 'metadata'>): OwnerReference | undefined =>
  metadata.ownerReferences.find((one) => one.controller === true)
