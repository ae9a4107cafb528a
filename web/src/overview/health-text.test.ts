import { expect, it } from 'vitest'
import { healthText, isAlone } from './health-text.ts'

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
const host = { name: 'vm', series: {}, top_processes: [] } as unknown as Parameters<
  typeof healthText
>[0]['host']
const funnel = { anomalies: 0, alerts: 0, incidents: 0, diagnosed: 0, remediated: 0 }
const well = { open_by_severity: none, entities: { total: 3, unhealthy: 0 }, stats, host, funnel }

it('says that nothing is wrong only when something besides this machine is watched', () => {
  expect(healthText(well)).toEqual({
    tone: 'ok',
    title: 'Nothing is wrong',
    notes: [{ text: 'No open incident.' }, { text: 'All 3 entities healthy.', place: 'topology' }],
  })
  const alone = { ...well, entities: { total: 1, unhealthy: 0 } }
  expect(healthText(alone)).toMatchObject({ tone: 'info', title: 'No service is known yet' })
  expect(healthText({ ...alone, entities: { total: 0, unhealthy: 0 } }).tone).toBe('info')
  expect(healthText({ ...alone, host: null }).tone).toBe('ok')
  expect(healthText({ ...alone, stats: { ...stats, active_series: 0 } }).title).toBe('Nothing reports yet')
})

it('takes one known entity for a service where this machine is not looked at', () => {
  expect(isAlone({ entities: { total: 1, unhealthy: 0 }, host: null, funnel })).toBe(false)
  expect(isAlone({ entities: { total: 0, unhealthy: 0 }, host: null, funnel })).toBe(true)
})

it('is not alone where others send alerts, though none names an entity', () => {
  const entities = { total: 0, unhealthy: 0 }
  expect(isAlone({ entities, host, funnel: { ...funnel, alerts: 2 } })).toBe(false)
  expect(healthText({ ...well, entities, funnel: { ...funnel, incidents: 1 } }).title).toBe(
    'Nothing is wrong',
  )
})

it('counts open incidents, names the worst, and says where what it counts is seen', () => {
  expect(
    healthText({
      ...well,
      open_by_severity: { ...none, HIGH: 1, LOW: 1 },
      entities: { total: 3, unhealthy: 1 },
      stats: { ...stats, active_anomalies: 1 },
    }),
  ).toEqual({
    tone: 'high',
    title: '2 open incidents, worst high',
    notes: [
      { text: '1 of 3 entities not healthy.', place: 'topology' },
      { text: '1 series behaves unusually now.', place: 'anomalies' },
    ],
  })
  expect(
    healthText({ ...well, open_by_severity: { ...none, CRITICAL: 1 }, entities: { total: 1, unhealthy: 1 } })
      .title,
  ).toBe('1 open incident, critical')
  const fromAlerts = { ...well, open_by_severity: { ...none, HIGH: 1 }, entities: { total: 0, unhealthy: 0 } }
  expect(healthText(fromAlerts).notes).toEqual([])
})
