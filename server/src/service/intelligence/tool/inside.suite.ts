import type { Client } from '@aiops/contract/client'
import type { Cluster } from '@aiops/contract/model/cluster'
import type { PodSummary } from '@aiops/contract/model/kubernetes'
import { Fault } from '../../../kernel/fault.ts'
import type { ToolScope } from './tool.ts'

export const insideNowMs = Date.parse('2026-03-02T14:31:00Z')

export const scopeOf = (clusterIds: readonly string[] = []): ToolScope => ({
  nowMs: insideNowMs,
  clusterIds,
  signal: new AbortController().signal,
})

/** A client of these operations alone: another one that is called fails the test. */
export const clientOf = (operations: Partial<Client>): Client =>
  new Proxy(operations, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (() => {
        throw new Error(`${String(name)} was not to be called.`)
      }),
  }) as Client

export const clusterOf = (name: string, more: Partial<Cluster> = {}): Cluster => ({
  ...{ id: `id-${name}`, tenant_id: 'default' as Cluster['tenant_id'], name, display_name: null },
  ...{ api_server_url: null, cluster_type: 'SPOKE', platform: 'KUBERNETES', platform_version: '1.31.4' },
  ...{ region: 'north', environment: 'PRODUCTION', capabilities: null, endpoints: {}, labels: {}, tls: null },
  status: {
    ...{ state: 'ONLINE', health_score: 100, last_error: null, connectivity: 'CONNECTED' },
    ...{ api_server_healthy: true, prometheus_healthy: true, tempo_healthy: true, loki_healthy: true },
    ...{ since: '2026-03-02T10:00:00Z', checked_at: '2026-03-02T14:30:00Z', stale: false, checks: [] },
  },
  ...{ source: 'API', credentials: null, warnings: [], created_at: '2026-01-01T00:00:00Z' },
  ...{ updated_at: '2026-01-01T00:00:00Z', last_seen_at: '2026-03-02T14:30:00Z' },
  ...more,
})

const page = <T>(items: T[]) => ({
  ...{ items, total: items.length, page: 1, page_size: 200, total_pages: 1 },
})

/** The fleet, and what only queries go to beside it. */
export const fleetOf = (...clusters: Cluster[]): Partial<Client> => ({
  listClusters: async () => page(clusters),
  listQueryClusters: async () => ({
    clusters: [
      {
        ...{ cluster_id: 'local', cluster_name: 'local', labels: {}, signals: ['METRICS'] },
        breaker: 'CLOSED',
      },
    ],
    problems: [],
  }),
})

export const podOf = (name: string, more: Partial<PodSummary> = {}): PodSummary => ({
  ...{ namespace: 'shop', name, phase: 'Running', status: 'Running', node: 'n1', owner: null },
  containers: [
    {
      ...{ name: 'main', image: 'shop:1', kind: 'MAIN', ready: true, restarts: more.restarts ?? 0 },
      ...{ state: 'Running', message: '', last_exit: null },
    },
  ],
  ...{ ready: 1, total: 1, restarts: 0, qos_class: null, created_at: '2026-03-01T14:31:00Z' },
  ...{ ip: null, labels: {}, usage: null },
  ...more,
})

/** Pods by cluster id, as the API gives them, page by page; a cluster that is not there is not watched. */
export const podsOf = (pods: Readonly<Record<string, readonly PodSummary[]>>): Pick<Client, 'listPods'> => ({
  listPods: async ({ params, query = {} }) => {
    const own = pods[params.id]
    if (!own) throw new Fault('CLUSTER_NOT_WATCHED', `The inside of ${params.id} is not known.`)
    const fit = own.filter(
      ({ name, owner }) =>
        (!query.search || name.includes(query.search)) && (!query.owner || owner?.name === query.owner),
    )
    const [number, size] = [Number(query.page ?? 1), Number(query.page_size ?? 20)]
    const items = fit.slice((number - 1) * size, number * size)
    const total_pages = Math.max(1, Math.ceil(fit.length / size))
    return { items, total: fit.length, page: number, page_size: size, total_pages }
  },
})
