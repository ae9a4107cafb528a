import type { PtpStatus } from '@aiops/contract/model/cnf'
import { clockStates } from './cnf-search.ts'

/** Where an offset is reported, in nanoseconds, either way. */
export type PtpLimits = { warning: number; severe: number }
/** What the platform is set to unless told otherwise. */
export const ptpPresets: PtpLimits = { warning: 100, severe: 1_100 }

/** The limits of the platform's settings; presets where it does not tell them. */
export function ptpLimitsIn(settings: readonly { name: string; value?: unknown }[] | undefined): PtpLimits {
  const of = (name: string, preset: number): number => {
    const value = settings?.find((one) => one.name === `infrastructure.cnf.${name}`)?.value
    return typeof value === 'number' && value > 0 ? value : preset
  }
  return {
    warning: of('ptp_offset_ns', ptpPresets.warning),
    severe: of('ptp_offset_severe_ns', ptpPresets.severe),
  }
}

/** IEEE 1588 table 4 and ITU-T G.8275.1, as a word. */
export const clockClassWords: Readonly<Record<number, string>> = {
  6: 'locked to a primary reference',
  7: 'holdover, within specification',
  13: 'locked to an application’s time',
  14: 'holdover of an application’s time',
  52: 'holdover, out of specification',
  135: 'boundary clock in holdover, within specification',
  140: 'holdover, out of specification',
  150: 'holdover, out of specification',
  160: 'holdover, out of specification',
  165: 'boundary clock in holdover, out of specification',
  187: 'out of specification',
  248: 'default: no reference',
  255: 'slave only',
}

export type PtpNode = {
  cluster_id: string
  cluster_name: string
  node: string
  clocks: PtpStatus[]
  /** 0 is worst. */
  rank: number
}

/** Clocks by node: nodes whose grandmaster is lost first, then the worst state, then the greatest offset. */
export function nodesOf(
  statuses: readonly PtpStatus[],
  lostClusters: ReadonlySet<string>,
  limits: PtpLimits,
): PtpNode[] {
  const nodes = new Map<string, PtpNode>()
  for (const clock of statuses) {
    const { cluster_id, cluster_name, node_name: node } = clock
    const key = `${cluster_id}/${node}`
    const found = nodes.get(key)
    if (found) found.clocks.push(clock)
    else nodes.set(key, { cluster_id, cluster_name, node, clocks: [clock], rank: 0 })
  }
  for (const node of nodes.values()) node.rank = rankOf(node, lostClusters, limits)
  return [...nodes.values()].sort(
    (a, b) =>
      a.rank - b.rank || collator.compare(a.cluster_name, b.cluster_name) || collator.compare(a.node, b.node),
  )
}

const collator = new Intl.Collator('en', { numeric: true })

/** Worse than anything a clock says of itself is that its source is gone. */
function rankOf(
  { cluster_id, clocks }: PtpNode,
  lostClusters: ReadonlySet<string>,
  { warning, severe }: PtpLimits,
): number {
  const state = Math.min(...clocks.map((clock) => clockStates.indexOf(clock.state)))
  const offset = Math.max(...clocks.map(({ offset_ns }) => Math.abs(offset_ns ?? 0)))
  const far = offset > severe ? 0 : offset > warning ? 1 : 2
  return (lostClusters.has(cluster_id) ? 0 : 100) + state * 10 + far
}

/** Share of the half scale that an offset takes: logarithmic beyond a few nanoseconds, so that ±100 ns and ±1.1 µs both show. */
export function offsetShare(offsetNs: number, fullNs: number): number {
  const share = Math.log1p(Math.abs(offsetNs) / softNs) / Math.log1p(fullNs / softNs)
  return Math.sign(offsetNs) * Math.min(1, share)
}
const softNs = 20

/** `+12 ns`, `−640 ns`, `+2.15 µs`: the sign says whether it is ahead of its master or behind. */
export function offsetText(offsetNs: number): string {
  const size = Math.abs(offsetNs)
  const sign = offsetNs > 0 ? '+' : offsetNs < 0 ? '−' : ''
  if (size < 1_000) return `${sign}${Number(size.toFixed(size < 10 ? 1 : 0))}\u00a0ns`
  if (size < 1e6) return `${sign}${Number((size / 1_000).toPrecision(3))}\u00a0µs`
  return size < 1e9
    ? `${sign}${Number((size / 1e6).toPrecision(3))}\u00a0ms`
    : `${sign}${Number((size / 1e9).toPrecision(3))}\u00a0s`
}

/** Readings older than this are said to be: clocks are read every few seconds. */
export const staleMs = 120_000
export const isStale = (lastUpdated: string, nowMs: number): boolean =>
  nowMs - Date.parse(lastUpdated) > staleMs
