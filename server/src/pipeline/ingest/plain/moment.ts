/** The last moment that has a date of four digits in ISO 8601. */
export const TIME_MAX = 253_402_300_799_999

const iso = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(Z|z|[+-]\d\d:?\d\d)?$/
const number = /^-?\d{1,19}(?:\.\d{1,9})?$/

/**
 * A moment as people write it, in milliseconds since 1970: ISO 8601 (without an offset it is UTC), or a number since 1970 whose size
 * tells its unit: below 10¹¹ seconds (until the year 5138), below 10¹⁴ milliseconds, below 10¹⁷ microseconds, else nanoseconds; also
 * as a string, as which nanoseconds keep their last digits. NaN for anything else.
 */
export function parseMoment(value: unknown): number {
  if (typeof value === 'number') return ofNumber(value)
  if (typeof value !== 'string') return Number.NaN
  if (number.test(value)) {
    // Nanoseconds since 1970 have 19 digits, a double holds 16: the last six are cut as text.
    return value.length === 19 && !value.includes('.') ? Number(value.slice(0, -6)) : ofNumber(Number(value))
  }
  const found = iso.exec(value)
  if (!found) return Number.NaN
  // Date.parse takes 30 February for 1 March.
  const day = Number(value.slice(8, 10))
  if (new Date(Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)) - 1, day)).getUTCDate() !== day)
    return Number.NaN
  const text = value.replace(',', '.').replace(/[t ]/, 'T')
  const ms = Date.parse(found[1] === undefined && text.includes('T') ? `${text}Z` : text.replace('z', 'Z'))
  return ms >= 0 && ms <= TIME_MAX ? ms : Number.NaN
}

function ofNumber(value: number): number {
  if (!(value >= 0)) return Number.NaN
  const ms =
    value < 1e11 ? value * 1_000 : value < 1e14 ? value : value < 1e17 ? value / 1_000 : value / 1_000_000
  return ms <= TIME_MAX ? Math.floor(ms) : Number.NaN
}
