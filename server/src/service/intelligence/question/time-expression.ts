import { midnight, pointAt } from './clock-time.ts'
import { durationAt, is, unitOf } from './duration.ts'
import type { QuestionTime } from './question.ts'
import type { Token } from './token.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A time as it is said, before it is held against what is kept. */
export type SpokenTime = {
  /** Absent where only words say it ("since the deploy"), which only what is found can place. */
  range?: { startMs: number; endMs: number }
  isMoment: boolean
  /** Another time is set against this one: "before the rollout", "than an hour ago". */
  isBefore: boolean
  /** "for an hour": a length without a side. */
  isFor?: boolean
  from: number
  to: number
}

type Match = Omit<SpokenTime, 'from'>
type Rule = (tokens: readonly Token[], at: number, nowMs: number) => Match | undefined

/** The time that a question says: the longest expression, the first of equally long ones. Only the first half thousand tokens are read. */
export function findTime(tokens: readonly Token[], nowMs: number): SpokenTime | undefined {
  let best: SpokenTime | undefined
  for (let at = 0; at < tokens.length; at++) {
    for (const rule of rules) {
      const match = rule(tokens, at, nowMs)
      if (match === undefined) continue
      const found = { ...match, from: at }
      // What can be placed is worth more than what only words say.
      const weight = (one: SpokenTime) => one.to - one.from + (one.range === undefined ? 0 : 3)
      if (best === undefined || weight(found) > weight(best)) best = found
    }
  }
  return best
}

/** Without a time said, the last two hours, or what is kept where that is less. */
export const defaultRangeMs = 2 * hourMs

/** Holds what was said against what is kept: cut with a notice, or out of range. */
export function placeTime(
  spoken: SpokenTime | undefined,
  text: string,
  { nowMs, keptMs }: { nowMs: number; keptMs: number },
): QuestionTime {
  const whole = { startMs: nowMs - Math.min(defaultRangeMs, keptMs), endMs: nowMs }
  if (spoken?.range === undefined) return { ...whole, text, isMoment: false }
  const { isMoment } = spoken
  const { startMs, endMs } = spoken.range
  const keptFromMs = nowMs - keptMs
  if (endMs < keptFromMs) {
    const notice = `Nothing is kept of ${text}: telemetry goes back to ${clock(keptFromMs)}.`
    return { startMs, endMs, text, isMoment, notice, outOfRange: true }
  }
  if (startMs < keptFromMs) {
    const notice = `Telemetry goes back to ${clock(keptFromMs)}, so "${text}" is read from there on.`
    return { startMs: keptFromMs, endMs, text, isMoment, notice }
  }
  return { startMs, endMs, text, isMoment }
}

const clock = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

const range = (startMs: number, endMs: number, to: number, more: Partial<Match> = {}): Match => ({
  range: { startMs: Math.min(startMs, endMs), endMs: Math.max(startMs, endMs) },
  isMoment: false,
  isBefore: false,
  to,
  ...more,
})
const words = (to: number, isBefore = false): Match => ({ isMoment: false, isBefore, to })
const article = (tokens: readonly Token[], at: number) =>
  is(tokens[at], 'the', 'this', 'that', 'a', 'our', 'my', 'its', 'their') ? at + 1 : at

/** "these last hours" are some. */
const several = 4

/** "last 30 minutes", "over the past hour", "previous two days". */
const last: Rule = (tokens, at, nowMs) => {
  let next = is(tokens[at], 'in', 'over', 'during', 'for', 'within', 'since', 'from') ? at + 1 : at
  next = article(tokens, next)
  if (!is(tokens[next], 'last', 'past', 'previous', 'preceding', 'latest', 'recent')) return undefined
  const span = durationAt(tokens, next + 1)
  if (span !== undefined) return range(nowMs - span.ms, nowMs, span.next)
  const unit = unitOf(tokens[next + 1])
  if (unit === undefined) return undefined
  const isSeveral = tokens[next + 1]?.lower.endsWith('s') === true && unit < 7 * dayMs
  if (isSeveral) return range(nowMs - several * unit, nowMs, next + 2)
  if (unit >= 7 * dayMs || (unit === dayMs && !is(tokens[next], 'last')))
    return range(nowMs - unit, nowMs, next + 2)
  return range(nowMs - unit, nowMs, next + 2)
}

/** "10 minutes ago", "since 2 hours", "for half an hour", "30m". */
const ago: Rule = (tokens, at, nowMs) => {
  const lead = tokens[at]
  const isSince = is(lead, 'since', 'from')
  const isFor = is(lead, 'for', 'during', 'over')
  const start =
    isSince || isFor || is(lead, 'about', 'around', 'than', 'before', 'until', 'after', 'in') ? at + 1 : at
  const from = is(tokens[start], 'about', 'around', 'roughly', 'like', 'approximately') ? start + 1 : start
  const span = durationAt(tokens, from)
  if (span === undefined) return undefined
  if (is(tokens[span.next], 'ago', 'back', 'earlier')) {
    const ms = nowMs - span.ms
    if (isSince || is(lead, 'after')) return range(ms, nowMs, toNow(tokens, span.next + 1))
    return range(ms, ms, span.next + 1, { isMoment: true, isBefore: is(lead, 'than', 'before') })
  }
  if (is(lead, 'in') && !isPastVerb(tokens, at)) return range(nowMs, nowMs + span.ms, span.next)
  if (isSince || isFor) return range(nowMs - span.ms, nowMs, span.next, isFor ? { isFor: true } : {})
  return isBare(tokens, at, span.next) ? range(nowMs - span.ms, nowMs, span.next) : undefined
}

/** Terse typing: "errors 30m". Not a level ("longer than 30m") and not part of one. */
function isBare(tokens: readonly Token[], at: number, next: number): boolean {
  const isLast = next >= tokens.length || tokens.slice(next).every((token) => token.type === 'MARK')
  const before = tokens[at - 1]
  const isLevel = is(
    before,
    'than',
    'over',
    'above',
    'below',
    'under',
    'of',
    'least',
    'most',
    'every',
    'per',
    'after',
    'to',
    'by',
    'is',
  )
  return (
    tokens[at]?.type === 'MEASURE' &&
    /[mhd]|min|hours?/.test(tokens[at]!.lower) &&
    isLast &&
    !isLevel &&
    at > 0
  )
}

const isPastVerb = (tokens: readonly Token[], at: number): boolean =>
  tokens.slice(0, at).some((token) => is(token, 'was', 'were', 'did', 'happened', 'changed', 'had'))

const toNow = (tokens: readonly Token[], at: number): number =>
  is(tokens[at], 'until', 'till', 'to') && is(tokens[at + 1], 'now') ? at + 2 : at

/** "between 14:00 and 15:00", "from 2 hours ago to now", "14:00-15:00", "14:00 to 15:00". */
const between: Rule = (tokens, at, nowMs) => {
  const start = is(tokens[at], 'between', 'from') ? at + 1 : at
  const first = momentAt(tokens, start, nowMs)
  if (first === undefined) return undefined
  const isJoined = is(tokens[first.next], 'and', 'to', 'till', 'until', '-', 'through')
  if (!isJoined || (start === at && is(tokens[first.next], 'and'))) return undefined
  const second = momentAt(tokens, first.next + 1, nowMs)
  if (second === undefined) return undefined
  let startMs = first.startMs
  // "between 14:00 and 15:00 yesterday": the day is said once.
  const shift = Math.floor(second.startMs / dayMs) - Math.floor(startMs / dayMs)
  if (shift < 0) startMs += shift * dayMs
  else if (startMs > second.endMs) startMs -= dayMs
  return range(
    startMs,
    second.isMoment ? second.startMs : Math.min(second.endMs, Math.max(nowMs, second.startMs)),
    second.next,
  )
}

function momentAt(tokens: readonly Token[], at: number, nowMs: number) {
  if (is(tokens[at], 'now')) return { startMs: nowMs, endMs: nowMs, isMoment: true, next: at + 1 }
  const span = durationAt(tokens, at)
  if (span !== undefined && is(tokens[span.next], 'ago')) {
    return { startMs: nowMs - span.ms, endMs: nowMs - span.ms, isMoment: true, next: span.next + 1 }
  }
  return pointAt(tokens, at, nowMs)
}

/** "at 14:05", "since yesterday", "before noon", "on 2026-11-20", "today". */
const point: Rule = (tokens, at, nowMs) => {
  const lead = tokens[at]
  const isLead = is(
    lead,
    'at',
    'since',
    'from',
    'before',
    'until',
    'till',
    'after',
    'on',
    'around',
    'about',
    'by',
    'than',
    'past',
  )
  const start = isLead ? at + 1 : at
  const from = is(tokens[start], 'about', 'around', 'roughly', 'exactly') ? start + 1 : start
  const found = pointAt(tokens, from, nowMs)
  if (found === undefined) return undefined
  const to = toNow(tokens, found.next)
  if (is(lead, 'since', 'from', 'after', 'past') || to > found.next)
    return range(found.startMs, Math.max(nowMs, found.startMs), to)
  if (is(lead, 'before', 'until', 'till', 'by')) {
    if (found.startMs > nowMs) return range(nowMs, found.startMs, to)
    return range(found.startMs - hourMs, found.startMs, to, { isBefore: is(lead, 'before') })
  }
  if (found.isMoment)
    return range(found.startMs, found.endMs, to, { isMoment: true, isBefore: is(lead, 'than') })
  // "will it fill up today" asks for the rest of the day.
  if (
    found.startMs <= nowMs &&
    found.endMs > nowMs &&
    tokens.slice(0, at).some((token) => is(token, 'will', 'going'))
  ) {
    return range(nowMs, found.endMs, to)
  }
  const endMs = found.startMs <= nowMs ? Math.min(found.endMs, nowMs) : found.endMs
  return range(found.startMs, endMs, to, { isBefore: is(lead, 'than') })
}

/** Hours of the parts of a day, UTC; "night" begins the evening before. */
const dayParts: Record<string, readonly [number, number]> = {
  morning: [6, 12],
  afternoon: [12, 18],
  evening: [18, 24],
  breakfast: [7, 9],
  noon: [12, 13],
  lunchtime: [12, 13],
  night: [-4, 6],
}

/** "this morning", "yesterday evening", "last night", "since lunch", "overnight", "this week", "over the weekend". */
const dayPart: Rule = (tokens, at, nowMs) => {
  const isSince = is(tokens[at], 'since', 'after', 'from')
  const start = isSince || is(tokens[at], 'in', 'during', 'over', 'until', 'by') ? at + 1 : at
  const today = midnight(nowMs)
  const close = (startMs: number, endMs: number, to: number) =>
    range(startMs, isSince ? nowMs : startMs <= nowMs ? Math.min(endMs, nowMs) : endMs, to)
  if (is(tokens[start], 'overnight')) return close(today - 2 * hourMs, today + 6 * hourMs, start + 1)
  if (isSince && is(tokens[start], 'breakfast', 'lunch', 'dinner')) {
    const hour = is(tokens[start], 'breakfast') ? 8 : is(tokens[start], 'lunch') ? 12 : 19
    const ms = today + hour * hourMs
    return close(ms > nowMs ? ms - dayMs : ms, nowMs, start + 1)
  }
  const said = is(tokens[start], 'the') ? start + 1 : start
  const isYesterday = is(tokens[said], 'yesterday', 'last')
  if (is(tokens[said], 'tonight')) return close(today + 18 * hourMs, today + dayMs, said + 1)
  if (!is(tokens[said], 'this', 'today', 'yesterday', 'last') && said === start) return undefined
  const named = said === start || isYesterday || is(tokens[said], 'this') ? said + 1 : said
  return calendarPart(tokens, named, { nowMs, isYesterday, close })
}

function calendarPart(
  tokens: readonly Token[],
  at: number,
  {
    nowMs,
    isYesterday,
    close,
  }: { nowMs: number; isYesterday: boolean; close: (a: number, b: number, to: number) => Match },
): Match | undefined {
  const today = midnight(nowMs)
  const word = tokens[at]?.lower ?? ''
  const part = dayParts[word]
  // The night shift is people.
  if (part !== undefined && is(tokens[at + 1], 'shift', 'crew', 'team')) return undefined
  if (part !== undefined) {
    // The morning of a day that has not come to it yet is that of the day before.
    const day =
      word === 'night' ? today : isYesterday || today + part[0] * hourMs > nowMs ? today - dayMs : today
    return close(day + part[0] * hourMs, day + part[1] * hourMs, at + 1)
  }
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * dayMs
  if (word === 'week')
    return isYesterday ? close(monday - 7 * dayMs, monday, at + 1) : close(monday, nowMs, at + 1)
  if (word === 'weekend') return close(monday - 2 * dayMs, monday, at + 1)
  if (word === 'hour') return close(nowMs - hourMs, nowMs, at + 1)
  if (word === 'month') return close(nowMs - 30 * dayMs, nowMs, at + 1)
  return undefined
}

/** "next 6 hours", "by tomorrow", "within the next day", "end of the week". */
const ahead: Rule = (tokens, at, nowMs) => {
  let next = is(tokens[at], 'in', 'over', 'within', 'during', 'for', 'by', 'until', 'before') ? at + 1 : at
  next = article(tokens, next)
  if (is(tokens[next], 'next', 'coming', 'following', 'upcoming')) {
    const span = durationAt(tokens, next + 1)
    if (span !== undefined) return range(nowMs, nowMs + span.ms, span.next)
    const unit = unitOf(tokens[next + 1])
    return unit === undefined ? undefined : range(nowMs, nowMs + unit, next + 2)
  }
  if (is(tokens[next], 'tomorrow')) return range(nowMs, midnight(nowMs) + 2 * dayMs, next + 1)
  if (is(tokens[next], 'end') && is(tokens[next + 1], 'of')) {
    const unit =
      unitOf(tokens[article(tokens, next + 2)]) ?? (is(tokens[next + 2], 'today') ? dayMs : undefined)
    if (unit === undefined) return undefined
    return range(
      nowMs,
      unit === dayMs ? midnight(nowMs) + dayMs : nowMs + unit,
      article(tokens, next + 2) + 1,
    )
  }
  return undefined
}

const happenings =
  'deploy deployment rollout release upgrade update change restart incident outage maintenance failover patch problem issue alert error failure spike crash flag config rollback push version fault trouble'.split(
    ' ',
  )

/** "since the deploy", "before the last rollout", "when it started", "before INC-17": only what is found can place it. */
const happening: Rule = (tokens, at) => {
  if (!is(tokens[at], 'since', 'before', 'after', 'until', 'when', 'prior', 'from', 'around'))
    return undefined
  const isBefore = is(tokens[at], 'before', 'prior')
  let next = article(tokens, is(tokens[at + 1], 'to') ? at + 2 : at + 1)
  if (is(tokens[next], 'last', 'latest', 'recent', 'new', 'newest', 'previous')) next += 1
  if (tokens[next]?.type === 'INCIDENT') return words(next + 1, isBefore)
  if (is(tokens[at], 'when')) {
    const hasSubject = is(tokens[at + 1], 'it', 'this', 'that', 'things', 'the', 'everything') && at > 0
    const verb = is(tokens[at + 1], 'the') ? at + 3 : at + 2
    return hasSubject && is(tokens[verb], 'started', 'began', 'broke', 'happened', 'starts')
      ? words(verb + 1)
      : undefined
  }
  if (is(tokens[at], 'from', 'around')) return undefined
  if (is(tokens[at + 1], 'it', 'this', 'that', 'things')) {
    const ends = is(tokens[at + 2], 'started', 'began', 'broke', 'happened', 'failed', 'was')
      ? at + 3
      : at + 2
    return at > 0 || ends > at + 2 ? words(ends, isBefore) : undefined
  }
  // At most one word between, so that "since the billing deploy" is read too.
  for (const place of [next, next + 1]) {
    if (happenings.includes(tokens[place]?.lower ?? '')) return words(place + 1, isBefore)
  }
  return undefined
}

const present: Rule = (tokens, at) => {
  if (is(tokens[at], 'currently', 'presently', 'now')) return words(at + 1)
  if (is(tokens[at], 'right', 'just') && is(tokens[at + 1], 'now')) return words(at + 2)
  if (is(tokens[at], 'at') && is(tokens[at + 1], 'the') && is(tokens[at + 2], 'moment')) return words(at + 3)
  return is(tokens[at], 'recently', 'lately') ? words(at + 1) : undefined
}

const rules: readonly Rule[] = [last, between, ago, point, dayPart, ahead, happening, present]
