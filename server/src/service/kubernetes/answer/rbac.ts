import { Fault } from '../../../kernel/fault.ts'
import type { AccessAsk } from '../../../port/cluster-api.ts'
import { kindNames, kinds } from '../object/kind.ts'

export type RbacOptions = {
  /** Of the service account. */
  namespace?: string
  name?: string
  /** Where only these may be read: Roles in them. Things of the cluster as a whole are then not read. */
  namespaces?: readonly string[]
}

/** What a cluster must allow for the read set, as a manifest to apply there. Throws VALIDATION_FAILED for a name that is none. */
export function rbacManifest(options: RbacOptions = {}): string {
  const { namespace = 'aiops', name = 'aiops-reader', namespaces } = options
  for (const one of [namespace, name, ...(namespaces ?? [])]) assertName(one)
  const account = { name, namespace }
  const documents = namespaces
    ? namespaces.flatMap((one) => [
        role('Role', `${head('Role', name, one)}`, true),
        binding('RoleBinding', 'Role', account, one),
      ])
    : [
        role('ClusterRole', head('ClusterRole', name), false),
        binding('ClusterRoleBinding', 'ClusterRole', account),
      ]
  return `${[
    `${preface(account, namespaces !== undefined)}\n${head('ServiceAccount', name, namespace, 'v1')}`,
    ...documents,
    execRole(account, namespaces?.[0]),
  ].join('\n---\n')}\n`
}

/** What the platform itself needs where it runs in Kubernetes and keeps master keys and credentials in Secrets, as a manifest to apply there. */
export function platformRbacManifest({ namespace, name }: { namespace: string; name: string }): string {
  for (const one of [namespace, name]) assertName(one)
  const own = `${name}-secrets`
  return `${[
    `${platformPreface}\n${head('Role', own, namespace)}\nrules:\n${rule('', ['secrets'], ['get', 'list', 'create', 'update', 'delete'])}`,
    binding('RoleBinding', 'Role', { name, namespace }, namespace, own),
  ].join('\n---\n')}\n`
}

/** What is asked of the API server to learn what is allowed: reading of each kind, in each namespace where only some may be read. */
export function accessAsks({ namespaces }: Pick<RbacOptions, 'namespaces'> = {}): AccessAsk[] {
  const places = namespaces?.map((namespace) => ({ namespace })) ?? [{}]
  const asks: AccessAsk[] = []
  for (const kind of kindNames) {
    const { type } = kinds[kind]
    if (isOptional(kind) || (namespaces && !type.namespaced)) continue
    for (const place of type.namespaced ? places : [{}])
      for (const verb of ['list', 'watch'])
        asks.push({ verb, group: type.group, resource: type.plural, ...place })
  }
  for (const place of places) {
    asks.push({ verb: 'get', group: '', resource: 'pods', subresource: 'log', ...place })
    asks.push({ verb: 'list', group: 'metrics.k8s.io', resource: 'pods', ...place })
  }
  if (!namespaces) asks.push({ verb: 'list', group: 'metrics.k8s.io', resource: 'nodes' })
  return asks
}

/** Of what was asked, what is refused, as `watch networkpolicies.networking.k8s.io`. What the API server does not say is not counted. */
export function missingOf(asks: readonly AccessAsk[], allowed: readonly (boolean | null)[]): string[] {
  return asks.flatMap((ask, i) => (allowed[i] === false ? [sentenceOf(ask)] : []))
}

function sentenceOf({ verb, group, resource, subresource, namespace }: AccessAsk): string {
  const what = `${resource}${group ? `.${group}` : ''}${subresource ? `/${subresource}` : ''}`
  return `${verb} ${what}${namespace ? ` in ${namespace}` : ''}`
}

const isOptional = (kind: (typeof kindNames)[number]): boolean => 'optional' in kinds[kind]

/** RFC 1123 label; RBAC names may be longer, these are ours. */
function assertName(name: string): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw new Fault(
      'VALIDATION_FAILED',
      `${JSON.stringify(name)} is no name of a namespace or service account.`,
    )
}

const preface = (
  account: { name: string; namespace: string },
  isNamespaced: boolean,
): string => `# What AIOps reads of this cluster. It changes nothing: no verb here writes.
# Secrets are not read. ConfigMaps are asked for by their metadata alone (PartialObjectMetadata), which RBAC cannot express:
# whoever holds this token could read their data too. Leave the resource out where that is not wanted.
# A token: kubectl create token ${account.name} --namespace ${account.namespace} --duration 24h${
  isNamespaced
    ? '\n# Nodes, namespaces, volumes and other things of the cluster as a whole are not read with these Roles.'
    : ''
}`

const platformPreface = `# What AIOps needs in the namespace that it runs in (adapters.secrets: kubernetes:): master keys in one Secret, the sealed credentials of
# each cluster in a Secret cluster-creds-ID. RBAC cannot name Secrets that are not there yet, so that this reads every Secret of the
# namespace: give AIOps a namespace of its own.`

const rbacGroup = 'rbac.authorization.k8s.io'
function head(kind: string, name: string, namespace?: string, apiVersion = `${rbacGroup}/v1`): string {
  const place = namespace === undefined ? '' : `\n  namespace: ${namespace}`
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}${place}\n  labels:\n    app.kubernetes.io/name: aiops`
}

function role(kind: 'Role' | 'ClusterRole', header: string, namespacedOnly: boolean): string {
  const byGroup = new Map<string, Set<string>>()
  for (const name of kindNames) {
    const { group, plural, namespaced } = kinds[name].type
    if (namespacedOnly && !namespaced) continue
    const resources = byGroup.get(group) ?? new Set()
    byGroup.set(group, resources.add(plural))
  }
  const rules = [...byGroup].map(([group, resources]) =>
    rule(group, [...resources], ['get', 'list', 'watch']),
  )
  rules.push(rule('', ['pods/log'], ['get']))
  const metrics = kind === 'ClusterRole' ? ['nodes', 'pods'] : ['pods']
  rules.push(rule('metrics.k8s.io', metrics, ['get', 'list']))
  return `${header}\nrules:\n${rules.join('\n')}`
}

function rule(group: string, resources: string[], verbs: string[]): string {
  return `  - apiGroups: ["${group}"]\n    resources: [${resources.join(', ')}]\n    verbs: [${verbs.join(', ')}]`
}

function binding(
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  roleKind: 'Role' | 'ClusterRole',
  account: { name: string; namespace: string },
  namespace?: string,
  name = account.name,
): string {
  return `${head(kind, name, namespace)}
roleRef:
  apiGroup: ${rbacGroup}
  kind: ${roleKind}
  name: ${name}
subjects:
  - kind: ServiceAccount
    name: ${account.name}
    namespace: ${account.namespace}`
}

/** Commented out: running a command in a pod is more than reading. */
function execRole(account: { name: string; namespace: string }, namespace = 'gpu-operator'): string {
  const name = `${account.name}-exec`
  const text = [
    `${head('Role', name, namespace)}\nrules:\n${rule('', ['pods/exec'], ['create', 'get'])}`,
    binding('RoleBinding', 'Role', account, namespace, name),
  ].join('\n---\n')
  const why =
    '# Only where GPUs have no DCGM exporter: lets nvidia-smi be run in the pods of one namespace. pods/exec lets any command be run there.'
  return `${why}\n${text
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n')}`
}
