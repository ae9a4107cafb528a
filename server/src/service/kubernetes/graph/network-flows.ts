import type { NamespaceFlow, NetworkFlow } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { ClusterView, ObjectRef } from '../view.ts'
import type { WorkloadGroup } from './pod-class.ts'
import { isNone, type Ports, portTexts, union } from './port-range.ts'
import { Reachability, type Verdict } from './reachability.ts'

export type NetworkFlows = {
  flows: NetworkFlow[]
  namespaces: NamespaceFlow[]
  /** Pods that no policy applies to, less those on the host's network, to which none can. */
  uncoveredPods: number
  truncated: boolean
}

/**
 * Who may open connections to whom: flows between workloads, in order of source and target, of which one is in the namespace where that
 * is given, and how many pairs of workloads between namespaces are open. A step is 512 pairs of groups of workloads, or 256 flows.
 */
export function* networkFlows(
  view: ClusterView,
  ask: { namespace?: string; limit: number },
): Stepwise<NetworkFlows> {
  const reachability = yield* Reachability.of(view)
  const { namespace } = ask
  const flows = yield* flowsOf(reachability, ask)
  const matrix = yield* namespaceFlows(reachability, namespace)
  const uncovered = reachability.classes.filter(
    (one) => !one.hostNetwork && !reachability.isCovered(one) && (!namespace || one.namespace === namespace),
  )
  return {
    flows: flows.items,
    namespaces: matrix.items,
    uncoveredPods: uncovered.reduce((sum, { pods }) => sum + pods, 0),
    truncated: flows.truncated || matrix.truncated,
  }
}

/** Pairs that are looked at; what goes beyond is left out, and said. */
const pairsMax = 4_000_000

/** How many pairs of workloads between namespaces may connect. */
export function* namespaceFlows(
  reachability: Reachability,
  namespace?: string,
): Stepwise<{ items: NamespaceFlow[]; truncated: boolean }> {
  const items: NamespaceFlow[] = []
  const among = new Pairs(reachability)
  const byPlace = [...Map.groupBy(reachability.groups, (group) => group.namespace)]
  byPlace.sort(([a], [b]) => compare(a, b))
  let pairs = 0
  for (const [source, sources] of byPlace)
    for (const [target, targets] of byPlace) {
      if (namespace && source !== namespace && target !== namespace) continue
      const flow = { source, target, allowed: 0, total: 0 }
      for (const from of sources)
        for (const to of targets) {
          if (++pairs % 512 === 0) yield
          const weight = from.workloads.length * to.workloads.length
          flow.total += weight
          if (among.isAllowed(from, to)) flow.allowed += weight
        }
      items.push(flow)
      if (pairs > pairsMax) return { items, truncated: true }
    }
  return { items, truncated: false }
}

/** `restricted`: only those that a policy has a say in. */
export function* flowsOf(
  reachability: Reachability,
  { namespace, limit, restricted = false }: { namespace?: string; limit: number; restricted?: boolean },
): Stepwise<{ items: NetworkFlow[]; truncated: boolean }> {
  const among = new Pairs(reachability)
  const workloads = reachability.groups
    .flatMap((group) =>
      group.workloads.map((ref) => ({
        ref,
        group,
        isCovered: group.classes.some((one) => reachability.isCovered(one)),
      })),
    )
    .sort((a, b) => byPlace(a.ref, b.ref))
  const within = workloads.filter(({ ref }) => ref.namespace === namespace)
  const items: NetworkFlow[] = []
  let pairs = 0
  for (const source of workloads) {
    const targets = !namespace || source.ref.namespace === namespace ? workloads : within
    for (const target of targets) {
      if (++pairs % 256 === 0) yield
      if (restricted && !source.isCovered && !target.isCovered) continue
      const flow = among.flow(source.group, target.group)
      if (restricted && flow.policies.length === 0) continue
      if (items.length >= limit || pairs > pairsMax) return { items, truncated: true }
      items.push({ source: source.ref, target: target.ref, ...flow })
    }
  }
  return { items, truncated: false }
}

/** Between workloads whose pods are of several classes, a flow is allowed where it is for some of them. */
class Pairs {
  readonly #reachability: Reachability
  readonly #flows = new Map<string, Omit<NetworkFlow, 'source' | 'target'>>()
  constructor(reachability: Reachability) {
    this.#reachability = reachability
  }

  isAllowed(source: WorkloadGroup, target: WorkloadGroup): boolean {
    return source.classes.some((from) => target.classes.some((to) => this.#reachability.isAllowed(from, to)))
  }

  flow(source: WorkloadGroup, target: WorkloadGroup): Omit<NetworkFlow, 'source' | 'target'> {
    const key = `${source.index}/${target.index}`
    let flow = this.#flows.get(key)
    if (!flow) {
      flow = this.#merged(source, target)
      this.#flows.set(key, flow)
    }
    return flow
  }

  #merged(source: WorkloadGroup, target: WorkloadGroup): Omit<NetworkFlow, 'source' | 'target'> {
    const verdicts = source.classes.flatMap((from) =>
      target.classes.map((to) => this.#reachability.verdict(from, to)),
    )
    const open = verdicts.filter(({ ports }) => !isNone(ports))
    const [first] = open.length > 0 ? open : verdicts
    const { policies } = first!
    const ports = open.reduce<Ports>((sum, one) => union(sum, one.ports), [])
    const isPartly = open.length > 0 && open.length < verdicts.length
    return {
      allowed: open.length > 0,
      ports: portTexts(ports),
      policies: [...policies],
      reason: `${reasonOf(first!)}${isPartly ? ' This holds for some of their pods only.' : ''}`,
    }
  }
}

function reasonOf({ ports, policies, isolated }: Verdict): string {
  if (!isNone(ports)) {
    if (!isolated.source && !isolated.target) return 'No policy applies to either in this direction.'
    return `Let through by ${policies.join(', ')}.`
  }
  const those = policies.join(', ')
  if (isolated.source && isolated.target) return `Not let through: ${those}.`
  return isolated.source
    ? `What may go out of the source is restricted by ${those}, and this is not among it.`
    : `What may come in to the target is restricted by ${those}, and this is not among it.`
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byPlace = (a: ObjectRef, b: ObjectRef): number =>
  compare(a.namespace, b.namespace) || compare(a.kind, b.kind) || compare(a.name, b.name)
