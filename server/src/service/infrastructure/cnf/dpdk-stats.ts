import type { DpdkPort, DpdkStats } from '@aiops/contract/model/cnf'
import type { Labels } from '@aiops/contract/model/label'
import type { Reading } from '../index.ts'
import type { ReadingHistory } from '../signature/signature.ts'
import { type CnfConfig, cnfDefaults } from './config.ts'
import { type DpdkCounter, dpdkCounterOf } from './names.ts'
import {
  byName,
  type ClusterName,
  finite,
  groupBy,
  keyOf,
  labelOf,
  nodeOf,
  partsOf,
  type Series,
} from './series.ts'

/** One counter of one port or core of an application that uses DPDK. */
export type DpdkSeries = {
  namespace: string
  /** Pod of the application; the node's name where the exporter tells of no pod. */
  pod: string
  node: string
  counter: DpdkCounter
  /** Port, or core for cycles. */
  of: string
  series: Series
}

export function dpdkSeries(reading: Reading): DpdkSeries[] {
  const found: DpdkSeries[] = []
  for (const [name, samples] of byName(reading)) {
    // Names are few; their samples are not.
    const [withPort, without] = [dpdkCounterOf(name, true), dpdkCounterOf(name, false)]
    if (!withPort) continue
    for (const series of samples) {
      const port = portOf(series.labels)
      const counter = port !== undefined || coreOf(series.labels) !== '' ? withPort : without
      if (!counter) continue
      const node = nodeOf(series.labels)
      found.push({
        ...{ node, counter, series },
        namespace: labelOf(series.labels, 'namespace') ?? '',
        pod: labelOf(series.labels, 'pod') ?? node,
        of: cycles.has(counter) ? coreOf(series.labels) : (port ?? ''),
      })
    }
  }
  return found
}

const cycles: ReadonlySet<DpdkCounter> = new Set([
  'busy_cycles',
  'total_cycles',
  'polling_cycles',
  'busy_ratio',
])

const portOf = (labels: Readonly<Labels>): string | undefined =>
  labels.port ?? labels.port_id ?? labels.interface ?? labels.iface
const coreOf = (labels: Readonly<Labels>): string =>
  labels.cpu ?? labels.core ?? labels.core_id ?? labels.lcore ?? labels.lcore_id ?? labels.pmd ?? ''

export const podKeyOf = ({ namespace, pod }: Pick<DpdkSeries, 'namespace' | 'pod'>): string =>
  keyOf(namespace, pod)

const portCounters = ['rx_packets', 'tx_packets', 'rx_errors', 'tx_errors', 'rx_missed', 'rx_nombuf'] as const

/** Packet counters of every pod that uses DPDK, since its ports were started. */
export function dpdkStats(
  history: ReadingHistory,
  cluster: ClusterName,
  config: CnfConfig = cnfDefaults,
): DpdkStats[] {
  const at = new Date(history.now.timeMs).toISOString()
  const stats: DpdkStats[] = []
  for (const [key, series] of groupBy(dpdkSeries(history.now), podKeyOf)) {
    const [namespace = '', pod = ''] = partsOf(key)
    const ports = [...groupBy(series.filter(isOfPort), ({ of }) => of, 4_096)]
    const busy = busyCores(history, series, config.dpdk_busy_seconds * 1_000)
    stats.push({
      ...{ cluster_id: cluster.id, namespace, pod_name: pod },
      ports: ports.map(([port, list]) => dpdkPort(port, list)),
      busy_ratio: busy.length > 0 ? Math.max(...busy.map(({ ratio }) => ratio)) : null,
      last_updated: at,
    })
  }
  return stats
}

const isOfPort = ({ counter }: DpdkSeries): boolean => (portCounters as readonly string[]).includes(counter)

function dpdkPort(port: string, list: readonly DpdkSeries[]): DpdkPort {
  const empty = { rx_packets: null, tx_packets: null, rx_errors: null, tx_errors: null }
  const made: DpdkPort = { port, ...empty, rx_missed: null, rx_nombuf: null }
  for (const { counter, series } of list)
    for (const name of portCounters) if (name === counter) made[name] = finite(series.value)
  return made
}

/**
 * Share of cycles that each core spent on packets within the window. The busiest core counts: packets of one queue cannot move to an
 * idle one. What the operating system calls CPU time is no source for this, a polling core never leaves it.
 */
export function busyCores(
  history: ReadingHistory,
  series: readonly DpdkSeries[],
  windowMs: number,
): { core: string; ratio: number; series: Series }[] {
  const cores: { core: string; ratio: number; series: Series }[] = []
  for (const [core, list] of groupBy(
    series.filter(({ counter }) => cycles.has(counter)),
    ({ of }) => of,
    4_096,
  )) {
    const of = (counter: DpdkCounter) => list.find((entry) => entry.counter === counter)?.series
    const said = of('busy_ratio')
    const busy = of('busy_cycles')
    if (said && said.value >= 0) {
      cores.push({ core, ratio: Math.min(1, isPercent(said) ? said.value / 100 : said.value), series: said })
      continue
    }
    if (!busy) continue
    const busyRise = history.increase(busy, windowMs)
    const [all, polling] = [of('total_cycles'), of('polling_cycles')]
    const rise = all
      ? history.increase(all, windowMs)
      : polling && sum(history.increase(polling, windowMs), busyRise)
    if (busyRise === undefined || rise === undefined || rise <= 0) continue
    cores.push({ core, ratio: Math.min(1, busyRise / rise), series: busy })
  }
  return cores
}

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b

/** Some exporters write 0 to 1, some percent. */
export const isPercent = ({ labels, value }: Series): boolean =>
  value > 1 || (labels.__name__ ?? '').includes('percent')
