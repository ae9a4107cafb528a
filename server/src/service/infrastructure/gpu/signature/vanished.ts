import { isoTime } from '../../../../kernel/clock.ts'
import type { ReadingHistory, Signature } from '../../signature/signature.ts'
import { devicesIn } from '../devices-in.ts'
import { allocatableOf, boardsOf } from '../expectation.ts'
import { lostDevices } from '../lost-device.ts'
import { advice, at, documentation, gpuSignature, minute, nodeRef, seen, spoken } from '../sighting.ts'

/** In one reading a GPU may be left out. */
const patienceMs = minute
const shortMs = 5 * minute

export const vanishedSignatures = (): Signature[] => [vanished, fewer, notOffered]

const vanished: Signature = gpuSignature({
  ...{ id: 'gpu-vanished', analyzer: 'gpu-presence', severity: 'CRITICAL', openAfterMs: 0 },
  condition:
    'A GPU that was told of within the last 40 minutes is not any more, while its node’s exporter goes on.',
  not_when:
    'The whole node or its exporter is gone; a board that was taken out while the node was down, and is not offered any more.',
  documentation_url: documentation.xid,
  consequenceOf: ['gpu-xid-79', 'gpu-exporter-gone'],
  *check(history) {
    const { inventory, now } = history
    const present = countByNode(history)
    for (const { device, lastMs } of lostDevices(history)) {
      const there = present.get(device.node) ?? 0
      const up = exporterUp(history, device.metrics.values().next().value?.labels ?? {})
      if ((there === 0 && up !== true) || now.timeMs - lastMs < patienceMs) continue
      const expected = boardsOf(device.node, inventory)
      // A board that is taken out in order is so while its node is down; one that fails leaves its neighbours running.
      if (
        expected !== undefined &&
        expected <= there &&
        !wentAlone(history, device.node, now.timeMs - lastMs)
      )
        continue
      const samples = [...device.metrics.values()].slice(0, 2)
      yield {
        ...at(device),
        title: `${spoken(device)} has vanished: ${there} of its GPUs are told of${expected === undefined ? '' : `, ${expected} are expected`}.`,
        ...{ sinceMs: lastMs, specificity: 0.8 },
        evidence: samples.map((sample) => seen(device, sample, `last value ${sample.value}`, lastMs)),
        remediation: [
          ...[advice.cordon(device.node), advice.drain(device.node), advice.describe(device.node)],
          advice.say(
            'Look for XID 79 in the node’s kernel log; a GPU that fell off the bus needs its node turned off and on.',
          ),
        ],
      }
    }
  },
})

/** Whether other GPUs of the node were told of all the time since. */
const wentAlone = (history: ReadingHistory, node: string, goneMs: number): boolean =>
  devicesIn(history).some((device) => {
    const [sample] = device.metrics.values()
    return device.node === node && sample !== undefined && history.heldMs(sample, () => true) > goneMs
  })

const fewer: Signature = gpuSignature({
  ...{ id: 'gpu-fewer-than-allocatable', analyzer: 'gpu-presence', severity: 'HIGH', kind: 'Node' },
  openAfterMs: shortMs,
  condition: 'A node offers more GPUs (nvidia.com/gpu) than its exporter tells of, for five minutes.',
  not_when:
    'GPUs whose time is shared or that are divided are offered more often than they are; an exporter that is gone is another rule.',
  documentation_url: documentation.operator,
  consequenceOf: [],
  *check(history) {
    const missing = new Set(lostDevices(history).map(({ device }) => device.node))
    for (const [node, there] of countByNode(history)) {
      const expected = boardsOf(node, history.inventory)
      // One that was seen to go is told by name.
      if (expected === undefined || there >= expected || missing.has(node)) continue
      yield {
        object: nodeRef(node),
        title: `${node} offers ${expected} GPUs, and ${there} are told of.`,
        ...{ sinceMs: undefined, specificity: 0.7 },
        evidence: [field(node, 'status.allocatable["nvidia.com/gpu"]', String(expected), history.now.timeMs)],
        remediation: [advice.cordon(node), advice.describe(node)],
      }
    }
  },
})

const notOffered: Signature = gpuSignature({
  ...{ id: 'gpu-not-allocatable', analyzer: 'gpu-presence', severity: 'HIGH', kind: 'Node' },
  openAfterMs: shortMs,
  condition: 'A node has GPUs and offers none or fewer of them (nvidia.com/gpu), for five minutes.',
  not_when: 'Divided GPUs, offered as slices; nodes whose GPUs are for virtual machines.',
  documentation_url: documentation.operator,
  consequenceOf: ['gpu-exporter-gone'],
  *check(history) {
    for (const [node, there] of countByNode(history)) {
      const offered = allocatableOf(node, history.inventory)
      if (offered === null || offered >= there) continue
      if (devicesIn(history).some((device) => device.node === node && device.migs.size > 0)) continue
      yield {
        object: nodeRef(node),
        title: `${node} has ${there} GPUs and offers ${offered}: its device plugin holds the others back, or does not run.`,
        ...{ sinceMs: undefined, specificity: 0.6 },
        evidence: [field(node, 'status.allocatable["nvidia.com/gpu"]', String(offered), history.now.timeMs)],
        remediation: [advice.describe(node), advice.exporter(node)],
      }
    }
  },
})

const field = (node: string, source: string, text: string, timeMs: number) => ({
  ...{ kind: 'FIELD' as const, object: nodeRef(node), source, text, at: isoTime(timeMs) },
})

function countByNode(history: Parameters<typeof devicesIn>[0]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { node } of devicesIn(history)) counts.set(node, (counts.get(node) ?? 0) + 1)
  return counts
}

/** Whether the scrape of the exporter that told of it goes on; undefined where nobody says. */
function exporterUp(
  history: Parameters<Signature['check']>[0],
  { instance }: Readonly<Record<string, string>>,
): boolean | undefined {
  if (instance === undefined) return undefined
  const up = history.samples('up').find(({ labels }) => labels.instance === instance)
  return up && up.value === 1
}
