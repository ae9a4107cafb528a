import type { MaintenanceWindow } from '@aiops/contract/model/maintenance'
import { describe, expect, it } from 'vitest'
import { draftOf, draftProblems, inputOf } from './window-draft.ts'

const stored = {
  name: 'Patch night',
  matchers: [{ name: 'cluster', op: '=', value: 'east' }],
  starts_at: '2026-03-03T21:00:00.000Z',
  duration: '2h',
  recurrence: { frequency: 'MONTHLY', interval: 1, by_day: ['2TU'], until: '2027-01-01T00:00:00.000Z' },
  time_zone: 'Europe/Berlin',
  remind_before: '30m',
  comment: 'Kernel updates',
} as unknown as MaintenanceWindow

describe('a maintenance window in the form', () => {
  it('comes out as it went in, the part that the form does not show included', () => {
    const { name, matchers, starts_at, duration, recurrence, time_zone, remind_before, comment } = stored
    expect(inputOf(draftOf(stored, 0), stored)).toEqual({
      ...{ name, matchers, starts_at, duration, recurrence, time_zone, remind_before, comment },
    })
  })
  it('says what is missing of a new one, and nothing once that is there', () => {
    const fresh = draftOf(undefined, Date.UTC(2026, 0, 1, 10, 20))
    expect([...draftProblems(fresh).keys()]).toEqual(['name', 'matchers'])
    const full = { ...fresh, name: 'x', matchers: 'service="cart"' }
    expect(draftProblems(full).size).toBe(0)
    expect(inputOf(full).recurrence).toBeNull()
    expect(inputOf(full).starts_at).toBe('2026-01-01T11:00:00.000Z')
  })
  it('refuses a length, a repetition and a matcher that are none', () => {
    const bad = { ...draftOf(stored, 0), duration: 'long', interval: '0', matchers: 'nonsense' }
    expect([...draftProblems(bad).keys()].sort()).toEqual(['duration', 'interval', 'matchers'])
  })
})
