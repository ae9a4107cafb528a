import { listEvents, listObjectChanges } from './event.ts'
import { getObject } from './kube-object.ts'
import { listNodes } from './node.ts'
import { getPodLogs, listPods } from './pod.ts'
import { listWorkloads } from './workload.ts'

/** The insides of clusters that are watched. */
export const kubernetesTools = {
  list_pods: listPods,
  list_nodes: listNodes,
  list_workloads: listWorkloads,
  list_events: listEvents,
  list_object_changes: listObjectChanges,
  get_object: getObject,
  get_pod_logs: getPodLogs,
} as const
