import type { NetworkPolicy, NetworkPolicyPeer } from '../../object/network.ts'
import { isEmptySelector, selectorText, selects } from '../../object/selector.ts'
import type { ClusterView } from '../../view.ts'
import { each } from '../each.ts'
import { counted, fieldEvidence, msOf } from '../evidence.ts'
import { advice, describe, getYaml, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { podIndexOf } from './pod-index.ts'
import { allowsAll, covers, directionsOf, rulesOf } from './policy-reach.ts'

const documentation = 'https://kubernetes.io/docs/concepts/services-networking/network-policies/'

/** What NetworkPolicies really do; that one denies by default is what it is for, and no finding. */
export const networkPolicyRules: readonly Rule[] = [
  {
    id: 'network-policy-selects-nothing',
    analyzer: 'NetworkPolicy',
    kind: 'NetworkPolicy',
    severity: 'LOW',
    condition:
      'The selector of a NetworkPolicy chooses no pod, though its namespace has pods: it protects nothing.',
    not_when:
      'The selector is empty (it chooses all, as default-deny policies do), the namespace has no pods, or a workload that it would choose is scaled to zero.',
    documentation_url: `${documentation}#networkpolicy-resource`,
    alert_name: null,
    needs: ['NetworkPolicy', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
    check: each('NetworkPolicy', selectsNothing),
  },
  {
    id: 'network-policy-peer-selects-nothing',
    analyzer: 'NetworkPolicy',
    kind: 'NetworkPolicy',
    severity: 'LOW',
    condition:
      'A NetworkPolicy allows a peer that no namespace or no pod is: what was to be let through is not there, or is called otherwise.',
    not_when: 'A workload with these labels is scaled to zero, or the peer is a block of addresses.',
    documentation_url: `${documentation}#behavior-of-to-and-from-selectors`,
    alert_name: null,
    needs: ['NetworkPolicy', 'Pod', 'Namespace', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
    check: each('NetworkPolicy', peersSelectNothing),
  },
  {
    id: 'network-policy-without-effect',
    analyzer: 'NetworkPolicy',
    kind: 'NetworkPolicy',
    severity: 'LOW',
    condition:
      'Another NetworkPolicy allows everything to and from all pods that this one selects: policies add up, so that this one restricts nothing.',
    not_when:
      'The other covers some of the pods only, some of the directions, or some ports; it allows no more than this one; an empty selector without rules is default-deny and opens nothing.',
    documentation_url: `${documentation}#the-two-sorts-of-pod-isolation`,
    alert_name: null,
    needs: ['NetworkPolicy'],
    check: withoutEffect,
  },
]

function* selectsNothing(policy: NetworkPolicy, view: ClusterView): Iterable<Observation> {
  const { namespace, name } = policy.metadata
  const { podSelector } = policy.spec
  if (isEmptySelector(podSelector)) return
  const index = podIndexOf(view)
  if (index.has(namespace, podSelector)) return
  if (view.list('Pod', namespace).length === 0 || hasTemplate(view, namespace, podSelector)) return
  const ref = refOf('NetworkPolicy', policy)
  yield {
    object: ref,
    title: `NetworkPolicy ${name} applies to no pod: none has ${selectorText(podSelector)}.`,
    sinceMs: undefined,
    evidence: [
      fieldEvidence(ref, 'spec.podSelector', selectorText(podSelector)),
      ...Object.entries(podSelector.matchLabels).map(([key, value]) =>
        fieldEvidence(
          ref,
          `spec.podSelector.matchLabels[${key}]`,
          `${value}: ${counted(index.carrying(namespace, key, value), 'pod')}`,
        ),
      ),
    ],
    remediation: [
      advice('See which labels the pods have.', `kubectl get pods --show-labels -n ${quoted(namespace)}`),
      describe(ref),
    ],
  }
}

/** Something that makes such pods, now or at some time. */
function hasTemplate(
  view: ClusterView,
  namespace: string,
  selector: NetworkPolicy['spec']['podSelector'],
): boolean {
  return (
    podIndexOf(view)
      .templates(namespace)
      .some(({ labels }) => selects(selector, labels)) ||
    view.list('Job', namespace).some(({ spec }) => selects(selector, spec.template.metadata.labels)) ||
    view
      .list('CronJob', namespace)
      .some(({ spec }) => selects(selector, spec.jobTemplate.spec.template.metadata.labels))
  )
}

function* peersSelectNothing(policy: NetworkPolicy, view: ClusterView): Iterable<Observation> {
  for (const direction of directionsOf(policy)) {
    for (const [at, { peers }] of rulesOf(policy, direction).entries()) {
      for (const [of, peer] of (peers ?? []).entries()) {
        const lacks = lackOf(view, policy.metadata.namespace, peer)
        if (lacks === undefined) continue
        const ref = refOf('NetworkPolicy', policy)
        const list =
          direction === 'Ingress' ? `spec.ingress[${at}].from[${of}]` : `spec.egress[${at}].to[${of}]`
        yield {
          object: ref,
          title: `NetworkPolicy ${policy.metadata.name} allows traffic ${direction === 'Ingress' ? 'from' : 'to'} what is not there: ${lacks}.`,
          sinceMs: undefined,
          evidence: [fieldEvidence(ref, list, lacks)],
          remediation: [
            describe(ref),
            advice('See the labels of namespaces.', 'kubectl get namespaces --show-labels'),
          ],
          discriminator: list,
        }
      }
    }
  }
}

/** What of a peer nobody is; undefined where somebody is. */
function lackOf(view: ClusterView, own: string, peer: NetworkPolicyPeer): string | undefined {
  if (peer.ipBlock || (!peer.podSelector && !peer.namespaceSelector)) return undefined
  const { namespaceSelector, podSelector } = peer
  const namespaces = namespaceSelector
    ? view
        .list('Namespace')
        .filter(({ metadata }) =>
          selects(namespaceSelector, { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels }),
        )
        .map(({ metadata }) => metadata.name)
    : [own]
  if (namespaces.length === 0 && namespaceSelector)
    return `no namespace has ${selectorText(namespaceSelector)}`
  if (!podSelector || isEmptySelector(podSelector)) return undefined
  const index = podIndexOf(view)
  const isThere = namespaces.some(
    (namespace) => index.has(namespace, podSelector) || hasTemplate(view, namespace, podSelector),
  )
  return isThere
    ? undefined
    : `no pod ${namespaceSelector ? 'of the namespaces chosen' : `of ${own}`} has ${selectorText(podSelector)}`
}

/** Policies that open a direction wide are few: not every policy is held against every other. */
function* withoutEffect(view: ClusterView): Iterable<Observation | undefined> {
  const open = new Map<string, NetworkPolicy[]>()
  for (const policy of view.list('NetworkPolicy')) {
    if (!directionsOf(policy).some((direction) => allowsAll(policy, direction))) continue
    open.set(policy.metadata.namespace, [...(open.get(policy.metadata.namespace) ?? []), policy])
  }
  for (const [namespace, openers] of open) {
    for (const policy of view.list('NetworkPolicy', namespace)) yield* defeated(policy, openers)
    yield
  }
}

function* defeated(policy: NetworkPolicy, open: readonly NetworkPolicy[]): Iterable<Observation> {
  const directions = directionsOf(policy)
  if (directions.length === 0 || directions.some((direction) => allowsAll(policy, direction))) return
  const openers = directions.map((direction) =>
    open.find(
      (one) => directionsOf(one).includes(direction) && allowsAll(one, direction) && covers(one, policy),
    ),
  )
  const [first] = openers
  if (!first || openers.includes(undefined)) return
  const ref = refOf('NetworkPolicy', policy)
  const opener = refOf('NetworkPolicy', first)
  yield {
    object: ref,
    title: `NetworkPolicy ${policy.metadata.name} restricts nothing: ${opener.name} allows everything to the same pods.`,
    sinceMs: msOf(first.metadata.creationTimestamp),
    evidence: openers.map((one, at) =>
      fieldEvidence(
        refOf('NetworkPolicy', one ?? first),
        directions[at] === 'Egress' ? 'spec.egress' : 'spec.ingress',
        'a rule without peers and ports allows everything',
      ),
    ),
    causes: [{ object: opener, rule: null, text: `${opener.name} allows everything`, relation: 'allows' }],
    remediation: [
      getYaml(opener, 'See what the other allows.'),
      advice(
        'See all policies of the namespace.',
        `kubectl get networkpolicies -n ${quoted(policy.metadata.namespace)}`,
      ),
    ],
  }
}
