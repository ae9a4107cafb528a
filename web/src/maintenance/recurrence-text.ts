import type { MaintenanceWindow } from '@aiops/contract/model/maintenance'

const units = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month' } as const
const days: Record<string, string> = {
  ...{ MO: 'Monday', TU: 'Tuesday', WE: 'Wednesday', TH: 'Thursday', FR: 'Friday' },
  ...{ SA: 'Saturday', SU: 'Sunday' },
}
const places: Record<string, string> = {
  ...{ '1': 'first', '2': 'second', '3': 'third', '4': 'fourth', '5': 'fifth' },
  ...{ '-1': 'last', '-2': 'last but one' },
}

/** `every 2 weeks on Monday and Thursday`. */
export function recurrenceText(recurrence: MaintenanceWindow['recurrence']): string {
  if (!recurrence) return 'once'
  const { frequency, interval, by_day } = recurrence
  const every = interval === 1 ? `every ${units[frequency]}` : `every ${interval} ${units[frequency]}s`
  return by_day.length === 0 ? every : `${every} on ${listed(by_day.map(dayText))}`
}

function dayText(day: string): string {
  const [, place, name = ''] = /^(-?\d)?([A-Z]{2})$/.exec(day) ?? []
  const word = days[name] ?? day
  return place === undefined ? word : `the ${places[place] ?? `${place}.`} ${word}`
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
