import type { Pod } from '../../object/pod.ts'
import { readable } from '../evidence.ts'
import { quoted } from '../kubectl.ts'

type SandboxCause = { test: RegExp; title: string; advice: string; command?: string }
const sandboxCauses: readonly SandboxCause[] = [
  {
    test: /no runtime for|RuntimeHandler|runtimeclass/i,
    title: 'the node has no runtime of its runtime class',
    advice: 'See which nodes have the handler of the runtime class, and keep the pod to them.',
    command: 'kubectl get runtimeclasses',
  },
  {
    test: /no (available )?IP|no free IP|not enough (free )?ip|failed to allocate|IP addresses available|range is full|exhaust/i,
    title: 'no address is left in the range for pods',
    advice:
      'See how many addresses the node or the subnet has for pods; finished pods that linger hold theirs.',
    command: "kubectl get nodes -o custom-columns='NAME:.metadata.name,CIDR:.spec.podCIDR'",
  },
  {
    test: /network-attachment|NetworkAttachmentDefinition|net-attach-def/i,
    title: 'a network that its annotations ask for does not exist',
    advice:
      'See whether the NetworkAttachmentDefinition is there, in the namespace that the annotation names.',
    command: 'kubectl get network-attachment-definitions -A',
  },
  {
    test: /sriov|SR-IOV|\bVF\b|vfio/i,
    title: 'its SR-IOV virtual function cannot be set up',
    advice:
      'See the log of the SR-IOV plug-in on the node, and whether the function is bound to the driver that is asked for.',
  },
  {
    test: /cni config uninitialized|network plugin is not ready|no networks found|failed to find plugin/i,
    title: 'the network plug-in is not there on the node yet',
    advice: 'See whether the pods of the network plug-in run on that node.',
    command: 'kubectl get pods -A -o wide --field-selector=status.phase!=Running',
  },
  {
    test: /cni|network|veth|bridge|ovn|calico|cilium|flannel|multus/i,
    title: 'the network plug-in fails',
    advice: 'See whether the pods of the network plug-in run on that node, and their log.',
    command: 'kubectl get daemonsets -A',
  },
  {
    test: /cgroup|memory limit too low|minimum memory/i,
    title: 'the runtime cannot make its control group',
    advice: 'See the memory limit of the pod: a few megabytes are too little for a container to start.',
  },
]

export const sandboxCauseOf = (message: string): SandboxCause =>
  sandboxCauses.find(({ test }) => test.test(readable(message))) ?? {
    test: /^/,
    title: 'the runtime of the node refuses',
    advice: 'See the state of the node and the log of its container runtime.',
  }

type MountCause = { test: RegExp; title: string; advice: string; command?: (pod: Pod) => string }
const claims = ({ metadata }: Pod): string => `kubectl get pvc -n ${quoted(metadata.namespace)}`
const attachments = (): string => 'kubectl get volumeattachments'

const mountCauses: readonly MountCause[] = [
  {
    test: /multi-attach/i,
    title: 'another node still holds the volume',
    advice:
      'A volume of access mode ReadWriteOnce goes to one node at a time: see whether the pod there still runs or its node is lost.',
    command: attachments,
  },
  {
    test: /persistentvolumeclaim "[^"]*" not found/i,
    title: 'its claim does not exist',
    advice: 'Create the claim, or correct its name.',
    command: claims,
  },
  {
    test: /(configmap|secret)|references non-existent/i,
    title: 'a ConfigMap or Secret that it mounts does not exist or lacks a key',
    advice: 'Create what is missing, or correct the reference; see what is there.',
    command: ({ metadata }) => `kubectl get configmaps,secrets -n ${quoted(metadata.namespace)}`,
  },
  {
    test: /driver name .* not found|not found in the list of registered CSI drivers/i,
    title: 'the storage driver does not run on the node',
    advice: 'See whether the driver’s DaemonSet has a pod on the node.',
    command: () => 'kubectl get csinodes,csidrivers',
  },
  {
    test: /access denied|permission denied|not permitted|operation not permitted/i,
    title: 'the storage refuses access',
    advice: 'See the rights of the share or disk, fsGroup, and the driver’s credentials.',
    command: claims,
  },
  {
    test: /wrong fs type|bad superblock|structure needs cleaning|fsck/i,
    title: 'the file system on the volume is damaged or of another kind',
    advice: 'Check the file system where nothing has it mounted; the node’s kernel log tells more.',
    command: claims,
  },
  {
    test: /no such host|connection refused|no route to host|connection timed out|mount\.nfs/i,
    title: 'the storage server does not answer',
    advice: 'See whether the node reaches the server of the volume.',
    command: claims,
  },
  {
    test: /timed out|deadline exceeded|timeout/i,
    title: 'it takes longer than the kubelet waits',
    advice: 'See the driver’s controller and whether the volume is attached to the node.',
    command: attachments,
  },
]

export const mountCauseOf = (message: string): MountCause =>
  mountCauses.find(({ test }) => test.test(readable(message))) ?? {
    test: /^/,
    title: 'the kubelet or the storage driver refuses',
    advice: 'See the claim, its volume and the storage driver.',
  }
