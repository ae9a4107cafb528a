import { provenRange, valueRangeOf, withinRange } from '@aiops/contract/model/value-range'

export type Band = { low: number; mid: number; high: number }
type Named = { name: string; unit?: string | undefined }

/** A band as it is told: judged by a bound on either side of the usual, but nobody expects 184 % of a processor. `seen` may disprove what the unit says. */
export function possibleBand(series: Named, { low, mid, high }: Band, seen = mid): Band {
  const range = provenRange(valueRangeOf(series), [mid, seen])
  return { low: withinRange(low, range), mid, high: withinRange(high, range) }
}

/** What a told band stands for to a judge: a side that was cut off is as wide as the other at least. */
export function judgedBand(series: Named, { low, mid, high }: Band): Band {
  return { low, mid, high: high === valueRangeOf(series).max ? Math.max(high, 2 * mid - low) : high }
}
