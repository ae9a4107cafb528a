import { apiVersionOf, type Registry, type Served } from './resource.ts'

export const gitVersion = 'v1.33.4'
export const versionOf = (gitVersion: string) => ({
  major: '1',
  minor: gitVersion.split('.')[1],
  gitVersion,
  gitCommit: '0'.repeat(40),
  gitTreeState: 'clean',
  buildDate: '2025-08-13T14:00:00Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
})

type Resource = Record<string, unknown>
const readWrite = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const reviews: [group: string, plural: string, kind: string, namespaced: boolean][] = [
  ['authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview', false],
  ['authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', false],
  ['authorization.k8s.io', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', false],
  ['authorization.k8s.io', 'subjectaccessreviews', 'SubjectAccessReview', false],
]
const metrics: [plural: string, kind: string, namespaced: boolean][] = [
  ['nodes', 'NodeMetrics', false],
  ['pods', 'PodMetrics', true],
]
export type MetricsState = 'present' | 'down' | 'absent'

/** What a group serves, each with its subresources. */
export class Discovery {
  readonly #registry: Registry
  readonly #metrics: () => MetricsState
  constructor(registry: Registry, metricsState: () => MetricsState) {
    this.#registry = registry
    this.#metrics = metricsState
  }
  groupVersions(): string[] {
    const all = this.#registry.all().map(apiVersionOf)
    if (this.#metrics() !== 'absent') all.push('metrics.k8s.io/v1beta1')
    return [...new Set([...all, ...reviews.map(([group]) => `${group}/v1`)])]
  }
  /** APIGroupList. */
  groups(): object {
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: this.#byGroup().map(([name, versions]) => ({ ...groupOf(name, versions), name })),
    }
  }
  group(name: string): object | undefined {
    const found = this.#byGroup().find(([group]) => group === name)
    return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(...found) }
  }
  /** APIResourceList. */
  resources(groupVersion: string): object | undefined {
    if (!this.groupVersions().includes(groupVersion)) return undefined
    const resources = this.#served(groupVersion).flatMap((type) => [
      {
        name: type.plural,
        singularName: type.singular,
        namespaced: type.namespaced,
        kind: type.kind,
        verbs: readWrite,
        ...(type.shortNames.length ? { shortNames: type.shortNames } : {}),
        ...(type.isCommon ? { categories: ['all'] } : {}),
        storageVersionHash: Buffer.from(type.plural.slice(0, 6)).toString('base64'),
      },
      ...subresourcesOf(type).map(([name, kind, verbs]) => ({
        name: `${type.plural}/${name}`,
        singularName: '',
        namespaced: type.namespaced,
        kind,
        verbs,
      })),
    ])
    return {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion,
      resources: [...resources, ...virtual(groupVersion)],
    }
  }
  /** apidiscovery.k8s.io/v2 APIGroupDiscoveryList; a group whose server is down is stale and empty. */
  aggregated(isCore: boolean): object {
    const groups = isCore ? [['', ['v1']] as [string, string[]]] : this.#byGroup()
    return {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: groups.map(([name, versions]) => ({
        metadata: isCore ? { creationTimestamp: null } : { name, creationTimestamp: null },
        versions: versions.map((one) => this.#aggregatedVersion(name, one)),
      })),
    }
  }
  /** /openapi/v3 and the documents that it names: enough for a client to see that fields are validated here. */
  openApi(path: string): object | undefined {
    const prefix = (groupVersion: string) => (groupVersion === 'v1' ? 'api/v1' : `apis/${groupVersion}`)
    if (path === '') {
      const paths = this.groupVersions().map((one) => [
        prefix(one),
        { serverRelativeURL: `/openapi/v3/${prefix(one)}?hash=1` },
      ])
      return { paths: Object.fromEntries(paths) }
    }
    const groupVersion = this.groupVersions().find((one) => `/${prefix(one)}` === path)
    if (groupVersion === undefined) return undefined
    const paths = this.#served(groupVersion).map((type) => [
      `/${prefix(groupVersion)}/${type.namespaced ? 'namespaces/{namespace}/' : ''}${type.plural}/{name}`,
      { patch: operationOf(type), put: operationOf(type) },
    ])
    return {
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: gitVersion },
      paths: Object.fromEntries(paths),
      components: { schemas: {} },
    }
  }
  #aggregatedVersion(group: string, one: string): object {
    const groupVersion = group === '' ? one : `${group}/${one}`
    if (group === 'metrics.k8s.io' && this.#metrics() === 'down')
      return { version: one, resources: [], freshness: 'Stale' }
    const resources: Resource[] = this.#served(groupVersion).map((type) => ({
      resource: type.plural,
      responseKind: { group, version: one, kind: type.kind },
      scope: type.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: type.singular,
      verbs: readWrite,
      ...(type.shortNames.length ? { shortNames: type.shortNames } : {}),
      ...(type.isCommon ? { categories: ['all'] } : {}),
      subresources: subresourcesOf(type).map(([name, kind, verbs]) => ({
        subresource: name,
        responseKind: { group: '', version: '', kind },
        verbs,
      })),
    }))
    for (const { name, kind, namespaced, verbs } of virtual(groupVersion)) {
      resources.push({
        resource: name,
        responseKind: { group, version: one, kind },
        scope: namespaced ? 'Namespaced' : 'Cluster',
        singularResource: '',
        verbs,
      })
    }
    return { version: one, resources, freshness: 'Current' }
  }
  #served(groupVersion: string): Served[] {
    return this.#registry.all().filter((type) => apiVersionOf(type) === groupVersion)
  }
  #byGroup(): [string, string[]][] {
    const groups = new Map<string, string[]>()
    for (const groupVersion of this.groupVersions()) {
      const [group = '', one = ''] = groupVersion.split('/')
      if (one) groups.set(group, [...(groups.get(group) ?? []), one])
    }
    return [...groups]
  }
}

function groupOf(
  name: string,
  versions: string[],
): { name: string; versions: object[]; preferredVersion: object } {
  const all = versions.map((one) => ({ groupVersion: `${name}/${one}`, version: one }))
  return { name, versions: all, preferredVersion: all[0]! }
}

function subresourcesOf(type: Served): [name: string, kind: string, verbs: string[]][] {
  const all: [string, string, string[]][] = type.hasStatus
    ? [['status', type.kind, ['get', 'patch', 'update']]]
    : []
  if (type.kind === 'Pod') all.push(['log', 'Pod', ['get']], ['exec', 'PodExecOptions', ['create', 'get']])
  return all
}

function virtual(
  groupVersion: string,
): { name: string; kind: string; namespaced: boolean; singularName: string; verbs: string[] }[] {
  if (groupVersion === 'metrics.k8s.io/v1beta1') {
    return metrics.map(([name, kind, namespaced]) => ({
      name,
      kind,
      namespaced,
      singularName: '',
      verbs: ['get', 'list'],
    }))
  }
  return reviews
    .filter(([group]) => `${group}/v1` === groupVersion)
    .map(([, name, kind, namespaced]) => ({ name, kind, namespaced, singularName: '', verbs: ['create'] }))
}

const operationOf = (type: Served) => ({
  'x-kubernetes-group-version-kind': { group: type.group, version: type.version, kind: type.kind },
  parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  })),
  responses: {},
})
