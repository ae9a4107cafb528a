import type { MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import { durationMs } from '@aiops/contract/model/time'
import { Fault } from '../../kernel/fault.ts'
import { checkMatcher, valueTest } from '../../kernel/matcher.ts'
import { isTimeZone } from '../../kernel/zone-time.ts'
import { occurrencesOf } from './recurrence.ts'

const dayMs = 86_400_000
const onceMaxMs = 366 * dayMs
const recurringMaxMs = 31 * dayMs

/** Throws VALIDATION_FAILED with the field, and INVALID_REQUEST for matchers as silences do. */
export function checkWindow(window: MaintenanceWindowInput): void {
  const lengthMs = durationMs(window.duration)
  const maxMs = window.recurrence ? recurringMaxMs : onceMaxMs
  if (!(lengthMs > 0)) throw wrong('duration', 'must be longer than nothing')
  if (lengthMs > maxMs)
    throw wrong('duration', `at most ${maxMs / dayMs}d${window.recurrence ? ' where it recurs' : ''}`)
  if (!isTimeZone(window.time_zone))
    throw wrong('time_zone', 'is no IANA time zone; write Europe/Berlin or UTC')
  for (const matcher of window.matchers) checkMatcher(matcher)
  if (window.matchers.every((matcher) => valueTest(matcher)('')))
    throw wrong('matchers', 'at least one must not match the empty string')
  const { recurrence } = window
  if (!recurrence) return
  if (recurrence.frequency === 'DAILY' && recurrence.by_day.length > 0)
    throw wrong('recurrence.by_day', 'is for WEEKLY and MONTHLY')
  if (recurrence.frequency === 'WEEKLY' && recurrence.by_day.some((day) => day.length > 2))
    throw wrong('recurrence.by_day', 'a place in the month is for MONTHLY')
  if (occurrencesOf(window, Date.parse(window.starts_at) - 1, 1).length === 0)
    throw wrong('recurrence', 'there is no occurrence')
}

const wrong = (path: string, message: string): Fault =>
  new Fault('VALIDATION_FAILED', `${path}: ${message}`, { details: [{ path, message }] })
