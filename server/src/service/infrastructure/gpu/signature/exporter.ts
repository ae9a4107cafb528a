import { isoTime } from '../../../../kernel/clock.ts'
import type { Sighting, Signature } from '../../signature/signature.ts'
import { devicesIn } from '../devices-in.ts'
import { boardsOf } from '../expectation.ts'
import { lostDevices } from '../lost-device.ts'
import { nodeOf } from '../placement.ts'
import { advice, documentation, gpuSignature, minute, nodeRef, selectorOf } from '../sighting.ts'

const patienceMs = 5 * minute

export const exporterSignatures = (): Signature[] => [gone, missing]

const gone: Signature = gpuSignature({
  ...{ id: 'gpu-exporter-gone', analyzer: 'gpu-presence', severity: 'HIGH', kind: 'Node' },
  condition:
    'A node’s exporter told of GPUs within the last 40 minutes and tells of none now, or its scrape fails.',
  not_when: 'A node that is not in the cluster any more; a single GPU that is gone while the scrape goes on.',
  documentation_url: documentation.exporter,
  *check(history) {
    const { inventory, now } = history
    const told = new Set(devicesIn(history).map(({ node }) => node))
    const nodes = new Set(inventory.nodes.map(({ name }) => name))
    const silent = new Map<string, { lastMs: number; source: string; instance: string | undefined }>()
    for (const { device, lastMs } of lostDevices(history)) {
      const [sample] = device.metrics.values()
      const instance = sample?.labels.instance
      if (!told.has(device.node) && sample && lastMs > (silent.get(device.node)?.lastMs ?? 0))
        silent.set(device.node, { lastMs, source: selectorOf(sample.labels), instance })
    }
    for (const { labels, value } of history.samples('up')) {
      const node = nodeOf(labels, inventory)
      if (value === 0 && node !== '' && !silent.has(node) && !told.has(node))
        silent.set(node, { lastMs: now.timeMs - patienceMs, source: selectorOf(labels), instance: undefined })
    }
    for (const [node, { lastMs, source, instance }] of silent) {
      if (now.timeMs - lastMs < patienceMs || (nodes.size > 0 && !nodes.has(node))) continue
      // The exporter answers, and tells of no GPU: the GPU is gone.
      const up = history
        .samples('up')
        .find(({ labels }) => instance !== undefined && labels.instance === instance)
      if (up?.value === 1) continue
      yield sightingOf(node, `Nothing tells of the GPUs of ${node} any more.`, lastMs, source, 0.85)
    }
  },
})

const missing: Signature = gpuSignature({
  ...{ id: 'gpu-exporter-missing', analyzer: 'gpu-presence', severity: 'LOW', kind: 'Node' },
  openAfterMs: 5 * minute,
  condition: 'A node offers GPUs and nothing tells of them, while other nodes’ are told of.',
  not_when: 'A cluster without any exporter: that is a choice.',
  documentation_url: documentation.exporter,
  consequenceOf: ['gpu-exporter-gone'],
  *check(history) {
    const told = new Set(devicesIn(history).map(({ node }) => node))
    if (told.size === 0) return
    for (const { name } of history.inventory.nodes) {
      if (told.has(name) || boardsOf(name, history.inventory) === undefined) continue
      if (lostDevices(history).some(({ device }) => device.node === name)) continue
      yield sightingOf(
        name,
        `${name} offers GPUs, and no exporter tells of them.`,
        undefined,
        'DCGM_FI_DEV_GPU_TEMP',
        0.3,
      )
    }
  },
})

const sightingOf = (
  node: string,
  title: string,
  sinceMs: number | undefined,
  source: string,
  specificity: number,
): Sighting => ({
  ...{ object: nodeRef(node), title, sinceMs, specificity },
  evidence: [
    {
      ...{ kind: 'METRIC', object: nodeRef(node), source, text: 'no samples' },
      at: sinceMs === undefined ? null : isoTime(sinceMs),
    },
  ],
  remediation: [advice.exporter(node), advice.describe(node)],
})
