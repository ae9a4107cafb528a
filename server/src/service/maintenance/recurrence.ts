import type { MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import { durationMs } from '@aiops/contract/model/time'
import { instantOf, wallOf } from '../../kernel/zone-time.ts'

export type Plan = Pick<MaintenanceWindowInput, 'starts_at' | 'duration' | 'recurrence' | 'time_zone'>
export type Span = { startMs: number; endMs: number }

const dayMs = 86_400_000
/** Days, weeks or months that are looked at for one answer. */
const stepsMax = 4_000
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
type Weekday = (typeof weekdays)[number]

/**
 * Occurrences that end after `fromMs`, the earliest first, at most `limit`: the subset of RFC 5545's recurrence rules that the model has,
 * weeks beginning on Monday. Each begins at the first start's time of day in the zone and lasts its length in time that passes, so that
 * one over a change of the clocks ends an hour later or earlier by the wall.
 */
export function occurrencesOf(plan: Plan, fromMs: number, limit: number): Span[] {
  const startMs = Date.parse(plan.starts_at)
  const lengthMs = durationMs(plan.duration)
  const { recurrence, time_zone: zone } = plan
  if (!recurrence) return startMs + lengthMs > fromMs ? [{ startMs, endMs: startMs + lengthMs }] : []
  const untilMs = recurrence.until === null ? Number.POSITIVE_INFINITY : Date.parse(recurrence.until)
  const first = wallOf(startMs, zone)
  const timeOfDay = ((first % dayMs) + dayMs) % dayMs
  const firstDay = first - timeOfDay
  const found: Span[] = []
  const fromDay = Math.max(firstDay, wallOf(Math.max(startMs, fromMs - lengthMs), zone) - 2 * dayMs)
  for (const day of daysOf(recurrence, firstDay, fromDay)) {
    // The first is as it was said, also where the wall shows its time twice.
    const ms = day === firstDay ? startMs : instantOf(day + timeOfDay, zone)
    if (ms < startMs) continue
    if (ms > untilMs || found.length >= limit) return found
    if (ms + lengthMs > fromMs) found.push({ startMs: ms, endMs: ms + lengthMs })
  }
  return found
}

type Rule = NonNullable<Plan['recurrence']>

/** Days of occurrences in order, as midnights by the wall, from about `fromDay` on. */
function* daysOf(rule: Rule, firstDay: number, fromDay: number): Iterable<number> {
  const ahead = (periodMs: number): number =>
    Math.max(0, Math.floor((fromDay - firstDay) / (periodMs * rule.interval)) - 1)
  if (rule.frequency === 'DAILY') {
    const skip = ahead(dayMs)
    for (let step = skip; step < skip + stepsMax; step += 1) yield firstDay + step * rule.interval * dayMs
    return
  }
  if (rule.frequency === 'WEEKLY') {
    const monday = firstDay - weekdayOf(firstDay) * dayMs
    const days = rule.by_day.length === 0 ? [weekdayOf(firstDay)] : rule.by_day.map(indexOf)
    const skip = ahead(7 * dayMs)
    for (let step = skip; step < skip + stepsMax; step += 1)
      for (const day of sorted(days)) yield monday + (step * rule.interval * 7 + day) * dayMs
    return
  }
  const first = new Date(firstDay)
  // The longest month, so that none is passed over.
  const skip = ahead(31 * dayMs)
  for (let step = skip; step < skip + stepsMax; step += 1) {
    const month = first.getUTCMonth() + step * rule.interval
    yield* monthDays(rule, first.getUTCFullYear(), month, first.getUTCDate())
  }
}

function* monthDays({ by_day }: Rule, year: number, month: number, dayOfMonth: number): Iterable<number> {
  const first = Date.UTC(year, month, 1)
  const length = Math.round((Date.UTC(year, month + 1, 1) - first) / dayMs)
  if (by_day.length === 0) {
    if (dayOfMonth <= length) yield first + (dayOfMonth - 1) * dayMs
    return
  }
  const days = by_day.flatMap((text) => daysInMonth(text, weekdayOf(first), length))
  for (const day of sorted(days)) yield first + day * dayMs
}

/** From 0: of `TU` every Tuesday, of `2TU` the second, of `-1TU` the last, none where there is none. */
function daysInMonth(text: string, firstWeekday: number, length: number): number[] {
  const place = Number.parseInt(text, 10)
  const all: number[] = []
  for (let day = (indexOf(text) - firstWeekday + 7) % 7; day < length; day += 7) all.push(day)
  if (Number.isNaN(place)) return all
  const one = all.at(place > 0 ? place - 1 : place)
  return one === undefined ? [] : [one]
}

const indexOf = (text: string): number => weekdays.indexOf(text.slice(-2) as Weekday)
/** Monday is 0. */
const weekdayOf = (day: number): number => (new Date(day).getUTCDay() + 6) % 7
const sorted = (days: readonly number[]): number[] => [...new Set(days)].sort((a, b) => a - b)
