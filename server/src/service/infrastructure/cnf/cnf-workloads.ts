import type { CnfWorkload } from '@aiops/contract/model/cnf'
import type { ClusterInventory, Reading } from '../index.ts'
import { type Recognition, recognise, recogniseByNamespace, recognitionsByMetric } from './cnf-type.ts'
import { type ClusterName, groupBy, keyOf, labelOf, partsOf, samplesOf } from './series.ts'

type Pod = ClusterInventory['pods'][number]

/** Every network function of a cluster, one entry for each workload that owns pods of it. */
export function cnfWorkloads(
  inventory: ClusterInventory,
  reading: Reading,
  cluster: ClusterName,
): CnfWorkload[] {
  const exposed = recognitionsByMetric(reading)
  const desired = desiredReplicas(reading)
  const found: CnfWorkload[] = []
  const seen = new Set<string>()
  for (const [key, pods] of groupBy(inventory.pods, ownerKeyOf)) {
    const [namespace = '', kind = '', name = ''] = partsOf(key)
    seen.add(key)
    const recognition = recogniseWorkload(namespace, name, pods, exposed)
    if (recognition && kind !== 'Job')
      found.push(workloadOf({ namespace, kind, name }, pods, recognition, desired.get(key), cluster))
  }
  // What should run and has no pod at all is known by its name alone.
  for (const [key, replicas] of desired) {
    if (seen.has(key) || replicas === 0) continue
    const [namespace = '', kind = '', name = ''] = partsOf(key)
    const recognition = recognise({ namespace, name, labels: { app: name }, images: [] })
    if (recognition) found.push(workloadOf({ namespace, kind, name }, [], recognition, replicas, cluster))
  }
  return found
}

function recogniseWorkload(
  namespace: string,
  name: string,
  pods: readonly Pod[],
  exposed: ReadonlyMap<string, Recognition>,
): Recognition | undefined {
  const [first] = pods
  if (!first) return recogniseByNamespace(namespace, name)
  const said = recogniseOnce(namespace, name, first)
  // What a pod counts says more than the namespace it lies in.
  if (said && !said.by.startsWith('namespace ')) return said
  for (const pod of pods) {
    const shown = exposed.get(keyOf(pod.namespace, pod.name))
    if (shown && (shown.type !== 'OTHER' || !said)) return shown
  }
  return said
}

type Known = { namespace: string; name: string; images: readonly string[]; said: Recognition | undefined }
const known = new WeakMap<object, Known>()

/** A pod’s labels and images stay as they are, and there are many pods: they are read once. */
function recogniseOnce(namespace: string, name: string, { labels, images }: Pod): Recognition | undefined {
  const before = known.get(labels)
  if (before && before.namespace === namespace && before.name === name && before.images[0] === images[0])
    return before.said
  const said = recognise({ namespace, name, labels, images })
  known.set(labels, { namespace, name, images, said })
  return said
}

/** A ReplicaSet stands for its Deployment: its name ends in the hash that its pods carry. */
function ownerKeyOf(pod: Pod): string {
  const { kind, name } = pod.owner ?? { kind: 'Pod', name: pod.name }
  const hash = pod.labels['pod-template-hash']
  if (kind === 'ReplicaSet' && hash && name.endsWith(`-${hash}`))
    return keyOf(pod.namespace, 'Deployment', name.slice(0, -hash.length - 1))
  return keyOf(pod.namespace, kind, name)
}

const replicaMetrics = [
  { metric: 'kube_deployment_spec_replicas', kind: 'Deployment', label: 'deployment' },
  { metric: 'kube_statefulset_replicas', kind: 'StatefulSet', label: 'statefulset' },
  { metric: 'kube_daemonset_status_desired_number_scheduled', kind: 'DaemonSet', label: 'daemonset' },
] as const

/** From kube-state-metrics; nothing where there is none, then as many are wanted as there are pods. */
function desiredReplicas(reading: Reading): Map<string, number> {
  const desired = new Map<string, number>()
  for (const { metric, kind, label } of replicaMetrics)
    for (const { labels, value } of samplesOf(reading, metric)) {
      const [namespace, name] = [labelOf(labels, 'namespace'), labelOf(labels, label)]
      if (namespace && name && value >= 0) desired.set(keyOf(namespace, kind, name), value)
    }
  return desired
}

function workloadOf(
  object: { namespace: string; kind: string; name: string },
  all: readonly Pod[],
  { type, by }: Recognition,
  replicas: number | undefined,
  cluster: ClusterName,
): CnfWorkload {
  const pods = all.filter(({ phase }) => phase !== 'Succeeded')
  const ready = pods.filter((pod) => pod.ready).length
  const desired = Math.trunc(Math.min(replicas ?? pods.length, 1_000_000))
  return {
    ...{ cluster_id: cluster.id, cluster_name: cluster.name },
    ...{ ...object, cnf_type: type, recognised_by: by },
    ...{ status: statusOf(desired, ready, pods), desired, ready },
    nodes: [...new Set(pods.map(({ node }) => node).filter(Boolean))].sort(),
    cpu_pinned: pods.length > 0 ? pods.every(isPinned) : null,
    hugepages_bytes: total(pods, (resource) => resource.startsWith('hugepages-')),
    sriov_vfs: whole(total(pods, isSriovResource)),
  }
}

function statusOf(desired: number, ready: number, pods: readonly Pod[]): CnfWorkload['status'] {
  if (pods.length > 0 && pods.every(({ phase }) => phase === 'Unknown')) return 'UNKNOWN'
  // Scaled to nothing on purpose.
  if (desired === 0) return ready === 0 ? 'UNKNOWN' : 'HEALTHY'
  if (ready === 0) return 'FAILED'
  return ready < desired ? 'DEGRADED' : 'HEALTHY'
}

/** The kubelet’s static policy gives whole CPUs to containers of Guaranteed pods that ask for whole ones. */
export const isPinned = ({ qosClass, requests }: Pick<Pod, 'qosClass' | 'requests'>): boolean =>
  qosClass === 'Guaranteed' && (requests.cpu ?? 0) >= 1 && Number.isInteger(requests.cpu)

const vendors = /^(?:openshift[.]io|intel[.]com|mellanox[.]com|broadcom[.]com)[/]/
const accelerators = /[/](?:gpu|i915|xe|fpga|qat|sgx|dsa|iaa|acc1|intel_fec|vran)/
const saysSo = /[/][\w.-]*(?:sriov|rdma|netdev|mlnx)/i

/**
 * Extended resources of the SR-IOV device plugin. It lets a site choose prefix and name, so the prefixes of the field count unless the
 * name is that of an accelerator, and names that say so themselves.
 */
export const isSriovResource = (name: string): boolean =>
  saysSo.test(name) || (vendors.test(name) && !accelerators.test(name))

function total(pods: readonly Pod[], counts: (resource: string) => boolean): number | null {
  let sum = 0
  let some = false
  for (const { requests } of pods)
    for (const [resource, amount] of Object.entries(requests))
      if (counts(resource)) {
        sum += amount
        some = true
      }
  if (!Number.isFinite(sum)) return null
  return some || pods.length > 0 ? sum : null
}

const whole = (amount: number | null): number | null => (amount === null ? null : Math.trunc(amount))

/** The workload that a pod belongs to, as an object that a finding can name. */
export function ownerRefOf(pod: Pod): { kind: string; namespace: string; name: string } {
  const [namespace = '', kind = '', name = ''] = partsOf(ownerKeyOf(pod))
  return { kind, namespace, name }
}
