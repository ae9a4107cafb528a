import type { IncidentDetail } from '@aiops/contract/model/incident'
import { expect, it } from 'vitest'
import { firstSigns, rolesAt } from './propagation.ts'

const incident = {
  anomalies: [
    { entity: 'service/b', started_at: '2026-01-01T00:00:20Z', sentence: 'b is slow' },
    { entity: 'service/a', started_at: '2026-01-01T00:00:10Z', sentence: 'a is slow' },
    { entity: 'service/a', started_at: '2026-01-01T00:00:05Z', sentence: 'a waits' },
  ],
  alerts: [
    { entity: 'service/c', starts_at: '2026-01-01T00:01:00Z', message: '', name: 'Slow' },
    { entity: undefined, starts_at: '2026-01-01T00:00:00Z', message: 'of nobody', name: 'Slow' },
  ],
  diagnosis: {
    causal_chain: [{ entity: 'service/b', at: '2026-01-01T00:00:08Z', sentence: 'b followed' }],
  },
} as unknown as IncidentDetail

it('takes the earliest sign of each entity, whoever told of it', () => {
  expect(firstSigns(incident).map(({ entity, sentence }) => [entity, sentence])).toEqual([
    ['service/a', 'a waits'],
    ['service/b', 'b followed'],
    ['service/c', 'Slow'],
  ])
})

it('lets nobody have a part before they showed a sign, and all of them at the end', () => {
  const signs = firstSigns(incident)
  const roles = new Map([
    ['service/a', 'cause'],
    ['service/b', 'affected'],
    ['service/d', 'affected'],
  ] as const)
  expect([...rolesAt(roles, signs, 1)]).toEqual([
    ['service/a', 'cause'],
    ['service/b', 'plain'],
    ['service/d', 'plain'],
  ])
  expect(rolesAt(roles, signs, 3)).toBe(roles)
})
