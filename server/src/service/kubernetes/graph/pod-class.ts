import type { Stepwise } from '../../../kernel/stepwise.ts'
import { isTerminal } from '../answer/pod-status.ts'
import type { Selector } from '../object/meta.ts'
import type { NetworkPolicy } from '../object/network.ts'
import { ownerFinder } from '../object/owner.ts'
import type { Pod } from '../object/pod.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import { addressOf, blockReader, type IpBlock } from './ip-block.ts'
import type { PortRange } from './port-range.ts'

/**
 * Pods that no NetworkPolicy of the cluster can tell apart: of one namespace, alike in the labels and named ports that policies speak of,
 * and within the same blocks of addresses. Ten thousand pods are a few hundred classes.
 */
export type PodClass = {
  index: number
  namespace: string
  /** Of one of them; only those that policies speak of count. */
  labels: Readonly<Record<string, string>>
  hostNetwork: boolean
  /** `blockKey` of each block that its addresses lie in. */
  blocks: ReadonlySet<string>
  /** Ports that policies call by name, by that name. */
  named: ReadonlyMap<string, readonly PortRange[]>
  pods: number
}

/** Workloads of one namespace whose pods are of the same classes. */
export type WorkloadGroup = { index: number; namespace: string; classes: PodClass[]; workloads: ObjectRef[] }

export type PodClasses = { classes: PodClass[]; groups: WorkloadGroup[] }

export const blockKey = ({ cidr, except }: IpBlock): string => `${cidr}!${except.join('!')}`

/** Pods that ended are in no class. A step is 256 pods. */
export function* podClasses(view: ClusterView, policies: readonly NetworkPolicy[]): Stepwise<PodClasses> {
  const spoken = spokenOf(policies)
  const ownerOf = ownerFinder(view)
  const classes = new Map<string, PodClass>()
  const workloads = new Map<string, { ref: ObjectRef; classes: Set<PodClass> }>()
  for (const [i, pod] of view.list('Pod').entries()) {
    if (i % 256 === 255) yield
    if (isTerminal(pod)) continue
    const found = classify(pod, spoken, classes)
    found.pods += 1
    const ref = workloadOf(pod, ownerOf(pod))
    const key = `${ref.namespace}/${ref.kind}/${ref.name}`
    const workload = workloads.get(key)
    if (workload) workload.classes.add(found)
    else workloads.set(key, { ref, classes: new Set([found]) })
  }
  return { classes: [...classes.values()], groups: groupsOf(workloads.values()) }
}

/** Static pods are controlled by their node, and stand for themselves. */
function workloadOf({ metadata }: Pod, owner: ObjectRef | null): ObjectRef {
  const isOwned = owner !== null && owner.namespace !== ''
  return isOwned ? owner : { kind: 'Pod', namespace: metadata.namespace, name: metadata.name }
}

type Spoken = {
  labels: readonly string[]
  ports: ReadonlySet<string>
  blocks: readonly { key: string; has: ReturnType<typeof blockReader> }[]
}

function spokenOf(policies: readonly NetworkPolicy[]): Spoken {
  const labels = new Set<string>()
  const ports = new Set<string>()
  const blocks = new Map<string, IpBlock>()
  const hear = (selector: Selector): void => {
    for (const key of Object.keys(selector.matchLabels)) labels.add(key)
    for (const { key } of selector.matchExpressions) labels.add(key)
  }
  for (const { spec } of policies) {
    hear(spec.podSelector)
    const rules = [
      ...(spec.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports })),
      ...(spec.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports })),
    ]
    for (const rule of rules) {
      for (const { port } of rule.ports) if (typeof port === 'string') ports.add(port)
      for (const { podSelector, ipBlock } of rule.peers ?? []) {
        if (podSelector) hear(podSelector)
        if (ipBlock) blocks.set(blockKey(ipBlock), ipBlock)
      }
    }
  }
  return {
    labels: [...labels].sort(),
    ports,
    blocks: [...blocks].map(([key, block]) => ({ key, has: blockReader(block) })),
  }
}

function classify(pod: Pod, spoken: Spoken, classes: Map<string, PodClass>): PodClass {
  const { metadata, spec } = pod
  const values = spoken.labels.map((key) =>
    Object.hasOwn(metadata.labels, key) ? metadata.labels[key] : null,
  )
  const blocks = blocksOf(pod, spoken)
  const named = namedPorts(pod, spoken)
  const hostNetwork = spec.hostNetwork === true
  const key = JSON.stringify([metadata.namespace, hostNetwork, values, blocks, named])
  let found = classes.get(key)
  if (!found) {
    const byName = new Map<string, PortRange[]>()
    for (const [name, protocol, port] of named)
      byName.set(name, [...(byName.get(name) ?? []), { protocol, from: port, to: port }])
    found = {
      index: classes.size,
      namespace: metadata.namespace,
      labels: metadata.labels,
      hostNetwork,
      blocks: new Set(blocks),
      named: byName,
      pods: 0,
    }
    classes.set(key, found)
  }
  return found
}

function blocksOf({ status }: Pod, { blocks }: Spoken): string[] {
  if (blocks.length === 0) return []
  const texts = new Set([status.podIP ?? '', ...status.podIPs.map(({ ip }) => ip)])
  const addresses = [...texts].flatMap((text) => addressOf(text) ?? [])
  return blocks.filter(({ has }) => addresses.some(has)).map(({ key }) => key)
}

function namedPorts({ spec }: Pod, { ports }: Spoken): [name: string, protocol: string, port: number][] {
  if (ports.size === 0) return []
  const named: [string, string, number][] = []
  for (const container of [...spec.initContainers, ...spec.containers])
    for (const { name, protocol, containerPort } of container.ports)
      if (name && ports.has(name) && containerPort !== undefined)
        named.push([name, protocol || 'TCP', containerPort])
  return named
}

function groupsOf(workloads: Iterable<{ ref: ObjectRef; classes: ReadonlySet<PodClass> }>): WorkloadGroup[] {
  const groups = new Map<string, WorkloadGroup>()
  for (const { ref, classes } of workloads) {
    const ordered = [...classes].sort((a, b) => a.index - b.index)
    const key = ordered.map(({ index }) => index).join()
    const group = groups.get(key)
    if (group) group.workloads.push(ref)
    else groups.set(key, { index: groups.size, namespace: ref.namespace, classes: ordered, workloads: [ref] })
  }
  return [...groups.values()]
}
