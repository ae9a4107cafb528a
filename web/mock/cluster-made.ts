/** The stand-in's clusters: a mobile operator's fleet of every type and state. `MOCK_CLUSTERS` says how many (240). */
import type { Cluster, ClusterCheck, ClusterState, ClusterType } from '@aiops/contract/model/cluster'

const regions = ['eu-west', 'eu-central', 'eu-north', 'us-east', 'us-west', 'apac-south'] as const
const cities = ['paris', 'lyon', 'berlin', 'munich', 'oslo', 'boston', 'denver', 'austin', 'pune', 'osaka']
const everyMs: Record<ClusterType, number> = { HUB: 15e3, SPOKE: 30e3, EDGE: 60e3, FAR_EDGE: 120e3 }
const iso = (ms: number): string => new Date(ms).toISOString()

/** A number from 0 to 1 that is the same for the same two. */
export const chance = (n: number, salt: number): number => {
  const x = Math.sin(n * 127.1 + salt * 311.7) * 43_758.5453
  return x - Math.floor(x)
}

export const stateAt = (n: number, ms: number): ClusterState => {
  if (n === 7) return 'PROVISIONING'
  const slow = chance(n, Math.floor(ms / 7_200_000))
  if (n % 41 === 3) return 'OFFLINE'
  if (n % 53 === 5) return 'UNKNOWN'
  return slow > 0.97 ? 'OFFLINE' : slow > 0.9 || n % 29 === 4 ? 'DEGRADED' : 'ONLINE'
}

export const reasonOf = (state: ClusterState): string | null =>
  ({
    ONLINE: null,
    PROVISIONING: null,
    OFFLINE: 'The API server did not answer within 10 s: connect ETIMEDOUT 10.32.7.4:6443.',
    DEGRADED: 'Prometheus answered 503 Service Unavailable.',
    UNKNOWN:
      'No credentials are stored for the API server, so it is not checked; upload a kubeconfig or a token.',
  })[state]

export const scoreOf = (state: ClusterState): number =>
  ({ ONLINE: 100, DEGRADED: 80, OFFLINE: 15, UNKNOWN: 0, PROVISIONING: 0 })[state]

const typeOf = (n: number): ClusterType =>
  n < 3 ? 'HUB' : n % 10 < 4 ? 'SPOKE' : n % 10 < 7 ? 'EDGE' : 'FAR_EDGE'

export function checksOf(state: ClusterState): ClusterCheck[] {
  const up = state !== 'OFFLINE' && state !== 'UNKNOWN'
  const check = (target: ClusterCheck['target'], well: boolean, message = ''): ClusterCheck => ({
    target,
    result: well ? 'HEALTHY' : 'UNHEALTHY',
    message: well ? '' : message,
    time_ms: well ? 4 + 80 * Math.random() : 10_000,
  })
  const api = check('API_SERVER', up, reasonOf('OFFLINE') ?? '')
  return [
    state === 'UNKNOWN'
      ? { ...api, result: 'NOT_CHECKED', message: reasonOf('UNKNOWN') ?? '', time_ms: null }
      : api,
    check('PROMETHEUS', up && state !== 'DEGRADED', reasonOf('DEGRADED') ?? ''),
    {
      target: 'TEMPO',
      result: 'NOT_CHECKED',
      message: 'The cluster has no address of Tempo.',
      time_ms: null,
    },
    check('LOKI', up, 'connect ECONNREFUSED 10.32.7.9:3100'),
  ]
}

export function statusOf(n: number, type: ClusterType, state: ClusterState): Cluster['status'] {
  const checks = checksOf(state)
  const checkedMs = n % 61 === 9 ? Date.now() - 11 * 60e3 : Date.now() - chance(n, 5) * everyMs[type]
  const well = (i: number): boolean => checks[i]?.result === 'HEALTHY'
  return {
    state,
    health_score: scoreOf(state),
    last_error: reasonOf(state),
    connectivity: state === 'OFFLINE' ? 'DISCONNECTED' : n % 17 === 2 ? 'INTERMITTENT' : 'CONNECTED',
    api_server_healthy: well(0),
    prometheus_healthy: well(1),
    tempo_healthy: false,
    loki_healthy: well(3),
    since: iso(Date.now() - chance(n, 6) * 9e7),
    checked_at: state === 'PROVISIONING' ? null : iso(checkedMs),
    stale: n % 61 === 9,
    checks,
  }
}

export function makeCluster(n: number): Cluster {
  const type = typeOf(n)
  const city = cities[n % cities.length] ?? 'paris'
  const name = type === 'HUB' ? `hub-${n + 1}` : `${type.toLowerCase().replace('_', '-')}-${city}-${n}`
  const gpus = type === 'HUB' ? 16 : n % 12 === 1 ? 8 : n % 30 === 6 ? 2 : 0
  const cnf = type === 'FAR_EDGE' || (type === 'EDGE' && n % 3 === 0)
  const platform = type === 'FAR_EDGE' ? 'MICROSHIFT' : n % 5 === 0 ? 'KUBERNETES' : 'OPENSHIFT'
  const expiring = n % 37 === 8
  return {
    id: `c-${n}`,
    tenant_id: 'default',
    name,
    display_name: n === 2 ? 'Core hub with a long name that somebody once thought a good idea' : null,
    api_server_url: `https://api.${name}.example:6443`,
    cluster_type: type,
    platform,
    platform_version: platform === 'KUBERNETES' ? '1.33.4' : `4.${16 + (n % 3)}.${n % 14}`,
    region: n % 71 === 10 ? null : (regions[n % regions.length] ?? null),
    environment: n % 9 === 0 ? 'STAGING' : n % 23 === 0 ? 'LAB' : 'PRODUCTION',
    status: statusOf(n, type, stateAt(n, Date.now())),
    capabilities:
      n === 7
        ? null
        : {
            has_gpu_nodes: gpus > 0,
            gpu_count: gpus,
            gpu_types: gpus > 0 ? [gpus > 8 ? 'NVIDIA H100 80GB HBM3' : 'NVIDIA A100-SXM4-40GB'] : [],
            ...{ has_prometheus: true, has_thanos: type === 'HUB', has_tempo: false, has_loki: n % 2 === 0 },
            has_service_mesh: n % 8 === 0,
            service_mesh: n % 8 === 0 ? 'Istio' : null,
            has_cnf_workloads: cnf,
            cnf_types: cnf ? (n % 4 === 0 ? ['UPF', 'SMF'] : ['VDU', 'VCU']) : [],
            distribution: n % 5 === 0 ? (['k3s', 'EKS', 'AKS Arc'][n % 3] ?? null) : null,
            node_count: n === 0 ? 410 : type === 'FAR_EDGE' ? 1 : 3 + (n % 21),
            operators: [
              ...(gpus > 0 ? ['GPU Operator'] : []),
              ...(cnf ? ['PTP Operator', 'SR-IOV Network Operator'] : []),
            ],
            found_backends: found(n, name),
            not_seen:
              n % 19 === 0 ? ['Service mesh: the cluster does not let custom resources be listed.'] : [],
          },
    endpoints: {
      prometheus_url: `https://prometheus.${name}.example`,
      ...(n % 2 === 0 ? { loki_url: `https://loki.${name}.example` } : {}),
    },
    labels: {
      team: n % 3 === 0 ? 'radio' : 'core',
      site: `${city}-${n % 12}`,
      ...(n % 4 === 0 ? { wave: '2' } : {}),
    },
    tls: null,
    source: n % 13 === 0 ? 'FILE' : 'API',
    credentials:
      stateAt(n, 0) === 'UNKNOWN'
        ? null
        : {
            auth_type: n % 2 === 0 ? 'KUBECONFIG' : 'SERVICE_ACCOUNT',
            stored_at: iso(Date.now() - 2e9),
            expires_at: expiring
              ? iso(Date.now() + 3.1 * 86_400_000)
              : n % 2 === 0
                ? null
                : iso(Date.now() + 6e9),
            tokens_for: ['PROMETHEUS'],
          },
    warnings: expiring ? ['The credentials expire in 3 days; rotate them.'] : [],
    created_at: iso(Date.now() - 9e9),
    updated_at: iso(Date.now() - 2e9),
    last_seen_at: n === 7 ? null : iso(Date.now() - 40e3),
  }
}

const found = (n: number, name: string): NonNullable<Cluster['capabilities']>['found_backends'] => [
  {
    ...{ target: 'PROMETHEUS', namespace: 'openshift-monitoring', service: 'prometheus-k8s' },
    url: `https://prometheus-k8s.apps.${name}.example`,
  },
  ...(n % 2 === 0
    ? [
        {
          target: 'LOKI' as const,
          namespace: 'openshift-logging',
          service: 'logging-loki-gateway',
          url: null,
        },
      ]
    : []),
]
