import type { ExpectedWindow } from '@aiops/contract/model/detection-model'
import type { WeighedEvidence } from './evidence.ts'

const dayMs = 86_400_000
const minuteMs = 60_000
const dayMinutes = 1_440
/** Labels this near in time of day may belong to one recurring thing. */
const nearMinutes = 45
/** Before the first and after the last. */
const paddingMinutes = 15
const daysMin = 3
/** The newest of a series are looked at: each is compared with each. */
const labelsMax = 200
/** Of the expected ones, what one window must explain. */
const shareMin = 2 / 3

export type Recurrence = { window: ExpectedWindow; members: WeighedEvidence[] }

/**
 * A time of day, on every day or one of the week, at which something was called EXPECTED on at least three days. Undefined where the
 * labels have no hour in common.
 */
export function recurrenceOf(expected: readonly WeighedEvidence[]): Recurrence | undefined {
  let best: WeighedEvidence[] = []
  const looked = expected.slice(-labelsMax)
  for (const centre of looked) {
    const members = looked.filter((one) => Math.abs(apart(centre, one)) <= nearMinutes)
    if (daysOf(members).size > daysOf(best).size) best = members
  }
  const days = daysOf(best)
  const centre = best[0]
  if (!centre || days.size < daysMin || best.length < shareMin * looked.length) return undefined
  const offsets = best.map((one) => apart(centre, one))
  const at = minuteOf(centre)
  const weekdays = new Set(best.map(({ startedMs }) => new Date(startedMs).getUTCDay()))
  const [weekday = null] = weekdays
  return {
    window: {
      from_minute: wrapped(at + Math.min(...offsets) - paddingMinutes),
      to_minute: wrapped(at + Math.max(...offsets) + paddingMinutes),
      weekday: weekdays.size === 1 ? weekday : null,
    },
    members: best,
  }
}

/** Whether a moment lies in the window; over midnight, the weekday is that on which it began. */
export function isWithin(
  { from_minute: from, to_minute: to, weekday }: ExpectedWindow,
  timeMs: number,
): boolean {
  const minute = Math.floor((timeMs % dayMs) / minuteMs)
  const over = to < from
  if (over ? minute < from && minute > to : minute < from || minute > to) return false
  const began = over && minute <= to ? timeMs - dayMs : timeMs
  return weekday === null || new Date(began).getUTCDay() === weekday
}

const minuteOf = ({ startedMs }: WeighedEvidence): number => Math.floor((startedMs % dayMs) / minuteMs)
const wrapped = (minute: number): number => (minute + dayMinutes) % dayMinutes

/** Minutes from one to the other on the round of a day, −720..720. */
function apart(from: WeighedEvidence, to: WeighedEvidence): number {
  const minutes = wrapped(minuteOf(to) - minuteOf(from))
  return minutes > dayMinutes / 2 ? minutes - dayMinutes : minutes
}

const daysOf = (labels: readonly WeighedEvidence[]): Set<number> =>
  new Set(labels.map(({ startedMs }) => Math.floor(startedMs / dayMs)))
