import type { Lease, Node } from '../../object/node.ts'
import type { ClusterView } from '../../view.ts'
import {
  conditionOf,
  eventEvidence,
  fieldEvidence,
  heldMs,
  hour,
  minute,
  msOf,
  spanOf,
  timeOf,
} from '../evidence.ts'
import { advice, describe, eventsOf, getYaml } from '../kubectl.ts'
import { type Observation, type Rule, refOf } from '../rule.ts'
import { isJoining, isLeaving } from './node-state.ts'

/** A kubelet renews every 10 s; the control plane gives it up after 40 to 50 s. Twice that is neither. */
const staleMs = 2 * minute
/** Tokens, leases and certificates tolerate less than this. */
const skewMs = 30_000
/** Changes to not ready within an hour; one is a reboot, two may be an upgrade. */
const flapsMin = 3

/** What the leases of nodes and of the control plane, and the comings and goings of nodes, say. */
export const nodeLeaseRules: readonly Rule[] = [
  {
    id: 'node-lease-stale',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'MEDIUM',
    condition:
      'The kubelet has not renewed its lease for 2 minutes, though the node still counts as ready: the kubelet is dead, or its clock is behind.',
    not_when:
      'All leases are equally old, so that the news of the cluster are; the node is known to be unreachable, joining or leaving.',
    documentation_url: 'https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats',
    alert_name: null,
    needs: ['Node', 'Lease'],
    check: staleLeases,
  },
  {
    id: 'node-clock-skew',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'MEDIUM',
    condition:
      "The node's lease was renewed at a time that is more than 30 s ahead of that of the other nodes.",
    not_when: 'The clocks of all nodes agree, even if ours does not.',
    documentation_url: 'https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats',
    alert_name: null,
    needs: ['Node', 'Lease'],
    check: skewedClocks,
  },
  {
    id: 'node-readiness-flapping',
    analyzer: 'Node',
    kind: 'Node',
    severity: 'MEDIUM',
    condition: 'The node became not ready at least three times within the last hour.',
    not_when: 'It went away once or twice, as for a reboot or an upgrade.',
    documentation_url: 'https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller',
    alert_name: 'KubeNodeReadinessFlapping',
    needs: ['Node', 'Event'],
    check: flapping,
  },
  {
    id: 'control-plane-leader-lost',
    analyzer: 'ControlPlane',
    kind: 'Lease',
    severity: 'HIGH',
    condition:
      'kube-controller-manager or kube-scheduler has had no leader for 2 minutes: nobody renews its lease, while other leases of the control plane are renewed.',
    not_when:
      'All leases are equally old, or the lease has no holder, as after a component was turned off, or has not been renewed for a day.',
    documentation_url: 'https://kubernetes.io/docs/concepts/architecture/leases/#leader-election',
    alert_name: null,
    needs: ['Lease'],
    check: lostLeaders,
  },
]

/**
 * The newest renewal, but not the future: what we know of the cluster may be old as a whole. Of a past state, leases that were renewed in
 * time are known by their latest renewal only, which lies after it.
 */
function latestOf(view: ClusterView): number {
  let [latest, leases] = [0, 0]
  for (const { spec } of view.list('Lease')) {
    const renewMs = msOf(spec.renewTime)
    if (renewMs === undefined) continue
    leases += 1
    if (renewMs > latest) latest = renewMs
  }
  return leases > 1 ? Math.min(latest, view.timeMs) : view.timeMs
}

const leaseOf = (view: ClusterView, { metadata }: Node): Lease | undefined =>
  view.get('Lease', 'kube-node-lease', metadata.name)

function* staleLeases(view: ClusterView): Iterable<Observation> {
  const latestMs = latestOf(view)
  for (const node of view.list('Node')) {
    const lease = leaseOf(view, node)
    const renewMs = msOf(lease?.spec.renewTime)
    if (!lease || renewMs === undefined || latestMs - renewMs < staleMs) continue
    if (conditionOf(node.status.conditions, 'Ready')?.status !== 'True') continue
    if (isLeaving(node) || isJoining(view, node)) continue
    const ref = refOf('Node', node)
    yield {
      object: ref,
      title: `The kubelet of node ${node.metadata.name} has not renewed its lease for ${spanOf(latestMs - renewMs)}, though the node counts as ready.`,
      sinceMs: renewMs,
      evidence: [
        fieldEvidence(refOf('Lease', lease), 'spec.renewTime', `${lease.spec.renewTime}`, renewMs),
        fieldEvidence(refOf('Lease', lease), 'newest lease of the cluster', timeOf(latestMs) ?? ''),
      ],
      causes: [
        { object: ref, rule: null, text: 'the kubelet has stopped, or hangs', relation: 'runs' },
        { object: ref, rule: null, text: 'the clock of the node is behind', relation: 'runs' },
      ],
      remediation: [
        getYaml(refOf('Lease', lease), 'See whether it is renewed.'),
        advice('On the node: see its clock (timedatectl) and its kubelet.'),
      ],
    }
  }
}

function* skewedClocks(view: ClusterView): Iterable<Observation> {
  const renewals = view.list('Node').flatMap((node) => {
    const lease = leaseOf(view, node)
    const renewMs = msOf(lease?.spec.renewTime)
    return lease && renewMs !== undefined ? [{ node, lease, renewMs }] : []
  })
  const sorted = renewals.map(({ renewMs }) => renewMs).sort((a, b) => a - b)
  const elections = view
    .list('Lease')
    .filter(({ metadata }) => metadata.namespace !== 'kube-node-lease')
    .map(({ spec }) => msOf(spec.renewTime) ?? 0)
  // Who is ahead is told by the others: half of the nodes, or who leads the control plane. Our own clock may be the wrong one.
  if (sorted.length < 3 && elections.length === 0) return
  // A lease that nobody has needed for long tells nothing: of one or two nodes our clock has to agree.
  const half = sorted.length < 3 ? view.timeMs : sorted[Math.floor((sorted.length - 1) / 2)]!
  const usual = elections.reduce((a, b) => Math.max(a, b), half)
  for (const { node, lease, renewMs } of renewals) {
    const aheadMs = renewMs - usual
    if (aheadMs < skewMs) continue
    const ref = refOf('Node', node)
    yield {
      object: ref,
      title: `The clock of node ${node.metadata.name} is about ${spanOf(aheadMs)} ahead.`,
      sinceMs: undefined,
      evidence: [
        fieldEvidence(refOf('Lease', lease), 'spec.renewTime', `${lease.spec.renewTime}`, renewMs),
        fieldEvidence(ref, 'time of the other nodes', timeOf(usual) ?? ''),
      ],
      remediation: [
        getYaml(refOf('Lease', lease), 'See when it is renewed.'),
        advice('On the node: see whether its clock is synchronised, as by chronyc tracking.'),
      ],
    }
  }
}

function* flapping(view: ClusterView): Iterable<Observation> {
  for (const node of view.list('Node')) {
    const ref = refOf('Node', node)
    const lost = view
      .eventsOf(ref)
      .filter(({ reason, lastMs }) => reason === 'NodeNotReady' && view.timeMs - lastMs < hour)
    const times = lost.reduce(
      (sum, { count, firstMs, lastMs }) => sum + within(view, count, firstMs, lastMs),
      0,
    )
    if (times < flapsMin) continue
    yield {
      object: ref,
      title: `Node ${node.metadata.name} became not ready ${Math.round(times)} times within an hour.`,
      sinceMs: Math.max(view.timeMs - hour, Math.min(...lost.map(({ firstMs }) => firstMs))),
      evidence: lost.slice(0, 5).map(eventEvidence),
      remediation: [
        describe(ref),
        eventsOf(ref),
        advice('On the node: look for a kubelet that restarts, a full disk, a lossy link.'),
      ],
    }
  }
}

/** Of an event that was counted over a longer time, about those of the last hour. */
function within(view: ClusterView, count: number, firstMs: number, lastMs: number): number {
  const fromMs = view.timeMs - hour
  if (firstMs >= fromMs || lastMs <= firstMs) return count
  return Math.max(1, (count * (lastMs - fromMs)) / (lastMs - firstMs))
}

const leaders = new Set(['kube-controller-manager', 'kube-scheduler'])
function* lostLeaders(view: ClusterView): Iterable<Observation> {
  const latestMs = latestOf(view)
  for (const lease of view.list('Lease', 'kube-system')) {
    const renewMs = msOf(lease.spec.renewTime)
    if (!leaders.has(lease.metadata.name) || !lease.spec.holderIdentity || renewMs === undefined) continue
    const staleForMs = latestMs - renewMs
    if (staleForMs < staleMs || staleForMs > 24 * hour) continue
    const ref = refOf('Lease', lease)
    yield {
      object: ref,
      title: `${lease.metadata.name} has had no leader for ${spanOf(staleForMs)}.`,
      sinceMs: renewMs,
      evidence: [
        fieldEvidence(
          ref,
          'spec.renewTime',
          `${lease.spec.renewTime}, held by ${lease.spec.holderIdentity}`,
          renewMs,
        ),
        fieldEvidence(ref, 'newest lease of the cluster', `${spanOf(heldMs(view, latestMs))} old`, latestMs),
      ],
      remediation: [
        advice(
          'See its pods, where they run in the cluster.',
          `kubectl get pods -n kube-system -l component=${lease.metadata.name} -o wide`,
        ),
        getYaml(ref, 'See who held it last.'),
      ],
    }
  }
}
