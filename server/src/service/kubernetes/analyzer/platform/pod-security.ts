import type { FindingEvidence } from '@aiops/contract/model/finding'
import type { Pod } from '../../object/pod.ts'
import type { ClusterView, ObjectRef } from '../../view.ts'
import { fieldEvidence } from '../evidence.ts'
import { advice, getYaml, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isLive } from './pod-index.ts'
import { baselineBreaches, restrictedBreaches } from './pod-security-standard.ts'

const documentation = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/'
const label = 'pod-security.kubernetes.io'
/** Pods between two breaths. */
const stretch = 500

/** Pods by the Pod Security Standards, one finding for all pods of a workload. */
export const podSecurityRules: readonly Rule[] = [
  {
    id: 'pod-privileged',
    analyzer: 'PodSecurity',
    kind: 'Pod',
    severity: 'MEDIUM',
    condition:
      'A container runs privileged outside of the namespaces of the system: it owns its node. LOW for a DaemonSet.',
    not_when:
      'The namespace is one of the system, or its label pod-security.kubernetes.io/enforce says privileged: somebody has decided so.',
    documentation_url: `${documentation}#baseline`,
    alert_name: null,
    needs: ['Pod', 'Namespace', 'ReplicaSet'],
    check: (view) => eachWorkload(view, privileged),
  },
  {
    id: 'pod-below-baseline',
    analyzer: 'PodSecurity',
    kind: 'Pod',
    severity: 'LOW',
    condition:
      'A pod breaks the Baseline standard in another way: network, processes or IPC of the node, a path of the node, a port of it, or capabilities beyond the usual.',
    not_when:
      'It is privileged, which is told already, or a DaemonSet, as agents of nodes are; or its namespace is one of the system or labelled privileged.',
    documentation_url: `${documentation}#baseline`,
    alert_name: null,
    needs: ['Pod', 'Namespace', 'ReplicaSet'],
    check: (view) => eachWorkload(view, belowBaseline),
  },
  {
    id: 'pod-below-restricted',
    analyzer: 'PodSecurity',
    kind: 'Pod',
    severity: 'LOW',
    condition:
      'A pod breaks the Restricted standard, which the labels audit, warn or enforce of its namespace ask for.',
    not_when: 'No label of the namespace asks for it: most pods are below it.',
    documentation_url: `${documentation}#restricted`,
    alert_name: null,
    needs: ['Pod', 'Namespace', 'ReplicaSet'],
    check: (view) => eachWorkload(view, belowRestricted),
  },
]

type Workload = { ref: ObjectRef; pod: Pod; labels: Readonly<Record<string, string>> }

const isSystem = (namespace: string): boolean => /^(kube-|openshift)/.test(namespace)

/** The first pod of each workload stands for all: they come of one template. */
function* eachWorkload(
  view: ClusterView,
  look: (one: Workload) => Iterable<Observation>,
): Iterable<Observation | undefined> {
  const seen = new Set<string>()
  let [at, namespace, labels] = [0, '', {} as Readonly<Record<string, string>>]
  let isExempt = false
  for (const pod of view.list('Pod')) {
    if (++at % stretch === 0) yield
    if (pod.metadata.namespace !== namespace || at === 1) {
      namespace = pod.metadata.namespace
      labels = view.get('Namespace', '', namespace)?.metadata.labels ?? {}
      isExempt = isSystem(namespace) || labels[`${label}/enforce`] === 'privileged'
    }
    if (isExempt || !isLive(pod)) continue
    const owner = pod.metadata.ownerReferences.find(({ controller }) => controller)
    const key = owner?.uid || `${namespace}/${owner ? owner.name : pod.metadata.name}`
    if (seen.has(key)) continue
    seen.add(key)
    yield* look({ ref: ownerOf(view, pod), pod, labels })
  }
}

/** The Deployment of a ReplicaSet, or what else controls the pod; a Job's CronJob is left to the Job. */
function ownerOf(view: ClusterView, pod: Pod): ObjectRef {
  const { namespace, ownerReferences } = pod.metadata
  const owner = ownerReferences.find(({ controller }) => controller)
  if (!owner) return refOf('Pod', pod)
  // A static pod is the node's.
  if (owner.kind === 'Node') return refOf('Pod', pod)
  const above =
    owner.kind === 'ReplicaSet'
      ? view
          .get('ReplicaSet', namespace, owner.name)
          ?.metadata.ownerReferences.find(({ controller }) => controller)
      : undefined
  return { kind: above?.kind ?? owner.kind, namespace, name: above?.name ?? owner.name }
}

type Breach = { path: string; text: string }
const evidenceOf = ({ pod }: Workload, breaches: readonly Breach[]): FindingEvidence[] =>
  breaches.slice(0, 8).map(({ path, text }) => fieldEvidence(refOf('Pod', pod), path, text))

const remediationOf = ({ ref }: Workload, level: string) => [
  getYaml(ref, 'See why it needs this.'),
  advice(
    `See what the ${level} standard would refuse in its namespace.`,
    `kubectl label namespace ${quoted(ref.namespace)} ${label}/enforce=${level} --overwrite --dry-run=server`,
  ),
]
const list = (breaches: readonly Breach[]): string =>
  [...new Set(breaches.map(({ text }) => text))].slice(0, 4).join(', ')

const isPrivileged = ({ spec }: Pod): boolean =>
  [...spec.containers, ...spec.initContainers].some(
    ({ securityContext }) => securityContext?.privileged === true,
  )

function* privileged(one: Workload): Iterable<Observation> {
  if (!isPrivileged(one.pod)) return
  const breaches = baselineBreaches(one.pod)
  yield {
    object: one.ref,
    title: `${one.ref.kind} ${one.ref.name} runs privileged: ${list(breaches)}.`,
    severity: one.ref.kind === 'DaemonSet' ? 'LOW' : 'MEDIUM',
    sinceMs: undefined,
    evidence: evidenceOf(one, breaches),
    remediation: remediationOf(one, 'baseline'),
  }
}

function* belowBaseline(one: Workload): Iterable<Observation> {
  if (one.ref.kind === 'DaemonSet' || isPrivileged(one.pod)) return
  const breaches = baselineBreaches(one.pod)
  if (breaches.length === 0) return
  yield {
    object: one.ref,
    title: `${one.ref.kind} ${one.ref.name} breaks the Baseline standard: ${list(breaches)}.`,
    sinceMs: undefined,
    evidence: evidenceOf(one, breaches),
    remediation: remediationOf(one, 'baseline'),
  }
}

function* belowRestricted(one: Workload): Iterable<Observation> {
  const asks = ['enforce', 'audit', 'warn'].filter((mode) => one.labels[`${label}/${mode}`] === 'restricted')
  if (asks.length === 0 || one.pod.metadata.deletionTimestamp) return
  const breaches = [...baselineBreaches(one.pod), ...restrictedBreaches(one.pod)]
  if (breaches.length === 0) return
  yield {
    object: one.ref,
    title: `${one.ref.kind} ${one.ref.name} breaks the Restricted standard, which its namespace asks for: ${list(breaches)}.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(
        { kind: 'Namespace', namespace: '', name: one.ref.namespace },
        'metadata.labels',
        asks.map((mode) => `${label}/${mode}=restricted`).join(', '),
      ),
      ...evidenceOf(one, breaches),
    ],
    remediation: remediationOf(one, 'restricted'),
  }
}
