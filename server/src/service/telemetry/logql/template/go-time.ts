import { TemplateError } from './value.ts'

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'],
  ...['September', 'October', 'November', 'December'],
]
/** The parts of Go's reference time, Mon Jan 2 15:04:05 MST 2006 (https://pkg.go.dev/time#Layout), longest first. */
const part =
  /January|Monday|Jan|Mon|2006|MST|Z07:00|Z0700|-07:00|-0700|-07|002|01|02|03|04|05|06|15|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|_2|1|2|3|4|5/g
const named: Record<string, string> = {
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
}

type Clock = {
  year: number
  month: number
  day: number
  weekday: number
  hour: number
  minute: number
  second: number
  micros: number
  offset: number
}

export function formatTime(timeMs: number, layout: string, zone: string): string {
  const at = clockOf(timeMs, zone)
  const two = (value: number): string => String(value).padStart(2, '0')
  const twelve = at.hour % 12 === 0 ? 12 : at.hour % 12
  return (named[layout] ?? layout).replace(part, (token) => {
    switch (token) {
      case '2006':
        return String(at.year).padStart(4, '0')
      case '06':
        return two(at.year % 100)
      case 'January':
        return months[at.month - 1]!
      case 'Jan':
        return months[at.month - 1]!.slice(0, 3)
      case '01':
        return two(at.month)
      case '1':
        return String(at.month)
      case 'Monday':
        return days[at.weekday]!
      case 'Mon':
        return days[at.weekday]!.slice(0, 3)
      case '02':
        return two(at.day)
      case '_2':
        return String(at.day).padStart(2)
      case '2':
        return String(at.day)
      case '002':
        return String(
          Math.floor((Date.UTC(at.year, at.month - 1, at.day) - Date.UTC(at.year, 0, 0)) / 86_400_000),
        ).padStart(3, '0')
      case '15':
        return two(at.hour)
      case '03':
        return two(twelve)
      case '3':
        return String(twelve)
      case '04':
        return two(at.minute)
      case '4':
        return String(at.minute)
      case '05':
        return two(at.second)
      case '5':
        return String(at.second)
      case 'PM':
        return at.hour < 12 ? 'AM' : 'PM'
      case 'pm':
        return at.hour < 12 ? 'am' : 'pm'
      case 'MST':
        return at.offset === 0 ? 'UTC' : offsetText(at.offset, '')
      default:
        if (/^[.,]/.test(token)) return fraction(token, at.micros)
        if (token.startsWith('Z') && at.offset === 0) return 'Z'
        return token.endsWith('07')
          ? offsetText(at.offset, '').slice(0, 3)
          : offsetText(at.offset, token.includes(':') ? ':' : '')
    }
  })
}

/** Milliseconds since 1970. Throws where the text does not fit the layout. */
export function parseTime(text: string, layout: string, zone: string): number {
  const tokens: string[] = []
  const given = named[layout] ?? layout
  let from = 0
  let source = '^'
  for (const found of given.matchAll(part)) {
    source +=
      escaped(given.slice(from, found.index)) +
      (patterns[found[0]] ?? (/^[.,]/.test(found[0]) ? '(?:[.,](\\d{1,9}))?' : '([+-]\\d{2}(?::?\\d{2})?|Z)'))
    tokens.push(found[0])
    from = found.index + found[0].length
  }
  const found = new RegExp(`${source}${escaped(given.slice(from))}$`).exec(text.slice(0, 256))
  if (!found)
    throw new TemplateError(
      `parsing time ${JSON.stringify(text.slice(0, 64))} as ${JSON.stringify(given)}: cannot parse`,
    )
  const at: Record<string, number> = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0 }
  let [afternoon, offset]: [boolean | undefined, number | undefined] = [undefined, undefined]
  tokens.forEach((token, i) => {
    const value = found[i + 1] ?? ''
    if (token === '2006') at.year = Number(value)
    else if (token === '06') at.year = Number(value) + (Number(value) >= 69 ? 1_900 : 2_000)
    else if (token.startsWith('Jan'))
      at.month = months.findIndex((name) => name.startsWith(value.slice(0, 3))) + 1
    else if (token === '01' || token === '1') at.month = Number(value)
    else if (token === '02' || token === '2' || token === '_2') at.day = Number(value)
    else if (token === '15' || token === '03' || token === '3') at.hour = Number(value)
    else if (token === '04' || token === '4') at.minute = Number(value)
    else if (token === '05' || token === '5') at.second = Number(value)
    else if (token.toUpperCase() === 'PM') afternoon = value.toUpperCase() === 'PM'
    else if (/^[.,]/.test(token)) at.ms = Number(`0.${value || 0}`) * 1_000
    else if (/07/.test(token)) offset = value === 'Z' ? 0 : offsetOf(value)
  })
  if (afternoon !== undefined) at.hour = (at.hour! % 12) + (afternoon ? 12 : 0)
  const utc = Date.UTC(at.year!, at.month! - 1, at.day!, at.hour!, at.minute!, at.second!) + at.ms!
  return utc - (offset ?? clockOf(utc, zone).offset) * 60_000
}

const patterns: Record<string, string> = {
  '2006': '(\\d{4})',
  '06': '(\\d{2})',
  '002': '(\\d{3})',
  January: `(${months.join('|')})`,
  Jan: `(${months.map((name) => name.slice(0, 3)).join('|')})`,
  Monday: `(${days.join('|')})`,
  Mon: `(${days.map((name) => name.slice(0, 3)).join('|')})`,
  _2: ' ?(\\d{1,2})',
  ...Object.fromEntries(['01', '02', '03', '04', '05', '15'].map((token) => [token, '(\\d{2})'])),
  ...Object.fromEntries(['1', '2', '3', '4', '5'].map((token) => [token, '(\\d{1,2})'])),
  PM: '(AM|PM)',
  pm: '(am|pm)',
  MST: '([A-Z]{3,4})',
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function fraction(token: string, micros: number): string {
  const digits = `${String(micros).padStart(6, '0')}000`.slice(0, token.length - 1)
  if (token[1] === '0') return token[0] + digits
  const short = digits.replace(/0+$/, '')
  return short === '' ? '' : token[0] + short
}

const offsetText = (minutes: number, between: string): string =>
  `${minutes < 0 ? '-' : '+'}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0')}${between}${String(Math.abs(minutes) % 60).padStart(2, '0')}`

function offsetOf(text: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(text)
  return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3] ?? 0)) : 0
}

function clockOf(timeMs: number, zone: string): Clock {
  const offset = zone === 'UTC' || zone === '' ? 0 : zoneOffset(timeMs, zone)
  const date = new Date(timeMs + offset * 60_000)
  if (Number.isNaN(date.getTime())) throw new TemplateError('the time is out of range')
  return {
    ...{
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      weekday: date.getUTCDay(),
    },
    ...{ hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(), offset },
    micros: Math.floor((((timeMs % 1_000) + 1_000) % 1_000) * 1_000),
  }
}

/** Minutes a zone of the IANA database is ahead of UTC then. */
function zoneOffset(timeMs: number, zone: string): number {
  try {
    const name = zone === 'Local' ? 'UTC' : zone
    const form = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
    const text = form.formatToParts(timeMs).find((one) => one.type === 'timeZoneName')?.value ?? 'GMT'
    return text === 'GMT' ? 0 : offsetOf(text.slice(3))
  } catch {
    throw new TemplateError(`unknown time zone ${zone.slice(0, 64)}`)
  }
}
