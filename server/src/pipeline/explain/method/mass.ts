import type { Sighting } from './sighting.ts'

/**
 * How large the trouble of one entity is beside another's: added seconds, or added failures, per request times requests.
 * A dependency that explains its caller must weigh about as much: twice the time in one call of a hundred does not. Both are
 * read in the same metric, so units cancel. Undefined where the other shows no such trouble or the two share no metric.
 */
export function massRatio(of: Sighting, against: Sighting, role: 'LATENCY' | 'ERRORS'): number | undefined {
  const calls = callRatio(of, against)
  let best: number | undefined
  for (const theirs of against.changes) {
    if (
      theirs.meaning.role !== role ||
      theirs.meaning.scope !== 'SERVER' ||
      !theirs.harmful ||
      Math.abs(theirs.change.z) < 1
    )
      continue
    const mine = of.changes.find(
      (one) =>
        one.series.metric === theirs.series.metric &&
        one.series.unit === theirs.series.unit &&
        !one.series.peer,
    )
    if (!mine) continue
    if (theirs.change.after === theirs.change.before) continue
    const ratio =
      ((mine.change.after - mine.change.before) / (theirs.change.after - theirs.change.before)) * calls
    best = Math.max(best ?? 0, ratio)
  }
  return best
}

/** Requests of one for each of the other's, now; 1 where that is not measured. */
function callRatio(of: Sighting, against: Sighting): number {
  const mine = of.traffic
  const theirs = against.traffic
  if (!mine || !theirs || mine.series.metric !== theirs.series.metric || theirs.change.after <= 0) return 1
  return Math.max(0, mine.change.after) / theirs.change.after
}
