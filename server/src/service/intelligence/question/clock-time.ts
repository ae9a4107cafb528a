import { is } from './duration.ts'
import type { Token } from './token.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A moment or a day that is written out. */
export type SpokenPoint = { startMs: number; endMs: number; isMoment: boolean; next: number }

/** Minutes east of Greenwich; daylight time only where it is said. */
const zones = new Map<string, number>(
  Object.entries({
    utc: 0,
    gmt: 0,
    z: 0,
    zulu: 0,
    cet: 60,
    cest: 120,
    bst: 60,
    wet: 0,
    eet: 120,
    eest: 180,
    est: -300,
    edt: -240,
    cst: -360,
    cdt: -300,
    mst: -420,
    mdt: -360,
    pst: -480,
    pdt: -420,
    ist: 330,
    jst: 540,
    sgt: 480,
    aest: 600,
  }),
)
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdays = 'sun mon tue wed thu fri sat'.split(' ')
const fullWeekdays = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')

/** A clock time, date, weekday, or both a day and a clock time at this token. Past unless the day is said. */
export function pointAt(tokens: readonly Token[], at: number, nowMs: number): SpokenPoint | undefined {
  const iso = isoAt(tokens, at)
  if (iso !== undefined) return iso
  const day = dayAt(tokens, at, nowMs)
  if (day !== undefined) {
    const clockFrom = is(tokens[day.next], 'at', 'around', 'about', ',') ? day.next + 1 : day.next
    const clock = clockAt(tokens, clockFrom, clockFrom !== day.next)
    if (clock === undefined) return day
    const ms = day.startMs + clock.ms
    return { startMs: ms, endMs: ms, isMoment: true, next: clock.next }
  }
  const clock = clockAt(
    tokens,
    at,
    is(tokens[at - 1], 'at', 'since', 'before', 'after', 'until', 'around', 'by', 'from'),
  )
  if (clock === undefined) return undefined
  const dayFrom = is(tokens[clock.next], 'on') ? clock.next + 1 : clock.next
  const after = dayAt(tokens, dayFrom, nowMs)
  if (after !== undefined) {
    const ms = after.startMs + clock.ms
    return { startMs: ms, endMs: ms, isMoment: true, next: after.next }
  }
  const today = midnight(nowMs) + clock.ms
  const ms = today > nowMs ? today - dayMs : today
  return { startMs: ms, endMs: ms, isMoment: true, next: clock.next }
}

export const midnight = (ms: number): number => Math.floor(ms / dayMs) * dayMs

function isoAt(tokens: readonly Token[], at: number): SpokenPoint | undefined {
  const token = tokens[at]
  if (token?.type !== 'DATE') return undefined
  if (token.text.length <= 10) {
    const startMs = Date.parse(`${token.text}T00:00:00Z`)
    if (Number.isNaN(startMs)) return undefined
    const clockFrom = is(tokens[at + 1], 'at') ? at + 2 : at + 1
    const clock = clockAt(tokens, clockFrom, false)
    if (clock === undefined) return { startMs, endMs: startMs + dayMs, isMoment: false, next: at + 1 }
    return { startMs: startMs + clock.ms, endMs: startMs + clock.ms, isMoment: true, next: clock.next }
  }
  const hasZone = /(?:z|[+-]\d{2}:?\d{2})$/i.test(token.text.slice(10))
  const ms = Date.parse(`${token.text.toUpperCase().replace(' ', 'T')}${hasZone ? '' : 'Z'}`)
  return Number.isNaN(ms) ? undefined : { startMs: ms, endMs: ms, isMoment: true, next: at + 1 }
}

/** Milliseconds after midnight. `mayBeBare`: a preposition before it makes "14" a clock time. */
function clockAt(
  tokens: readonly Token[],
  at: number,
  mayBeBare: boolean,
): { ms: number; next: number } | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  let ms: number | undefined
  if (is(token, 'noon', 'midday', 'lunch', 'lunchtime')) ms = 12 * hourMs
  else if (is(token, 'midnight')) ms = 0
  else if (token.type === 'CLOCK') ms = clockMs(token.lower)
  else if (mayBeBare && isBareHour(token, tokens[at + 1])) ms = Number.parseInt(token.lower, 10) * hourMs
  if (ms === undefined) return undefined
  let next = is(tokens[at + 1], "o'clock", 'oclock', 'hours') ? at + 2 : at + 1
  const zone = tokens[next]?.type === 'WORD' ? zones.get(tokens[next]!.lower) : undefined
  if (zone !== undefined) {
    ms -= zone * minuteMs
    next += 1
  }
  return { ms, next }
}

function isBareHour(token: Token, after: Token | undefined): boolean {
  if (token.type === 'MEASURE') return /^(?:[01]?\d|2[0-3])h$/.test(token.lower) && after?.lower !== 'ago'
  const ends =
    after === undefined ||
    after.type === 'MARK' ||
    is(after, 'and', 'to', 'until', 'utc', 'today', 'yesterday', "o'clock")
  return token.type === 'NUMBER' && /^(?:[01]?\d|2[0-3])$/.test(token.lower) && ends
}

function clockMs(text: string): number {
  const parts = /^(\d{1,2})(?:[:h](\d{2}))?(?::(\d{2}))? ?([ap])?/.exec(text)
  if (parts === null) return 0
  let hour = Number(parts[1])
  if (parts[4] === 'p' && hour < 12) hour += 12
  if (parts[4] === 'a' && hour === 12) hour = 0
  return hour * hourMs + Number(parts[2] ?? 0) * minuteMs + Number(parts[3] ?? 0) * 1000
}

function dayAt(tokens: readonly Token[], at: number, nowMs: number): SpokenPoint | undefined {
  const token = tokens[at]
  if (token === undefined) return undefined
  const day = (startMs: number, next: number): SpokenPoint => ({
    startMs,
    endMs: startMs + dayMs,
    isMoment: false,
    next,
  })
  const today = midnight(nowMs)
  if (token.type === 'DATE' && token.text.length <= 10) {
    const startMs = Date.parse(`${token.text}T00:00:00Z`)
    return Number.isNaN(startMs) ? undefined : day(startMs, at + 1)
  }
  if (is(token, 'today')) return day(today, at + 1)
  const dayBefore = is(token, 'the') ? at + 1 : at
  if (
    is(tokens[dayBefore], 'day') &&
    is(tokens[dayBefore + 1], 'before') &&
    is(tokens[dayBefore + 2], 'yesterday')
  ) {
    return day(today - 2 * dayMs, dayBefore + 3)
  }
  if (is(token, 'yesterday')) return day(today - dayMs, at + 1)
  if (is(token, 'tomorrow')) return day(today + dayMs, at + 1)
  const skipped = is(token, 'last', 'on') ? at + 1 : at
  const weekday = weekdayOf(tokens[skipped])
  if (weekday !== undefined) {
    const back = (new Date(today).getUTCDay() - weekday + 7) % 7
    return day(today - (back === 0 && skipped !== at ? 7 : back) * dayMs, skipped + 1)
  }
  return monthDayAt(tokens, at, nowMs)
}

function weekdayOf(token: Token | undefined): number | undefined {
  if (token?.type !== 'WORD') return undefined
  const full = fullWeekdays.indexOf(token.lower)
  // "sun", "sat" and "wed" are words of their own: only written large.
  const short =
    /^[A-Z]/.test(token.text) || ['mon', 'tue', 'thu', 'fri'].includes(token.lower)
      ? weekdays.indexOf(token.lower)
      : -1
  return full >= 0 ? full : short >= 0 ? short : undefined
}

/** "20 November", "Nov 20", "the 20th of november": of this year, or of the last where that lies ahead. */
function monthDayAt(tokens: readonly Token[], at: number, nowMs: number): SpokenPoint | undefined {
  const order = is(tokens[at + 1], 'of') ? [at, at + 2] : [at, at + 1]
  for (const [dayIndex, monthIndex] of [order, [order[1]!, order[0]!]] as const) {
    const date = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(tokens[dayIndex!]?.lower ?? '')
    const word = tokens[monthIndex!]
    const month =
      word?.type === 'WORD' && word.lower.length >= 3 ? months.indexOf(word.lower.slice(0, 3)) : -1
    if (
      date === null ||
      month < 0 ||
      !/^(?:[a-z]{3,4}|january|february|march|april|june|july|august|september|october|november|december)$/.test(
        word!.lower,
      )
    )
      continue
    const year = new Date(nowMs).getUTCFullYear()
    const ms = Date.UTC(year, month, Number(date[1]))
    const startMs = ms > nowMs ? Date.UTC(year - 1, month, Number(date[1])) : ms
    return { startMs, endMs: startMs + dayMs, isMoment: false, next: Math.max(dayIndex!, monthIndex!) + 1 }
  }
  return undefined
}
