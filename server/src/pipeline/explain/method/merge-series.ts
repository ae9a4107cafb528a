import type { CaseSeries } from '../case.ts'

/** Labels that change when a process is replaced while the thing it is stays the same. */
const volatile =
  /^(service\.instance\.id|service\.version|process\.pid|container\.id|k8s\.pod\.(name|uid)|pod|instance|host\.name)$/

/** Two series are one thing's, one after the other, when they share less than this of the shorter one's time. */
const overlapMax = 0.2

/**
 * Joins series that differ only in which process reported them and follow one another: a restart or a new version must not look
 * like one metric ending and another beginning. Replicas that run side by side stay apart.
 */
export function mergeSeries(series: readonly CaseSeries[]): CaseSeries[] {
  const groups = new Map<string, CaseSeries[]>()
  for (const one of series) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()].flatMap((group) => (group.length === 1 ? group : joined(group)))
}

function keyOf(series: CaseSeries): string {
  const labels = Object.entries(series.labels ?? {})
    .filter(([name]) => !volatile.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([series.entity, series.metric, series.peer?.entity, series.peer?.is, labels])
}

function joined(group: readonly CaseSeries[]): CaseSeries[] {
  const ordered = [...group].sort(
    (a, b) => (a.timesMs[0] ?? 0) - (b.timesMs[0] ?? 0) || (a.id < b.id ? -1 : 1),
  )
  const chains: CaseSeries[] = []
  for (const next of ordered) {
    const at = chains.findIndex((chain) => follows(chain, next))
    if (at < 0) chains.push(next)
    else chains[at] = append(chains[at]!, next)
  }
  return chains
}

function follows(first: CaseSeries, second: CaseSeries): boolean {
  if (first.timesMs.length === 0 || second.timesMs.length === 0) return true
  const overlap = first.timesMs[first.timesMs.length - 1]! - second.timesMs[0]!
  const shorter = Math.min(lengthMs(first), lengthMs(second))
  return overlap <= Math.max(0, overlapMax * shorter)
}

const lengthMs = (series: CaseSeries): number =>
  (series.timesMs[series.timesMs.length - 1] ?? 0) - (series.timesMs[0] ?? 0)

/** The newer process speaks from its first sample on. The id is the newer one's: it is what still reports. */
function append(first: CaseSeries, second: CaseSeries): CaseSeries {
  const from = second.timesMs[0] ?? Number.POSITIVE_INFINITY
  let kept = 0
  while (kept < first.timesMs.length && first.timesMs[kept]! < from) kept += 1
  const timesMs = new Float64Array(kept + second.timesMs.length)
  const values = new Float64Array(timesMs.length)
  timesMs.set(first.timesMs.subarray(0, kept))
  timesMs.set(second.timesMs, kept)
  values.set(first.values.subarray(0, kept))
  values.set(second.values, kept)
  return { ...second, timesMs, values }
}
