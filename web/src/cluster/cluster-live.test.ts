import type { Event, EventType } from '@aiops/contract/event'
import type { Cluster, FleetHealth } from '@aiops/contract/model/cluster'
import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import { type Fleet, joinHealth, patchClusters, patchFleet } from './cluster-live.ts'

const at = '2026-11-21T10:00:30Z'
const event = (event_type: EventType, payload: unknown): Event =>
  ({ event_id: '1', event_type, source: 's', tenant_id: 'default', timestamp: at, payload }) as Event
const cluster = (id: string): Cluster =>
  ({
    ...{ id, name: id },
    status: {
      ...{ state: 'ONLINE', health_score: 100, last_error: null, since: '2026-11-20T00:00:00Z' },
      ...{ checked_at: '2026-11-21T10:00:00Z', stale: true },
    },
  }) as unknown as Cluster
const fell = event('CLUSTER_STATUS_CHANGED', {
  ...{ cluster_id: 'a', old_state: 'ONLINE', new_state: 'OFFLINE', health_score: 15, reason: 'no answer' },
})
const fleet: Fleet = [cluster('a'), cluster('b')]

describe('patchFleet', () => {
  it('shows a change of state at once, with its reason and since when', () => {
    const [a, b] = patchFleet(fleet, fell)
    expect(a?.status).toMatchObject({
      ...{
        state: 'OFFLINE',
        health_score: 15,
        last_error: 'no answer',
        since: at,
        checked_at: at,
        stale: false,
      },
    })
    expect(b).toBe(fleet[1])
  })
  it('adds, replaces and removes', () => {
    expect(patchFleet(fleet, event('CLUSTER_REGISTERED', cluster('c'))).map(({ id }) => id)).toEqual([
      'a',
      'b',
      'c',
    ])
    expect(patchFleet(fleet, event('CLUSTER_REGISTERED', cluster('a')))).toHaveLength(2)
    expect(patchFleet(fleet, event('CLUSTER_UPDATED', { ...cluster('b'), name: 'new' }))[1]?.name).toBe('new')
    expect(patchFleet(fleet, event('CLUSTER_DELETED', { cluster_id: 'a' })).map(({ id }) => id)).toEqual([
      'b',
    ])
  })
  it('is the same list when the event is about a cluster that is not in it', () => {
    expect(patchFleet(fleet, event('CLUSTER_DELETED', { cluster_id: 'x' }))).toBe(fleet)
    expect(patchFleet(fleet, event('CLUSTER_UPDATED', cluster('x')))).toBe(fleet)
    expect(patchFleet(fleet, event('CLUSTER_CREDENTIALS_UPDATED', { cluster_id: 'a' }))).toBe(fleet)
  })
})

it('puts an event into the list, the page of the cluster and everybody’s health without asking the server', () => {
  const cache = new QueryClient()
  cache.setQueryData(['clusters'], fleet)
  cache.setQueryData(['cluster', 'a'], fleet[0])
  cache.setQueryData(['fleet-health'], { clusters: [{ cluster_id: 'a', state: 'ONLINE' }] })
  patchClusters(cache, fell)
  expect(cache.getQueryData<Fleet>(['clusters'])?.[0]?.status.state).toBe('OFFLINE')
  expect(cache.getQueryData<Cluster>(['cluster', 'a'])?.status.state).toBe('OFFLINE')
  expect(cache.getQueryData<FleetHealth>(['fleet-health'])?.clusters[0]?.state).toBe('OFFLINE')
})

it('joins the last look at health with the list, and whatever was checked later holds', () => {
  const health = (checked_at: string): FleetHealth =>
    ({
      clusters: [{ cluster_id: 'a', state: 'DEGRADED', health_score: 80, checked_at, stale: false }],
    }) as unknown as FleetHealth
  expect(joinHealth(fleet, health('2026-11-21T10:00:10Z'))[0]?.status).toMatchObject({
    ...{ state: 'DEGRADED', health_score: 80, stale: false },
  })
  expect(joinHealth(fleet, health('2026-11-21T09:59:50Z'))[0]).toBe(fleet[0])
  expect(joinHealth(fleet, undefined)).toBe(fleet)
})
