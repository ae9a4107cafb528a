/** What the stand-in says of clusters. Secrets that hold `wrong` or `expired` are refused, and names that hold `taken`. */
import { ClusterInput } from '@aiops/contract/api/cluster'
import type { EventType } from '@aiops/contract/event'
import type { Cluster, ClusterHealthPeriod } from '@aiops/contract/model/cluster'
import type { ClusterOverview } from '@aiops/contract/model/kubernetes'
import { chance, checksOf, makeCluster, reasonOf, scoreOf, stateAt } from './cluster-made.ts'
import { type Input, Refusal } from './refusal.ts'

const iso = (ms = Date.now()): string => new Date(ms).toISOString()

export function clusterHandlers(empty: boolean, tell: (type: EventType, payload: unknown) => void) {
  const count = Number(process.env.MOCK_CLUSTERS ?? 240)
  const clusters = new Map<string, Cluster>()
  if (!empty) for (let n = 0; n < count; n += 1) clusters.set(`c-${n}`, makeCluster(n))
  const all = (): Cluster[] => [...clusters.values()]
  const find = ({ id = '', name = '' }: Record<string, string>): Cluster => {
    const one = clusters.get(id) ?? all().find((c) => c.name === (name || id))
    if (!one) throw new Refusal(404, 'CLUSTER_NOT_FOUND', `There is no cluster ${id || name}.`)
    return one
  }
  if (!empty) setInterval(() => change(all(), tell), 4_000)
  const changed = (one: Cluster): Cluster => {
    one.updated_at = iso()
    tell('CLUSTER_UPDATED', one)
    return one
  }
  const tally = (pick: (one: Cluster) => string): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const one of all()) counts[pick(one)] = (counts[pick(one)] ?? 0) + 1
    return counts
  }
  const score = (): number | null => {
    const known = all().filter((c) => c.status.checked_at)
    return known.length === 0 ? null : known.reduce((sum, c) => sum + c.status.health_score, 0) / known.length
  }
  return {
    listClusters: ({ query }: Input) => {
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      const items = all().slice((page - 1) * size, page * size)
      return {
        items,
        total: clusters.size,
        page,
        page_size: size,
        total_pages: Math.ceil(clusters.size / size),
      }
    },
    createCluster: ({ body }: Input) => {
      const input = ClusterInput.parse(body)
      if (all().some((c) => c.name === input.name) || input.name.includes('taken'))
        throw new Refusal(
          409,
          'CLUSTER_ALREADY_EXISTS',
          `There is a cluster ${input.name} already; choose another name.`,
        )
      const fresh: Cluster = {
        ...makeCluster(clusters.size + 1_000),
        ...input,
        ...{ id: `new-${Date.now()}`, capabilities: null, credentials: null, source: 'API', warnings: [] },
        status: {
          ...makeCluster(5).status,
          state: 'PROVISIONING',
          checked_at: null,
          health_score: 0,
          last_error: null,
        },
      }
      clusters.set(fresh.id, fresh)
      tell('CLUSTER_REGISTERED', fresh)
      return fresh
    },
    getCluster: ({ params }: Input) => find(params),
    getClusterByName: ({ params }: Input) => find(params),
    updateCluster: ({ params, body }: Input) => changed(Object.assign(find(params), body)),
    deleteCluster: ({ params }: Input) => {
      const { id } = find(params)
      clusters.delete(id)
      tell('CLUSTER_DELETED', { cluster_id: id })
      return null
    },
    getClusterStatus: ({ params }: Input) => find(params).status,
    listClusterHistory: ({ params, query }: Input) => history(find(params), query),
    getClusterCopy: ({ params }: Input) => copyOf(find(params)),
    refreshCluster: ({ params }: Input) => refresh(find(params), tell),
    putClusterCredentials: ({ params, body }: Input) => store(find(params), body, tell),
    rotateClusterCredentials: ({ params, body }: Input) => store(find(params), body, tell),
    deleteClusterCredentials: ({ params }: Input) => {
      Object.assign(find(params), { credentials: null })
      tell('CLUSTER_CREDENTIALS_UPDATED', { cluster_id: params.id })
      return null
    },
    validateClusterCredentials: ({ params }: Input) => {
      const one = find(params)
      const api_server = one.status.state !== 'OFFLINE'
      const validation = { api_server, prometheus: true }
      const checks = checksOf(api_server ? 'ONLINE' : 'OFFLINE')
      return {
        valid: api_server,
        validation,
        checks,
        expires_at: one.credentials?.expires_at ?? null,
        warnings: one.warnings,
      }
    },
    getFleetSummary: () => ({
      total_clusters: clusters.size,
      ...{ by_state: tally((c) => c.status.state), by_type: tally((c) => c.cluster_type) },
      by_environment: tally((c) => c.environment),
      total_gpu_count: all().reduce((sum, c) => sum + (c.capabilities?.gpu_count ?? 0), 0),
      clusters_with_cnf: all().filter((c) => c.capabilities?.has_cnf_workloads).length,
      avg_health_score: score(),
      groups: [],
    }),
    getFleetHealth: () => ({
      total_clusters: clusters.size,
      ...{ by_state: tally((c) => c.status.state), by_connectivity: tally((c) => c.status.connectivity) },
      avg_health_score: score(),
      stale_clusters: all().filter((c) => c.status.stale).length,
      clusters: all()
        .map(({ id, name, status }) => ({ cluster_id: id, cluster_name: name, ...status }))
        .sort((a, b) => a.health_score - b.health_score),
    }),
    getClusterOverview: ({ params }: Input) => overview(find(params)),
    getClusterRbac: ({ params }: Input) => ({
      manifest: 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: aiops-reader\n  namespace: aiops\n',
      missing:
        find(params).labels.wave === '2'
          ? ['list, watch events', 'list, watch networkpolicies.networking.k8s.io']
          : [],
    }),
  }
}

/** Every few seconds one of the fleet falls or comes back. */
function change(all: Cluster[], tell: (type: EventType, payload: unknown) => void): void {
  for (const { status } of all)
    if (status.checked_at && !status.stale && Math.random() < 0.2) status.checked_at = iso()
  const one = all[Math.floor(Math.random() * Math.min(all.length, 60))]
  if (!one?.status.checked_at) return
  const old_state = one.status.state
  const new_state = old_state === 'ONLINE' ? (Math.random() < 0.6 ? 'DEGRADED' : 'OFFLINE') : 'ONLINE'
  const fresh = { state: new_state, health_score: scoreOf(new_state), last_error: reasonOf(new_state) }
  Object.assign(one.status, fresh, {
    checks: checksOf(new_state),
    since: iso(),
    checked_at: iso(),
    stale: false,
  })
  const reason = reasonOf(new_state) ?? 'All checks pass again.'
  tell('CLUSTER_STATUS_CHANGED', {
    cluster_id: one.id,
    old_state,
    new_state,
    health_score: fresh.health_score,
    reason,
  })
}

function refresh(one: Cluster, tell: (type: EventType, payload: unknown) => void): Cluster {
  if (one.id.startsWith('new-')) {
    one.capabilities = makeCluster(8).capabilities
    Object.assign(one.status, {
      ...{ state: 'DEGRADED', health_score: 80, last_error: reasonOf('DEGRADED') },
      checks: checksOf(one.endpoints.prometheus_url?.includes('wrong') ? 'DEGRADED' : 'ONLINE'),
    })
  }
  Object.assign(one.status, { checked_at: iso(), stale: false })
  tell('CLUSTER_UPDATED', one)
  return one
}

function store(
  one: Cluster,
  body: Record<string, unknown>,
  tell: (type: EventType, payload: unknown) => void,
) {
  const text = JSON.stringify(body)
  if (text.includes('expired'))
    throw new Refusal(
      422,
      'CREDENTIALS_INVALID',
      'The API server refused the token (401 Unauthorized): it expired on 2026-11-02 08:00 UTC. Get a new one: kubectl create token aiops-reader --namespace aiops --duration 24h',
    )
  if (text.includes('wrong') || one.api_server_url?.includes('wrong'))
    throw new Refusal(
      502,
      'CLUSTER_UNREACHABLE',
      `${one.api_server_url} cannot be reached: getaddrinfo ENOTFOUND. Check the address, and that this host can reach it.`,
    )
  one.credentials = {
    auth_type: (body.auth_type as 'KUBECONFIG' | undefined) ?? 'SERVICE_ACCOUNT',
    ...{ stored_at: iso(), expires_at: iso(Date.now() + 86_400_000 * 40), tokens_for: [] },
  }
  tell('CLUSTER_CREDENTIALS_UPDATED', { cluster_id: one.id })
  const validation = { api_server: true, prometheus: one.endpoints.prometheus_url ? true : null }
  return { status: 'stored', validation, expires_at: one.credentials.expires_at, warnings: [] }
}

function history(
  one: Cluster,
  query: Input['query'],
): { periods: ClusterHealthPeriod[]; truncated: boolean } {
  const n = Number(one.id.replace(/\D/g, '')) % 10_000
  const fromMs = Math.max(query.start ? Date.parse(query.start[0] ?? '') : 0, Date.now() - 7 * 86_400_000)
  const periods: ClusterHealthPeriod[] = []
  const step = 7_200_000
  for (let at = Math.floor(fromMs / step) * step; at < Date.now(); at += step) {
    if (chance(n, at / step + 0.5) > 0.985) continue
    const state = Date.now() - at < step ? one.status.state : stateAt(n, at)
    const well = state === 'ONLINE'
    periods.push({
      ...{ from: iso(at), to: iso(Math.min(at + step - 1_000, Date.now())), checks: 240, state },
      ...{ health_score: scoreOf(state), connectivity: 'CONNECTED', last_error: reasonOf(state) },
      ...{
        api_server_healthy: state !== 'OFFLINE',
        prometheus_healthy: well,
        tempo_healthy: false,
        loki_healthy: well,
      },
    })
  }
  const limit = Number(query.limit?.[0] ?? 100)
  return { periods: periods.reverse().slice(0, limit), truncated: periods.length > limit }
}

function copyOf({ cluster_type }: Cluster) {
  if (cluster_type === 'HUB' || cluster_type === 'SPOKE')
    return {
      ...{
        state: 'OFF',
        message: `Clusters of type ${cluster_type} are asked when somebody asks, and not copied (fleet.copy.cluster_types).`,
      },
      ...{ filled_until: null, behind_seconds: null, gaps: [], samples: 0, rejected: 0 },
    }
  const at = Date.now()
  return {
    ...{
      state: 'CATCHING_UP',
      message: '',
      filled_until: iso(at - 620e3),
      behind_seconds: 620,
      samples: 48_211_904,
      rejected: 12,
    },
    gaps: [
      {
        ...{ from: iso(at - 8.1e7), to: iso(at - 7.7e7) },
        reason: 'The edge’s own Prometheus had no samples of this time: it was down too.',
      },
    ],
  }
}

const kinds = [
  'Namespace',
  'Node',
  'Pod',
  'Event',
  'Service',
  'ConfigMap',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'PersistentVolumeClaim',
  'Ingress',
  'NetworkPolicy',
  'EndpointSlice',
  'ClusterOperator',
  'MachineConfigPool',
] as const

function overview(one: Cluster): ClusterOverview {
  const nodes = one.capabilities?.node_count ?? 3
  const pods = one.id === 'c-0' ? 10_000 : nodes * 24
  const off = one.status.state === 'UNKNOWN' || one.credentials === null
  return {
    cluster_id: one.id,
    watch: off ? 'OFF' : one.status.state === 'OFFLINE' ? 'FAILING' : 'WATCHING',
    message: off
      ? 'It is not watched: no credentials are stored.'
      : one.status.state === 'OFFLINE'
        ? (one.status.last_error ?? '')
        : '',
    kinds: off
      ? []
      : kinds.map((kind, i) => ({
          kind,
          state:
            i === 14 && one.labels.wave === '2'
              ? 'DENIED'
              : i === 17 && one.platform === 'KUBERNETES'
                ? 'ABSENT'
                : 'WATCHING',
          objects: kind === 'Pod' ? pods : kind === 'Node' ? nodes : 6 + i * 9,
          last_event_at: iso(Date.now() - i * 4_000),
          message:
            i === 14 && one.labels.wave === '2'
              ? 'networkpolicies.networking.k8s.io is forbidden: User "system:serviceaccount:aiops:aiops-reader" cannot list resource "networkpolicies"'
              : '',
        })),
    memory: off
      ? null
      : {
          ...{
            bytes: pods * 4_200,
            bytes_max: 157_286_400,
            since: iso(Date.now() - 7_200_000),
            versions: pods * 9,
            log_lines: 61_220,
          },
          shortened: one.id === 'c-0' ? [{ namespace: 'load-test', since: iso(Date.now() - 2_400_000) }] : [],
        },
    nodes: {
      total: nodes,
      ready: nodes - (one.status.state === 'DEGRADED' ? 1 : 0),
      cordoned: nodes > 6 ? 1 : 0,
    },
    pods: {
      total: pods,
      by_phase: { Running: pods - 31, Pending: 9, Failed: 4, Succeeded: 18 },
      not_ready: 13,
      restarts: 212,
    },
    workloads: { total: Math.round(pods / 3), unavailable: 4 },
    namespaces: 22,
    namespace_names: ['cart', 'checkout', 'identity', 'kube-system', 'monitoring', 'ran-du', 'upf'],
    warning_events_last_hour: 64,
    findings: { CRITICAL: 1, HIGH: 4, MEDIUM: 9, LOW: 2 },
  }
}
