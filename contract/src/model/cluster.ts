import { z } from 'zod'
import { Labels } from './label.ts'
import { TenantId } from './tenant.ts'
import { Time } from './time.ts'

export const ClusterType = z.enum(['HUB', 'SPOKE', 'EDGE', 'FAR_EDGE'])
export type ClusterType = z.infer<typeof ClusterType>
export const ClusterPlatform = z.enum(['OPENSHIFT', 'KUBERNETES', 'MICROSHIFT'])
export type ClusterPlatform = z.infer<typeof ClusterPlatform>
export const ClusterEnvironment = z.enum(['PRODUCTION', 'STAGING', 'DEVELOPMENT', 'LAB'])
export type ClusterEnvironment = z.infer<typeof ClusterEnvironment>
export const ClusterState = z.enum(['ONLINE', 'OFFLINE', 'DEGRADED', 'UNKNOWN', 'PROVISIONING'])
export type ClusterState = z.infer<typeof ClusterState>
/** INTERMITTENT: it was lost or found again at least twice within the last five checks. */
export const ClusterConnectivity = z.enum(['CONNECTED', 'DISCONNECTED', 'INTERMITTENT'])
export type ClusterConnectivity = z.infer<typeof ClusterConnectivity>
export const CnfType = z.enum(['VDU', 'VCU', 'UPF', 'AMF', 'SMF', 'OTHER'])
export type CnfType = z.infer<typeof CnfType>
export const AuthType = z.enum(['KUBECONFIG', 'SERVICE_ACCOUNT', 'OIDC'])
export type AuthType = z.infer<typeof AuthType>

/** 3 to 63 lower-case letters, digits and dashes, neither first nor last a dash; unique within a tenant. */
export const clusterName = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/

export const ClusterTarget = z.enum(['API_SERVER', 'PROMETHEUS', 'TEMPO', 'LOKI'])
export type ClusterTarget = z.infer<typeof ClusterTarget>

/** One part of a health check. NOT_CHECKED: there is nothing to ask, or nothing to ask it with; `message` says which. */
export const ClusterCheck = z.object({
  target: ClusterTarget,
  result: z.enum(['HEALTHY', 'UNHEALTHY', 'NOT_CHECKED']),
  message: z.string(),
  time_ms: z.number().nullable(),
})
export type ClusterCheck = z.infer<typeof ClusterCheck>

export const ClusterStatus = z.object({
  state: ClusterState,
  /** 100, less 50 for the API server, 20 for Prometheus, 15 for Tempo, 15 for Loki; what is not checked costs nothing. 0 before the first check. */
  health_score: z.number().int().min(0).max(100),
  last_error: z.string().nullable(),
  connectivity: ClusterConnectivity,
  api_server_healthy: z.boolean(),
  prometheus_healthy: z.boolean(),
  tempo_healthy: z.boolean(),
  loki_healthy: z.boolean(),
  /** Since when the state is this one. */
  since: Time,
  /** Null before the first check. */
  checked_at: Time.nullable(),
  /** The last check is older than two intervals of this type of cluster: what is said here may no longer hold. */
  stale: z.boolean(),
  checks: z.array(ClusterCheck),
})
export type ClusterStatus = z.infer<typeof ClusterStatus>

export const ClusterCapabilities = z.object({
  has_gpu_nodes: z.boolean().default(false),
  gpu_count: z.number().int().min(0).default(0),
  gpu_types: z.array(z.string()).default([]),
  has_prometheus: z.boolean().default(true),
  has_thanos: z.boolean().default(false),
  has_tempo: z.boolean().default(false),
  has_loki: z.boolean().default(false),
  has_service_mesh: z.boolean().default(false),
  has_cnf_workloads: z.boolean().default(false),
  cnf_types: z.array(CnfType).default([]),
  /** What kind of Kubernetes it is: `OpenShift`, `MicroShift`, `k3s`, `AKS Arc`, `EKS`, …, else `Kubernetes`. Null until it was looked for. */
  distribution: z.string().nullable().default(null),
  node_count: z.number().int().nullable().default(null),
  /** `Istio`, `Linkerd`, …; null where there is none. */
  service_mesh: z.string().nullable().default(null),
  /** Operators for hardware: `GPU Operator`, `PTP Operator`, `SR-IOV Network Operator`, `Node Feature Discovery`. */
  operators: z.array(z.string()).default([]),
  /** Backends that run in the cluster. To query one, give the cluster its address; `url` is where it is reached from outside, where known. */
  found_backends: z
    .array(
      z.object({
        target: z.enum(['PROMETHEUS', 'THANOS', 'TEMPO', 'LOKI', 'ALERTMANAGER']),
        namespace: z.string(),
        service: z.string(),
        url: z.string().nullable(),
      }),
    )
    .default([]),
  /** What could not be looked at, and why: what is said here of it is from before. */
  not_seen: z.array(z.string()).default([]),
})
export type ClusterCapabilities = z.infer<typeof ClusterCapabilities>

const BackendUrl = z.url({ protocol: /^https?$/ }).max(512)
export const ClusterEndpoints = z.object({
  prometheus_url: BackendUrl.optional(),
  tempo_url: BackendUrl.optional(),
  loki_url: BackendUrl.optional(),
  alertmanager_url: BackendUrl.optional(),
})
export type ClusterEndpoints = z.infer<typeof ClusterEndpoints>

/** How connections to the cluster are checked, where the kubeconfig does not say. Holds no secret. */
export const ClusterTls = z.object({
  /** Certificates of the authorities to trust, PEM. */
  ca: z.string().max(262_144).optional(),
  /** Name that the certificate must carry, where it is not the host's. */
  server_name: z.string().max(253).optional(),
  insecure_skip_verify: z.boolean().default(false),
})
export type ClusterTls = z.infer<typeof ClusterTls>

/** What is known of stored credentials. The credentials themselves are never answered. */
export const CredentialSummary = z.object({
  auth_type: AuthType,
  stored_at: Time,
  /** Earliest end of what is stored: a token's `exp`, a certificate's `notAfter`; null where none says. */
  expires_at: Time.nullable(),
  /** Backends that have a token of their own. */
  tokens_for: z.array(ClusterTarget),
})
export type CredentialSummary = z.infer<typeof CredentialSummary>

export const ClusterLabels = Labels.refine(
  (labels) =>
    Object.keys(labels).length <= 64 &&
    Object.entries(labels).every(
      ([name, value]) => name.length > 0 && name.length <= 253 && value.length <= 1_024,
    ),
  'at most 64 labels, names of 1 to 253 and values of at most 1,024 characters',
)

export const Cluster = z.object({
  id: z.string(),
  tenant_id: TenantId,
  name: z.string(),
  display_name: z.string().nullable(),
  /** Null only for one that a document names without it. */
  api_server_url: z.string().nullable(),
  cluster_type: ClusterType,
  platform: ClusterPlatform,
  platform_version: z.string().nullable(),
  region: z.string().nullable(),
  environment: ClusterEnvironment,
  status: ClusterStatus,
  /** Null until they were looked for. */
  capabilities: ClusterCapabilities.nullable(),
  endpoints: ClusterEndpoints,
  labels: Labels,
  tls: ClusterTls.nullable(),
  /** FILE: a document names it, and only changing the document changes it. */
  source: z.enum(['API', 'FILE']),
  credentials: CredentialSummary.nullable(),
  /** What somebody should see to, such as credentials that expire within seven days. */
  warnings: z.array(z.string()),
  created_at: Time,
  updated_at: Time,
  /** Last successful check. */
  last_seen_at: Time.nullable(),
})
export type Cluster = z.infer<typeof Cluster>

/** A stretch of time in which every check came out alike. */
export const ClusterHealthPeriod = z.object({
  from: Time,
  to: Time,
  checks: z.number().int(),
  state: ClusterState,
  health_score: z.number().int(),
  connectivity: ClusterConnectivity,
  api_server_healthy: z.boolean(),
  prometheus_healthy: z.boolean(),
  tempo_healthy: z.boolean(),
  loki_healthy: z.boolean(),
  last_error: z.string().nullable(),
})
export type ClusterHealthPeriod = z.infer<typeof ClusterHealthPeriod>

export const FleetSummary = z.object({
  total_clusters: z.number().int(),
  by_state: z.record(z.string(), z.number().int()),
  by_type: z.record(z.string(), z.number().int()),
  by_environment: z.record(z.string(), z.number().int()),
  total_gpu_count: z.number().int(),
  clusters_with_cnf: z.number().int(),
  /** Over those that were checked; null where none was. */
  avg_health_score: z.number().nullable(),
  /** By what was asked for, most clusters first; empty where nothing was. */
  groups: z.array(
    z.object({
      /** A region, a type, … or the value of a label; '' for clusters that have none. */
      name: z.string(),
      total_clusters: z.number().int(),
      by_state: z.record(z.string(), z.number().int()),
      total_gpu_count: z.number().int(),
      avg_health_score: z.number().nullable(),
    }),
  ),
})
export type FleetSummary = z.infer<typeof FleetSummary>

export const FleetHealth = z.object({
  total_clusters: z.number().int(),
  by_state: z.record(z.string(), z.number().int()),
  by_connectivity: z.record(z.string(), z.number().int()),
  avg_health_score: z.number().nullable(),
  stale_clusters: z.number().int(),
  /** Lowest score first. */
  clusters: z.array(
    z.object({
      cluster_id: z.string(),
      cluster_name: z.string(),
      state: ClusterState,
      health_score: z.number().int(),
      connectivity: ClusterConnectivity,
      last_error: z.string().nullable(),
      checked_at: Time.nullable(),
      stale: z.boolean(),
    }),
  ),
})
export type FleetHealth = z.infer<typeof FleetHealth>

export const FleetCapabilities = z.object({
  /** Of how many clusters capabilities are known. */
  known_clusters: z.number().int(),
  clusters_with_gpu: z.number().int(),
  total_gpu_count: z.number().int(),
  gpu_types: z.array(z.string()),
  clusters_with_cnf: z.number().int(),
  cnf_types: z.array(CnfType),
  clusters_with_prometheus: z.number().int(),
  clusters_with_thanos: z.number().int(),
  clusters_with_tempo: z.number().int(),
  clusters_with_loki: z.number().int(),
  clusters_with_service_mesh: z.number().int(),
  clusters: z.array(
    z.object({ cluster_id: z.string(), cluster_name: z.string(), capabilities: ClusterCapabilities }),
  ),
})
export type FleetCapabilities = z.infer<typeof FleetCapabilities>

/** How far metrics of a cluster that may be cut off were copied here, and what is missing of the time before. */
export const ClusterCopy = z.object({
  /** WAITING: it cannot be asked now, `message` says why. OFF: it is not copied. */
  state: z.enum(['CURRENT', 'CATCHING_UP', 'WAITING', 'OFF']),
  message: z.string(),
  filled_until: Time.nullable(),
  behind_seconds: z.number().nullable(),
  gaps: z.array(z.object({ from: Time, to: Time, reason: z.string() })),
  samples: z.number().int(),
  /** That the store did not take. */
  rejected: z.number().int(),
})
export type ClusterCopy = z.infer<typeof ClusterCopy>
