import { type ObjectName, type TabSearch, writeObject } from './tab-search.ts'

const tabs: Record<string, string> = {
  Pod: 'pods',
  Node: 'nodes',
  Event: 'events',
  Deployment: 'workloads',
  StatefulSet: 'workloads',
  DaemonSet: 'workloads',
  ReplicaSet: 'workloads',
  Job: 'workloads',
  CronJob: 'workloads',
}
/** Kinds of objects that are kept of a cluster (service/kubernetes/object/kind.ts). Findings about hardware name others. */
const kept = new Set(
  [
    'APIService Alertmanager CSIDriver CatalogSource ClusterCatalog ClusterExtension',
    'ClusterOperator ClusterPolicyReport ClusterRole ClusterRoleBinding ClusterServiceVersion',
    'ClusterVersion ConfigMap CronJob CustomResourceDefinition DaemonSet Deployment EndpointSlice',
    'Event Gateway GatewayClass HTTPRoute HorizontalPodAutoscaler Ingress IngressClass',
    'InstallPlan Job Lease LimitRange MachineConfigPool MutatingWebhookConfiguration Namespace',
    'NetworkPolicy Node OperatorGroup PersistentVolume PersistentVolumeClaim Pod',
    'PodDisruptionBudget PolicyReport PriorityClass Prometheus ReferenceGrant ReplicaSet',
    'ResourceQuota Role RoleBinding Route ScaledObject Service ServiceAccount StatefulSet',
    'StorageClass Subscription ValidatingWebhookConfiguration VolumeAttachment',
  ].flatMap((line) => line.split(' ')),
)

/** Where a thing is shown on its cluster's page; undefined for what Kubernetes has no object of. */
export function objectPlace(
  object: ObjectName,
  part?: string,
  at?: string,
): (TabSearch & { tab: string }) | undefined {
  if (!kept.has(object.kind)) return undefined
  return {
    tab: tabs[object.kind] ?? 'changes',
    object: writeObject(object),
    ...(part === undefined ? {} : { part: part as NonNullable<TabSearch['part']> }),
    ...(at === undefined ? {} : { at }),
  }
}
