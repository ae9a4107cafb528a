/** A moment as a clock on the wall shows it, written as if it were UTC. */
export type WallMs = number

const dayMs = 86_400_000
/** Formats of zones that were asked for; a few hundred zones exist. */
const formats = new Map<string, Intl.DateTimeFormat>()
const formatsMax = 600

/** IANA name or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    // An offset such as +02:00 knows nothing of summer time, and is refused.
    return /^[A-Za-z]/.test(name) && formatOf(name) !== undefined
  } catch {
    return false
  }
}

/** What the clock on the wall shows in a zone. */
export function wallOf(ms: number, timeZone: string): WallMs {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((ms % 1_000) + 1_000) % 1_000)
}

/**
 * The moment at which a clock on the wall shows this. Where clocks go forward, a time that does not exist is the one as much later; where
 * back, the first of the two (RFC 5545, 3.3.5).
 */
export function instantOf(wall: WallMs, timeZone: string): number {
  const offsetAt = (ms: number): number => wallOf(ms, timeZone) - ms
  const before = wall - offsetAt(wall - dayMs)
  const after = wall - offsetAt(wall + dayMs)
  const fits = [before, after].filter((ms) => ms + offsetAt(ms) === wall)
  return fits.length > 0 ? Math.min(...fits) : before
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
    if (formats.size >= formatsMax) formats.clear()
    formats.set(timeZone, format)
  }
  return format
}
