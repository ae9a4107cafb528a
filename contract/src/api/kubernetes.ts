import { z } from 'zod'
import {
  ClusterGraph,
  ClusterOverview,
  HealthCheck,
  KubernetesEvent,
  NamespaceFlow,
  NetworkFlow,
  NodeSummary,
  ObjectChange,
  PodLogLine,
  PodSummary,
  WorkloadSummary,
} from '../model/kubernetes.ts'
import { Time } from '../model/time.ts'
import { operations } from './operation.ts'
import { Page, pageOf } from './page.ts'

const read = { tag: 'kubernetes', permission: 'clusters:read' } as const
const id = { id: z.string().min(1).max(128) }
const Name = z.string().min(1).max(253)
/** Empty: all. */
const Part = z.string().max(253).default('')
const range = { start: Time.optional(), end: Time.optional() }
/** Of the last two hours; left out: now. */
const At = Time.optional()
/** The namespace of a thing of the cluster as a whole is written `-`. */
const objectParams = z.object({ ...id, kind: Name, namespace: Name, name: Name })
const podParams = z.object({ ...id, namespace: Name, name: Name })
const notThere = ['CLUSTER_NOT_FOUND', 'CLUSTER_NOT_WATCHED'] as const

export const kubernetes = operations({
  getClusterOverview: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/overview' },
    errors: ['CLUSTER_NOT_FOUND'],
    summary: 'The inside of a cluster at a glance, and how the watch of it goes.',
    params: z.object(id),
    response: ClusterOverview,
  },
  listPods: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/pods' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'Pods by namespace and name.',
    params: z.object(id),
    query: Page.extend({
      ...{ namespace: Part, phase: Part, node: Part, owner: Part },
      /** A part of the name. */
      search: Part,
      /** Those alone that are not as they should be. */
      problems: z.stringbool().default(false),
      at: At,
    }),
    response: pageOf(PodSummary),
  },
  listNodes: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/nodes' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'Nodes by name, with what is requested and used of them.',
    params: z.object(id),
    query: z.object({ at: At }),
    response: z.object({ nodes: z.array(NodeSummary) }),
  },
  listWorkloads: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/workloads' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'Deployments, StatefulSets, DaemonSets, Jobs and CronJobs; what is not available first.',
    params: z.object(id),
    query: Page.extend({
      namespace: Part,
      kind: Part,
      search: Part,
      problems: z.stringbool().default(false),
    }),
    response: pageOf(WorkloadSummary),
  },
  listKubernetesEvents: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/events' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'Events, newest first.',
    params: z.object(id),
    query: z.object({
      ...range,
      ...{ namespace: Part, kind: Part, name: Part, reason: Part },
      type: z.enum(['Normal', 'Warning']).optional(),
      limit: z.coerce.number().int().min(1).max(5_000).default(200),
    }),
    response: z.object({ events: z.array(KubernetesEvent), truncated: z.boolean() }),
  },
  listClusterChanges: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/changes' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'What changed in the cluster between two times within the last two hours, newest first.',
    params: z.object(id),
    query: z.object({
      ...range,
      ...{ namespace: Part, kind: Part, name: Part, owner: Part },
      /** Without changes of status alone. */
      causes: z.stringbool().default(false),
      limit: z.coerce.number().int().min(1).max(5_000).default(200),
    }),
    response: z.object({
      changes: z.array(ObjectChange),
      truncated: z.boolean(),
      /** What is older is not known. */
      since: Time,
    }),
  },
  getClusterObject: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/objects/{kind}/{namespace}/{name}' },
    errors: [...notThere, 'NOT_FOUND', 'VALIDATION_FAILED'],
    summary:
      'One object as it is, or was at a time within the last two hours: the fields that are kept of it.',
    params: objectParams,
    query: z.object({ at: At }),
    response: z.object({
      at: Time,
      object: z.record(z.string(), z.unknown()),
      history: z.array(ObjectChange),
    }),
  },
  getPodLogs: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/pods/{namespace}/{name}/logs' },
    errors: [...notThere, 'NOT_FOUND', 'VALIDATION_FAILED', 'CLUSTER_UNREACHABLE', 'PERMISSION_DENIED'],
    summary: 'Log lines of a pod: those that are remembered, else asked of the cluster now.',
    params: podParams,
    query: z.object({
      container: Part,
      tail_lines: z.coerce.number().int().min(1).max(10_000).default(100),
      since: Time.optional(),
      previous: z.stringbool().default(false),
    }),
    response: z.object({
      lines: z.array(PodLogLine),
      source: z.enum(['MEMORY', 'CLUSTER']),
      truncated: z.boolean(),
    }),
  },
  getClusterGraph: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/topology' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'What is in the cluster and how it hangs together.',
    params: z.object(id),
    query: z.object({
      namespace: Part,
      at: At,
      limit: z.coerce.number().int().min(1).max(20_000).default(2_000),
    }),
    response: ClusterGraph,
  },
  exportClusterGraph: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/topology/export' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'The same as a Mermaid diagram.',
    params: z.object(id),
    query: z.object({
      namespace: Part,
      diagram: z.enum(['flowchart', 'network', 'sequence', 'matrix']).default('flowchart'),
    }),
    response: z.object({ format: z.literal('mermaid'), text: z.string(), truncated: z.boolean() }),
  },
  listNetworkFlows: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/network' },
    errors: [...notThere, 'VALIDATION_FAILED'],
    summary: 'Who may open connections to whom, as the NetworkPolicies say.',
    params: z.object(id),
    query: z.object({ namespace: Part, limit: z.coerce.number().int().min(1).max(20_000).default(2_000) }),
    response: z.object({
      flows: z.array(NetworkFlow),
      namespaces: z.array(NamespaceFlow),
      /** Pods that no policy applies to. */
      uncovered_pods: z.number().int(),
      truncated: z.boolean(),
    }),
  },
  getClusterDiagnostics: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/diagnostics' },
    errors: notThere,
    summary: 'The health checks of a cluster, each with what to do.',
    params: z.object(id),
    response: z.object({
      status: z.enum(['PASS', 'WARNING', 'FAIL', 'UNKNOWN']),
      checks: z.array(HealthCheck),
      at: Time,
    }),
  },
  getClusterRbac: {
    ...{ ...read, method: 'GET', path: '/api/v1/clusters/{id}/rbac' },
    errors: ['CLUSTER_NOT_FOUND'],
    summary: 'What the cluster must allow, as a manifest to apply there, and what of it is missing.',
    params: z.object(id),
    response: z.object({ manifest: z.string(), missing: z.array(z.string()) }),
  },
})
