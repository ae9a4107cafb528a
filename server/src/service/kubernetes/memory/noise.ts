import { type Kind, type KubeObject, kinds, type ObjectOf } from '../object/kind.ts'
import { eachDifference } from './difference.ts'

/**
 * Whether two versions differ only in what controllers write without anything having happened: a heartbeat, the renewal of a lease, the
 * holder of an election. Of ConfigMaps nothing but the metadata is read, so there the resourceVersion tells that something changed.
 */
export function isNoise<K extends Kind>(kind: K, before: ObjectOf<K>, after: ObjectOf<K>): boolean {
  if (kind === 'Lease' && wasLate(before as ObjectOf<'Lease'>, after as ObjectOf<'Lease'>)) return false
  const { metadataOnly = false } = kinds[kind] as { metadataOnly?: boolean }
  let [hasVersion, hasElection] = [false, false]
  const isOnly = eachDifference(before, after, (path) => {
    if (path === 'metadata.resourceVersion') hasVersion = true
    else if (elections.has(path)) hasElection = true
    else return heartbeat.test(path) || (kind === 'Lease' && path === 'spec.renewTime')
    return true
  })
  return isOnly && !(metadataOnly && hasVersion && !hasElection)
}

/** Whether two objects of a name are one: what is recreated has another uid. */
export const isSameObject = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.uid === b.metadata.uid || a.metadata.uid === '' || b.metadata.uid === ''

const elections = new Set([
  'metadata.annotations.control-plane.alpha.kubernetes.io/leader',
  'metadata.annotations.endpoints.kubernetes.io/last-change-trigger-time',
])
const heartbeat = /\.(lastUpdateTime|lastHeartbeatTime)$/
/** Of the kubelet's leases. */
const leaseSeconds = 40

/** A lease that was renewed after it had run out: that its holder was silent must be seen in the past too. */
function wasLate(before: ObjectOf<'Lease'>, after: ObjectOf<'Lease'>): boolean {
  const silentMs = Date.parse(after.spec.renewTime ?? '') - Date.parse(before.spec.renewTime ?? '')
  return silentMs > 1_000 * (before.spec.leaseDurationSeconds ?? leaseSeconds)
}
