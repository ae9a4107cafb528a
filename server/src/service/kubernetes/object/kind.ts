import type { z } from 'zod'
import type { ResourceType } from '../../../port/cluster-api.ts'
import { Application, Certificate, ChaosEngine, HelmRelease, Kustomization, MeshChaos } from './delivery.ts'
import { KubeEvent } from './event.ts'
import {
  ApiService,
  CatalogSource,
  ClusterServiceVersion,
  ClusterVersion,
  Conditioned,
  InstallPlan,
  MachineConfigPool,
  PolicyReport,
  Route,
  ScaledObject,
  Subscription,
  WebhookConfiguration,
} from './extension.ts'
import {
  EndpointSlice,
  Gateway,
  GatewayClass,
  HttpRoute,
  Ingress,
  IngressClass,
  NetworkPolicy,
  ReferenceGrant,
  Service,
} from './network.ts'
import { Lease, Node } from './node.ts'
import { Pod } from './pod.ts'
import {
  HorizontalPodAutoscaler,
  LimitRange,
  Named,
  Namespace,
  PodDisruptionBudget,
  PriorityClass,
  ResourceQuota,
  Role,
  RoleBinding,
  ServiceAccount,
} from './policy.ts'
import {
  CsiDriver,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
  VolumeAttachment,
} from './storage.ts'
import { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from './workload.ts'

type Read<S extends z.ZodType> = {
  type: Omit<ResourceType, 'kind'>
  schema: S
  /** Where it is missing: no part of every cluster, so nobody is told. */
  optional?: true
  /** Listed and watched as PartialObjectMetadata. */
  metadataOnly?: true
}
const of = <S extends z.ZodType>(
  path: string,
  scope: 'namespaced' | 'cluster',
  schema: S,
  more: Pick<Read<S>, 'optional' | 'metadataOnly'> = {},
): Read<S> => {
  const [group = '', version = '', plural = ''] = path.split('/')
  return { type: { group, version, plural, namespaced: scope === 'namespaced' }, schema, ...more }
}
const optional = { optional: true } as const
const named = { metadataOnly: true } as const

/** The read set: every kind that is watched, by the name the API gives it. */
export const kinds = {
  Namespace: of('/v1/namespaces', 'cluster', Namespace),
  Node: of('/v1/nodes', 'cluster', Node),
  Pod: of('/v1/pods', 'namespaced', Pod),
  /** events.k8s.io is the same store by another door. */
  Event: of('/v1/events', 'namespaced', KubeEvent),
  Service: of('/v1/services', 'namespaced', Service),
  ConfigMap: of('/v1/configmaps', 'namespaced', Named, named),
  ServiceAccount: of('/v1/serviceaccounts', 'namespaced', ServiceAccount),
  PersistentVolumeClaim: of('/v1/persistentvolumeclaims', 'namespaced', PersistentVolumeClaim),
  PersistentVolume: of('/v1/persistentvolumes', 'cluster', PersistentVolume),
  ResourceQuota: of('/v1/resourcequotas', 'namespaced', ResourceQuota),
  LimitRange: of('/v1/limitranges', 'namespaced', LimitRange),
  Deployment: of('apps/v1/deployments', 'namespaced', Deployment),
  ReplicaSet: of('apps/v1/replicasets', 'namespaced', ReplicaSet),
  StatefulSet: of('apps/v1/statefulsets', 'namespaced', StatefulSet),
  DaemonSet: of('apps/v1/daemonsets', 'namespaced', DaemonSet),
  Job: of('batch/v1/jobs', 'namespaced', Job),
  CronJob: of('batch/v1/cronjobs', 'namespaced', CronJob),
  HorizontalPodAutoscaler: of(
    'autoscaling/v2/horizontalpodautoscalers',
    'namespaced',
    HorizontalPodAutoscaler,
  ),
  PodDisruptionBudget: of('policy/v1/poddisruptionbudgets', 'namespaced', PodDisruptionBudget),
  PriorityClass: of('scheduling.k8s.io/v1/priorityclasses', 'cluster', PriorityClass),
  EndpointSlice: of('discovery.k8s.io/v1/endpointslices', 'namespaced', EndpointSlice),
  Ingress: of('networking.k8s.io/v1/ingresses', 'namespaced', Ingress),
  IngressClass: of('networking.k8s.io/v1/ingressclasses', 'cluster', IngressClass),
  NetworkPolicy: of('networking.k8s.io/v1/networkpolicies', 'namespaced', NetworkPolicy),
  StorageClass: of('storage.k8s.io/v1/storageclasses', 'cluster', StorageClass),
  VolumeAttachment: of('storage.k8s.io/v1/volumeattachments', 'cluster', VolumeAttachment),
  CSIDriver: of('storage.k8s.io/v1/csidrivers', 'cluster', CsiDriver),
  Lease: of('coordination.k8s.io/v1/leases', 'namespaced', Lease),
  ValidatingWebhookConfiguration: of(
    'admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    'cluster',
    WebhookConfiguration,
  ),
  MutatingWebhookConfiguration: of(
    'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    'cluster',
    WebhookConfiguration,
  ),
  APIService: of('apiregistration.k8s.io/v1/apiservices', 'cluster', ApiService),
  Role: of('rbac.authorization.k8s.io/v1/roles', 'namespaced', Role),
  ClusterRole: of('rbac.authorization.k8s.io/v1/clusterroles', 'cluster', Role),
  RoleBinding: of('rbac.authorization.k8s.io/v1/rolebindings', 'namespaced', RoleBinding),
  ClusterRoleBinding: of('rbac.authorization.k8s.io/v1/clusterrolebindings', 'cluster', RoleBinding),
  CustomResourceDefinition: of('apiextensions.k8s.io/v1/customresourcedefinitions', 'cluster', Conditioned),
  GatewayClass: of('gateway.networking.k8s.io/v1/gatewayclasses', 'cluster', GatewayClass, optional),
  Gateway: of('gateway.networking.k8s.io/v1/gateways', 'namespaced', Gateway, optional),
  HTTPRoute: of('gateway.networking.k8s.io/v1/httproutes', 'namespaced', HttpRoute, optional),
  ReferenceGrant: of(
    'gateway.networking.k8s.io/v1beta1/referencegrants',
    'namespaced',
    ReferenceGrant,
    optional,
  ),
  ClusterVersion: of('config.openshift.io/v1/clusterversions', 'cluster', ClusterVersion, optional),
  ClusterOperator: of('config.openshift.io/v1/clusteroperators', 'cluster', Conditioned, optional),
  MachineConfigPool: of(
    'machineconfiguration.openshift.io/v1/machineconfigpools',
    'cluster',
    MachineConfigPool,
    optional,
  ),
  Route: of('route.openshift.io/v1/routes', 'namespaced', Route, optional),
  CatalogSource: of('operators.coreos.com/v1alpha1/catalogsources', 'namespaced', CatalogSource, optional),
  ClusterServiceVersion: of(
    'operators.coreos.com/v1alpha1/clusterserviceversions',
    'namespaced',
    ClusterServiceVersion,
    optional,
  ),
  Subscription: of('operators.coreos.com/v1alpha1/subscriptions', 'namespaced', Subscription, optional),
  InstallPlan: of('operators.coreos.com/v1alpha1/installplans', 'namespaced', InstallPlan, optional),
  OperatorGroup: of('operators.coreos.com/v1/operatorgroups', 'namespaced', Conditioned, optional),
  ClusterCatalog: of('olm.operatorframework.io/v1/clustercatalogs', 'cluster', Conditioned, optional),
  ClusterExtension: of('olm.operatorframework.io/v1/clusterextensions', 'cluster', Conditioned, optional),
  ScaledObject: of('keda.sh/v1alpha1/scaledobjects', 'namespaced', ScaledObject, optional),
  PolicyReport: of('wgpolicyk8s.io/v1alpha2/policyreports', 'namespaced', PolicyReport, optional),
  ClusterPolicyReport: of('wgpolicyk8s.io/v1alpha2/clusterpolicyreports', 'cluster', PolicyReport, optional),
  Prometheus: of('monitoring.coreos.com/v1/prometheuses', 'namespaced', Conditioned, optional),
  Alertmanager: of('monitoring.coreos.com/v1/alertmanagers', 'namespaced', Conditioned, optional),
  Application: of('argoproj.io/v1alpha1/applications', 'namespaced', Application, optional),
  Kustomization: of('kustomize.toolkit.fluxcd.io/v1/kustomizations', 'namespaced', Kustomization, optional),
  HelmRelease: of('helm.toolkit.fluxcd.io/v2/helmreleases', 'namespaced', HelmRelease, optional),
  Certificate: of('cert-manager.io/v1/certificates', 'namespaced', Certificate, optional),
  ChaosEngine: of('litmuschaos.io/v1alpha1/chaosengines', 'namespaced', ChaosEngine, optional),
  PodChaos: of('chaos-mesh.org/v1alpha1/podchaos', 'namespaced', MeshChaos, optional),
  NetworkChaos: of('chaos-mesh.org/v1alpha1/networkchaos', 'namespaced', MeshChaos, optional),
  StressChaos: of('chaos-mesh.org/v1alpha1/stresschaos', 'namespaced', MeshChaos, optional),
  IOChaos: of('chaos-mesh.org/v1alpha1/iochaos', 'namespaced', MeshChaos, optional),
  HTTPChaos: of('chaos-mesh.org/v1alpha1/httpchaos', 'namespaced', MeshChaos, optional),
  DNSChaos: of('chaos-mesh.org/v1alpha1/dnschaos', 'namespaced', MeshChaos, optional),
} as const satisfies Record<string, Read<z.ZodType>>

export type Kind = keyof typeof kinds
export const kindNames = Object.keys(kinds) as Kind[]
export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)

/** What is kept of an object of this kind. */
export type ObjectOf<K extends Kind> = z.output<(typeof kinds)[K]['schema']>
export type KubeObject = ObjectOf<Kind>

export const resourceTypeOf = (kind: Kind): ResourceType => ({ ...kinds[kind].type, kind })

/** Undefined for what is no object of this kind: it has no name. */
export function readObject<K extends Kind>(kind: K, raw: unknown): ObjectOf<K> | undefined {
  const parsed = kinds[kind].schema.safeParse(raw)
  return parsed.success ? (parsed.data as ObjectOf<K>) : undefined
}
