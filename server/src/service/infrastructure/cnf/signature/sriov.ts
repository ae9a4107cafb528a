import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import { isSriovResource, ownerRefOf } from '../cnf-workloads.ts'
import type { CnfConfig } from '../config.ts'
import {
  byName,
  figure,
  groupBy,
  inventoryOf,
  keyOf,
  nodeOf,
  oncePerReading,
  partsOf,
  percent,
  podsOf,
  type Series,
  samplesOf,
} from '../series.ts'
import { pinnedCpus, uidOf, type VirtualFunction, vfUses, virtualFunctions } from '../sriov-status.ts'
import { advice, documents, evidenceOf, metricEvidence, nodeRef, rule, shellWord } from './rule.ts'
import { waitingFor } from './waiting.ts'

/** Network cards that are shared out as virtual functions. */
export const sriovSignatures = (config: CnfConfig): Signature[] => [
  drops(config),
  transmitErrors(config),
  vanishedFunctions(config),
  numaMismatch(),
  exhausted(),
]

const cards = oncePerReading((history: ReadingHistory): Map<string, VirtualFunction[]> => {
  if (![...byName(history.now).keys()].some((name) => name.startsWith('sriov_vf_'))) return new Map()
  const { now } = history
  const inventory = inventoryOf(history)
  return groupBy(virtualFunctions(now, inventory), ({ node, pf }) => keyOf(node, pf))
})

const drops = (config: CnfConfig): Signature =>
  rule({
    id: 'sriov-drops',
    analyzer: 'sriov',
    kind: 'SRIOVInterface',
    severity: 'MEDIUM',
    condition: `Of the packets of a virtual function more than ${config.sriov_drop_ratio} are dropped within ${config.sriov_window_seconds} s.`,
    not_when: `Fewer than ${config.sriov_packets_min} packets came and went, or the drops are of before.`,
    documentation_url: documents.sriovExporter,
    *check(history) {
      const windowMs = config.sriov_window_seconds * 1_000
      for (const [key, functions] of cards(history)) {
        const found = functions.flatMap((entry) => {
          const rise = (series: Series | undefined) => (series && history.increase(series, windowMs)) ?? 0
          const { rx_dropped: received, tx_dropped: sent } = entry.counters
          const dropped = rise(received) + rise(sent)
          const all = dropped + rise(entry.counters.rx_packets) + rise(entry.counters.tx_packets)
          const ratio = all >= config.sriov_packets_min ? dropped / all : 0
          const series = rise(received) >= rise(sent) ? received : sent
          return series && ratio > config.sriov_drop_ratio ? [{ entry, dropped, ratio, series }] : []
        })
        found.sort((a, b) => b.ratio - a.ratio)
        const [worst] = found
        if (!worst) continue
        yield {
          ...placed(key),
          title: `${cardOf(key)} drops packets of ${found.length} virtual function${found.length > 1 ? 's' : ''}, ${percent(worst.ratio)} of VF ${worst.entry.vf}’s`,
          severity: worst.ratio > 1e-3 ? 'HIGH' : 'MEDIUM',
          sinceMs: undefined,
          specificity: 0.5,
          evidence: evidenceOf(found, ({ series, dropped, ratio, entry }) =>
            metricEvidence(
              history,
              placed(key).object,
              series,
              `VF ${entry.vf}: ${figure(dropped)} dropped, ${percent(ratio)}`,
            ),
          ),
          remediation: [
            advice(
              'See whether the pod keeps up with its queue: its CPUs, its NUMA node and its ring sizes.',
            ),
            advice(
              'See what the node offers and how its functions are set.',
              `kubectl -n openshift-sriov-network-operator get sriovnetworknodestates ${nodeWord(key)} -o yaml`,
            ),
          ],
        }
      }
    },
  })

const transmitErrors = (config: CnfConfig): Signature =>
  rule({
    id: 'sriov-tx-errors',
    analyzer: 'sriov',
    kind: 'SRIOVInterface',
    severity: 'HIGH',
    condition: `A virtual function had transmit errors within ${config.sriov_window_seconds} s.`,
    not_when: 'The count stands still.',
    documentation_url: documents.sriovExporter,
    *check(history) {
      for (const [key, functions] of cards(history)) {
        const found = functions.flatMap((entry) => {
          const series = entry.counters.tx_errors
          const rise = (series && history.increase(series, config.sriov_window_seconds * 1_000)) ?? 0
          return series && rise > 0 ? [{ entry, rise, series }] : []
        })
        const [first] = found
        if (!first) continue
        yield {
          ...placed(key),
          title: `${cardOf(key)} has transmit errors: ${figure(first.rise)} of VF ${first.entry.vf}${found.length > 1 ? ` and ${found.length - 1} more` : ''}`,
          sinceMs: history.changed(first.series)?.atMs,
          specificity: 0.6,
          evidence: evidenceOf(found, ({ series, rise, entry }) =>
            metricEvidence(history, placed(key).object, series, `VF ${entry.vf}: ${figure(rise)} errors`),
          ),
          remediation: [
            advice(
              'Check link, MTU and driver; anti-spoofing refuses frames whose source address is not the function’s.',
            ),
            advice(
              'See what the node says of its functions.',
              `kubectl -n openshift-sriov-network-operator get sriovnetworknodestates ${nodeWord(key)} -o yaml`,
            ),
          ],
        }
      }
    },
  })

const vanishedFunctions = (config: CnfConfig): Signature =>
  rule({
    id: 'sriov-vfs-vanished',
    analyzer: 'sriov',
    kind: 'SRIOVInterface',
    severity: 'HIGH',
    condition: `Virtual functions of a card are no longer there, while the exporter of their node still tells of others or of their pods, within ${config.sriov_window_seconds} s.`,
    not_when: 'The exporter itself fell silent.',
    documentation_url: documents.sriovPlugin,
    *check(history) {
      const gone = history.vanished('sriov_vf_rx_packets', config.sriov_window_seconds * 1_000)
      if (gone.length === 0) return
      const { now } = history
      const inventory = inventoryOf(history)
      const alive = new Set(
        ['sriov_kubepoddevice', 'sriov_kubepodcpu', 'sriov_vf_rx_packets'].flatMap((name) =>
          samplesOf(now, name).map(({ labels }) => nodeOf(labels, inventory)),
        ),
      )
      const there = new Set(
        [...cards(history).values()].flat().map((entry) => keyOf(entry.node, entry.pf, entry.vf)),
      )
      const lost = gone.filter(({ labels }) => {
        const node = nodeOf(labels, inventory)
        return alive.has(node) && !there.has(keyOf(node, labels.pf ?? '', labels.vf ?? ''))
      })
      for (const [key, list] of groupBy(lost, ({ labels }) =>
        keyOf(nodeOf(labels, inventory), labels.pf ?? ''),
      )) {
        yield {
          ...placed(key),
          title: `${list.length} virtual function${list.length > 1 ? 's' : ''} of ${cardOf(key)} vanished`,
          sinceMs: Math.min(...list.map(({ lastMs }) => lastMs)),
          specificity: 0.9,
          evidence: evidenceOf(list, (one) =>
            metricEvidence(
              history,
              placed(key).object,
              one,
              `VF ${one.labels.vf ?? ''} was last seen ${new Date(one.lastMs).toISOString()}`,
            ),
          ),
          remediation: [
            advice(
              'See whether the card was reset or its policy changed.',
              `kubectl -n openshift-sriov-network-operator get sriovnetworknodestates ${nodeWord(key)} -o yaml`,
            ),
          ],
        }
      }
    },
  })

const numaMismatch = (): Signature =>
  rule({
    id: 'sriov-numa-mismatch',
    analyzer: 'sriov',
    kind: 'Pod',
    severity: 'HIGH',
    condition: 'A pod has a virtual function on one NUMA node and CPUs of its own on another.',
    not_when: 'The machine has one NUMA node, or the pod has no CPUs of its own.',
    documentation_url: documents.topology,
    *check(history) {
      const { now } = history
      const inventory = inventoryOf(history)
      if (samplesOf(now, 'sriov_kubepodcpu').length === 0) return
      const cpus = pinnedCpus(now, inventory)
      const uses = vfUses(now, inventory) ?? new Map<string, never>()
      const pods = podsOf(inventory)
      const wrong = [...cards(history).values()].flat().flatMap((entry) => {
        const use = uses.get(keyOf(entry.node, entry.pciAddress))
        const pod = use && pods.get(`${use.namespace}/${use.pod}`)
        const own = pod && cpus.get(uidOf(pod.uid))
        const away = own?.filter(({ numaNode }) => numaNode !== entry.numaNode) ?? []
        return pod && own && away.length > 0 && entry.numaNode !== null ? [{ entry, pod, own, away }] : []
      })
      for (const list of groupBy(wrong, ({ pod }) => pod.uid).values()) {
        const [first] = list
        if (!first) continue
        const { pod, own, away, entry } = first
        const object = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
        yield {
          ...{ object, parent: ownerRefOf(pod), within: [nodeRef(pod.node)] },
          title: `${pod.name} has its virtual function on NUMA node ${entry.numaNode} and ${away.length} of its ${own.length} CPUs elsewhere`,
          severity: away.length === own.length ? 'HIGH' : 'MEDIUM',
          sinceMs: undefined,
          specificity: 0.8,
          evidence: evidenceOf(list, (one) =>
            metricEvidence(
              history,
              object,
              Object.values(one.entry.counters)[0] as Series,
              `VF ${one.entry.vf} of ${one.entry.pf} on NUMA node ${one.entry.numaNode}; CPUs ${one.away
                .map(({ cpu }) => cpu)
                .slice(0, 16)
                .join(', ')} on ${one.away[0]?.numaNode}`,
            ),
          ),
          remediation: [
            advice(
              'Let the kubelet align them: topologyManagerPolicy single-numa-node or restricted, then let the pod be placed anew.',
            ),
            advice(
              'See the policy in force.',
              `kubectl get --raw /api/v1/nodes/${shellWord(pod.node)}/proxy/configz`,
            ),
          ],
        }
      }
    },
  })

const exhausted = (): Signature =>
  rule({
    id: 'sriov-vfs-exhausted',
    analyzer: 'sriov',
    kind: 'SRIOVResource',
    severity: 'HIGH',
    condition: 'A pod waits for virtual functions, and no node has as many free.',
    not_when: 'All are in use and nobody waits: that is what they are for.',
    documentation_url: documents.sriovPlugin,
    openAfterMs: 60_000,
    *check(history) {
      for (const wait of waitingFor(inventoryOf(history), isSriovResource)) {
        const [pod] = wait.pods
        if (!pod) continue
        const ref = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
        yield {
          object: { kind: 'SRIOVResource', namespace: '', name: wait.resource },
          title: `${wait.pods.length} pod${wait.pods.length > 1 ? 's' : ''} wait for ${wait.resource}, and ${wait.nodes === 0 ? 'no node offers it' : `none of ${wait.nodes} nodes has enough free (most: ${figure(wait.mostFree)})`}`,
          sinceMs: undefined,
          specificity: 0.85,
          evidence: evidenceOf(wait.pods, (one) => ({
            ...{ kind: 'FIELD', object: { ...ref, namespace: one.namespace, name: one.name }, at: null },
            source: `spec.containers[].resources.requests["${wait.resource}"]`,
            text: `${one.name} is pending and asks for ${figure(one.requests[wait.resource] ?? 0)}`,
          })),
          remediation: [
            advice('Raise numVfs in the node policy, or free functions that nobody needs.'),
            advice(
              'See what each node offers.',
              'kubectl -n openshift-sriov-network-operator get sriovnetworknodestates -o yaml',
            ),
          ],
        }
      }
    },
  })

function placed(key: string): Pick<Sighting, 'object' | 'parent' | 'within'> {
  const [node = '', pf = ''] = partsOf(key)
  return {
    object: { kind: 'SRIOVInterface', namespace: '', name: node ? `${node}/${pf}` : pf },
    parent: nodeRef(node),
    within: [nodeRef(node)],
  }
}
const cardOf = (key: string): string => `${partsOf(key)[1]} of ${partsOf(key)[0]}`
const nodeWord = (key: string): string => shellWord(partsOf(key)[0] ?? '')
