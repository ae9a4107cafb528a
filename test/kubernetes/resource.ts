import type { ResourceType } from '../../server/src/port/cluster-api.ts'
import { kindNames, resourceTypeOf } from '../../server/src/service/kubernetes/object/kind.ts'

/** A kind as this server serves it. */
export type Served = ResourceType & {
  singular: string
  shortNames: readonly string[]
  /** In `kubectl get all`. */
  isCommon: boolean
  /** Beside metadata.name and metadata.namespace. */
  fields: readonly string[]
  /** Its objects carry apiVersion and kind within a list too. */
  isCustom: boolean
  hasStatus: boolean
  /** Whether metadata.generation counts the changes of its spec. */
  hasGeneration: boolean
  /** Where its objects lie: events have two doors to one store. */
  storage: string
}
export type CustomType = ResourceType & { shortNames?: readonly string[]; fields?: readonly string[] }

const beyondTheReadSet: ResourceType[] = [
  ['', 'v1', 'secrets', 'Secret'],
  ['', 'v1', 'endpoints', 'Endpoints'],
  ['', 'v1', 'replicationcontrollers', 'ReplicationController'],
  ['apps', 'v1', 'controllerrevisions', 'ControllerRevision'],
  ['events.k8s.io', 'v1', 'events', 'Event'],
]
  .map(([group = '', version = '', plural = '', kind = '']) => ({
    group,
    version,
    plural,
    kind,
    namespaced: true,
  }))
  .concat([
    {
      group: 'certificates.k8s.io',
      version: 'v1',
      plural: 'certificatesigningrequests',
      kind: 'CertificateSigningRequest',
      namespaced: false,
    },
    { group: 'storage.k8s.io', version: 'v1', plural: 'csinodes', kind: 'CSINode', namespaced: false },
  ])

const shortNames: Record<string, string> = {
  configmaps: 'cm',
  endpoints: 'ep',
  events: 'ev',
  limitranges: 'limits',
  namespaces: 'ns',
  nodes: 'no',
  persistentvolumeclaims: 'pvc',
  persistentvolumes: 'pv',
  pods: 'po',
  replicationcontrollers: 'rc',
  resourcequotas: 'quota',
  serviceaccounts: 'sa',
  services: 'svc',
  customresourcedefinitions: 'crd',
  daemonsets: 'ds',
  deployments: 'deploy',
  replicasets: 'rs',
  statefulsets: 'sts',
  horizontalpodautoscalers: 'hpa',
  cronjobs: 'cj',
  certificatesigningrequests: 'csr',
  ingresses: 'ing',
  networkpolicies: 'netpol',
  poddisruptionbudgets: 'pdb',
  priorityclasses: 'pc',
  storageclasses: 'sc',
}
const common = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'daemonsets',
  'deployments',
  'replicasets',
  'statefulsets',
  'horizontalpodautoscalers',
  'jobs',
  'cronjobs',
])
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/ */
const fields: Record<string, readonly string[]> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  nodes: ['spec.unschedulable'],
  secrets: ['type'],
  namespaces: ['status.phase'],
  replicasets: ['status.replicas'],
  replicationcontrollers: ['status.replicas'],
  jobs: ['status.successful'],
  certificatesigningrequests: ['spec.signerName'],
}
const withoutStatus = new Set([
  'configmaps',
  'secrets',
  'endpoints',
  'endpointslices',
  'events',
  'serviceaccounts',
  'limitranges',
  'leases',
  'priorityclasses',
  'storageclasses',
  'csidrivers',
  'csinodes',
  'ingressclasses',
  'networkpolicies',
  'controllerrevisions',
  'roles',
  'clusterroles',
  'rolebindings',
  'clusterrolebindings',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
])

const withoutGeneration = new Set([
  'namespaces',
  'nodes',
  'events',
  'services',
  'configmaps',
  'secrets',
  'endpoints',
  'serviceaccounts',
  'persistentvolumes',
  'persistentvolumeclaims',
  'resourcequotas',
  'limitranges',
  'horizontalpodautoscalers',
  'leases',
  'storageclasses',
  'csinodes',
  'roles',
  'clusterroles',
  'rolebindings',
  'clusterrolebindings',
])

/** Which kinds are served, by path and by name. */
export class Registry {
  readonly #byPath = new Map<string, Served>()
  constructor(without: readonly string[]) {
    const all = [...kindNames.map(resourceTypeOf), ...beyondTheReadSet]
    for (const type of all) if (!without.includes(type.kind)) this.#add(type, false)
  }
  /** A kind more, as a CustomResourceDefinition makes one. */
  register(type: CustomType): void {
    this.#add(type, true)
  }
  unregister(plural: string): void {
    for (const [path, type] of this.#byPath) if (type.plural === plural) this.#byPath.delete(path)
  }
  at(group: string, version: string, plural: string): Served | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`)
  }
  /** By kind; the first of several. */
  kind(kind: string, apiVersion?: string): Served | undefined {
    return this.all().find((type) => type.kind === kind && (!apiVersion || apiVersionOf(type) === apiVersion))
  }
  all(): Served[] {
    return [...this.#byPath.values()]
  }
  #add(type: CustomType, isCustom: boolean): void {
    const { plural } = type
    const isCore = type.group === '' || type.group.endsWith('.k8s.io') || !type.group.includes('.')
    const served: Served = {
      ...type,
      singular: type.kind.toLowerCase(),
      shortNames: type.shortNames ?? (shortNames[plural] ? [shortNames[plural]] : []),
      isCommon: common.has(plural),
      fields: type.fields ?? fields[plural] ?? [],
      isCustom: isCustom || !isCore || type.group === 'gateway.networking.k8s.io',
      hasStatus: !withoutStatus.has(plural),
      hasGeneration: isCustom || !isCore || !withoutGeneration.has(plural),
      storage: plural === 'events' ? 'events' : `${type.group}/${plural}`,
    }
    this.#byPath.set(`${type.group}/${type.version}/${plural}`, served)
  }
}

export const apiVersionOf = ({ group, version }: Pick<Served, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`
