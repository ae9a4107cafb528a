import { isoTime } from '../../../kernel/clock.ts'
import { clusterOf, keyOf } from '../allocation/directory.ts'
import { gibBytes } from '../allocation/node-price.ts'
import { type FoundOpportunity, savingOf } from './found.ts'
import { hourlyOf, type Snapshot } from './snapshot.ts'
import { type Usage, usageKey } from './usage-history.ts'

/** Less than this is what a process does by being there: cores, and bytes a second. */
const [idleCores, idleBytes] = [0.005, 100]

type Settings = { historyHours: number }

/** Workloads that did nothing for the whole history, volumes that nobody mounts, and GPUs that nobody used. */
export function idleUse(
  snapshot: Snapshot,
  usages: ReadonlyMap<string, Usage>,
  gpuIdle: ReadonlySet<string>,
  { historyHours }: Settings,
): FoundOpportunity[] {
  return [
    ...idleWorkloads(snapshot, usages, historyHours),
    ...unmountedClaims(snapshot),
    ...idleGpus(snapshot, gpuIdle, historyHours),
  ]
}

function idleWorkloads(
  { containers, atMs }: Snapshot,
  usages: ReadonlyMap<string, Usage>,
  historyHours: number,
): FoundOpportunity[] {
  const workloads = Map.groupBy(
    containers.filter(({ controllerKind }) => controllerKind !== 'DaemonSet' && controllerKind !== ''),
    ({ cluster, namespace, controllerKind, controller }) =>
      keyOf(cluster, namespace, controllerKind, controller),
  )
  return [...workloads.values()].flatMap((all): FoundOpportunity[] => {
    const one = all[0]!
    const known = all.map((container) => usages.get(usageKey(container)))
    const traffic = usages.get(usageKey({ ...one, container: '' }))?.networkMax
    const isIdle =
      traffic !== undefined &&
      traffic < idleBytes &&
      known.every((usage) => usage && usage.hours >= historyHours * 0.95 && usage.cpuMax < idleCores)
    if (!isIdle) return []
    const usd = all.reduce((sum, container) => sum + hourlyOf(container), 0)
    const name = `${one.namespace}/${one.controller}`
    const most = Math.max(...known.map((usage) => usage?.cpuMax ?? 0))
    return [
      {
        action: 'RECLAIM_IDLE',
        subject: name,
        summary: `${name} did nothing in ${Math.round(historyHours / 24)} days: scale it to none, or remove it.`,
        saving_monthly_usd: savingOf(0, usd, usd),
        evidence: [
          `processor at most ${(most * 1_000).toFixed(1)}m, traffic at most ${traffic.toFixed(0)} B/s in ${Math.round(historyHours)} h`,
          'whether somebody waits for the day it is needed was not asked',
        ],
        at: isoTime(atMs),
      },
    ]
  })
}

function unmountedClaims({ chunk, directory, table, atMs }: Snapshot): FoundOpportunity[] {
  const { claimBytes, mounted, volumePrice } = chunk.columns
  // Where nothing tells of mounts, nothing can be said of what is not mounted.
  if (mounted.length === 0) return []
  const used = new Set(
    mounted.map(({ labels }) =>
      keyOf(clusterOf(labels), labels.namespace ?? '', labels.persistentvolumeclaim ?? ''),
    ),
  )
  const prices = new Map(
    volumePrice.map(({ labels, values }) => [
      keyOf(clusterOf(labels), labels.persistentvolume ?? ''),
      values[0]!,
    ]),
  )
  return claimBytes.flatMap(({ labels, values }): FoundOpportunity[] => {
    const cluster = clusterOf(labels)
    const { namespace = '', persistentvolumeclaim = '' } = labels
    if (used.has(keyOf(cluster, namespace, persistentvolumeclaim)) || !(values[0]! > 0)) return []
    const { volume, storageClass } = directory.claim(cluster, namespace, persistentvolumeclaim)
    const book = table.find({ resource: 'STORAGE_GIB', kind: storageClass })
    const rate = prices.get(keyOf(cluster, volume)) ?? book?.price
    if (rate === undefined || !(rate > 0)) return []
    const gib = values[0]! / gibBytes
    return [
      {
        action: 'RECLAIM_IDLE',
        subject: `${namespace}/${persistentvolumeclaim}`,
        summary: `No pod mounts the claim ${namespace}/${persistentvolumeclaim} of ${gib.toFixed(1)} GiB: keep a snapshot and remove it.`,
        saving_monthly_usd: savingOf(0, gib * rate, gib * rate),
        evidence: ['kube_pod_spec_volumes_persistentvolumeclaims_info names no pod for it now'],
        at: isoTime(atMs),
      },
    ]
  })
}

function idleGpus(
  { containers, atMs }: Snapshot,
  idle: ReadonlySet<string>,
  historyHours: number,
): FoundOpportunity[] {
  return containers.flatMap((one): FoundOpportunity[] => {
    if (!(one.gpus > 0) || !idle.has(keyOf(one.cluster, one.namespace, one.pod))) return []
    const usd = one.gpus * one.gpuUsd
    if (!(usd > 0)) return []
    return [
      {
        action: 'RECLAIM_IDLE',
        subject: `${one.namespace}/${one.pod}`,
        summary: `${one.namespace}/${one.pod} holds ${one.gpus} ${one.gpus === 1 ? 'GPU' : 'GPUs'} and did not use them in ${Math.round(historyHours)} h.`,
        saving_monthly_usd: savingOf(0, usd, usd),
        evidence: [`DCGM_FI_DEV_GPU_UTIL was 0 for the whole time`],
        at: isoTime(atMs),
      },
    ]
  })
}
