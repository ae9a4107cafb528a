import type { Role, RoleBinding } from '../../object/policy.ts'
import type { ClusterView, ObjectRef } from '../../view.ts'
import { counted, fieldEvidence, msOf } from '../evidence.ts'
import { advice, describe, dryRun, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'

const practice = 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/'
/** From so many subjects on a right to everything is no exception any more. */
const manyMin = 5

/** Who may do what. That pods run under the default account is no condition: without rights it can do nothing. */
export const accessRules: readonly Rule[] = [
  {
    id: 'access-everything-to-all',
    analyzer: 'RBAC',
    kind: 'ClusterRoleBinding',
    severity: 'CRITICAL',
    condition:
      'A ClusterRoleBinding gives everybody (system:authenticated, system:unauthenticated, system:anonymous or system:serviceaccounts) the right to everything.',
    not_when:
      'What it gives is only discovery or reading the version, as the bindings that come with Kubernetes do.',
    documentation_url: `${practice}#least-privilege`,
    alert_name: null,
    needs: ['ClusterRoleBinding', 'ClusterRole'],
    check: everythingToAll,
  },
  {
    id: 'access-everything-to-default-account',
    analyzer: 'RBAC',
    kind: 'ClusterRoleBinding',
    severity: 'HIGH',
    condition:
      'A default service account, which every pod of its namespace has unless it says otherwise, may do everything in the cluster.',
    not_when:
      'The account is one of its own name, made for what needs it; or the right is for its own namespace alone (MEDIUM then).',
    documentation_url: `${practice}#least-privilege`,
    alert_name: null,
    needs: ['ClusterRoleBinding', 'RoleBinding', 'ClusterRole', 'Role'],
    check: everythingToDefault,
  },
  {
    id: 'access-default-account-used',
    analyzer: 'RBAC',
    kind: 'ServiceAccount',
    severity: 'LOW',
    condition:
      'A default service account has rights beyond those of everybody, and pods run with its token mounted.',
    not_when:
      'It has none (the usual case), its token is not mounted, no pod uses it, or it may do everything, which is told already.',
    documentation_url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
    alert_name: null,
    needs: ['ServiceAccount', 'ClusterRoleBinding', 'RoleBinding', 'ClusterRole', 'Role', 'Pod'],
    check: defaultUsed,
  },
  {
    id: 'access-wildcard-role-shared',
    analyzer: 'RBAC',
    kind: 'ClusterRole',
    severity: 'MEDIUM',
    condition:
      'A role of your own allows every verb on every resource, and is given to a group of service accounts, or to five or more subjects.',
    not_when:
      'It comes with Kubernetes or the distribution (cluster-admin, system:, openshift), is bound to one or a few operators, or to none.',
    documentation_url: `${practice}#least-privilege`,
    alert_name: null,
    needs: ['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'],
    check: wildcardShared,
  },
]

type Subject = RoleBinding['subjects'][number]
type Binding = { ref: ObjectRef; binding: RoleBinding }

const clusterBindings = (view: ClusterView): Binding[] =>
  view.list('ClusterRoleBinding').map((binding) => ({ ref: refOf('ClusterRoleBinding', binding), binding }))
const bindings = (view: ClusterView): Binding[] => [
  ...clusterBindings(view),
  ...view.list('RoleBinding').map((binding) => ({ ref: refOf('RoleBinding', binding), binding })),
]

const has = (words: readonly string[], word: string): boolean => words.includes('*') || words.includes(word)
/** Every verb on every resource of every group, or what leads there. */
const allowsEverything = ({ rules }: Role): boolean =>
  rules.some(
    ({ apiGroups, resources, verbs, resourceNames }) =>
      resourceNames.length === 0 && verbs.includes('*') && resources.includes('*') && has(apiGroups, '*'),
  )
function roleOf({ binding }: Binding, view: ClusterView): Role | undefined {
  const { kind, name } = binding.roleRef
  return kind === 'Role'
    ? view.get('Role', binding.metadata.namespace, name)
    : view.get('ClusterRole', '', name)
}
/** cluster-admin too where roles are not to be seen. */
function givesEverything(one: Binding, view: ClusterView): boolean {
  const role = roleOf(one, view)
  return role ? allowsEverything(role) : one.binding.roleRef.name === 'cluster-admin'
}

const everybody = new Set(['system:authenticated', 'system:unauthenticated', 'system:serviceaccounts'])
const isEverybody = ({ kind, name }: Subject): boolean =>
  (kind === 'Group' && everybody.has(name)) || (kind === 'User' && name === 'system:anonymous')
const isDefault = ({ kind, name }: Subject): boolean => kind === 'ServiceAccount' && name === 'default'
const textOf = ({ kind, namespace, name }: Subject): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`

const bindingEvidence = ({ ref, binding }: Binding) => [
  fieldEvidence(ref, 'roleRef', `${binding.roleRef.kind} ${binding.roleRef.name}`),
  fieldEvidence(ref, 'subjects', binding.subjects.slice(0, 10).map(textOf).join(', ')),
]
const remediation = ({ ref, binding }: Binding) => [
  describe(ref),
  advice(
    'See what the role allows.',
    `kubectl describe ${binding.roleRef.kind.toLowerCase()} ${quoted(binding.roleRef.name)}${ref.namespace && binding.roleRef.kind === 'Role' ? ` -n ${quoted(ref.namespace)}` : ''}`,
  ),
  dryRun('delete', ref, '', 'Take the right away, tried first.'),
]

function* everythingToAll(view: ClusterView): Iterable<Observation> {
  for (const one of clusterBindings(view)) {
    const subject = one.binding.subjects.find(isEverybody)
    if (!subject || !givesEverything(one, view)) continue
    yield {
      object: one.ref,
      title: `ClusterRoleBinding ${one.ref.name} lets ${subject.name} do everything in the cluster.`,
      sinceMs: msOf(one.binding.metadata.creationTimestamp),
      evidence: bindingEvidence(one),
      remediation: remediation(one),
    }
  }
}

function* everythingToDefault(view: ClusterView): Iterable<Observation> {
  for (const one of bindings(view)) {
    const subject = one.binding.subjects.find(isDefault)
    if (!subject || !givesEverything(one, view)) continue
    const isWhole = one.ref.kind === 'ClusterRoleBinding'
    const where = isWhole ? 'in the cluster' : `in namespace ${one.ref.namespace}`
    yield {
      object: one.ref,
      title: `Pods of ${subject.namespace || one.ref.namespace} may do everything ${where}: ${one.ref.name} gives it to their default service account.`,
      severity: isWhole ? 'HIGH' : 'MEDIUM',
      sinceMs: msOf(one.binding.metadata.creationTimestamp),
      evidence: bindingEvidence(one),
      remediation: remediation(one),
    }
  }
}

function* defaultUsed(view: ClusterView): Iterable<Observation> {
  const rights = new Map<string, Binding[]>()
  for (const one of bindings(view)) {
    for (const subject of one.binding.subjects.filter(isDefault)) {
      const namespace = subject.namespace || one.ref.namespace
      rights.set(namespace, [...(rights.get(namespace) ?? []), one])
    }
  }
  for (const [namespace, given] of rights) {
    const account = view.get('ServiceAccount', namespace, 'default')
    if (!account || given.some((one) => givesEverything(one, view))) continue
    const pods = view
      .list('Pod', namespace)
      .filter(
        ({ spec }) =>
          (spec.serviceAccountName ?? 'default') === 'default' &&
          (spec.automountServiceAccountToken ?? account.automountServiceAccountToken) !== false,
      )
    if (pods.length === 0) continue
    const ref = refOf('ServiceAccount', account)
    const [first] = given
    yield {
      object: ref,
      title: `${counted(pods.length, 'pod')} of ${namespace} ${pods.length === 1 ? 'has' : 'have'} the rights of the default service account: ${given
        .map(({ binding }) => binding.roleRef.name)
        .slice(0, 4)
        .join(', ')}.`,
      sinceMs: undefined,
      evidence: [
        ...given.slice(0, 4).flatMap(bindingEvidence),
        ...pods
          .slice(0, 3)
          .map((pod) => fieldEvidence(refOf('Pod', pod), 'spec.serviceAccountName', 'default')),
      ],
      remediation: [
        advice(
          'See what it may do.',
          `kubectl auth can-i --list --as=system:serviceaccount:${quoted(namespace)}:default -n ${quoted(namespace)}`,
        ),
        ...(first ? [describe(first.ref, 'See who gave it.')] : []),
      ],
    }
  }
}

/** What comes with Kubernetes or a distribution is looked after there. */
const isShipped = ({ metadata }: Role): boolean =>
  metadata.labels['kubernetes.io/bootstrapping'] === 'rbac-defaults' ||
  /^(system:|openshift|cluster-admin$)/.test(metadata.name) ||
  /^(kube-|openshift)/.test(metadata.namespace)

function* wildcardShared(view: ClusterView): Iterable<Observation> {
  const given = new Map<Role, { subjects: Subject[]; by: Binding[] }>()
  for (const one of bindings(view)) {
    const role = roleOf(one, view)
    if (!role || isShipped(role) || !allowsEverything(role)) continue
    const kept = given.get(role) ?? { subjects: [], by: [] }
    kept.subjects.push(...one.binding.subjects)
    kept.by.push(one)
    given.set(role, kept)
  }
  for (const [role, { subjects, by }] of given) {
    const names = new Set(subjects.map(textOf))
    const isGroup = subjects.some(
      ({ kind, name }) => kind === 'Group' && name.startsWith('system:serviceaccounts:'),
    )
    if (names.size < manyMin && !isGroup) continue
    const ref = refOf(role.metadata.namespace === '' ? 'ClusterRole' : 'Role', role)
    yield {
      object: ref,
      title: `${ref.kind} ${ref.name} allows everything, and is given to ${counted(names.size, 'subject')}.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(ref, 'rules', 'verbs *, resources *, apiGroups *'),
        ...by.slice(0, 5).flatMap(bindingEvidence),
      ],
      remediation: [describe(ref), ...by.slice(0, 2).map((one) => describe(one.ref, 'See who has it.'))],
    }
  }
}
