import type { Labels, Matcher } from '@aiops/contract/model/label'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import { systemClock } from '../kernel/clock.ts'
import { Turn } from '../kernel/turn.ts'
import type { Claim } from './claim.suite.ts'
import type { MetricStoreSubject } from './histogram.suite.ts'
import type { MetricStore, SeriesRef } from './metric-store.ts'

/** What the catalogue of every metric store promises; part of `metricStoreConformance`. */
export function catalogConformance(name: string, open: () => Promise<MetricStoreSubject>, test: Claim): void {
  describe(`${name} as a MetricStore`, () => {
    let subject: MetricStoreSubject
    let store: MetricStore
    beforeEach(async () => {
      subject = await open()
      store = subject.store
    })
    afterEach(() => subject.close())

    const intern = (labels: Labels, tenant = 'default'): SeriesRef =>
      store.catalog.intern(tenant, labels, { kind: 'GAUGE' })

    describe('catalog', () => {
      test('gives one number to one label set whatever the order, and dense numbers from 0', () => {
        expect(intern({ __name__: 'a', x: '1' })).toBe(0)
        expect(intern({ __name__: 'b', x: '1' })).toBe(1)
        expect(intern({ x: '1', __name__: 'a' })).toBe(0)
        expect(store.catalog.count()).toBe(2)
      })
      test('keeps tenants apart', () => {
        const mine = intern({ __name__: 'a' })
        const theirs = intern({ __name__: 'a' }, 'other')
        expect(theirs).not.toBe(mine)
        expect(store.catalog.select('default', [])).toEqual([mine])
        expect(store.catalog.select('other', [])).toEqual([theirs])
        expect(store.catalog.select('nobody', [])).toEqual([])
        expect([
          store.catalog.count('default'),
          store.catalog.count('other'),
          store.catalog.count('nobody'),
        ]).toEqual([1, 1, 0])
      })
      test('describes what was interned, labels named like object properties included', () => {
        const labels = JSON.parse('{"__name__":"a.b","__proto__":"x","constructor":"y","ünï":"ζ"}') as Labels
        const ref = intern(labels)
        const description = store.catalog.describe(ref)
        expect(Object.entries(description.labels).sort()).toEqual(Object.entries(labels).sort())
        expect(description).toMatchObject({ ref, tenant: 'default', meta: { kind: 'GAUGE' } })
        expect(intern(description.labels)).toBe(ref)
        expect(store.catalog.select('default', [{ name: '__proto__', op: '=', value: 'x' }])).toEqual([ref])
      })
      test('refines what it knows of a series and never blanks it', () => {
        const ref = store.catalog.intern('default', { __name__: 'a' }, { kind: 'UNKNOWN' })
        store.catalog.intern('default', { __name__: 'a' }, { kind: 'COUNTER', unit: 'By' })
        store.catalog.intern('default', { __name__: 'a' }, { kind: 'UNKNOWN', derived: true })
        expect(store.catalog.describe(ref).meta).toEqual({ kind: 'COUNTER', unit: 'By', derived: true })
        expect(store.catalog.kindOf(ref)).toBe('COUNTER')
      })
      test('selects as Prometheus does: absent is empty, patterns are anchored', async () => {
        const a = intern({ __name__: 'm', job: 'api', code: '200' })
        const b = intern({ __name__: 'm', job: 'api-two' })
        const c = intern({ __name__: 'n', job: 'db' })
        const asked: (readonly Matcher[])[] = []
        const select = (...given: [string, '=' | '!=' | '=~' | '!~', string][]) => {
          const matchers = given.map(([name, op, value]) => ({ name, op, value }))
          asked.push(matchers)
          return store.catalog.select('default', matchers)
        }
        expect(select(['__name__', '=', 'm'])).toEqual([a, b])
        expect(select(['__name__', '=', 'm'], ['job', '!=', 'api'])).toEqual([b])
        expect(select(['job', '=~', 'api'])).toEqual([a])
        expect(select(['job', '=~', 'api.*'])).toEqual([a, b])
        expect(select(['job', '=~', 'db|api'])).toEqual([a, c])
        expect(select(['job', '!~', 'api.*'])).toEqual([c])
        expect(select(['code', '=', ''])).toEqual([b, c])
        expect(select(['code', '!=', ''])).toEqual([a])
        expect(select(['code', '=~', '2..|'])).toEqual([a, b, c])
        expect(select(['code', '!~', '.+'])).toEqual([b, c])
        expect(select(['nothing', '=', 'x'])).toEqual([])
        expect(select(['nothing', '!=', 'x'])).toEqual([a, b, c])
        expect(select()).toEqual([a, b, c])
        const turn = new Turn(systemClock, 0)
        for (const matchers of asked)
          expect(await store.catalog.find('default', matchers, turn)).toEqual(
            store.catalog.select('default', matchers),
          )
      })
      test('finds series added after a selection', () => {
        intern({ __name__: 'a', job: 'x' })
        expect(store.catalog.select('default', [{ name: 'job', op: '=', value: 'x' }])).toHaveLength(1)
        intern({ __name__: 'b', job: 'x' })
        expect(store.catalog.select('default', [{ name: 'job', op: '=', value: 'x' }])).toHaveLength(2)
      })
      test('lists names and values of one tenant', () => {
        intern({ __name__: 'a', job: 'x' })
        intern({ __name__: 'b', job: 'y' })
        intern({ __name__: 'c', zone: 'z' }, 'other')
        expect(store.catalog.labelNames('default')).toEqual(['__name__', 'job'])
        expect(store.catalog.labelValues('default', 'job')).toEqual(['x', 'y'])
        expect(store.catalog.labelValues('default', 'zone')).toEqual([])
      })
      test('refuses a pattern it cannot use with INVALID_REQUEST', () => {
        const select = (value: string) => () =>
          store.catalog.select('default', [{ name: 'job', op: '=~', value }])
        for (const pattern of ['(', '['.repeat(3), 'a'.repeat(1_001)]) {
          expect(select(pattern)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
        }
      })
      test('takes known series but no new one over the limit of a tenant', () => {
        for (let i = 0; i < 50; i += 1) intern({ __name__: `m${i}` })
        expect(() => intern({ __name__: 'one more' })).toThrow(
          expect.objectContaining({ code: 'SERIES_LIMIT' }),
        )
        expect(intern({ __name__: 'm7' })).toBe(7)
        expect(intern({ __name__: 'one more' }, 'other')).toBe(50)
      })
    })
  })
}
