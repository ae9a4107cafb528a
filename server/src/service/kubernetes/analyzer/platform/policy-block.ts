import type { NetworkPolicy } from '../../object/network.ts'
import type { Pod } from '../../object/pod.ts'
import type { ClusterView } from '../../view.ts'
import { counted, eventEvidence, fieldEvidence, msOf } from '../evidence.ts'
import { advice, describe, getYaml, quoted } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isDnsService } from './dns.ts'
import { equality, podIndexOf } from './pod-index.ts'
import { directionsOf, isEverybody, means, opens, type PolicyRule, rulesOf } from './policy-reach.ts'
import { failedCalls, webhooksOf } from './webhook-call.ts'

const documentation = 'https://kubernetes.io/docs/concepts/services-networking/network-policies/'

/** What NetworkPolicies keep from working. */
export const policyBlockRules: readonly Rule[] = [
  {
    id: 'network-policy-blocks-dns',
    analyzer: 'NetworkPolicy',
    kind: 'NetworkPolicy',
    severity: 'MEDIUM',
    condition:
      'Pods may open connections to some others, but not to the cluster DNS: all policies that select them together allow neither UDP nor TCP to its pods and port.',
    not_when:
      'They may open none at all (default deny), or only to blocks of addresses, or use the network of the node, or any policy lets them ask DNS.',
    documentation_url: `${documentation}#default-deny-all-egress-traffic`,
    alert_name: null,
    needs: ['NetworkPolicy', 'Pod', 'Namespace', 'Service'],
    check: blocksDns,
  },
  {
    id: 'network-policy-blocks-webhook',
    analyzer: 'NetworkPolicy',
    kind: 'NetworkPolicy',
    severity: 'HIGH',
    condition:
      'Calls of an admission webhook time out, and the pods behind it are isolated by policies that admit pods alone; the API server is none.',
    not_when: 'No call fails, or a rule admits everybody or a block of addresses.',
    documentation_url: `${documentation}#the-two-sorts-of-pod-isolation`,
    alert_name: null,
    needs: [
      'NetworkPolicy',
      'Pod',
      'Service',
      'Event',
      'ValidatingWebhookConfiguration',
      'MutatingWebhookConfiguration',
    ],
    check: blocksWebhook,
  },
]

/** Pods of the cluster DNS, and the ports that its Service leads to there. */
function dnsOf(view: ClusterView): {
  pods: readonly Pod[]
  ports: readonly number[]
  names: readonly string[]
} {
  const services = ['kube-system', 'openshift-dns'].flatMap((namespace) =>
    view.list('Service', namespace).filter(isDnsService),
  )
  const pods = services.flatMap(({ metadata, spec }) =>
    Object.keys(spec.selector).length > 0
      ? podIndexOf(view).matching(metadata.namespace, equality(spec.selector))
      : [],
  )
  const declared = pods.flatMap(({ spec }) => spec.containers.flatMap(({ ports }) => ports))
  const numbers = declared.flatMap(({ name, containerPort }) =>
    containerPort !== undefined && /^dns/.test(name ?? '') ? [containerPort] : [],
  )
  return {
    pods,
    ports: [...new Set([53, ...numbers])],
    names: [...new Set(declared.flatMap(({ name }) => name ?? []))],
  }
}

function* blocksDns(view: ClusterView): Iterable<Observation | undefined> {
  const dns = dnsOf(view)
  // Without knowing its pods nothing is known of who may reach them.
  if (dns.pods.length === 0) return
  const isEgress = (policy: NetworkPolicy) => directionsOf(policy).includes('Egress')
  for (const namespace of new Set(view.list('NetworkPolicy').map(({ metadata }) => metadata.namespace))) {
    const policies = view.list('NetworkPolicy', namespace).filter(isEgress)
    const answers = (policy: NetworkPolicy) =>
      rulesOf(policy, 'Egress').some((rule) => reachesDns(view, namespace, rule, dns))
    const reaches = new Set(policies.filter(answers))
    const over = new Map<Pod, NetworkPolicy[]>()
    for (const policy of policies) {
      for (const pod of podIndexOf(view).matching(namespace, policy.spec.podSelector)) {
        const list = over.get(pod)
        if (list) list.push(policy)
        else over.set(pod, [policy])
      }
      yield
    }
    const blocked = new Map<NetworkPolicy, Pod[]>()
    for (const [pod, list] of over) {
      if (pod.spec.hostNetwork === true || list.some((policy) => reaches.has(policy))) continue
      const allower = list.find(allowsPods)
      if (!allower) continue
      const pods = blocked.get(allower)
      if (pods) pods.push(pod)
      else blocked.set(allower, [pod])
    }
    for (const [policy, pods] of blocked) yield dnsBlocked(policy, pods)
    yield
  }
}

/** To pods, or everywhere on some ports: those are reached by name. */
const allowsPods = (policy: NetworkPolicy): boolean =>
  rulesOf(policy, 'Egress').some(
    (rule) =>
      isEverybody(rule) ||
      rule.peers?.some(({ podSelector, namespaceSelector }) => podSelector ?? namespaceSelector),
  )

function reachesDns(
  view: ClusterView,
  namespace: string,
  rule: PolicyRule,
  dns: ReturnType<typeof dnsOf>,
): boolean {
  const isOpen = dns.ports.some(
    (port) => opens(rule, 'UDP', port, dns.names) || opens(rule, 'TCP', port, dns.names),
  )
  if (!isOpen) return false
  if (isEverybody(rule)) return true
  return (rule.peers ?? []).some(
    // A block of addresses with the port of DNS is the resolver of the node (NodeLocal DNSCache), or one outside.
    (peer) => peer.ipBlock !== undefined || dns.pods.some((pod) => means(view, namespace, peer, pod)),
  )
}

function dnsBlocked(policy: NetworkPolicy, pods: readonly Pod[]): Observation {
  const ref = refOf('NetworkPolicy', policy)
  const { namespace, name } = policy.metadata
  return {
    object: ref,
    title: `NetworkPolicy ${name} lets ${counted(pods.length, 'pod')} out, but not to the cluster DNS: names do not resolve there.`,
    sinceMs: msOf(policy.metadata.creationTimestamp),
    evidence: [
      fieldEvidence(ref, 'spec.egress', 'no rule allows port 53 of the DNS pods'),
      ...pods
        .slice(0, 5)
        .map((pod) => fieldEvidence(refOf('Pod', pod), 'metadata.labels', 'isolated for egress')),
    ],
    remediation: [
      describe(ref),
      advice(
        'Allow DNS: a rule to namespace kube-system, pods k8s-app=kube-dns, UDP and TCP 53. See the policies first.',
        `kubectl get networkpolicies -n ${quoted(namespace)} -o yaml`,
      ),
    ],
  }
}

function* blocksWebhook(view: ClusterView): Iterable<Observation> {
  const told = new Set<NetworkPolicy>()
  const calls = failedCalls(view)
  if (calls.size === 0) return
  for (const { webhook } of webhooksOf(view)) {
    const call = calls.get(webhook.name)
    const target = webhook.clientConfig.service
    if (!call || !target || !/timeout|deadline exceeded|timed out|no route/i.test(call.message)) continue
    const service = view.get('Service', target.namespace, target.name)
    if (!service || Object.keys(service.spec.selector).length === 0) continue
    const [pod] = podIndexOf(view).matching(target.namespace, equality(service.spec.selector))
    if (!pod || pod.spec.hostNetwork === true) continue
    const policies = view
      .list('NetworkPolicy', target.namespace)
      .filter(
        (policy) =>
          directionsOf(policy).includes('Ingress') &&
          podIndexOf(view).matching(target.namespace, policy.spec.podSelector).includes(pod),
      )
    const [first] = policies
    const admits = policies.some((policy) =>
      rulesOf(policy, 'Ingress').some(
        (rule) => isEverybody(rule) || rule.peers?.some(({ ipBlock }) => ipBlock),
      ),
    )
    if (!first || admits || told.has(first)) continue
    told.add(first)
    const ref = refOf('NetworkPolicy', first)
    yield {
      object: ref,
      title: `NetworkPolicy ${first.metadata.name} keeps the API server from webhook ${webhook.name}: it admits pods alone.`,
      sinceMs: call.firstMs,
      evidence: [
        eventEvidence(call),
        fieldEvidence(ref, 'spec.ingress', 'no rule admits everybody or a block of addresses'),
        fieldEvidence(
          refOf('Pod', pod),
          'metadata.labels',
          `serves webhook ${webhook.name}, isolated for ingress`,
        ),
      ],
      remediation: [
        getYaml(ref, 'See whom it admits.'),
        advice(`Admit the addresses of the control plane on the port of ${webhook.name}.`),
      ],
    }
  }
}
