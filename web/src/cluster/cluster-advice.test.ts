import { expect, it } from 'vitest'
import { checkAdvice } from './check-advice.ts'
import { readClusterSearch, tabOf } from './cluster-search.ts'
import type { ClusterTab } from './cluster-tab.ts'
import { expiryOf } from './expiry.ts'
import { standingOf } from './found-backend.ts'

it('tells for each usual failure what to do, and nothing where the message is of another kind', () => {
  const advice = (message: string): string | undefined => checkAdvice({ target: 'PROMETHEUS', message })
  expect(advice('answered 401 Unauthorized')).toContain('new one')
  expect(advice('pods is forbidden (403)')).toContain('manifest')
  expect(advice('getaddrinfo ENOTFOUND prom')).toContain('DNS')
  expect(advice('connect ECONNREFUSED 10.0.0.1:9090')).toContain('port')
  expect(advice('did not answer within 10 s')).toContain('firewall')
  expect(advice('self-signed certificate in certificate chain')).toContain('authority')
  expect(advice('answered 404')).toContain('path')
  expect(advice('503 Service Unavailable')).toContain('pods')
  expect(advice('the moon is full')).toBeUndefined()
})

it('offers an address only where it may be taken', () => {
  const found = { target: 'THANOS', namespace: 'm', service: 't', url: 'https://t.example/' } as const
  expect(standingOf(found, { endpoints: {} })).toBe('FREE')
  expect(standingOf(found, { endpoints: { prometheus_url: 'https://t.example' } })).toBe('IN_USE')
  expect(standingOf(found, { endpoints: { prometheus_url: 'https://p.example' } })).toBe('OTHER')
  expect(standingOf({ ...found, url: null }, { endpoints: {} })).toBe('INSIDE')
})

it('warns of an end within a week', () => {
  const now = Date.parse('2026-11-21T00:00:00Z')
  expect(expiryOf(null, now)).toBe('NEVER')
  expect(expiryOf('2026-11-27T23:00:00Z', now)).toBe('SOON')
  expect(expiryOf('2026-12-27T23:00:00Z', now)).toBe('FAR')
  expect(expiryOf('2026-11-20T23:00:00Z', now)).toBe('OVER')
})

it('opens the first tab where the address names none that there is, and lets each tab read its own part', () => {
  const panel = () => null
  const tabs: ClusterTab[] = [
    { value: 'overview', label: 'Overview', panel },
    { value: 'pods', label: 'Pods', panel, search: (raw) => ({ namespace: raw.namespace }) },
  ]
  expect(readClusterSearch({ tab: 'nope', namespace: 'x' }, tabs)).toEqual({})
  expect(readClusterSearch({ tab: 'pods', namespace: 'x' }, tabs)).toEqual({ tab: 'pods', namespace: 'x' })
  expect(tabOf(undefined, tabs)?.value).toBe('overview')
})
