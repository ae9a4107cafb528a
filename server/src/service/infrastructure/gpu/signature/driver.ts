import type { ReadingHistory, Signature } from '../../signature/signature.ts'
import { devicesIn } from '../devices-in.ts'
import type { GpuDevice } from '../gpu-device.ts'
import { advice, documentation, gpuSignature, minute, nodeRef, seen } from '../sighting.ts'

const nodesMin = 3
/** A roll-out of a driver takes its time. */
const rolloutMs = 30 * minute

export const driverSignatures = (): Signature[] => [withinNode, amongNodes]

const withinNode: Signature = gpuSignature({
  ...{ id: 'gpu-driver-mismatch-node', analyzer: 'gpu-driver', severity: 'MEDIUM', kind: 'Node' },
  openAfterMs: 2 * minute,
  condition: 'GPUs of one node are told of with different driver versions.',
  not_when: 'A driver that is being changed, for two minutes.',
  documentation_url: documentation.driver,
  *check(history) {
    for (const [node, devices] of byNode(history)) {
      const versions = new Set(devices.flatMap(({ driver }) => driver ?? []))
      if (versions.size < 2) continue
      yield {
        object: nodeRef(node),
        title: `GPUs of ${node} are told of with drivers ${[...versions].sort().join(' and ')}: module and libraries are of two versions.`,
        ...{ sinceMs: undefined, specificity: 0.7 },
        evidence: evidenceOf(history, devices),
        remediation: [
          advice.cordon(node),
          advice.drain(node),
          advice.say('Restart the node, so that one driver is loaded.'),
        ],
      }
    }
  },
})

const amongNodes: Signature = gpuSignature({
  ...{ id: 'gpu-driver-mismatch-fleet', analyzer: 'gpu-driver', severity: 'LOW', kind: 'Node' },
  openAfterMs: rolloutMs,
  condition:
    'A node has another driver than two thirds or more of the cluster’s nodes with the same GPUs, for half an hour.',
  not_when: 'A roll-out on its way; fewer than three nodes; boards of another model.',
  documentation_url: documentation.driver,
  consequenceOf: ['gpu-driver-mismatch-node'],
  *check(history) {
    const models = new Map<string, Map<string, GpuDevice[]>>()
    for (const [node, devices] of byNode(history)) {
      const [first] = devices
      if (!first?.driver) continue
      const nodes = models.get(first.model) ?? new Map<string, GpuDevice[]>()
      models.set(first.model, nodes.set(node, devices))
    }
    for (const nodes of models.values()) {
      const usual = usualOf(nodes)
      if (usual === undefined) continue
      for (const [node, devices] of nodes) {
        const driver = devices[0]?.driver
        if (driver === usual) continue
        yield {
          object: nodeRef(node),
          title: `${node} has driver ${driver}, and most nodes with the same GPUs have ${usual}.`,
          ...{ sinceMs: undefined, specificity: 0.4 },
          evidence: evidenceOf(history, devices.slice(0, 1)),
          remediation: [
            advice.say('Bring the driver of the node to the version of the others, or finish the roll-out.'),
            advice.describe(node),
          ],
        }
      }
    }
  },
})

function usualOf(nodes: ReadonlyMap<string, readonly GpuDevice[]>): string | undefined {
  if (nodes.size < nodesMin) return undefined
  const counts = new Map<string, number>()
  for (const [device] of nodes.values())
    if (device?.driver) counts.set(device.driver, (counts.get(device.driver) ?? 0) + 1)
  for (const [driver, count] of counts) if (count * 3 >= nodes.size * 2) return driver
  return undefined
}

function byNode(history: ReadingHistory): Map<string, GpuDevice[]> {
  const nodes = new Map<string, GpuDevice[]>()
  for (const device of devicesIn(history)) {
    const list = nodes.get(device.node)
    if (list) list.push(device)
    else nodes.set(device.node, [device])
  }
  return nodes
}

const evidenceOf = (history: ReadingHistory, devices: readonly GpuDevice[]) =>
  devices.slice(0, 8).flatMap((device) => {
    const [sample] = device.metrics.values()
    return sample ? [seen(device, sample, `driver ${device.driver ?? 'unknown'}`, history.now.timeMs)] : []
  })
