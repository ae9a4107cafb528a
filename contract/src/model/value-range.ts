/** Where values of a metric can lie; a side that is left out has no end. */
export type ValueRange = { min?: number; max?: number }

/** UCUM units of what cannot be less than nothing: amounts of data and time, counts in braces, and any of them per time. */
const amount = /^((Ki|Mi|Gi|Ti|[kMGT])?(By|bit)|[mun]?s|min|h|d|Hz|%|[{].*[}]|1(?=[/]))([/][a-z]+)?$/
/** Dimensionless metrics that are parts of a whole, as OpenTelemetry (`*.utilization`) and Prometheus (`*_ratio`) name them. */
const share = /(utili[sz]ation|[._:]?(error|failure)_rate|ratio)(:(mean|min|max|p\d+))?$/

/**
 * By unit, and for a dimensionless metric by what its convention says: a percentage lies in 0–100, a share in 0–1, amounts and counts above
 * nought. Senders keep to conventions loosely: whoever uses it lets a value that is seen beyond an end disprove that end.
 */
export function valueRangeOf({ name, unit }: { name: string; unit?: string | undefined }): ValueRange {
  if (unit === '%') return { min: 0, max: 100 }
  if (unit === undefined || unit === '' || unit === '1') return share.test(name) ? { min: 0, max: 1 } : {}
  return amount.test(unit) ? { min: 0 } : {}
}

/** The ends that none of these values disproves. */
export function provenRange({ min, max }: ValueRange, values: Iterable<number>): ValueRange {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return {
    ...(min === undefined || low < min ? {} : { min }),
    ...(max === undefined || high > max ? {} : { max }),
  }
}

/** The value, or the end of the range that it lies beyond. */
export const withinRange = (value: number, { min, max }: ValueRange): number =>
  Math.max(min ?? Number.NEGATIVE_INFINITY, Math.min(max ?? Number.POSITIVE_INFINITY, value))
