const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
export const monthOf = (name: string): number => months.indexOf(name.toLowerCase())

const DAY_MS = 86_400_000
const QUARTER_MS = 900_000
/** A time may be so far ahead of its receipt before it is taken for last year's: a clock that is off, or a zone. */
const AHEAD_MS = 2 * DAY_MS

const iso =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/

/** RFC 3339 (RFC 5424 §6.2.3), in milliseconds since 1970; without an offset it is a local time. NaN for anything else. */
export function parseIso(text: string, zone: Zone): number {
  const found = iso.exec(text)
  if (!found) return Number.NaN
  const [, year, month, day, hour, minute, second, fraction = '', zulu, sign, offsetHours, offsetMinutes] =
    found
  const local = utc(Number(year), Number(month) - 1, Number(day), {
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: millis(fraction),
  })
  if (zulu !== undefined) return local
  if (sign === undefined) return zone.utcOf(local)
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return Number.NaN
  return sign === '-' ? local + offset : local - offset
}

type TimeOfDay = { hour: number; minute: number; second: number; ms: number }

/**
 * A date without a year (RFC 3164 §4.1.2) in the year that puts it last before `receivedMs`, or at most two days after it.
 * 29 February lies in a leap year: where the year that fits is none, the answer is NaN rather than a year that is wrong.
 */
export function withoutYear(
  month: number,
  day: number,
  time: TimeOfDay,
  receivedMs: number,
  zone: Zone,
): number {
  const year = new Date(receivedMs).getUTCFullYear()
  for (const candidate of [year + 1, year, year - 1]) {
    const local = utc(candidate, month, day, time)
    const timeMs = Number.isNaN(local) ? local : zone.utcOf(local)
    if (timeMs <= receivedMs + AHEAD_MS) return timeMs
  }
  return Number.NaN
}

/** Milliseconds of a fraction of a second's digits. */
export const millis = (fraction: string): number =>
  fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'))

/** NaN where there is no such date. A leap second (60) is the first of the next minute. */
export function utc(year: number, month: number, day: number, time: TimeOfDay): number {
  if (time.hour > 23 || time.minute > 59 || time.second > 60 || month < 0 || month > 11 || day < 1)
    return Number.NaN
  const midnight = Date.UTC(year, month, day)
  if (new Date(midnight).getUTCDate() !== day || year < 1970) return Number.NaN
  return midnight + ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000 + time.ms
}

/** Local times of one IANA zone. What is unknown as a zone counts as UTC. */
export class Zone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat | undefined
  /** Offset by quarter of an hour: no zone changes within one. */
  readonly #offsets = new Map<number, number>()

  constructor(name: string) {
    this.name = name
    this.#format = name === 'UTC' || name === '' ? undefined : formatOf(name)
  }

  /** A local time, given as if it were UTC. In the hour that a change of clocks repeats, the earlier one. NaN of NaN. */
  utcOf(local: number): number {
    if (!this.#format || Number.isNaN(local)) return local
    const guess = local - this.#offsetAt(local)
    return local - this.#offsetAt(guess)
  }

  #offsetAt(ms: number): number {
    const quarter = Math.floor(ms / QUARTER_MS)
    const known = this.#offsets.get(quarter)
    if (known !== undefined) return known
    const offset = offsetOf(this.#format!, quarter * QUARTER_MS)
    if (this.#offsets.size >= 1_000) this.#offsets.clear()
    this.#offsets.set(quarter, offset)
    return offset
  }
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}

function offsetOf(format: Intl.DateTimeFormat, ms: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - ms
}
