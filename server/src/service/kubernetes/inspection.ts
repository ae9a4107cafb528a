import type { Finding } from '@aiops/contract/model/finding'
import type {
  ClusterGraph,
  HealthCheck,
  KubernetesEvent,
  NodeSummary,
  PodSummary,
  WorkloadSummary,
} from '@aiops/contract/model/kubernetes'
import { defaultTenant } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Random } from '../../kernel/random.ts'
import { atOnce } from '../../kernel/stepwise.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import { analyze } from './analyzer/analyze.ts'
import { rules } from './analyzer/rules.ts'
import { diagnostics } from './answer/diagnostics.ts'
import { eventList } from './answer/event-list.ts'
import { nodeSummaries } from './answer/node-summary.ts'
import { type OverviewCounts, overviewCounts } from './answer/overview.ts'
import { logsNow } from './answer/pod-logs.ts'
import { podSummaries } from './answer/pod-summary.ts'
import { accessAsks, missingOf } from './answer/rbac.ts'
import { workloadSummaries } from './answer/workload-summary.ts'
import { clusterGraph } from './graph/cluster-graph.ts'
import { mermaidOf } from './graph/mermaid.ts'
import type { DiagramKind, EventFilter, LogFilter, PodFilter, PodLogs, WorkloadFilter } from './index.ts'
import { listCluster, type UnknownKind } from './listing.ts'
import type { Usage } from './memory/sink.ts'
import type { Kind } from './object/kind.ts'
import { readUsage } from './watch/usage-poll.ts'

/** What can be said of a cluster that is read once, without a server that remembers. */
export interface Inspection {
  /** What could not be read, and why. */
  readonly unknown: readonly UnknownKind[]
  overview(): OverviewCounts
  pods(filter: Omit<PodFilter, 'atMs'>): PodSummary[]
  nodes(): NodeSummary[]
  workloads(filter: WorkloadFilter): WorkloadSummary[]
  events(filter: EventFilter): { items: KubernetesEvent[]; truncated: boolean }
  findings(namespace: string): Promise<{ findings: Finding[]; unknown: string[] }>
  diagnostics(): HealthCheck[]
  graph(ask: { namespace: string; limit: number }): ClusterGraph
  diagram(ask: { namespace: string; diagram: DiagramKind }): { text: string; truncated: boolean }
  /** Throws NOT_FOUND, and what the API server says. */
  logs(filter: LogFilter): Promise<PodLogs>
  /** What the credentials lack of what a watch needs. */
  missing(): Promise<string[]>
}

export type InspectionOptions = {
  name: string
  clock: Clock
  random: Random
  /** Left out: the whole read set. */
  kinds?: readonly Kind[]
  /** Whether metrics.k8s.io is asked too. */
  usage?: boolean
  signal: AbortSignal
}

/** Reads a cluster once. Throws what the API server says where nothing could be read. */
export async function inspectCluster(api: ClusterApi, options: InspectionOptions): Promise<Inspection> {
  const { name, clock, signal, kinds } = options
  const nodeUsage = new Map<string, Usage>()
  const podUsage = new Map<string, Usage>()
  const [{ view, unknown }] = await Promise.all([
    listCluster(api, { ...(kinds ? { kinds } : {}), signal, clock }),
    options.usage
      ? readUsage(api, signal, {
          nodeUsage: (node, usage) => void nodeUsage.set(node, usage),
          podUsage(namespace, pod, _container, usage) {
            const key = `${namespace}/${pod}`
            const sum = podUsage.get(key)
            podUsage.set(key, sum ? added(sum, usage) : usage)
          },
        })
      : undefined,
  ])
  return {
    unknown,
    overview: () => atOnce(overviewCounts(view)),
    pods: (filter) =>
      atOnce(podSummaries(view, filter, (namespace, pod) => shownUsage(podUsage.get(`${namespace}/${pod}`)))),
    nodes: () => atOnce(nodeSummaries(view, (node) => shownUsage(nodeUsage.get(node)))),
    workloads: (filter) => atOnce(workloadSummaries(view, filter)),
    events: (filter) => atOnce(eventList(view, filter)),
    findings: (namespace) =>
      analyze(view, { tenant: defaultTenant, id: name, name }, rules, { namespace: namespace || undefined }),
    diagnostics: () => diagnostics(view, { reachable: true, message: '' }),
    graph: (ask) => atOnce(clusterGraph(view, ask)),
    diagram: (ask) => atOnce(mermaidOf(view, ask)),
    async logs(filter) {
      const pod = view.get('Pod', filter.namespace, filter.pod)
      if (!pod) throw new Fault('NOT_FOUND', `There is no pod ${filter.namespace}/${filter.pod}.`)
      return logsNow(api, filter, pod)
    },
    async missing() {
      const asks = accessAsks()
      return missingOf(asks, await api.allowed(asks, signal))
    },
  }
}

/** As the API shows it; null where it is not known. */
export const shownUsage = (usage: Usage | undefined): PodSummary['usage'] =>
  usage
    ? { cpu_cores: usage.cpuCores, memory_bytes: usage.memoryBytes, at: new Date(usage.timeMs).toISOString() }
    : null

const added = (a: Usage, b: Usage): Usage => ({
  ...{ timeMs: Math.min(a.timeMs, b.timeMs), windowMs: Math.max(a.windowMs, b.windowMs) },
  ...{ cpuCores: a.cpuCores + b.cpuCores, memoryBytes: a.memoryBytes + b.memoryBytes },
})
