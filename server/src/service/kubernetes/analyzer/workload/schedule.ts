/** What the five fields allow, each a bit mask; `anyDay` and `anyWeekday` where the field is `*`. */
type Fields = {
  minutes: bigint
  hours: bigint
  days: bigint
  months: bigint
  weekdays: bigint
  anyDay: boolean
  anyWeekday: boolean
}
export type Schedule =
  | { kind: 'fields'; fields: Fields; zone: string | undefined }
  | { kind: 'every'; everyMs: number; zone: undefined }
export type ScheduleError = { kind: 'error'; message: string }

/**
 * A CronJob's schedule as its controller reads it: five fields (github.com/robfig/cron, standard parser) or a macro, with `TZ=` before it
 * at will. Weekdays are 0 to 6, Sunday is 0; 7 is refused, as there.
 */
export function parseSchedule(text: string): Schedule | ScheduleError {
  if (text.length > 200) return { kind: 'error', message: 'it is longer than 200 characters' }
  const [, zone, rest = text.trim()] = /^\s*(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(text) ?? []
  const plain = rest.trim()
  if (plain.startsWith('@every ')) return everyOf(plain.slice(7).trim())
  const spelled = plain.startsWith('@') ? macros[plain] : plain
  if (spelled === undefined) return { kind: 'error', message: `${plain} is no macro` }
  const words = spelled.split(/\s+/)
  if (words.length !== 5) return { kind: 'error', message: `it has ${words.length} fields instead of 5` }
  const masks = words.map((word, i) => maskOf(word, bounds[i]!))
  const failed = masks.find((mask) => typeof mask === 'string')
  if (typeof failed === 'string') return { kind: 'error', message: failed }
  const [minutes, hours, days, months, weekdays] = masks as [Mask, Mask, Mask, Mask, Mask]
  return {
    kind: 'fields',
    zone,
    fields: {
      minutes: minutes.bits,
      hours: hours.bits,
      days: days.bits,
      months: months.bits,
      weekdays: weekdays.bits,
      anyDay: days.any,
      anyWeekday: weekdays.any,
    },
  }
}

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

type Bound = { name: string; from: number; to: number; names: readonly string[] }
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const bounds: readonly Bound[] = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day of month', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'day of week', from: 0, to: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]
type Mask = { bits: bigint; any: boolean }

function maskOf(word: string, bound: Bound): Mask | string {
  const mask: Mask = { bits: 0n, any: false }
  for (const piece of word.split(',')) {
    const range = rangeOf(piece, bound)
    if (typeof range === 'string') return range
    for (let at = range.from; at <= range.to; at += range.step) mask.bits |= 1n << BigInt(at)
    mask.any ||= range.any
  }
  return mask
}

function rangeOf(
  piece: string,
  bound: Bound,
): { from: number; to: number; step: number; any: boolean } | string {
  const [, start = '', end, stepText] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\d+))?$/.exec(piece) ?? []
  if (start === '') return `${JSON.stringify(piece)} is no ${bound.name}`
  const step = stepText === undefined ? 1 : Number(stepText)
  if (step === 0) return `the step of the ${bound.name} is 0`
  if (start === '*' || start === '?') {
    if (end !== undefined) return `${JSON.stringify(piece)} is no ${bound.name}`
    return { from: bound.from, to: bound.to, step, any: step === 1 }
  }
  const from = numberOf(start, bound)
  // `5/15` begins at 5 and goes on to the end.
  const to = end === undefined ? (stepText === undefined ? from : bound.to) : numberOf(end, bound)
  if (Number.isNaN(from) || Number.isNaN(to)) return `${JSON.stringify(piece)} is no ${bound.name}`
  if (from < bound.from || to > bound.to)
    return `${JSON.stringify(piece)} is no ${bound.name} from ${bound.from} to ${bound.to}`
  if (from > to) return `the ${bound.name} ${JSON.stringify(piece)} ends before it begins`
  return { from, to, step, any: false }
}

function numberOf(text: string, { names, from }: Bound): number {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + from
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
}

/** A duration as Go writes it; less than a second is a second. */
function everyOf(text: string): Schedule | ScheduleError {
  const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 }
  const found = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)]
  if (found.length === 0 || found.map(([part]) => part).join('') !== text)
    return { kind: 'error', message: `${JSON.stringify(text)} is no duration` }
  const sum = found.reduce((ms, [, amount, unit]) => ms + Number(amount) * unitMs[unit!]!, 0)
  return { kind: 'every', everyMs: Math.max(1_000, Math.floor(sum / 1_000) * 1_000), zone: undefined }
}

const dayMs = 86_400_000
/** A schedule that does not come up within so many days never does: 29 February may be eight years away. */
const daysMax = 366 * 9

/** The first run after a moment; undefined where there is none. */
export function nextRun(schedule: Schedule, afterMs: number, timeZone?: string): number | undefined {
  if (schedule.kind === 'every') return Math.floor(afterMs / 1_000) * 1_000 + schedule.everyMs
  const { fields } = schedule
  const zone = schedule.zone ?? timeZone
  let day = Math.floor((afterMs + offsetAt(afterMs, zone)) / dayMs)
  for (const last = day + daysMax; day <= last; day += 1) {
    if (!isDue(fields, day)) continue
    const run = firstOf(fields, day, afterMs, zone)
    if (run !== undefined) return run
  }
  return undefined
}

/** Runs after `fromMs` up to `toMs`, the first so many. */
export function runsBetween(
  schedule: Schedule,
  fromMs: number,
  toMs: number,
  timeZone: string | undefined,
  max: number,
): number[] {
  const runs: number[] = []
  let at: number | undefined = fromMs
  while (runs.length < max) {
    at = nextRun(schedule, at, timeZone)
    if (at === undefined || at > toMs) break
    runs.push(at)
  }
  return runs
}

const has = (bits: bigint, at: number): boolean => ((bits >> BigInt(at)) & 1n) === 1n

/** Where both days are restricted either will do; that is how cron has always been. */
function isDue(fields: Fields, day: number): boolean {
  const date = new Date(day * dayMs)
  if (!has(fields.months, date.getUTCMonth() + 1)) return false
  const byDay = has(fields.days, date.getUTCDate())
  const byWeekday = has(fields.weekdays, date.getUTCDay())
  return fields.anyDay || fields.anyWeekday ? byDay && byWeekday : byDay || byWeekday
}

function firstOf(fields: Fields, day: number, afterMs: number, zone: string | undefined): number | undefined {
  let first: number | undefined
  for (let hour = 0; hour < 24; hour += 1) {
    if (!has(fields.hours, hour)) continue
    // An hour that lies wholly before is not looked into; clocks are put back by an hour or less, save once in Antarctica.
    const hourMs = day * dayMs + hour * 3_600_000
    if (hourMs - offsetAt(hourMs, zone) + 3 * 3_600_000 < afterMs) continue
    for (let minute = 0; minute < 60; minute += 1) {
      if (!has(fields.minutes, minute)) continue
      for (const at of instantsOf(hourMs + minute * 60_000, zone))
        if (at > afterMs && (first === undefined || at < first)) first = at
    }
    if (first !== undefined && first < hourMs - offsetAt(hourMs, zone) + 2 * 3_600_000) return first
  }
  return first
}

/** A local time is there once, twice when clocks are put back, and not at all when they are put forward. */
function instantsOf(localMs: number, zone: string | undefined): number[] {
  if (zone === undefined || zone === 'UTC') return [localMs]
  const offsets = new Set([offsetAt(localMs - dayMs / 2, zone), offsetAt(localMs + dayMs / 2, zone)])
  return [...offsets].map((offset) => localMs - offset).filter((ms) => ms + offsetAt(ms, zone) === localMs)
}

/** How far ahead of UTC the zone is at a moment. */
function offsetAt(ms: number, zone: string | undefined): number {
  if (zone === undefined || zone === 'UTC') return 0
  const format = formatOf(zone)
  if (!format) return 0
  const whole = Math.floor(ms / 1_000) * 1_000
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(whole)) part[type] = Number(value)
  const local = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second)
  return local - whole
}

/** Names that the zone database has. An offset is none, nor is `Local`. */
export const isTimeZone = (zone: string): boolean =>
  /^[A-Za-z]/.test(zone) && zone !== 'Local' && formatOf(zone) !== undefined

const formats = new Map<string, Intl.DateTimeFormat | undefined>()
const formatsMax = 600
function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone)
  if (formats.size >= formatsMax) formats.clear()
  const format = zone.length > 64 ? undefined : tryFormat(zone)
  formats.set(zone, format)
  return format
}
function tryFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const digits = {
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    } as const
    return new Intl.DateTimeFormat('en-US', { ...digits, timeZone, year: 'numeric', hourCycle: 'h23' })
  } catch {
    return undefined
  }
}
