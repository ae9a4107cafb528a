import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@aiops/contract/client'
import type { Cluster } from '@aiops/contract/model/cluster'
import type { Finding } from '@aiops/contract/model/finding'
import type {
  ClusterOverview,
  HealthCheck,
  KubernetesEvent,
  NodeSummary,
  PodLogLine,
  PodSummary,
  WorkloadSummary,
} from '@aiops/contract/model/kubernetes'
import { systemClock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { systemRandom } from '../../kernel/random.ts'
import type { ClusterApi } from '../../port/cluster-api.ts'
import { type Kubeconfig, parseKubeconfig } from '../../service/fleet/index.ts'
import { inspectCluster } from '../../service/kubernetes/index.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { textOf } from './text-file.ts'

export type InsideDeps = {
  /** What the API server of a kubeconfig is asked through. */
  openCluster(kubeconfig: Kubeconfig): Promise<ClusterApi>
}
export type InsideOptions = ConnectionOptions & { kubeconfig?: string; context?: string }
type Diagram = 'flowchart' | 'network' | 'sequence' | 'matrix'

/** The inside of one cluster, as a running platform remembers it or as it is read now; the commands need not know which. */
export interface Inside {
  readonly name: string
  /** What could not be read, and why. */
  unknown(): string[]
  overview(): Promise<
    Pick<ClusterOverview, 'nodes' | 'pods' | 'workloads' | 'namespaces' | 'warning_events_last_hour'>
  >
  checks(): Promise<HealthCheck[]>
  pods(filter: { namespace: string; problems: boolean; search: string }): Promise<PodSummary[]>
  nodes(): Promise<NodeSummary[]>
  workloads(filter: { namespace: string; problems: boolean }): Promise<WorkloadSummary[]>
  events(filter: {
    namespace: string
    warnings: boolean
    sinceMs: number
    limit: number
  }): Promise<KubernetesEvent[]>
  logs(filter: {
    namespace: string
    pod: string
    container: string
    tail: number
    previous: boolean
  }): Promise<PodLogLine[]>
  findings(namespace: string): Promise<{ findings: Finding[]; unknown: string[] }>
  diagram(namespace: string, diagram: Diagram): Promise<string>
  missing(): Promise<string[]>
}

/** By a name, asked of the platform; else by a kubeconfig: the one named, $KUBECONFIG, or ~/.kube/config. */
export async function insideOf(
  deps: InsideDeps,
  name: string | undefined,
  options: InsideOptions,
): Promise<Inside> {
  if (name !== undefined && options.kubeconfig === undefined) {
    const client = connect(options)
    return insideOfPlatform(client, await client.getClusterByName({ params: { name } }))
  }
  const path =
    options.kubeconfig ?? process.env.KUBECONFIG?.split(':')[0] ?? join(homedir(), '.kube', 'config')
  if (options.kubeconfig === undefined && !existsSync(path))
    throw new Fault(
      'VALIDATION_FAILED',
      'Say which cluster: its name in the platform, or --kubeconfig FILE to ask it without one.',
    )
  const kubeconfig = parseKubeconfig(textOf(path), options.context)
  return insideOfKubeconfig(await deps.openCluster(kubeconfig), name ?? kubeconfig.context)
}

function insideOfPlatform(client: Client, { id, name }: Cluster): Inside {
  const params = { id }
  const all = async <T>(
    page: (page: number) => Promise<{ items: T[]; total_pages: number }>,
  ): Promise<T[]> => {
    const items: T[] = []
    for (let at = 1, pages = 1; at <= pages; at += 1) {
      const found = await page(at)
      items.push(...found.items)
      pages = found.total_pages
    }
    return items
  }
  const paged = (page: number) => ({ page, page_size: 200 })
  return {
    name,
    unknown: () => [],
    overview: () => client.getClusterOverview({ params }),
    checks: async () => (await client.getClusterDiagnostics({ params })).checks,
    pods: ({ problems, ...filter }) =>
      all((page) =>
        client.listPods({ params, query: { ...paged(page), ...filter, problems: String(problems) } }),
      ),
    nodes: async () => (await client.listNodes({ params })).nodes,
    workloads: ({ problems, namespace }) =>
      all((page) =>
        client.listWorkloads({ params, query: { ...paged(page), namespace, problems: String(problems) } }),
      ),
    async events({ namespace, warnings, sinceMs, limit }) {
      const start = new Date(sinceMs).toISOString()
      const type = warnings ? { type: 'Warning' as const } : {}
      return (await client.listKubernetesEvents({ params, query: { namespace, start, limit, ...type } }))
        .events
    },
    async logs({ namespace, pod, container, tail, previous }) {
      const query = { container, tail_lines: tail, previous: String(previous) }
      return (await client.getPodLogs({ params: { id, namespace, name: pod }, query })).lines
    },
    findings: (namespace) => client.analyzeCluster({ params, body: { namespace } }),
    diagram: async (namespace, diagram) =>
      (await client.exportClusterGraph({ params, query: { namespace, diagram } })).text,
    missing: async () => (await client.getClusterRbac({ params })).missing,
  }
}

/** Of one command; a cluster that takes longer is given up. */
const timeoutMs = 120_000

async function insideOfKubeconfig(api: ClusterApi, name: string): Promise<Inside> {
  const signal = AbortSignal.timeout(timeoutMs)
  const read = () =>
    inspectCluster(api, { name, clock: systemClock, random: systemRandom, usage: true, signal })
  let reading: ReturnType<typeof read> | undefined
  let unknown: string[] = []
  const inspection = async () => {
    reading ??= read()
    const found = await reading
    unknown = found.unknown.map(({ kind, message }) => `${kind}: ${message}`)
    return found
  }
  return {
    name,
    unknown: () => unknown,
    overview: async () => (await inspection()).overview(),
    checks: async () => (await inspection()).diagnostics(),
    pods: async (filter) => (await inspection()).pods({ ...filter, phase: '', node: '', owner: '' }),
    nodes: async () => (await inspection()).nodes(),
    workloads: async (filter) => (await inspection()).workloads({ ...filter, kind: '', search: '' }),
    async events({ namespace, warnings, sinceMs, limit }) {
      const { items } = (await inspection()).events({
        ...{ namespace, startMs: sinceMs, endMs: systemClock.now(), kind: '', name: '', reason: '', limit },
        ...(warnings ? { type: 'Warning' as const } : {}),
      })
      return items
    },
    async logs({ tail, ...filter }) {
      return (await (await inspection()).logs({ ...filter, tailLines: tail })).lines
    },
    findings: async (namespace) => (await inspection()).findings(namespace),
    diagram: async (namespace, diagram) => (await inspection()).diagram({ namespace, diagram }).text,
    missing: async () => (await inspection()).missing(),
  }
}
