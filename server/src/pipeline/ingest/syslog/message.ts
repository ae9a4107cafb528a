import { parseBsd } from './bsd.ts'
import { parseStructured } from './structured-data.ts'
import type { SyslogContent, SyslogMessage } from './syslog-message.ts'
import { parseIso, type Zone } from './time.ts'

const priority = /^<(\d{1,3})>/
const header = /^[1-9]\d{0,2} (\S{1,64}) (\S{1,255}) (\S{1,255}) (\S{1,128}) (\S{1,64}) /

/**
 * RFC 5424 where the message has its form, else RFC 3164 as far as it goes: any text is a message, as §4.3.3 there asks of a relay.
 * `receivedMs` gives the year that RFC 3164 leaves out, `zone` the offset.
 */
export function parseMessage(text: string, receivedMs: number, zone: Zone): SyslogMessage {
  const found = priority.exec(text)
  const number = found ? Number(found[1]) : Number.NaN
  const known = number <= 191
  const rest = known ? text.slice(found![0].length) : text
  const ranked = {
    severity: known ? number & 7 : null,
    facility: known ? number >> 3 : null,
  }
  return { ...((known ? parse5424(rest, zone) : undefined) ?? parseBsd(rest, receivedMs, zone)), ...ranked }
}

/** What follows the PRI of RFC 5424 §6; undefined where it is something else. */
function parse5424(rest: string, zone: Zone): SyslogContent | undefined {
  const first = rest.charCodeAt(0)
  // The version, which no other form begins with: BSD's begins with a month, ISO's with four digits.
  if (first < 0x31 || first > 0x39) return undefined
  const found = header.exec(rest)
  if (!found) return undefined
  const [head, time, host, app, process, messageId] = found as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const timeMs = time === '-' ? Number.NaN : parseIso(time, zone)
  // A date that does not exist is no reason to doubt the rest.
  if (time !== '-' && Number.isNaN(timeMs) && !/^\d{4}-\d\d-/.test(time)) return undefined
  const { structured, end } = parseStructured(rest, head.length)
  // A second space is rsyslog's: it keeps the one that followed the tag of the message that it took in.
  const text = rest.slice(rest[end] !== ' ' ? end : rest[end + 1] === ' ' ? end + 2 : end + 1)
  return {
    timeMs: Number.isNaN(timeMs) ? null : timeMs,
    host: nil(host),
    app: nil(app),
    process: nil(process),
    messageId: nil(messageId),
    structured,
    text: text.startsWith('\uFEFF') ? text.slice(1) : text,
  }
}

const nil = (field: string): string => (field === '-' ? '' : field)
