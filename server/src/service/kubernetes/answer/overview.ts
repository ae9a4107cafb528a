import type { ClusterOverview } from '@aiops/contract/model/kubernetes'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import type { ClusterView } from '../view.ts'
import { isNodeReady } from './node-summary.ts'
import { isReady, isTerminal } from './pod-status.ts'
import { isUnavailable, workloadSummaries } from './workload-summary.ts'

export type OverviewCounts = Pick<
  ClusterOverview,
  'nodes' | 'pods' | 'workloads' | 'namespaces' | 'namespace_names' | 'warning_events_last_hour'
>

const namesMax = 2_000

/** A step is 1,024 pods or 256 workloads. */
export function* overviewCounts(view: ClusterView): Stepwise<OverviewCounts> {
  const nodes = view.list('Node')
  const byPhase = new Map<string, number>()
  let [notReady, restarts] = [0, 0]
  const pods = view.list('Pod')
  for (const [i, pod] of pods.entries()) {
    if (i % 1_024 === 1_023) yield
    const { phase, containerStatuses, initContainerStatuses } = pod.status
    const word = phase || 'Unknown'
    byPhase.set(word, (byPhase.get(word) ?? 0) + 1)
    if (!isTerminal(pod) && !isReady(pod)) notReady += 1
    for (const one of containerStatuses) restarts += one.restartCount
    for (const one of initContainerStatuses) restarts += one.restartCount
  }
  const workloads = yield* workloadSummaries(view)
  const namespaces = view.list('Namespace').map(({ metadata }) => metadata.name)
  const sinceMs = view.timeMs - 3_600_000
  return {
    nodes: {
      total: nodes.length,
      ready: nodes.filter(isNodeReady).length,
      cordoned: nodes.filter(({ spec }) => spec.unschedulable === true).length,
    },
    pods: {
      total: pods.length,
      by_phase: Object.fromEntries(byPhase),
      not_ready: notReady,
      restarts: Math.trunc(restarts),
    },
    workloads: { total: workloads.length, unavailable: workloads.filter(isUnavailable).length },
    namespaces: namespaces.length,
    namespace_names: namespaces.sort().slice(0, namesMax),
    warning_events_last_hour: view
      .list('Event')
      .filter(({ type, lastMs }) => type === 'Warning' && lastMs >= sinceMs).length,
  }
}
