import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { Store } from './store.ts'

const step = fc.record({
  act: fc.constantFrom('put', 'put', 'put', 'delete', 'skip', 'compact'),
  storage: fc.constantFrom('/pods', 'apps/deployments'),
  name: fc.constantFrom('a', 'b', 'c', 'd'),
})
const listOf = (store: Store, storage: string, version?: number) =>
  store
    .list(storage, version)
    .map(({ name, object }) => [name, (object.metadata as RawObject).resourceVersion])

it('lists every version that is kept as it was then, and its changes lead from there to now', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 3, max: 40 }), (steps, historyMax) => {
      const store = new Store({ historyMax, firstVersion: 100 })
      const seen = new Map<number, unknown>([[store.version, []]])
      for (const { act, storage, name } of steps) {
        if (act === 'put') store.put(storage, 'n', name, { metadata: { name } })
        else if (act === 'delete') store.delete(storage, 'n', name)
        else if (act === 'skip') store.skip(3)
        else store.compact(store.version - 2)
        seen.set(store.version, listOf(store, '/pods'))
      }
      for (const [version, list] of seen) {
        if (version < store.compacted) continue
        expect(listOf(store, '/pods', version)).toEqual(list)
        const told = new Map(store.list('/pods', version).map((entry) => [entry.name, entry]))
        let last = version
        for (const { resourceVersion, storage, before, after } of store.since(version)) {
          expect(resourceVersion).toBeGreaterThan(last)
          last = resourceVersion
          if (storage !== '/pods') continue
          if (after) told.set(after.name, after)
          else told.delete(before!.name)
        }
        expect([...told.values()].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(store.list('/pods'))
      }
    }),
  )
})
