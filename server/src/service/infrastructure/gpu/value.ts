/**
 * What DCGM writes where a board has no value ("blank", dcgm_structs.h): 2^31 − 16 and up for 32 bits, 2^63 − 16 and up for 64 bits,
 * which text and a double make 2^63, and 2^47 to 2^47 + 15 for floating point. Each with variants for not found, not supported, not permitted.
 */
export function valueOrNull(metric: string, value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value) || value < 0 || value >= 2 ** 63) return null
  if (value >= 2 ** 47 && (value < 2 ** 47 + 16 || !isCumulative(metric))) return null
  if (value >= 2 ** 31 - 16 && value <= 2 ** 31 - 1 && Number.isInteger(value) && !isCumulative(metric))
    return null
  return value
}

/** Nanoseconds, bytes and mJ that add up pass 2^47 in the life of a node. */
const isCumulative = (metric: string): boolean =>
  /_(TOTAL|VIOLATION|BYTES|COUNTER|COUNT|CONSUMPTION)$|^DCGM_FI_PROF_.*BYTES/.test(metric)
