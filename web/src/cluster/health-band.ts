import type { ClusterHealthPeriod, ClusterState } from '@aiops/contract/model/cluster'
import { states } from './cluster-look.ts'

/** One piece of the band. `period` is the one a reader is told of; none where nothing was checked. */
export type BandPart = { fromMs: number; toMs: number; period: ClusterHealthPeriod | undefined }

/** What lies closer together than so many intervals of checks has no gap between. */
const intervalsMax = 3

/**
 * Stretches of time from `fromMs` to `toMs`, oldest first and without holes: a stretch goes on until the next began, unless checks were
 * missing in between. `periods` come newest first, as the server gives them.
 */
export function bandOf(
  periods: readonly ClusterHealthPeriod[],
  fromMs: number,
  toMs: number,
  intervalMs: number,
): BandPart[] {
  const parts: BandPart[] = []
  let at = fromMs
  const push = (untilMs: number, period: ClusterHealthPeriod | undefined): void => {
    const end = Math.min(untilMs, toMs)
    if (end <= at) return
    parts.push({ fromMs: at, toMs: end, period })
    at = end
  }
  const oldestFirst = periods.toReversed()
  oldestFirst.forEach((period, i) => {
    const next = oldestFirst[i + 1]
    const nextMs = next ? Date.parse(next.from) : toMs
    const [startMs, lastMs] = [Date.parse(period.from), Date.parse(period.to)]
    push(startMs, undefined)
    push(nextMs - lastMs <= intervalsMax * intervalMs ? nextMs : lastMs, period)
  })
  push(toMs, undefined)
  return parts
}

/** As many equal pieces, each as bad as the worst within it; undefined where nothing was checked. */
export function worstOf(
  parts: readonly BandPart[],
  fromMs: number,
  toMs: number,
  count: number,
): (ClusterHealthPeriod | undefined)[] {
  const worst: (ClusterHealthPeriod | undefined)[] = new Array(count).fill(undefined)
  const width = (toMs - fromMs) / count
  for (const { fromMs: from, toMs: to, period } of parts) {
    if (!period) continue
    const last = Math.min(count - 1, Math.ceil((to - fromMs) / width) - 1)
    for (let i = Math.max(0, Math.floor((from - fromMs) / width)); i <= last; i += 1) {
      const old = worst[i]
      if (!old || isWorse(period, old)) worst[i] = period
    }
  }
  return worst
}

const rank = (state: ClusterState): number => states.indexOf(state)
const isWorse = (a: ClusterHealthPeriod, b: ClusterHealthPeriod): boolean =>
  rank(a.state) < rank(b.state) || (a.state === b.state && a.health_score < b.health_score)

/** Share of the checked time that it was online; null where nothing was checked. */
export function onlineShare(parts: readonly BandPart[]): number | null {
  let [online, checked] = [0, 0]
  for (const { fromMs, toMs, period } of parts) {
    if (!period) continue
    checked += toMs - fromMs
    if (period.state === 'ONLINE') online += toMs - fromMs
  }
  return checked === 0 ? null : online / checked
}
