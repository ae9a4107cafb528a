import { lengthOf } from '../../length.ts'
import type { ReadingHistory, Sighting, Signature } from '../../signature/signature.ts'
import { isPinned, ownerRefOf } from '../cnf-workloads.ts'
import type { CnfConfig } from '../config.ts'
import { figure, groupBy, inventoryOf, labelOf, nodeOf, podsOf, type Series } from '../series.ts'
import { workloadsOf } from './function-refs.ts'
import { advice, documents, evidenceOf, metricEvidence, nodeRef, rule, shellWord } from './rule.ts'
import { waitingFor } from './waiting.ts'

/** CPUs and memory that network functions have for themselves. */
export const cpuSignatures = (config: CnfConfig): Signature[] => [
  kubeletErrors(config, {
    id: 'cpu-pinning-errors',
    metric: 'kubelet_cpu_manager_pinning_errors_total',
    what: 'could not give containers CPUs of their own',
    condition: 'The kubelet’s CPU manager failed to pin a container',
    documentation: documents.cpuManager,
    hint: 'Compare the CPUs that its pods ask for with those that are not reserved.',
  }),
  kubeletErrors(config, {
    id: 'topology-admission-errors',
    metric: 'kubelet_topology_manager_admission_errors_total',
    what: 'refused pods whose CPUs, devices and memory do not fit one NUMA node',
    condition: 'The kubelet’s topology manager refused a pod',
    documentation: documents.topology,
    hint: 'The scheduler does not know NUMA nodes: ask for less, or schedule with the NUMA-aware scheduler.',
  }),
  throttled(config),
  hugepages(config),
  overcommitted(config),
]

function kubeletErrors(
  config: CnfConfig,
  of: {
    id: string
    metric: string
    what: string
    condition: string
    documentation: string
    hint: string
  },
): Signature {
  const windowMs = config.cpu_window_seconds * 1_000
  return rule({
    id: of.id,
    analyzer: 'cpu',
    kind: 'Node',
    severity: 'HIGH',
    condition: `${of.condition} within ${config.cpu_window_seconds} s.`,
    not_when: 'The count is of before.',
    documentation_url: of.documentation,
    *check(history) {
      for (const series of history.samples(of.metric)) {
        const rise = history.increase(series, windowMs) ?? 0
        if (rise <= 0) continue
        const node = nodeOf(series.labels, inventoryOf(history))
        const object = nodeRef(node)
        yield {
          object,
          title: `The kubelet of ${node} ${of.what}, ${figure(rise)} times within ${lengthOf(windowMs)}`,
          sinceMs: history.changed(series)?.atMs,
          specificity: 0.7,
          evidence: [metricEvidence(history, object, series, `rose by ${figure(rise)}`)],
          remediation: [
            advice(of.hint),
            advice(
              'See policy and reserved CPUs.',
              `kubectl get --raw /api/v1/nodes/${shellWord(node)}/proxy/configz`,
            ),
          ],
        }
      }
    },
  })
}

const throttled = (config: CnfConfig): Signature =>
  rule({
    id: 'cpu-pinned-throttled',
    analyzer: 'cpu',
    kind: 'Pod',
    severity: 'HIGH',
    condition: `A container with CPUs of its own was throttled in more than ${config.cpu_throttled_periods_max} periods within ${config.cpu_window_seconds} s.`,
    not_when: 'The pod shares its CPUs: throttling at a limit is what limits are for.',
    documentation_url: documents.cpuManager,
    alert_name: 'CPUThrottlingHigh',
    *check(history) {
      const all = history.samples('container_cpu_cfs_throttled_periods_total')
      if (all.length === 0) return
      const inventory = inventoryOf(history)
      const pods = podsOf(inventory)
      const windowMs = config.cpu_window_seconds * 1_000
      const found = all.flatMap((series) => {
        const container = labelOf(series.labels, 'container')
        if (!container || container === 'POD' || series.value <= 0) return []
        const pod = pods.get(`${labelOf(series.labels, 'namespace')}/${labelOf(series.labels, 'pod')}`)
        if (!pod || !isPinned(pod)) return []
        const rise = history.increase(series, windowMs) ?? 0
        return rise > config.cpu_throttled_periods_max ? [{ pod, container, rise, series }] : []
      })
      for (const list of groupBy(found, ({ pod }) => pod.uid).values()) {
        const { pod, container, rise, series } = list[0]!
        const object = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
        yield {
          ...{ object, parent: ownerRefOf(pod), within: [nodeRef(pod.node)] },
          title: `${container} of ${pod.name} was throttled ${figure(rise)} times within ${lengthOf(windowMs)}, though its CPUs are its own`,
          sinceMs: history.changed(series)?.atMs,
          specificity: 0.8,
          evidence: evidenceOf(list, (one) =>
            metricEvidence(
              history,
              object,
              one.series,
              `${one.container}: ${figure(one.rise)} throttled periods`,
            ),
          ),
          remediation: [
            advice(
              'Let the runtime switch the quota off for it: annotation cpu-quota.crio.io: "disable" with a performance profile’s runtime class, or the kubelet’s DisableCPUQuotaWithExclusiveCPUs.',
            ),
            advice(
              'See its quality of service.',
              `kubectl -n ${shellWord(pod.namespace)} get pod ${shellWord(pod.name)} -o yaml`,
            ),
          ],
        }
      }
    },
  })

const hugepages = (config: CnfConfig): Signature =>
  rule({
    id: 'hugepages-exhausted',
    analyzer: 'cpu',
    kind: 'HugePages',
    severity: 'HIGH',
    condition: `A pod waits for huge pages, and no node has as many left, or a node whose own are all in use has taken more from its other memory, for ${config.hugepages_seconds} s.`,
    not_when:
      'All are in use and nobody waits: applications take them once, at their start. Or the node reserves none of its own, and all are taken as they are needed.',
    documentation_url: documents.hugepages,
    openAfterMs: Math.min(config.hugepages_seconds * 1_000, 60_000),
    *check(history) {
      for (const wait of waitingFor(inventoryOf(history), (name) => name.startsWith('hugepages-'))) {
        const free = history.samples('node_memory_HugePages_Free')
        yield {
          object: { kind: 'HugePages', namespace: '', name: wait.resource },
          title: `${wait.pods.length} pod${wait.pods.length > 1 ? 's' : ''} wait for ${wait.resource}, and ${wait.nodes === 0 ? 'no node offers it' : `none of ${wait.nodes} nodes has enough left`}`,
          sinceMs: undefined,
          specificity: 0.85,
          evidence: [
            ...evidenceOf(wait.pods, (pod) => ({
              ...{ kind: 'FIELD' as const, at: null },
              object: { kind: 'Pod', namespace: pod.namespace, name: pod.name },
              source: `spec.containers[].resources.requests["${wait.resource}"]`,
              text: `${pod.name} asks for ${bytes(pod.requests[wait.resource] ?? 0)}, the most that is left is ${bytes(wait.mostFree)}`,
            })),
            ...evidenceOf(
              free.filter(({ value }) => value === 0),
              (series) => {
                const node = nodeOf(series.labels, inventoryOf(history))
                return metricEvidence(history, nodeRef(node), series, `${node} has no free huge page`)
              },
            ),
          ],
          remediation: [
            advice(
              'Reserve more by the performance profile (this restarts the node), or free those of pods that are not needed.',
            ),
            advice('See what each node has.', 'kubectl describe nodes'),
          ],
        }
      }
      yield* beyondThePool(history)
    },
  })

/** The kernel takes surplus pages only once the pool is used up: somebody holds more than was planned (admin-guide/mm/hugetlbpage.rst). */
function* beyondThePool(history: ReadingHistory): Iterable<Sighting> {
  const inventory = inventoryOf(history)
  const byNode = (name: string): Map<string, Series> =>
    new Map(history.samples(name).map((series) => [nodeOf(series.labels, inventory), series]))
  const [total, free] = [byNode('node_memory_HugePages_Total'), byNode('node_memory_HugePages_Free')]
  for (const [node, surplus] of byNode('node_memory_HugePages_Surp')) {
    const [all, left] = [total.get(node)?.value ?? 0, free.get(node)]
    if (surplus.value <= 0 || all <= surplus.value || left?.value !== 0) continue
    const object = nodeRef(node)
    yield {
      object,
      title: `All ${figure(all - surplus.value)} huge pages of ${node} are in use, and it has taken ${figure(surplus.value)} more from its other memory`,
      sinceMs: history.changed(surplus)?.atMs,
      specificity: 0.75,
      evidence: [
        metricEvidence(history, object, surplus, `${figure(surplus.value)} beyond the pool`),
        metricEvidence(history, object, left, `${node} has no free huge page`),
      ],
      remediation: [
        advice('Find the process that holds more than its pod asked for: HugetlbPages in /proc/PID/status.'),
        advice('See what each node has.', 'kubectl describe nodes'),
      ],
    }
  }
}

const overcommitted = (config: CnfConfig): Signature =>
  rule({
    id: 'ran-du-limits',
    analyzer: 'cpu',
    kind: 'Node',
    severity: 'LOW',
    condition: `A single node that runs a DU has more than ${config.ran_pods_per_node_max} pods, or its vRAN application more than ${config.ran_application_pods_max}.`,
    not_when: 'The cluster has several nodes, or no DU.',
    documentation_url: documents.ranReference,
    *check(history) {
      const inventory = inventoryOf(history)
      const [node] = inventory.nodes
      if (!node || inventory.nodes.length > 1) return
      const running = inventory.pods.filter(({ phase }) => phase === 'Running' || phase === 'Pending')
      const dus = workloadsOf(history).filter(({ cnf_type: type }) => type === 'VDU')
      if (dus.length === 0) return
      const namespaces = new Set(dus.map(({ namespace }) => namespace))
      const ofApplication = running.filter(({ namespace }) => namespaces.has(namespace)).length
      const [tooMany, tooLarge] = [
        running.length > config.ran_pods_per_node_max,
        ofApplication > config.ran_application_pods_max,
      ]
      if (!tooMany && !tooLarge) return
      yield {
        object: nodeRef(node.name),
        title: tooMany
          ? `${node.name} runs ${running.length} pods, more than the ${config.ran_pods_per_node_max} that a single node with a DU is made for`
          : `The vRAN application of ${node.name} has ${ofApplication} pods, more than the ${config.ran_application_pods_max} it is made for`,
        sinceMs: undefined,
        specificity: 0.2,
        evidence: [podCount(node.name, running.length)],
        remediation: [advice('Move what is not part of the radio elsewhere.', 'kubectl get pods -A -o wide')],
      }
    },
  })

const podCount = (node: string, count: number) => ({
  ...{ kind: 'FIELD' as const, object: nodeRef(node), source: 'pods', at: null },
  text: `${count} pods`,
})

function bytes(amount: number): string {
  const gibibytes = amount / 2 ** 30
  return gibibytes >= 1 ? `${figure(gibibytes)} GiB` : `${figure(amount / 2 ** 20)} MiB`
}
