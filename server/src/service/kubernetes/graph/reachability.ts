import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { NetworkPolicy, NetworkPolicyPeer } from '../object/network.ts'
import { selects } from '../object/selector.ts'
import type { ClusterView } from '../view.ts'
import { blockKey, type PodClass, type PodClasses, podClasses } from './pod-class.ts'
import { intersection, isNone, type PortRange, type Ports, portMax, union } from './port-range.ts'

/** Whether connections may be opened from one class of pods to another. */
export type Verdict = {
  /** None: not allowed. */
  ports: Ports
  /** Policies that let it through, or those that do not. `namespace/name`. */
  policies: readonly string[]
  /** Which ends are isolated in this direction. */
  isolated: { source: boolean; target: boolean }
}

/**
 * What the NetworkPolicies of a cluster let through, by https://kubernetes.io/docs/concepts/services-networking/network-policies/: a pod
 * that no policy selects is open; one that is selected takes what any of its policies lets through; both ends must agree.
 *
 * What the API leaves to the network plug-in is taken as its conformance tests have it: an ipBlock matches addresses of pods too. Pods on
 * the host's network are selected by none, and are peers by address alone. That a node always reaches its own pods is not said here.
 */
export class Reachability implements PodClasses {
  readonly classes: PodClasses['classes']
  readonly groups: PodClasses['groups']
  readonly #ingress: readonly Isolation[]
  readonly #egress: readonly Isolation[]

  private constructor({ classes, groups }: PodClasses, ingress: Isolation[], egress: Isolation[]) {
    this.classes = classes
    this.groups = groups
    this.#ingress = ingress
    this.#egress = egress
  }

  /** A step is 256 pods or a policy. */
  static *of(view: ClusterView): Stepwise<Reachability> {
    const policies = view.list('NetworkPolicy')
    const pods = yield* podClasses(view, policies)
    const [ingress, egress] = [pods.classes.map(open), pods.classes.map(open)]
    const matcher = new PeerMatcher(view, pods.classes)
    for (const policy of policies) {
      yield
      const { ingress: into, egress: out } = compile(policy, matcher)
      for (const index of matcher.subjects(policy)) {
        if (into) ingress[index]?.push(into)
        if (out) egress[index]?.push(out)
      }
    }
    return new Reachability(pods, ingress, egress)
  }

  /** Whether any policy applies to these pods, in either direction. */
  isCovered({ index }: PodClass): boolean {
    return this.#ingress[index]?.length !== 0 || this.#egress[index]?.length !== 0
  }

  /** Whether any port is open; the same as the verdict, sooner. */
  isAllowed(source: PodClass, target: PodClass): boolean {
    const out = lets(this.#egress[source.index] ?? [], target.index)
    if (out === 'NOTHING') return false
    const into = lets(this.#ingress[target.index] ?? [], source.index)
    if (into === 'NOTHING') return false
    return (out === 'ALL' && into === 'ALL') || !isNone(this.verdict(source, target).ports)
  }

  verdict(source: PodClass, target: PodClass): Verdict {
    const out = this.#egress[source.index] ?? []
    const into = this.#ingress[target.index] ?? []
    const isolated = { source: out.length > 0, target: into.length > 0 }
    const left = isolated.source ? passing(out, target.index, target) : everything
    const right = isolated.target ? passing(into, source.index, target) : everything
    const ports = intersection(left.ports, right.ports)
    if (!isNone(ports)) return { ports, policies: unique(left.policies, right.policies), isolated }
    const denying = (side: Passing, isolation: Isolation): string[] =>
      isNone(side.ports) ? isolation.map(({ name }) => name) : []
    const policies = unique(denying(left, out), denying(right, into))
    return {
      ports,
      policies: policies.length > 0 ? policies : unique(left.policies, right.policies),
      isolated,
    }
  }
}

/** Policies that select a class in one direction; empty: it is open. */
type Isolation = Compiled[]
type Compiled = { name: string; rules: { peers: 'ALL' | ReadonlySet<number>; ports: Entry[] | 'ALL' }[] }
/** A port by number, or by the name that the target calls it. */
type Entry = PortRange | { protocol: string; name: string }
const open = (): Isolation => []

type Passing = { ports: Ports; policies: string[] }
const everything: Passing = { ports: 'ALL', policies: [] }

/** Of ports; what is let through on SOME may still not be what the other end takes. */
function lets(isolation: Isolation, peer: number): 'ALL' | 'SOME' | 'NOTHING' {
  if (isolation.length === 0) return 'ALL'
  let found: 'SOME' | 'NOTHING' = 'NOTHING'
  for (const { rules } of isolation)
    for (const { peers, ports } of rules) {
      if (peers !== 'ALL' && !peers.has(peer)) continue
      if (ports === 'ALL') return 'ALL'
      found = 'SOME'
    }
  return found
}

/** Named ports are those of the target, in either direction. */
function passing(isolation: Isolation, peer: number, target: PodClass): Passing {
  let ports: Ports = []
  const policies: string[] = []
  for (const { name, rules } of isolation) {
    let isLetting = false
    for (const rule of rules) {
      if (rule.peers !== 'ALL' && !rule.peers.has(peer)) continue
      const entries = resolve(rule.ports, target)
      if (isNone(entries)) continue
      isLetting = true
      ports = union(ports, entries)
    }
    if (isLetting) policies.push(name)
  }
  return { ports, policies }
}

function resolve(entries: Entry[] | 'ALL', { named }: PodClass): Ports {
  if (entries === 'ALL') return 'ALL'
  return entries.flatMap((entry) =>
    'name' in entry
      ? (named.get(entry.name) ?? []).filter(({ protocol }) => protocol === entry.protocol)
      : [entry],
  )
}

function compile(
  { metadata, spec }: NetworkPolicy,
  matcher: PeerMatcher,
): { ingress: Compiled | undefined; egress: Compiled | undefined } {
  const name = `${metadata.namespace}/${metadata.name}`
  const [ingress = [], egress = []] = [spec.ingress, spec.egress]
  const isDefaulted = spec.policyTypes.length === 0
  const isIngress = isDefaulted || spec.policyTypes.includes('Ingress')
  const isEgress = isDefaulted ? egress.length > 0 : spec.policyTypes.includes('Egress')
  const rule = (peers: readonly NetworkPolicyPeer[] | undefined, ports: readonly RulePort[]) => ({
    peers: matcher.peers(metadata.namespace, peers),
    ports: entriesOf(ports),
  })
  return {
    ingress: isIngress ? { name, rules: ingress.map(({ from, ports }) => rule(from, ports)) } : undefined,
    egress: isEgress ? { name, rules: egress.map(({ to, ports }) => rule(to, ports)) } : undefined,
  }
}

type RulePort = {
  protocol?: string | undefined
  port?: number | string | undefined
  endPort?: number | undefined
}
function entriesOf(ports: readonly RulePort[]): Entry[] | 'ALL' {
  if (ports.length === 0) return 'ALL'
  return ports.map(({ protocol: given, port, endPort }) => {
    const protocol = given || 'TCP'
    if (port === undefined) return { protocol, from: 1, to: portMax }
    return typeof port === 'string' ? { protocol, name: port } : { protocol, from: port, to: endPort ?? port }
  })
}

/** Which classes a policy speaks of. */
class PeerMatcher {
  readonly #view: ClusterView
  readonly #classes: readonly PodClass[]
  readonly #byNamespace = new Map<string, PodClass[]>()
  /** Many policies name the same peers. */
  readonly #found = new Map<string, ReadonlySet<number>>()
  constructor(view: ClusterView, classes: readonly PodClass[]) {
    this.#view = view
    this.#classes = classes
    for (const one of classes) {
      const those = this.#byNamespace.get(one.namespace)
      if (those) those.push(one)
      else this.#byNamespace.set(one.namespace, [one])
    }
  }

  subjects({ metadata, spec }: NetworkPolicy): number[] {
    return (this.#byNamespace.get(metadata.namespace) ?? [])
      .filter((one) => !one.hostNetwork && selects(spec.podSelector, one.labels))
      .map(({ index }) => index)
  }

  /** No peers at all are every peer, also outside the cluster. */
  peers(namespace: string, peers: readonly NetworkPolicyPeer[] | undefined): 'ALL' | ReadonlySet<number> {
    if (!peers || peers.length === 0) return 'ALL'
    const key = JSON.stringify([peers.every(isElsewhere) ? '' : namespace, peers])
    let found = this.#found.get(key)
    if (!found) {
      found = new Set(peers.flatMap((peer) => this.#ofPeer(namespace, peer)))
      this.#found.set(key, found)
    }
    return found
  }

  #ofPeer(namespace: string, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): number[] {
    if (ipBlock) {
      const key = blockKey(ipBlock)
      return this.#classes.filter(({ blocks }) => blocks.has(key)).map(({ index }) => index)
    }
    if (!podSelector && !namespaceSelector) return []
    const namespaces = namespaceSelector
      ? [...this.#byNamespace.keys()].filter((name) => selects(namespaceSelector, this.#labelsOf(name)))
      : [namespace]
    return namespaces
      .flatMap((name) => this.#byNamespace.get(name) ?? [])
      .filter((one) => !one.hostNetwork && (!podSelector || selects(podSelector, one.labels)))
      .map(({ index }) => index)
  }

  /** The API server gives each namespace its name as a label; it is there also where namespaces may not be read. */
  #labelsOf(name: string): Record<string, string> {
    const labels = this.#view.get('Namespace', '', name)?.metadata.labels ?? {}
    return { 'kubernetes.io/metadata.name': name, ...labels }
  }
}

/** Means the same whatever the namespace of its policy. */
const isElsewhere = ({ namespaceSelector, ipBlock }: NetworkPolicyPeer): boolean =>
  namespaceSelector !== undefined || ipBlock !== undefined

const unique = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])]
