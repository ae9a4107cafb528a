import { isoTime } from '../../../kernel/clock.ts'
import { keyOf } from '../allocation/directory.ts'
import { type FoundOpportunity, savingOf } from './found.ts'
import type { RunningContainer, RunningNode, Snapshot } from './snapshot.ts'

type Load = { cpu: number; ram: number }
type Bin = RunningNode & { free: Load; pods: Load[]; podCount: number; gpuPods: number }

/** What the system itself needs, of each node: capacity is not all allocatable. */
const systemShare = 0.06
/** Nodes of one cluster that are looked at: emptying is tried one by one against all others. */
const nodesMax = 2_000

/**
 * Nodes whose pods would fit on the others by what they request: the emptiest first, its pods the largest first into the fullest node that
 * takes them (best fit decreasing). Whether they may move is not known here: affinities, taints and disruption budgets are not looked at,
 * hence the low end of the interval is 0.
 */
export function consolidation({ nodes, containers, atMs }: Snapshot): FoundOpportunity[] {
  const byNode = Map.groupBy(containers, ({ cluster, node }) => keyOf(cluster, node))
  const found: FoundOpportunity[] = []
  for (const [cluster, all] of Map.groupBy(nodes, (one) => one.cluster)) {
    if (all.length < 2 || all.length > nodesMax) continue
    const bins = all.map((node) => binOf(node, byNode.get(keyOf(cluster, node.node)) ?? []))
    const emptied = emptiable(bins)
    if (emptied.length === 0) continue
    const hourlyUsd = emptied.reduce((sum, { hourlyUsd: its }) => sum + (!Number.isNaN(its) ? its : 0), 0)
    const names = emptied.map(({ node }) => node)
    const pods = emptied.reduce((sum, bin) => sum + bin.podCount, 0)
    found.push({
      action: 'CONSOLIDATE',
      subject: cluster === '' ? 'cluster' : cluster,
      summary: `${emptied.length} of ${all.length} nodes could be emptied: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`,
      saving_monthly_usd: savingOf(0, hourlyUsd, hourlyUsd),
      evidence: [
        `${pods} pods there would fit on the others by their requests, with ${Math.round(systemShare * 100)} % of each node left to the system`,
        'disruption budgets, affinities, taints and local data were not looked at',
      ],
      at: isoTime(atMs),
    })
  }
  return found
}

function binOf(node: RunningNode, containers: readonly RunningContainer[]): Bin {
  const free = { cpu: node.cores * (1 - systemShare), ram: node.bytes * (1 - systemShare) }
  const pods: Load[] = []
  let gpuPods = 0
  for (const same of Map.groupBy(containers, ({ namespace, pod }) => keyOf(namespace, pod)).values()) {
    const load = { cpu: 0, ram: 0 }
    for (const { cpuRequest, ramRequest, gpus } of same) {
      load.cpu += cpuRequest > 0 ? cpuRequest : 0
      load.ram += ramRequest > 0 ? ramRequest : 0
      if (gpus > 0) gpuPods += 1
    }
    free.cpu -= load.cpu
    free.ram -= load.ram
    // A DaemonSet is on the others already.
    if (same[0]!.controllerKind !== 'DaemonSet') pods.push(load)
  }
  return { ...node, free, pods, podCount: pods.length, gpuPods }
}

function emptiable(bins: readonly Bin[]): Bin[] {
  const emptied: Bin[] = []
  const staying = new Set(bins)
  for (const bin of bins.toSorted((a, b) => a.pods.length - b.pods.length || b.hourlyUsd - a.hourlyUsd)) {
    if (staying.size < 2 || bin.gpuPods > 0 || bin.gpus > 0) continue
    const others = [...staying].filter((one) => one !== bin)
    const before = others.map(({ free }) => ({ ...free }))
    const fits = bin.pods
      .toSorted((a, b) => b.cpu - a.cpu || b.ram - a.ram)
      .every((pod) => {
        const target = others
          .filter(({ free }) => free.cpu >= pod.cpu && free.ram >= pod.ram)
          .reduce<Bin | undefined>(
            (best, one) => (!best || one.free.cpu < best.free.cpu ? one : best),
            undefined,
          )
        if (!target) return false
        target.free.cpu -= pod.cpu
        target.free.ram -= pod.ram
        target.pods.push(pod)
        return true
      })
    if (fits) {
      staying.delete(bin)
      emptied.push(bin)
    } else
      others.forEach((one, at) => {
        Object.assign(one.free, before[at])
      })
  }
  return emptied
}
