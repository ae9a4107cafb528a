import type { SyslogContent } from './syslog-message.ts'
import { millis, monthOf, parseIso, utc, withoutYear, Zone } from './time.ts'

/** A sequence number and a mark for an unsynchronised clock, as Cisco's devices put before the time: `123: *`. */
const sequence = /^(?:\d{1,10}: )?[*.]?/
const bsdTime =
  /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) {1,2}(\d{1,2})(?: (\d{4}))? (\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: (UTC|GMT))?:? /i
const isoTime = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,20}) /
const host = /^([^\s:[\]]{1,255}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}) /
const tag = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{1,64})\])?(?:: ?| )/
/** Without a header only what cannot be a sentence is a tag. */
const loneTag = /^([\w./-]{1,48})(?:\[(\d{1,10})\])?: /

/**
 * What follows the PRI of RFC 3164, as syslogds, relays and network devices write it: `Mmm dd hh:mm:ss host tag[pid]: text`,
 * rsyslog's forwarding with an ISO time instead, Cisco's sequence numbers and years, a local logger's form without host.
 * Where there is no time there is no header either, and all is text.
 */
export function parseBsd(rest: string, receivedMs: number, zone: Zone): SyslogContent {
  const { timeMs, end } = parseTime(rest, receivedMs, zone)
  let text = rest.slice(end)
  let named = ''
  if (end > 0) {
    const found = host.exec(text)
    // `sshd[12]: …` or `kernel: …` in its place: the sender left its own name out.
    if (found) {
      named = found[1]!
      text = text.slice(found[0].length)
    }
  }
  const tagged = end > 0 ? tag.exec(text) : loneTag.exec(text)
  if (tagged) text = text.slice(tagged[0].length)
  return {
    timeMs,
    host: named,
    app: tagged?.[1] ?? '',
    process: tagged?.[2] ?? '',
    messageId: '',
    structured: [],
    text: text.startsWith('\uFEFF') ? text.slice(1) : text,
  }
}

/** `end` is 0 where there is no time. A date that does not exist is stepped over. */
function parseTime(rest: string, receivedMs: number, zone: Zone): { timeMs: number | null; end: number } {
  const skipped = sequence.exec(rest)?.[0].length ?? 0
  const text = skipped === 0 ? rest : rest.slice(skipped)
  const bsd = bsdTime.exec(text)
  if (bsd) {
    const [head, month, day, year, hour, minute, second, fraction = '', universal] = bsd
    const time = { hour: Number(hour), minute: Number(minute), second: Number(second), ms: millis(fraction) }
    const place = universal === undefined ? zone : utcZone
    const at = monthOf(month!)
    const timeMs =
      year === undefined
        ? withoutYear(at, Number(day), time, receivedMs, place)
        : place.utcOf(utc(Number(year), at, Number(day), time))
    return { timeMs: Number.isNaN(timeMs) ? null : timeMs, end: skipped + head.length }
  }
  const iso = isoTime.exec(text)
  const timeMs = iso ? parseIso(iso[1]!, zone) : Number.NaN
  return Number.isNaN(timeMs) ? { timeMs: null, end: 0 } : { timeMs, end: skipped + iso![0].length }
}

const utcZone = new Zone('UTC')
