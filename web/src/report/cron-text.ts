/**
 * Five fields of cron in UTC, read for people: what they say in words and when they fit next. The server decides; this is the preview
 * of a form, and says nothing where it is not sure. Fields as in POSIX crontab, with names of days and months, ranges and steps.
 */

type Field = { values: ReadonlySet<number>; all: boolean }
export type Cron = { minute: Field; hour: Field; day: Field; month: Field; weekday: Field }

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]

/** undefined: these are not five fields that can be read here. */
export function readCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 5) return undefined
  const [minute, hour, day, month, weekday] = [
    readField(fields[0], 0, 59),
    readField(fields[1], 0, 23),
    readField(fields[2], 1, 31),
    readField(fields[3], 1, 12, shortNames(monthNames, 1)),
    readField(fields[4], 0, 7, shortNames(dayNames, 0)),
  ]
  if (!minute || !hour || !day || !month || !weekday) return undefined
  // Sunday has two numbers.
  const days = new Set([...weekday.values].map((one) => one % 7))
  return { minute, hour, day, month, weekday: { values: days, all: weekday.all } }
}

/** `Mondays at 07:00 UTC`; undefined where words would not be plainer than the fields. */
export function cronText(cron: Cron): string | undefined {
  const time = timeText(cron)
  if (time === undefined) return undefined
  const { day, month, weekday } = cron
  // Where both are given a day fits when either does (POSIX), which no short sentence says well.
  if (!day.all && !weekday.all) return undefined
  const months = month.all ? '' : ` in ${listed(sorted(month).map((one) => monthNames[one - 1] ?? ''))}`
  const days = day.all && weekday.all && time.startsWith('every') ? '' : dayText(day, weekday)
  return sentence(`${days}${months} ${time}`.trim())
}

/** The next moments that fit, in unix milliseconds. */
export function nextRuns(cron: Cron, fromMs: number, count: number): number[] {
  const found: number[] = []
  const midnight = Math.floor(fromMs / dayMs) * dayMs
  for (let i = 0; i < daysMax && found.length < count; i += 1) {
    const at = midnight + i * dayMs
    if (!fitsDay(cron, new Date(at))) continue
    for (const hour of sorted(cron.hour))
      for (const minute of sorted(cron.minute)) {
        const run = at + hour * 3_600_000 + minute * 60_000
        if (run > fromMs && found.length < count) found.push(run)
      }
  }
  return found
}

const dayMs = 86_400_000
/** Eight years: 29 February may be so far away. */
const daysMax = 2_930

function fitsDay({ day, month, weekday }: Cron, date: Date): boolean {
  if (!month.values.has(date.getUTCMonth() + 1)) return false
  const [inMonth, inWeek] = [day.values.has(date.getUTCDate()), weekday.values.has(date.getUTCDay())]
  return day.all || weekday.all ? inMonth && inWeek : inMonth || inWeek
}

function readField(
  text = '',
  min: number,
  max: number,
  names: ReadonlyMap<string, number> = new Map(),
): Field | undefined {
  const values = new Set<number>()
  for (const part of text.toLowerCase().split(',')) {
    const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,2}))?$/.exec(part) ?? []
    const number = (word: string): number =>
      names.get(word) ?? (/^\d{1,2}$/.test(word) ? Number(word) : Number.NaN)
    const first = from === '*' ? min : number(from)
    const last = from === '*' ? max : to !== undefined ? number(to) : step !== undefined ? max : first
    const by = step === undefined ? 1 : Number(step)
    if (!(first >= min && last <= max && first <= last && by >= 1)) return undefined
    for (let value = first; value <= last; value += by) values.add(value)
  }
  return { values, all: text === '*' }
}

const shortNames = (words: readonly string[], first: number): ReadonlyMap<string, number> =>
  new Map(words.map((word, i) => [word.slice(0, 3).toLowerCase(), i + first]))

const sorted = ({ values }: Field): number[] => [...values].sort((a, b) => a - b)
const pad = (n: number): string => String(n).padStart(2, '0')

/** At most six times of day are listed. */
function timeText({ minute, hour }: Cron): string | undefined {
  const [minutes, hours] = [sorted(minute), sorted(hour)]
  if (hours.length * minutes.length <= 6)
    return `at ${listed(hours.flatMap((h) => minutes.map((m) => `${pad(h)}:${pad(m)}`)))} UTC`
  const every = hour.all ? 1 : stepOf(hours, 24)
  if (minutes.length === 1 && every !== undefined)
    return `${every === 1 ? 'every hour' : `every ${every} hours`} at ${pad(minutes[0] ?? 0)} past, UTC`
  const step = stepOf(minutes, 60)
  return hour.all && step !== undefined ? `every ${step === 1 ? 'minute' : `${step} minutes`}` : undefined
}

/** The distance of values that go evenly round from zero. */
function stepOf(values: readonly number[], round: number): number | undefined {
  const step = round / values.length
  return values.every((value, i) => value === i * step) ? step : undefined
}

function dayText(day: Field, weekday: Field): string {
  if (day.all && weekday.all) return 'every day'
  if (day.all) {
    const days = sorted(weekday)
    if (days.join() === '1,2,3,4,5') return 'on weekdays'
    if (days.join() === '0,6') return 'at weekends'
    // The week begins on Monday.
    return listed([...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7)).map((one) => `${dayNames[one]}s`))
  }
  return `on the ${listed(sorted(day).map(ordinal))} of the month`
}

const ordinal = (n: number): string => {
  const last = n % 10
  if (n > 10 && n < 14) return `${n}th`
  return `${n}${last === 1 ? 'st' : last === 2 ? 'nd' : last === 3 ? 'rd' : 'th'}`
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
