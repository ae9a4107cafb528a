import { expect, it } from 'vitest'
import { recurrenceText } from './recurrence-text.ts'

it.each([
  [null, 'once'],
  [{ frequency: 'DAILY', interval: 1, by_day: [], until: null }, 'every day'],
  [
    { frequency: 'WEEKLY', interval: 2, by_day: ['MO', 'TH'], until: null },
    'every 2 weeks on Monday and Thursday',
  ],
  [
    { frequency: 'MONTHLY', interval: 1, by_day: ['2TU', '-1FR'], until: null },
    'every month on the second Tuesday and the last Friday',
  ],
] as const)('says %j as people do', (recurrence, text) => {
  expect(recurrenceText(recurrence && { ...recurrence, by_day: [...recurrence.by_day] })).toBe(text)
})
