import type { SriovStatus } from '@aiops/contract/model/cnf'
import type { ClusterInventory, Reading } from '../index.ts'
import {
  type ClusterName,
  keyOf,
  labelOf,
  nodeOf,
  partsOf,
  type Series,
  samplesOf,
  viewMax,
} from './series.ts'

/** One virtual function of a card, with its counters since the driver was loaded. */
export type VirtualFunction = {
  node: string
  /** Physical function: the interface it is of. */
  pf: string
  vf: string
  pciAddress: string
  numaNode: number | null
  counters: Partial<Record<VfCounter, Series>>
}
export type VfCounter = 'rx_packets' | 'tx_packets' | 'rx_dropped' | 'tx_dropped' | 'tx_errors'
const counters: readonly VfCounter[] = ['rx_packets', 'tx_packets', 'rx_dropped', 'tx_dropped', 'tx_errors']

/** A virtual function in use, as the kubelet told the exporter. */
export type VfUse = { namespace: string; pod: string; container: string }

export function virtualFunctions(reading: Reading, inventory: ClusterInventory): VirtualFunction[] {
  const found = new Map<string, VirtualFunction>()
  for (const counter of counters)
    for (const name of [`sriov_vf_${counter}`, `sriov_vf_${counter}_total`])
      for (const sample of samplesOf(reading, name)) {
        const { labels } = sample
        const node = nodeOf(labels, inventory)
        const [pf, vf] = [labels.pf ?? '', labels.vf ?? '']
        const key = keyOf(node, pf, vf)
        let entry = found.get(key)
        if (!entry) {
          if (found.size >= viewMax) return [...found.values()]
          const pciAddress = labels.pciAddr ?? labels.pci_addr ?? ''
          entry = { node, pf, vf, pciAddress, numaNode: numaOf(labels.numa_node), counters: {} }
          found.set(key, entry)
        }
        entry.counters[counter] = sample
      }
  return [...found.values()]
}

/** −1 and nothing mean that the machine has no such thing. */
export function numaOf(label: string | undefined): number | null {
  const node = label === undefined || label === '' ? -1 : Number(label)
  return Number.isInteger(node) && node >= 0 ? node : null
}

/** Who uses each virtual function, by node and PCI address; undefined where the exporter does not tell at all. */
export function vfUses(reading: Reading, inventory: ClusterInventory): Map<string, VfUse> | undefined {
  const samples = samplesOf(reading, 'sriov_kubepoddevice')
  if (samples.length === 0) return undefined
  const uses = new Map<string, VfUse>()
  for (const { labels } of samples) {
    const namespace = labelOf(labels, 'namespace')
    const pod = labelOf(labels, 'pod')
    const pciAddress = labels.pciAddr ?? labels.pci_addr
    if (!namespace || !pod || !pciAddress || uses.size >= viewMax) continue
    const container = labelOf(labels, 'container') ?? ''
    uses.set(keyOf(nodeOf(labels, inventory), pciAddress), { namespace, pod, container })
  }
  return uses
}

/** Network cards that are shared out as virtual functions. */
export function sriovStatus(
  reading: Reading,
  inventory: ClusterInventory,
  cluster: ClusterName,
): SriovStatus[] {
  const uses = vfUses(reading, inventory)
  const cards = new Map<string, VirtualFunction[]>()
  for (const entry of virtualFunctions(reading, inventory)) {
    const key = keyOf(entry.node, entry.pf)
    const card = cards.get(key)
    if (card) card.push(entry)
    else cards.set(key, [entry])
  }
  const at = new Date(reading.timeMs).toISOString()
  return [...cards].map(([key, card]) => {
    const [node = '', pf = ''] = partsOf(key)
    card.sort((a, b) => Number(a.vf) - Number(b.vf))
    const vfs = card.map((entry) => {
      const use = uses?.get(keyOf(entry.node, entry.pciAddress))
      return {
        vf: entry.vf,
        pci_address: entry.pciAddress,
        namespace: use?.namespace ?? null,
        pod: use?.pod ?? null,
      }
    })
    return {
      ...{ cluster_id: cluster.id, cluster_name: cluster.name, node_name: node, interface: pf },
      numa_node: card.find((entry) => entry.numaNode !== null)?.numaNode ?? null,
      total_vfs: card.length,
      allocated_vfs: uses ? vfs.filter((vf) => vf.pod !== null).length : null,
      rx_dropped: total(card, 'rx_dropped'),
      tx_dropped: total(card, 'tx_dropped'),
      tx_errors: total(card, 'tx_errors'),
      vfs,
      last_updated: at,
    }
  })
}

/** Null where no virtual function of the card has the counter. */
function total(card: readonly VirtualFunction[], counter: VfCounter): number | null {
  const values = card.flatMap((entry) => entry.counters[counter]?.value ?? [])
  const sum = values.reduce((a, b) => a + b, 0)
  return values.length > 0 && Number.isFinite(sum) ? sum : null
}

/** A CPU that the kubelet gave to a container alone. */
export type PinnedCpu = { node: string; podUid: string; containerId: string; cpu: string; numaNode: number }

/** Exclusive CPUs by pod UID; cgroup names write a UID's dashes as underscores. */
export function pinnedCpus(reading: Reading, inventory: ClusterInventory): Map<string, PinnedCpu[]> {
  const byPod = new Map<string, PinnedCpu[]>()
  for (const { labels } of samplesOf(reading, 'sriov_kubepodcpu')) {
    const podUid = uidOf(labels.uid ?? '')
    const numaNode = numaOf(labels.numa_node)
    if (!podUid || numaNode === null) continue
    const cpu = { podUid, numaNode, cpu: labels.cpu_id ?? '', containerId: labels.container_id ?? '' }
    const list = byPod.get(podUid)
    const entry = { node: nodeOf(labels, inventory), ...cpu }
    if (list) list.push(entry)
    else if (byPod.size < viewMax) byPod.set(podUid, [entry])
  }
  return byPod
}

export const uidOf = (text: string): string => text.replaceAll('_', '-').toLowerCase()
