import { z } from 'zod'
import { ObjectRef } from './finding.ts'
import { Labels } from './label.ts'
import { Severity } from './severity.ts'
import { Time } from './time.ts'

const Count = z.number().int()

/** How the watch of one kind goes. */
export const WatchedKind = z.object({
  kind: z.string(),
  /** LISTING: not known whole yet. DENIED and ABSENT: the cluster does not let it be read, or has no such kind; both are asked again later. */
  state: z.enum(['LISTING', 'WATCHING', 'FAILING', 'DENIED', 'ABSENT']),
  objects: Count,
  /** Last word of the API server, a bookmark included. */
  last_event_at: Time.nullable(),
  message: z.string(),
})
export type WatchedKind = z.infer<typeof WatchedKind>

/** What is remembered of a cluster, and how far back. */
export const ClusterMemoryState = z.object({
  bytes: Count,
  bytes_max: Count,
  /** Everything since then is remembered whole. */
  since: Time,
  /** Namespaces that had to forget sooner, for room, with since when they are whole. */
  shortened: z.array(z.object({ namespace: z.string(), since: Time })),
  versions: Count,
  log_lines: Count,
})
export type ClusterMemoryState = z.infer<typeof ClusterMemoryState>

/** A cluster's inside at a glance. */
export const ClusterOverview = z.object({
  cluster_id: z.string(),
  /** WATCHING: kept live. OFF: it is not watched, `message` says why. */
  watch: z.enum(['STARTING', 'WATCHING', 'FAILING', 'OFF']),
  message: z.string(),
  kinds: z.array(WatchedKind),
  memory: ClusterMemoryState.nullable(),
  nodes: z.object({ total: Count, ready: Count, cordoned: Count }),
  pods: z.object({ total: Count, by_phase: z.record(z.string(), Count), not_ready: Count, restarts: Count }),
  workloads: z.object({ total: Count, unavailable: Count }),
  namespaces: Count,
  /** In order; at most the first 2,000. */
  namespace_names: z.array(z.string()).default([]),
  warning_events_last_hour: Count,
  findings: z.partialRecord(Severity, Count),
})
export type ClusterOverview = z.infer<typeof ClusterOverview>

export const ContainerSummary = z.object({
  name: z.string(),
  image: z.string(),
  kind: z.enum(['INIT', 'SIDECAR', 'MAIN', 'EPHEMERAL']),
  ready: z.boolean(),
  restarts: Count,
  /** `Running`, or the reason why not: CrashLoopBackOff, Completed, … */
  state: z.string(),
  message: z.string(),
  last_exit: z.object({ code: Count, reason: z.string(), at: Time.nullable() }).nullable(),
})
export type ContainerSummary = z.infer<typeof ContainerSummary>
export const PodSummary = z.object({
  namespace: z.string(),
  name: z.string(),
  phase: z.string(),
  /** As kubectl shows it: `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`. */
  status: z.string(),
  node: z.string().nullable(),
  owner: ObjectRef.nullable(),
  containers: z.array(ContainerSummary),
  ready: Count,
  total: Count,
  restarts: Count,
  qos_class: z.string().nullable(),
  created_at: Time.nullable(),
  ip: z.string().nullable(),
  labels: Labels,
  /** Null where the cluster has no metrics.k8s.io. */
  usage: z.object({ cpu_cores: z.number(), memory_bytes: z.number(), at: Time }).nullable(),
})
export type PodSummary = z.infer<typeof PodSummary>

export const NodeSummary = z.object({
  name: z.string(),
  ready: z.boolean(),
  schedulable: z.boolean(),
  roles: z.array(z.string()),
  version: z.string(),
  os: z.string(),
  created_at: Time.nullable(),
  /** Conditions that are as they should not be: `MemoryPressure`. */
  problems: z.array(z.string()),
  pods: Count,
  allocatable: z.object({
    cpu_cores: z.number(),
    memory_bytes: z.number(),
    pods: z.number(),
    gpus: z.number(),
  }),
  /** Sum of what its pods request. */
  requested: z.object({ cpu_cores: z.number(), memory_bytes: z.number(), gpus: z.number() }),
  usage: z.object({ cpu_cores: z.number(), memory_bytes: z.number(), at: Time }).nullable(),
})
export type NodeSummary = z.infer<typeof NodeSummary>

export const WorkloadSummary = z.object({
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet']),
  namespace: z.string(),
  name: z.string(),
  desired: Count,
  ready: Count,
  updated: Count,
  /** `Available`, `Progressing`, `Degraded`, `Suspended`, `Complete`, `Failed`. */
  status: z.string(),
  images: z.array(z.string()),
  created_at: Time.nullable(),
})
export type WorkloadSummary = z.infer<typeof WorkloadSummary>

export const KubernetesEvent = z.object({
  namespace: z.string(),
  name: z.string(),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  object: ObjectRef,
  count: Count,
  source: z.string(),
  first_at: Time.nullable(),
  last_at: Time.nullable(),
})
export type KubernetesEvent = z.infer<typeof KubernetesEvent>

/** One object that changed, with what of it. */
export const ObjectChange = z.object({
  at: Time,
  type: z.enum(['CREATED', 'CHANGED', 'DELETED']),
  object: ObjectRef,
  /** Farthest owner: the Deployment of a pod. */
  owner: ObjectRef.nullable(),
  /** What of it matters, in a few words: `image shop:1.2 → shop:1.3`, `Ready True → False`. */
  summary: z.string(),
  /** ROLLOUT: what runs was changed. CONFIG: what it reads. SCALE: how many. STATUS: how it is. */
  kind: z.enum(['ROLLOUT', 'CONFIG', 'SCALE', 'STATUS', 'LIFECYCLE', 'OTHER']),
  fields: z.array(
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
})
export type ObjectChange = z.infer<typeof ObjectChange>

export const PodLogLine = z.object({ at: Time.nullable(), container: z.string(), text: z.string() })
export type PodLogLine = z.infer<typeof PodLogLine>

export const ClusterGraphNode = z.object({
  /** `node-<n>`, `pod-<ns>-<n>`, `svc-<ns>-<n>`, `netpol-<ns>-<n>`, `ext-<hash>`, `workload-<kind>-<ns>-<n>`, … */
  id: z.string(),
  object: ObjectRef,
  labels: Labels,
  status: z.string(),
})
export type ClusterGraphNode = z.infer<typeof ClusterGraphNode>
export const ClusterGraphEdge = z.object({
  source: z.string(),
  target: z.string(),
  relation: z.enum(['OWNS', 'RUNS_ON', 'SELECTS', 'ROUTES_TO', 'MOUNTS', 'APPLIES_TO', 'ALLOWS', 'SCALES']),
})
export type ClusterGraphEdge = z.infer<typeof ClusterGraphEdge>
/** What there is in a cluster and how it hangs together. */
export const ClusterGraph = z.object({
  nodes: z.array(ClusterGraphNode),
  edges: z.array(ClusterGraphEdge),
  /** More was there than is shown. */
  truncated: z.boolean(),
})
export type ClusterGraph = z.infer<typeof ClusterGraph>

/** Whether pods of one workload may open connections to another, as the NetworkPolicies say. Policies of other kinds (mesh, Cilium) are not read. */
export const NetworkFlow = z.object({
  source: ObjectRef,
  target: ObjectRef,
  allowed: z.boolean(),
  /** Ports that are open; empty with `allowed`: all. */
  ports: z.array(z.string()),
  /** Policies that decide, `namespace/name`. */
  policies: z.array(z.string()),
  /** Why, in one sentence. */
  reason: z.string(),
})
export type NetworkFlow = z.infer<typeof NetworkFlow>

export const NamespaceFlow = z.object({
  source: z.string(),
  target: z.string(),
  /** Of the pairs of workloads between them. */
  allowed: Count,
  total: Count,
})
export type NamespaceFlow = z.infer<typeof NamespaceFlow>

/** One of the assistant's health checks. */
export const HealthCheck = z.object({
  id: z.string(),
  category: z.string(),
  title: z.string(),
  status: z.enum(['PASS', 'WARNING', 'FAIL', 'ERROR', 'UNKNOWN']),
  severity: Severity,
  message: z.string(),
  objects: z.array(ObjectRef),
  remediation: z.object({
    description: z.string(),
    kubectl_commands: z.array(z.string()),
    az_commands: z.array(z.string()),
  }),
})
export type HealthCheck = z.infer<typeof HealthCheck>
