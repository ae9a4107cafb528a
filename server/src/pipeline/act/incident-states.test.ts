import type { Incident } from '@aiops/contract/model/incident'
import { expect, test } from 'vitest'
import { incidentOf } from './incident-sample.suite.ts'
import { IncidentStates } from './incident-states.ts'

const at = (minute: number): string => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`
const incident = (minute: number, overrides: Partial<Incident> = {}): Incident => ({
  ...incidentOf('i1', at(0)),
  ...{ number: 12, updated_at: at(minute) },
  ...overrides,
})

test('a change of status, severity or assignee is told, growth is not', () => {
  const states = new IncidentStates()
  states.learn(incident(0))
  expect(states.changed(incident(1, { alert_count: 9, title: 'more' }))).toBeUndefined()
  expect(states.changed(incident(2, { assigned_to: 'ana' }))).toMatchObject({
    ...{
      kind: 'INCIDENT_UPDATED',
      sentence: 'INC-12 is HIGH, OPEN, assigned to ana: payments: slow answers',
    },
  })
  expect(states.changed(incident(3, { assigned_to: 'ana' }))).toBeUndefined()
})

test('a state that it comes back to is told again, under another key', () => {
  const states = new IncidentStates()
  states.learn(incident(0))
  const there = states.changed(incident(1, { severity: 'LOW' }))
  const back = states.changed(incident(2))
  const again = states.changed(incident(3, { severity: 'LOW' }))
  expect(new Set([there?.key, back?.key, again?.key]).size).toBe(3)
})

test('an incident that nobody has spoken of is told of', () => {
  expect(new IncidentStates().changed(incident(0))?.kind).toBe('INCIDENT_UPDATED')
})
