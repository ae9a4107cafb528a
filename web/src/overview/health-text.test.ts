import { expect, it } from 'vitest'
import { healthText } from './health-text.ts'

const none = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 }
const stats = {
  samples_per_second: 0,
  logs_per_second: 0,
  spans_per_second: 0,
  alerts_per_minute: 0,
  active_series: 10,
  active_anomalies: 0,
  open_incidents: 0,
}

it('says that nothing is wrong only when something is watched', () => {
  expect(healthText({ open_by_severity: none, entities: { total: 3, unhealthy: 0 }, stats })).toEqual({
    tone: 'ok',
    title: 'Nothing is wrong',
    note: 'No open incident. All 3 entities healthy.',
  })
  expect(
    healthText({
      open_by_severity: none,
      entities: { total: 0, unhealthy: 0 },
      stats: { ...stats, active_series: 0 },
    }).title,
  ).toBe('Nothing reports yet')
})

it('counts open incidents and names the worst', () => {
  expect(
    healthText({
      open_by_severity: { ...none, HIGH: 1, LOW: 1 },
      entities: { total: 3, unhealthy: 1 },
      stats: { ...stats, active_anomalies: 1 },
    }),
  ).toEqual({
    tone: 'high',
    title: '2 open incidents, worst HIGH',
    note: '1 of 3 entities not healthy. 1 series behaves unusually now.',
  })
  expect(
    healthText({ open_by_severity: { ...none, CRITICAL: 1 }, entities: { total: 1, unhealthy: 1 }, stats })
      .title,
  ).toBe('1 open incident, CRITICAL')
})
