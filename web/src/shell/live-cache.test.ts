import type { Event, EventType } from '@aiops/contract/event'
import { eventTypes } from '@aiops/contract/event'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { createLiveCache, patchIncident, touchedBy } from './live-cache.ts'

const detail = {
  id: 'a',
  number: 1,
  status: 'OPEN',
  timeline: [],
  anomalies: [{ id: 'an1', state: 'ACTIVE' }],
  alerts: [],
  remediations: [{ id: 'r1', incident_id: 'a', status: 'RUNNING' }],
  diagnosis: { revision: 2, incident_id: 'a' },
  reasons: {},
} as unknown as IncidentDetail
const event = (event_type: EventType, payload: unknown): Event =>
  ({ event_id: '1', event_type, source: 's', tenant_id: 'default', timestamp: '', payload }) as Event

describe('patchIncident', () => {
  it('takes the new state of its own incident and keeps what belongs to it', () => {
    const next = patchIncident(detail, event('INCIDENT_UPDATED', { id: 'a', status: 'RESOLVED' }))
    expect(next.status).toBe('RESOLVED')
    expect(next.anomalies).toBe(detail.anomalies)
  })

  it('replaces a run or an anomaly by its id and adds a new one', () => {
    expect(
      patchIncident(detail, event('REMEDIATION_UPDATED', { id: 'r1', incident_id: 'a', status: 'COMPLETED' }))
        .remediations,
    ).toEqual([{ id: 'r1', incident_id: 'a', status: 'COMPLETED' }])
    expect(
      patchIncident(detail, event('REMEDIATION_UPDATED', { id: 'r2', incident_id: 'a' })).remediations,
    ).toHaveLength(2)
    expect(
      patchIncident(detail, event('ANOMALY_ENDED', { id: 'an1', incident_id: null, state: 'ENDED' }))
        .anomalies,
    ).toEqual([{ id: 'an1', incident_id: null, state: 'ENDED' }])
  })

  it('never lets an older explanation replace a newer one', () => {
    expect(patchIncident(detail, event('RCA_COMPLETE', { revision: 1, incident_id: 'a' }))).toBe(detail)
    expect(
      patchIncident(detail, event('RCA_COMPLETE', { revision: 3, incident_id: 'a' })).diagnosis?.revision,
    ).toBe(3)
  })

  it('is the same object when the event is about something else', () => {
    for (const type of eventTypes)
      expect(patchIncident(detail, event(type, { id: 'b', incident_id: 'b', revision: 9 }))).toBe(detail)
  })
})

describe('live cache', () => {
  const setup = () => {
    const cache = new QueryClient()
    const timers: (() => void)[] = []
    const asked: unknown[] = []
    cache.invalidateQueries = async (filter) => void asked.push(filter?.queryKey?.[0])
    return { cache, timers, asked, live: createLiveCache(cache, (_, run) => void timers.push(run)) }
  }

  it('reads each kind of thing again at most once a second, however many events come', () => {
    const { live, timers, asked } = setup()
    for (let i = 0; i < 100; i += 1) live.apply(event('INCIDENT_UPDATED', { id: 'a' }))
    expect(asked).toEqual([])
    expect(timers).toHaveLength(1)
    timers[0]?.()
    expect(asked.toSorted()).toEqual(['incident', 'incidents', 'overview'])
    live.apply(event('TOPOLOGY_CHANGED', {}))
    expect(timers).toHaveLength(2)
  })

  it('leaves the pages of members of an incident to be read again', () => {
    const { cache, live } = setup()
    const members = { members: [], total: 0 }
    cache.setQueryData(['incident', '1', 'members', 1, ''], members)
    live.apply(event('ANOMALY_DETECTED', { id: 'a', incident_id: 'i' }))
    live.apply(event('ALERT_FIRED', { id: 'b', incident_id: 'i' }))
    expect(cache.getQueryData(['incident', '1', 'members', 1, ''])).toBe(members)
  })

  it('puts live rates into the overview without asking the server', () => {
    const { cache, live, timers } = setup()
    cache.setQueryData(['overview'], { stats: { samples_per_second: 1 }, host: null })
    live.apply(event('PIPELINE_STATS', { samples_per_second: 2 }))
    expect(cache.getQueryData(['overview'])).toEqual({ stats: { samples_per_second: 2 }, host: null })
    expect(timers).toEqual([])
  })

  it('doubts what was answered before the connection, and all of it after a gap', () => {
    const cache = new QueryClient()
    const { readAgain } = createLiveCache(cache, () => {})
    const isOld = (key: string) => cache.getQueryState([key])?.isInvalidated
    void cache.prefetchQuery({ queryKey: ['asked'], queryFn: () => new Promise(() => {}) })
    cache.setQueryData(['answered'], {})
    readAgain(false)
    expect([isOld('asked'), isOld('answered')]).toEqual([false, true])
    readAgain(true)
    expect(isOld('asked')).toBe(true)
  })

  it('knows of every event type what it makes old', () => {
    for (const type of eventTypes) expect(Array.isArray(touchedBy(event(type, {})))).toBe(true)
  })
})
