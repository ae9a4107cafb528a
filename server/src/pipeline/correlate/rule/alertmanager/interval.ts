import type { Matcher } from '@aiops/contract/model/label'
import type { MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import { isoTime } from '../../../../kernel/clock.ts'
import { instantOf, isTimeZone, wallOf } from '../../../../kernel/zone-time.ts'
import { type Json, listOf, mapOf, type Taking, textOf } from './part.ts'

/** Entries of each named interval. */
export type Intervals = ReadonlyMap<string, readonly Json[]>

const dayMs = 86_400_000
const dayMinutes = 1_440
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const codes = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
/** Windows made of one list of days of the month. */
const monthDaysMax = 10
const known = new Set(['times', 'weekdays', 'days_of_month', 'months', 'years', 'location'])

export function readIntervals(written: readonly unknown[], taking: Taking): Intervals {
  const intervals = new Map<string, readonly Json[]>()
  for (const one of written.flatMap(listOf).map(mapOf)) {
    const name = textOf(one.name)
    if (name === '') taking.leave('time_intervals', 'One has no name.')
    else intervals.set(name, listOf(one.time_intervals).map(mapOf))
  }
  return intervals
}

/** Maintenance windows of the entries that recur by day, week or month; the others are told with their reason. */
export function windowsOf(
  { intervals, taking, nowMs }: { intervals: Intervals; taking: Taking; nowMs: number },
  place: string,
  name: string,
  matchers: readonly Matcher[],
): { place: string; input: MaintenanceWindowInput }[] {
  const entries = intervals.get(name)
  if (!entries) {
    taking.leave(place, `There is no time interval ${name}.`)
    return []
  }
  return entries.flatMap((entry, at) => {
    const from = `${place} ${name}[${at}]`
    try {
      return windowsOfEntry(entry, nowMs).map((part, index) => ({
        place: `${from}.${index}`,
        input: {
          ...{
            ...part,
            name: `Alertmanager ${name}${at + index === 0 ? '' : ` ${at}.${index}`}`.slice(0, 128),
          },
          ...{
            matchers: [...matchers],
            comment: `Taken over from ${from}.`.slice(0, 4_096),
            remind_before: '0s',
          },
        },
      }))
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error
      taking.leave(from, error.message)
      return []
    }
  })
}

class Inexpressible extends Error {}
type Part = Pick<MaintenanceWindowInput, 'starts_at' | 'duration' | 'recurrence' | 'time_zone'>

function windowsOfEntry(entry: Json, nowMs: number): Part[] {
  const strange = Object.keys(entry).find((key) => !known.has(key))
  if (strange !== undefined) throw new Inexpressible(`${strange}: not known.`)
  if (entry.years !== undefined || entry.months !== undefined)
    throw new Inexpressible('Windows recur by day, week or month, not in some months or years alone.')
  const zone = textOf(entry.location) || 'UTC'
  if (!isTimeZone(zone)) throw new Inexpressible(`location: ${zone.slice(0, 64)} is no IANA time zone.`)
  const wall = wallOf(nowMs, zone)
  const today = wall - (((wall % dayMs) + dayMs) % dayMs)
  const times = entry.times === undefined ? [{ start: 0, end: dayMinutes }] : listOf(entry.times).map(timeOf)
  return times.flatMap(({ start, end }) =>
    daysOf(entry, today).map(({ day, recurrence }) => ({
      starts_at: isoTime(instantOf(day + start * 60_000, zone)),
      ...{ duration: `${end - start}m`, recurrence, time_zone: zone },
    })),
  )
}

type Days = { day: number; recurrence: MaintenanceWindowInput['recurrence'] }

function daysOf(entry: Json, today: number): Days[] {
  const rest = { interval: 1, until: null }
  if (entry.weekdays !== undefined && entry.days_of_month !== undefined)
    throw new Inexpressible('Weekdays and days of the month together: a window recurs by one of them.')
  if (entry.weekdays !== undefined) {
    const by_day = [...new Set(listOf(entry.weekdays).flatMap(weekdaysOf))].map((at) => codes[at] as string)
    return [{ day: today, recurrence: { ...rest, frequency: 'WEEKLY', by_day } }]
  }
  if (entry.days_of_month === undefined)
    return [{ day: today, recurrence: { ...rest, frequency: 'DAILY', by_day: [] } }]
  const days = [...new Set(listOf(entry.days_of_month).flatMap(monthDaysOf))]
  if (days.length > monthDaysMax)
    throw new Inexpressible(`More than ${monthDaysMax} days of the month; each would be a window.`)
  // January has every day there is.
  const january = Date.UTC(new Date(today).getUTCFullYear(), 0, 1)
  return days.map((day) => ({
    day: january + (day - 1) * dayMs,
    recurrence: { ...rest, frequency: 'MONTHLY', by_day: [] },
  }))
}

function timeOf(written: unknown): { start: number; end: number } {
  const { start_time, end_time } = mapOf(written)
  const [start, end] = [start_time, end_time].map((time) => {
    const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(textOf(time)) ?? []
    return hours === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes)
  }) as [number, number]
  if (!(start >= 0 && end > start && end <= dayMinutes))
    throw new Inexpressible('times: from a start to a later end of the same day, 00:00 to 24:00.')
  return { start, end }
}

function weekdaysOf(written: unknown): number[] {
  const [from, to] = rangeOf(written, (text) => weekdays.indexOf(text.toLowerCase()))
  if (from < 0 || to < from) throw new Inexpressible(`weekdays: ${textOf(written).slice(0, 64)} is none.`)
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

function monthDaysOf(written: unknown): number[] {
  const [from, to] = rangeOf(written, Number)
  if (!(from >= 1 && to >= from && to <= 31))
    throw new Inexpressible(
      'days_of_month: counted from the end of the month they cannot be said, nor beyond 1 to 31.',
    )
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

function rangeOf(written: unknown, read: (text: string) => number): [number, number] {
  const [from = '', to = from] = textOf(written).split(':')
  return [read(from.trim()), read(to.trim())]
}
