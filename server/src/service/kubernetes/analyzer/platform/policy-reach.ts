import type { NetworkPolicy, NetworkPolicyPeer } from '../../object/network.ts'
import type { Pod } from '../../object/pod.ts'
import { isEmptySelector, selects } from '../../object/selector.ts'
import type { ClusterView } from '../../view.ts'

/**
 * What a NetworkPolicy does: a pod that any policy selects for a direction is isolated there and may do what the policies that select
 * it allow together. https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 */
export type Direction = 'Ingress' | 'Egress'

/** Without policyTypes: Ingress always, Egress where there are rules for it. */
export function directionsOf({ spec }: NetworkPolicy): readonly Direction[] {
  if (spec.policyTypes.length > 0)
    return spec.policyTypes.filter((one) => one === 'Ingress' || one === 'Egress')
  return spec.egress && spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

export type PolicyRule = {
  /** Undefined or empty: everybody. */
  peers: readonly NetworkPolicyPeer[] | undefined
  ports: readonly {
    protocol?: string | undefined
    port?: string | number | undefined
    endPort?: number | undefined
  }[]
}
export const rulesOf = ({ spec }: NetworkPolicy, direction: Direction): readonly PolicyRule[] =>
  direction === 'Ingress'
    ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))

export const isEverybody = ({ peers }: PolicyRule): boolean => peers === undefined || peers.length === 0
/** The whole address space is everybody too. */
const isWhole = ({ ipBlock }: NetworkPolicyPeer): boolean =>
  ipBlock !== undefined && ipBlock.except.length === 0 && /^(0\.0\.0\.0|::)\/0$/.test(ipBlock.cidr)

/** Whether the rules of a policy leave a direction wide open. */
export const allowsAll = (policy: NetworkPolicy, direction: Direction): boolean =>
  rulesOf(policy, direction).some((rule) => isEverybody(rule) && rule.ports.length === 0)

/** Whether a rule names a port. A named port is taken for it where the name is among the names given. */
export function opens(
  { ports }: PolicyRule,
  protocol: string,
  number: number,
  names: readonly string[],
): boolean {
  return (
    ports.length === 0 ||
    ports.some((one) => {
      if ((one.protocol ?? 'TCP') !== protocol) return false
      if (one.port === undefined) return true
      if (typeof one.port === 'string') return names.includes(one.port)
      return one.port === number || (one.endPort !== undefined && one.port <= number && number <= one.endPort)
    })
  )
}

/** Whether a peer of a policy of a namespace means a pod. */
export function means(view: ClusterView, namespace: string, peer: NetworkPolicyPeer, pod: Pod): boolean {
  // Whether a block of addresses reaches pods is left to the network plugin; the whole space does with all that are known.
  if (peer.ipBlock) return isWhole(peer)
  if (peer.namespaceSelector) {
    const labels = view.get('Namespace', '', pod.metadata.namespace)?.metadata.labels ?? {}
    if (
      !selects(peer.namespaceSelector, { 'kubernetes.io/metadata.name': pod.metadata.namespace, ...labels })
    )
      return false
  } else if (pod.metadata.namespace !== namespace) return false
  return !peer.podSelector || selects(peer.podSelector, pod.metadata.labels)
}

/** Whether every pod that one selector chooses is chosen by the other too, as far as the selectors themselves tell. */
export function covers(wide: NetworkPolicy, narrow: NetworkPolicy): boolean {
  const [a, b] = [wide.spec.podSelector, narrow.spec.podSelector]
  if (isEmptySelector(a)) return true
  return (
    a.matchExpressions.length === 0 &&
    Object.entries(a.matchLabels).every(([key, value]) => b.matchLabels[key] === value)
  )
}
