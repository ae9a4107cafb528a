import { z } from 'zod'
import {
  AuthType,
  Cluster,
  ClusterCheck,
  ClusterCopy,
  ClusterEndpoints,
  ClusterEnvironment,
  ClusterHealthPeriod,
  ClusterLabels,
  ClusterPlatform,
  ClusterState,
  ClusterStatus,
  ClusterTls,
  ClusterType,
  FleetCapabilities,
  FleetHealth,
  FleetSummary,
} from '../model/cluster.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { listOf, Page, pageOf, repeated } from './page.ts'

const params = z.object({ id: z.string().min(1).max(128) })
const read = { tag: 'clusters', permission: 'clusters:read' } as const
const write = { tag: 'clusters', permission: 'clusters:write' } as const

/** Its form is checked by the registry, whose refusal has a code of its own. */
const Name = z.string().min(1).max(1_024)
const fields = {
  display_name: z.string().max(128).nullable(),
  api_server_url: z.url({ protocol: /^https$/, error: 'must be a URL that begins with https://' }).max(512),
  cluster_type: ClusterType,
  platform: ClusterPlatform,
  region: z.string().max(64).nullable(),
  environment: ClusterEnvironment,
  endpoints: ClusterEndpoints,
  labels: ClusterLabels,
  tls: ClusterTls.nullable(),
}
export const ClusterInput = z.object({
  name: Name,
  api_server_url: fields.api_server_url,
  display_name: fields.display_name.default(null),
  cluster_type: fields.cluster_type.default('SPOKE'),
  platform: fields.platform.default('OPENSHIFT'),
  region: fields.region.default(null),
  environment: fields.environment.default('DEVELOPMENT'),
  endpoints: fields.endpoints.prefault({}),
  labels: fields.labels.default({}),
  tls: fields.tls.default(null),
})
export type ClusterInput = z.output<typeof ClusterInput>
/** What is left out stays as it is. */
export const ClusterChange = z.object({ name: Name, ...fields }).partial()
export type ClusterChange = z.output<typeof ClusterChange>

const Token = z.string().min(1).max(65_536)
export const CredentialInput = z.object({
  auth_type: AuthType,
  /** YAML or JSON; its current context counts, or the one that `context` names. */
  kubeconfig: z.string().min(1).max(1_048_576).optional(),
  context: z.string().max(253).optional(),
  service_account_token: Token.optional(),
  /** An ID token of the cluster's OpenID Connect provider. */
  oidc_token: Token.optional(),
  /** In place of `oidc_token`: how tokens are got and renewed. With a refresh token, else as the client itself. */
  oidc: z
    .object({
      issuer_url: z.url({ protocol: /^https$/, error: 'must be a URL that begins with https://' }).max(512),
      client_id: z.string().min(1).max(512),
      client_secret: Token.optional(),
      refresh_token: Token.optional(),
      scopes: z.array(z.string().min(1).max(128)).max(32).default(['openid']),
      /** Certificates of the authorities to trust, PEM. */
      ca: z.string().max(262_144).optional(),
    })
    .optional(),
  prometheus_token: Token.optional(),
  tempo_token: Token.optional(),
  loki_token: Token.optional(),
})
export type CredentialInput = z.output<typeof CredentialInput>

const Validation = z.object({
  api_server: z.boolean(),
  /** Null where there is none to ask. */
  prometheus: z.boolean().nullable(),
})
const Stored = z.object({
  status: z.literal('stored'),
  validation: Validation,
  expires_at: Time.nullable(),
  warnings: z.array(z.string()),
})

export const cluster = operations({
  createCluster: {
    ...{ ...write, method: 'POST', path: '/api/v1/clusters', status: 201 },
    errors: ['INVALID_REQUEST', 'VALIDATION_FAILED', 'INVALID_CLUSTER_NAME', 'CLUSTER_ALREADY_EXISTS'],
    summary: 'Register a cluster; it is checked at once and then as often as its type says.',
    body: ClusterInput,
    response: Cluster,
  },
  listClusters: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters' },
    errors: ['VALIDATION_FAILED'],
    summary: 'Clusters by name, those of documents among them.',
    query: Page.extend({
      /** A part of the name or of the display name. */
      name: z.string().max(128).default(''),
      cluster_type: listOf(ClusterType),
      environment: listOf(ClusterEnvironment),
      region: z.string().max(64).default(''),
      state: listOf(ClusterState),
      has_gpu: z.stringbool().optional(),
      has_cnf: z.stringbool().optional(),
      /** `key=value`; may be repeated, and all must fit. */
      label: repeated(
        z
          .string()
          .max(1_300)
          .regex(/^[^=]+=/, 'must be written key=value'),
      ),
    }),
    response: pageOf(Cluster),
  },
  getClusterByName: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/by-name/{name}' },
    errors: ['CLUSTER_NOT_FOUND'],
    summary: 'One cluster by its name.',
    params: z.object({ name: Name }),
    response: Cluster,
  },
  getCluster: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}' },
    errors: ['CLUSTER_NOT_FOUND'],
    summary: 'One cluster.',
    params,
    response: Cluster,
  },
  updateCluster: {
    ...{ ...write, method: 'PUT', path: '/api/v1/clusters/{id}' },
    errors: [
      ...(['INVALID_REQUEST', 'VALIDATION_FAILED', 'INVALID_CLUSTER_NAME'] as const),
      ...(['CLUSTER_NOT_FOUND', 'CLUSTER_ALREADY_EXISTS', 'CONFLICT'] as const),
    ],
    summary:
      'Change a cluster; what is left out stays. Credentials are not sent to a changed address or under changed TLS settings: upload them again.',
    params,
    body: ClusterChange,
    response: Cluster,
  },
  deleteCluster: {
    ...{ ...write, method: 'DELETE', path: '/api/v1/clusters/{id}', status: 204 },
    errors: ['CLUSTER_NOT_FOUND', 'CONFLICT'],
    summary: 'Remove a cluster with its credentials and its health history.',
    params,
    response: z.null(),
  },
  getClusterStatus: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/status' },
    errors: ['CLUSTER_NOT_FOUND'],
    summary: 'What the last check found; nothing is checked for this.',
    params,
    response: ClusterStatus,
  },
  listClusterHistory: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/history' },
    errors: ['CLUSTER_NOT_FOUND', 'VALIDATION_FAILED'],
    summary:
      'Health of the last seven days, newest first: stretches of time in which every check came out alike.',
    params,
    query: z.object({
      start: Time.optional(),
      end: Time.optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    response: z.object({ periods: z.array(ClusterHealthPeriod), truncated: z.boolean() }),
  },
  getClusterCopy: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/copy' },
    errors: ['CLUSTER_NOT_FOUND'],
    summary:
      'How far metrics of a cluster that may be cut off were copied here, and what could not be recovered.',
    params,
    response: ClusterCopy,
  },
  refreshCluster: {
    ...{ ...read, method: 'POST', path: '/api/v1/clusters/{id}/refresh' },
    errors: ['CLUSTER_NOT_FOUND', 'DISCOVERY_FAILED'],
    summary: 'Check its health and look for its version and capabilities now.',
    params,
    response: Cluster,
  },
  putClusterCredentials: {
    ...{ ...write, method: 'POST', path: '/api/v1/clusters/{id}/credentials' },
    errors: [
      ...(['INVALID_REQUEST', 'VALIDATION_FAILED', 'CLUSTER_NOT_FOUND', 'CONFLICT'] as const),
      ...(['CREDENTIALS_INVALID', 'CLUSTER_UNREACHABLE'] as const),
    ],
    summary:
      'Try credentials at the cluster and store them encrypted; they are never answered by any operation.',
    params,
    body: CredentialInput,
    response: Stored,
  },
  deleteClusterCredentials: {
    ...{ ...write, method: 'DELETE', path: '/api/v1/clusters/{id}/credentials', status: 204 },
    errors: ['CLUSTER_NOT_FOUND', 'CREDENTIALS_NOT_FOUND', 'CONFLICT'],
    summary: 'Forget the credentials.',
    params,
    response: z.null(),
  },
  rotateClusterCredentials: {
    ...{ ...write, method: 'POST', path: '/api/v1/clusters/{id}/credentials/rotate' },
    errors: [
      ...(['INVALID_REQUEST', 'VALIDATION_FAILED', 'CLUSTER_NOT_FOUND', 'CONFLICT'] as const),
      ...(['CREDENTIALS_NOT_FOUND', 'CREDENTIALS_INVALID', 'CLUSTER_UNREACHABLE'] as const),
    ],
    summary:
      'Replace the credentials without a gap: those of the body or, without, a new token that the cluster gives the stored service account. The old ones serve until the new ones were tried.',
    params,
    body: CredentialInput.partial().prefault({}),
    response: Stored,
  },
  validateClusterCredentials: {
    ...{ ...write, method: 'POST', path: '/api/v1/clusters/{id}/credentials/validate' },
    errors: ['CLUSTER_NOT_FOUND', 'CREDENTIALS_NOT_FOUND'],
    summary: 'Try the stored credentials now.',
    params,
    response: z.object({
      valid: z.boolean(),
      validation: Validation,
      checks: z.array(ClusterCheck),
      expires_at: Time.nullable(),
      warnings: z.array(z.string()),
    }),
  },
  getFleetSummary: {
    ...{ ...read, method: 'GET', path: '/api/v1/fleet/summary' },
    errors: ['VALIDATION_FAILED'],
    summary: 'The fleet in numbers, and by group where a field or a label is named.',
    query: z.object({
      group_by: z.enum(['region', 'cluster_type', 'environment', 'platform', 'state']).optional(),
      /** Name of a label to group by, in place of a field. */
      group_label: z.string().min(1).max(253).optional(),
    }),
    response: FleetSummary,
  },
  getFleetHealth: {
    ...{ ...read, method: 'GET', path: '/api/v1/fleet/health' },
    errors: [],
    summary: 'Health of every cluster, the worst first.',
    response: FleetHealth,
  },
  getFleetCapabilities: {
    ...{ ...read, method: 'GET', path: '/api/v1/fleet/capabilities' },
    errors: [],
    summary: 'What the clusters can do, all together and each.',
    response: FleetCapabilities,
  },
  rotateFleetKey: {
    ...{ tag: 'clusters', permission: 'system:admin' as const, method: 'POST' },
    path: '/api/v1/fleet/keys/rotate',
    errors: ['CONFLICT', 'PERMISSION_DENIED'],
    summary:
      'Make a new master key and wrap the key of every stored credential with it; everything goes on meanwhile, and the old master key is destroyed at the end.',
    response: z.object({ key_id: z.string(), rewrapped: z.number().int(), unreadable: z.number().int() }),
  },
})
