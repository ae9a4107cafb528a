import type { Random } from '../../server/src/kernel/random.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { wireTime } from './write.ts'

export type ExampleTime = { nowMs: number; random: Random }
const micro = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')

/** A node, its lease and its CSI node, ready and without pressure. */
export function exampleNode(
  { nowMs, random }: ExampleTime,
  name: string,
  at: number,
  isControlPlane: boolean,
): RawObject[] {
  const uid = random.uuid(nowMs - 30 * 86_400_000)
  const created = wireTime(nowMs - 30 * 86_400_000 - at * 60_000)
  const labels: Record<string, string> = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'node.kubernetes.io/instance-type': 'standard-16',
    'topology.kubernetes.io/region': 'region-1',
    'topology.kubernetes.io/zone': `region-1${'abc'[at % 3]}`,
  }
  if (isControlPlane) labels['node-role.kubernetes.io/control-plane'] = ''
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    lastHeartbeatTime: wireTime(nowMs - Math.floor(random.next() * 300_000)),
    lastTransitionTime: created,
    reason,
    message,
  })
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid,
      labels,
      creationTimestamp: created,
      annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    },
    spec: {
      podCIDR: `10.${64 + (at >> 8)}.${at & 255}.0/24`,
      providerID: `example://${name}`,
      ...(isControlPlane
        ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }
        : {}),
    },
    status: {
      capacity: {
        cpu: '16',
        memory: '65805496Ki',
        'ephemeral-storage': '203056560Ki',
        'hugepages-2Mi': '0',
        pods: '250',
      },
      allocatable: {
        cpu: '15890m',
        memory: '63244472Ki',
        'ephemeral-storage': '187137825Ki',
        'hugepages-2Mi': '0',
        pods: '250',
      },
      conditions: [
        condition(
          'MemoryPressure',
          'False',
          'KubeletHasSufficientMemory',
          'kubelet has sufficient memory available',
        ),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      addresses: [
        { type: 'InternalIP', address: nodeAddress(at) },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      nodeInfo: {
        machineID: uid.replaceAll('-', ''),
        systemUUID: uid,
        bootID: random.uuid(nowMs),
        kernelVersion: '6.1.0-38-amd64',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        containerRuntimeVersion: 'containerd://1.7.27',
        kubeletVersion: 'v1.33.4',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  }
  const owner = [{ apiVersion: 'v1', kind: 'Node', name, uid }]
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease', creationTimestamp: created, ownerReferences: owner },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: micro(nowMs - Math.floor(random.next() * 10_000)),
    },
  }
  const csiNode = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name, creationTimestamp: created, ownerReferences: owner },
    spec: {
      drivers: [{ name: 'csi.example.test', nodeID: name, topologyKeys: ['topology.kubernetes.io/zone'] }],
    },
  }
  return [node, lease, csiNode]
}

export const nodeAddress = (at: number): string => `172.16.${at >> 8}.${at & 255}`
export const electionLease = ({ nowMs }: ExampleTime, name: string, holder: string): RawObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'kube-system', creationTimestamp: wireTime(nowMs - 30 * 86_400_000) },
  spec: {
    holderIdentity: holder,
    leaseDurationSeconds: 15,
    acquireTime: micro(nowMs - 86_400_000),
    renewTime: micro(nowMs - 2_000),
    leaseTransitions: 1,
  },
})
