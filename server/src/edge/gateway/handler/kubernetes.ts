import { isoTime } from '../../../kernel/clock.ts'
import { overallStatus } from '../../../service/kubernetes/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { pageOf } from './paging.ts'
import { rangeOf } from './time-range.ts'

type Ids =
  | 'getClusterOverview'
  | 'listPods'
  | 'listNodes'
  | 'listWorkloads'
  | 'listKubernetesEvents'
  | 'listClusterChanges'
  | 'getClusterObject'
  | 'getPodLogs'
  | 'getClusterGraph'
  | 'exportClusterGraph'
  | 'listNetworkFlows'
  | 'getClusterDiagnostics'
  | 'getClusterRbac'

/** How the namespace of a thing of the cluster as a whole is written in a path. */
const noNamespace = '-'

/** The inside of clusters. */
export function kubernetesHandlers({ kubernetes, infrastructure, clock }: HandlerDeps): {
  [K in Ids]: Handler<K>
} {
  return {
    async getClusterOverview({ params }, { tenant }) {
      const overview = await kubernetes.overview(tenant, params.id)
      const findings = { ...overview.findings }
      for (const { cluster_id, severity } of infrastructure.findings(tenant))
        if (cluster_id === params.id) findings[severity] = (findings[severity] ?? 0) + 1
      return { ...overview, findings }
    },
    async listPods({ params, query: { page, page_size, at, ...filter } }, { tenant }) {
      const asked = { ...filter, atMs: msOf(at) }
      const part = { offset: (page - 1) * page_size, limit: page_size }
      const { items, total } = await kubernetes.podPage(tenant, params.id, asked, part)
      return { items, total, page, page_size, total_pages: Math.ceil(total / page_size) }
    },
    listNodes: async ({ params, query }, { tenant }) => ({
      nodes: await kubernetes.nodes(tenant, params.id, msOf(query.at)),
    }),
    async listWorkloads({ params, query: { page, page_size, ...filter } }, { tenant }) {
      return pageOf(await kubernetes.workloads(tenant, params.id, filter), page, page_size)
    },
    async listKubernetesEvents({ params, query: { start, end, ...filter } }, { tenant }) {
      const range = rangeOf({ start, end }, clock, 2 * 3_600_000)
      const { items, truncated } = await kubernetes.events(tenant, params.id, { ...filter, ...range })
      return { events: items, truncated }
    },
    async listClusterChanges({ params, query: { start, end, ...filter } }, { tenant }) {
      const range = rangeOf({ start, end }, clock, 2 * 3_600_000)
      const { items, truncated, sinceMs } = await kubernetes.changesInTurn(tenant, params.id, {
        ...filter,
        ...range,
      })
      return { changes: items, truncated, since: isoTime(sinceMs) }
    },
    async getClusterObject({ params: { id, kind, namespace, name }, query }, { tenant }) {
      const ref = { kind, namespace: namespace === noNamespace ? '' : namespace, name }
      const { atMs, object, history } = kubernetes.object(tenant, id, ref, msOf(query.at))
      return { at: isoTime(atMs), object, history }
    },
    getPodLogs: ({ params: { id, namespace, name }, query }, { tenant }) =>
      kubernetes.logs(tenant, id, {
        ...{ namespace, pod: name, container: query.container, tailLines: query.tail_lines },
        ...{ sinceMs: msOf(query.since), previous: query.previous },
      }),
    getClusterGraph: async ({ params, query: { at, ...ask } }, { tenant }) =>
      kubernetes.graph(tenant, params.id, { ...ask, atMs: msOf(at) }),
    exportClusterGraph: async ({ params, query }, { tenant }) => ({
      format: 'mermaid',
      ...(await kubernetes.diagram(tenant, params.id, query)),
    }),
    async listNetworkFlows({ params, query }, { tenant }) {
      const { uncoveredPods, ...found } = await kubernetes.network(tenant, params.id, query)
      return { ...found, uncovered_pods: uncoveredPods }
    },
    async getClusterDiagnostics({ params }, { tenant }) {
      const checks = await kubernetes.diagnostics(tenant, params.id)
      return { status: overallStatus(checks), checks, at: isoTime(clock.now()) }
    },
    getClusterRbac: ({ params }, { tenant }) => kubernetes.rbac(tenant, params.id),
  }
}

const msOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)
