import type { Edge } from '@aiops/contract/model/topology'
import type { Evidence } from '../evidence.ts'
import type { Figures } from '../graph-part.ts'

/** What of an edge is held to be the same: who knows it, and the classes that its figures belong to. Undefined: not known. */
export type WeightClass = {
  origins: string
  rate: number | undefined
  bytes: number | undefined
  errors: number | undefined
  time: number | undefined
}

/** A class is a factor of four wide. */
const width = Math.log(4)
/** Ratios of errors at which a class begins. */
const errorBounds = [0.001, 0.01, 0.05, 0.2] as const

export const weightClass = (
  origin: Edge['origin'],
  evidence: readonly Evidence[],
  figures: Figures,
): WeightClass => ({
  origins: `${origin}|${evidence
    .map(({ origin: from, ends }) => `${from}${ends}`)
    .sort()
    .join(',')}`,
  rate: scale(figures.calls_per_second),
  bytes: scale(figures.bytes_per_second),
  time: scale(figures.mean_ms),
  errors:
    figures.error_ratio === undefined
      ? undefined
      : errorBounds.filter((bound) => figures.error_ratio! >= bound).length,
})

/**
 * Whether an edge is another than it was. A figure that is not known now says nothing; one must have moved by three quarters of a class from
 * where it was, so that one at a border does not go to and fro.
 */
export function hasMoved(before: WeightClass, now: WeightClass): boolean {
  if (before.origins !== now.origins) return true
  if (now.errors !== undefined && now.errors !== (before.errors ?? 0)) return true
  return (['rate', 'bytes', 'time'] as const).some((name) => {
    const [was, is] = [before[name], now[name]]
    return is !== undefined && (was === undefined || Math.abs(is - was) >= 0.75)
  })
}

const scale = (value: number | undefined): number | undefined =>
  value === undefined || !(value > 0) ? undefined : Math.log(value) / width
