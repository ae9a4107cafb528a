import type { ReplayedAnomaly } from '@aiops/contract/model/detection'
import { keyOf } from '../anomaly-book.ts'

export type Comparison = {
  added: ReplayedAnomaly[]
  gone: ReplayedAnomaly[]
  altered: { current: ReplayedAnomaly; changed: ReplayedAnomaly }[]
  same: number
}

/** Anomalies of one series, as two settings find them, oldest first: those that overlap in time are the same one. */
export function compared(
  current: readonly ReplayedAnomaly[],
  changed: readonly ReplayedAnomaly[],
  toMs: number,
): Comparison {
  const result: Comparison = { added: [], gone: [], altered: [], same: 0 }
  const left = [...changed]
  for (const one of current) {
    const at = left.findIndex((other) => overlaps(one, other, toMs) && strandOf(one) === strandOf(other))
    if (at < 0) {
      result.gone.push(one)
      continue
    }
    const [other] = left.splice(at, 1) as [ReplayedAnomaly]
    if (isAlike(one, other)) result.same += 1
    else result.altered.push({ current: one, changed: other })
  }
  result.added.push(...left)
  return result
}

/** A limit's breach, a silence, a group's and a change of the same values are several things. */
const strandOf = ({ shape }: ReplayedAnomaly): string => keyOf(0, shape)

const isAlike = (a: ReplayedAnomaly, b: ReplayedAnomaly): boolean =>
  a.shape === b.shape && a.severity === b.severity && a.tier === b.tier && a.detected_at === b.detected_at

function overlaps(a: ReplayedAnomaly, b: ReplayedAnomaly, toMs: number): boolean {
  const end = ({ ended_at }: ReplayedAnomaly): number => (ended_at === null ? toMs : Date.parse(ended_at))
  return Date.parse(a.started_at) <= end(b) && Date.parse(b.started_at) <= end(a)
}
