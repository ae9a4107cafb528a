import type { MaintenanceWindow, MaintenanceWindowInput } from '@aiops/contract/model/maintenance'
import { Duration } from '@aiops/contract/model/time'
import { matcherText, readMatchers } from '../silence/matcher-text.ts'
import { fieldText } from '../ui/clock-text.ts'

export const repeats = ['ONCE', 'DAILY', 'WEEKLY', 'MONTHLY'] as const
export type Repeat = (typeof repeats)[number]
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

/** A window as the form holds it. `start` is local time of the browser, as its field gives it. */
export type WindowDraft = {
  name: string
  matchers: string
  start: string
  duration: string
  repeat: Repeat
  interval: string
  days: readonly string[]
  zone: string
  remind: string
  comment: string
}

export function draftOf(window: MaintenanceWindow | undefined, nowMs: number): WindowDraft {
  const next = Math.ceil(nowMs / 3_600_000) * 3_600_000
  return {
    name: window?.name ?? '',
    matchers: window?.matchers.map(matcherText).join('\n') ?? '',
    start: fieldText(window ? Date.parse(window.starts_at) : next).slice(0, 16),
    duration: window?.duration ?? '2h',
    repeat: window?.recurrence?.frequency ?? 'ONCE',
    interval: String(window?.recurrence?.interval ?? 1),
    days: window?.recurrence?.by_day ?? [],
    zone: window?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC',
    remind: window?.remind_before ?? '15m',
    comment: window?.comment ?? '',
  }
}

/** What is wrong by field; empty where it can be sent. */
export function draftProblems(draft: WindowDraft): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  const { matchers, problem } = readMatchers(draft.matchers)
  if (draft.name.trim() === '') problems.set('name', 'Give it a name.')
  if (problem !== undefined) problems.set('matchers', problem)
  else if (matchers.length === 0) problems.set('matchers', 'Say what it covers: at least one matcher.')
  if (Number.isNaN(Date.parse(draft.start))) problems.set('starts_at', 'Say when it begins.')
  if (!Duration.safeParse(draft.duration).success) problems.set('duration', 'A duration such as 2h or 90m.')
  if (!Duration.safeParse(draft.remind).success)
    problems.set('remind_before', 'A duration such as 15m, or 0s.')
  const interval = Number(draft.interval)
  if (draft.repeat !== 'ONCE' && !(Number.isInteger(interval) && interval >= 1 && interval <= 366))
    problems.set('interval', 'A whole number from 1 to 366.')
  return problems
}

/** A draft without problems as the API takes it. What the form does not show of a window stays as it is. */
export function inputOf(draft: WindowDraft, window?: MaintenanceWindow): MaintenanceWindowInput {
  return {
    name: draft.name.trim(),
    matchers: readMatchers(draft.matchers).matchers,
    starts_at: new Date(draft.start).toISOString(),
    duration: draft.duration,
    recurrence:
      draft.repeat === 'ONCE'
        ? null
        : {
            frequency: draft.repeat,
            interval: Number(draft.interval),
            by_day: draft.repeat === 'DAILY' ? [] : [...draft.days],
            until: window?.recurrence?.until ?? null,
          },
    time_zone: draft.zone,
    remind_before: draft.remind,
    comment: draft.comment.trim(),
  }
}
