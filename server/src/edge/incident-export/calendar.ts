import type { Occurrence } from '@aiops/contract/model/maintenance'
import { plainLine } from '../../service/intelligence/index.ts'

/** One entry of the calendar: a time in which alerts are held back. */
export type CalendarEntry = Occurrence & {
  /** The same as long as it is the same entry. */
  uid: string
  summary: string
  /** Lines of text. */
  description: readonly string[]
  category: 'MAINTENANCE' | 'SILENCE'
  updated_at: string
  url: string
}

const textMax = 1_000
/** Octets of a line (RFC 5545 §3.1). */
const octetsMax = 75

/**
 * iCalendar (RFC 5545): an event an occurrence, in UTC, so that no reader has to know a time zone's rules. Nobody is busy in it, since it
 * is a system that is.
 */
export function calendarOf(entries: readonly CalendarEntry[], name: string): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//AIOps NextGen//Maintenance//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${icsText(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    ...entries.flatMap(eventLines),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('')
}

const eventLines = (entry: CalendarEntry): string[] => [
  'BEGIN:VEVENT',
  `UID:${icsText(entry.uid)}`,
  `DTSTAMP:${icsTime(entry.updated_at)}`,
  `LAST-MODIFIED:${icsTime(entry.updated_at)}`,
  `DTSTART:${icsTime(entry.starts_at)}`,
  `DTEND:${icsTime(entry.ends_at)}`,
  `SUMMARY:${icsText(entry.summary)}`,
  `DESCRIPTION:${entry.description.map(icsText).join('\\n')}`,
  `CATEGORIES:${entry.category}`,
  // A URI has no escapes; this one is ours.
  `URL:${plainLine(entry.url, textMax)}`,
  'STATUS:CONFIRMED',
  'TRANSP:TRANSPARENT',
  'END:VEVENT',
]

/** `2026-03-01T10:00:00.000Z` as `20260301T100000Z`. */
const icsTime = (time: string): string =>
  new Date(time)
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z')
    .replace(/[-:]/g, '')

/** TEXT (§3.3.11): one line, with the signs that would end a value escaped. */
export const icsText = (text: string): string =>
  plainLine(text, textMax).replace(/[\\;,]/g, (sign) => `\\${sign}`)

/** Lines of 75 octets at most; the next ones begin with a space, and no character is cut in two. */
export function folded(line: string): string {
  const lines: string[] = []
  let current = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > octetsMax) {
      lines.push(current)
      current = ' '
      octets = 1
    }
    current += character
    octets += size
  }
  return [...lines, current].join('\r\n')
}
