import type { Change } from '@aiops/contract/model/change'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangeFilter } from './change-repository.ts'
import type { RecordStore } from './record-store.ts'

const startMs = 1_700_000_000_000
const at = (second: number): string => new Date(startMs + second * 1_000).toISOString()

const changeOf = (id: string, second: number, more: Partial<Change> = {}): Change => ({
  ...{ id, tenant_id: 'default', at: at(second), kind: 'ROLLOUT', source: 'API', object: null },
  ...{ entities: ['service/cart'], summary: `change ${id}`, fields: [] },
  ...more,
})
const all: ChangeFilter = {
  ...{ startMs: 0, endMs: startMs + 1_000_000, kinds: [], sources: [], limit: 50, offset: 0 },
}

/** What every RecordStore keeps of changes. */
export function changeRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('changes', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`changes-${count}`)
    })
    afterEach(() => store.close())
    const ids = async (filter: Partial<ChangeFilter> = {}, tenant = 'default') =>
      (await store.changes.list(tenant, { ...all, ...filter })).changes.map(({ id }) => id)

    it('are told newest first, to their tenant alone, and by time, entity, kind, source and cluster', async () => {
      await store.changes.add([
        changeOf('a', 10),
        changeOf('b', 30, { kind: 'SCALE', entities: ['workload/c/n/Deployment/x', 'service/x'] }),
        changeOf('c', 20, { source: 'KUBERNETES', cluster_id: 'east', entities: ['node/n1'] }),
        changeOf('a', 40, { tenant_id: 'other' }),
      ])
      expect(await ids()).toEqual(['b', 'c', 'a'])
      expect(await ids({}, 'other')).toEqual(['a'])
      expect(await ids({ startMs: startMs + 10_000, endMs: startMs + 20_000 })).toEqual(['c', 'a'])
      expect(await ids({ entities: ['service/x', 'node/n1'] })).toEqual(['b', 'c'])
      expect(await ids({ entities: [] })).toEqual([])
      expect(await ids({ kinds: ['SCALE'] })).toEqual(['b'])
      expect(await ids({ sources: ['KUBERNETES'] })).toEqual(['c'])
      expect(await ids({ clusterId: 'east' })).toEqual(['c'])
      expect(await store.changes.list('default', { ...all, limit: 1, offset: 1 })).toEqual({
        changes: [expect.objectContaining({ id: 'c' })],
        total: 3,
      })
      expect(await store.changes.get('default', 'b')).toEqual(
        changeOf('b', 30, { kind: 'SCALE', entities: ['workload/c/n/Deployment/x', 'service/x'] }),
      )
      expect(await store.changes.get('other', 'b')).toBeUndefined()
    })

    it('told twice are one, as it was told first', async () => {
      expect(await store.changes.add([changeOf('a', 10)])).toEqual(new Set(['a']))
      const again = [changeOf('a', 99, { summary: 'another' }), changeOf('b', 5), changeOf('b', 6)]
      expect(await store.changes.add(again)).toEqual(new Set(['b']))
      expect((await store.changes.get('default', 'a'))?.summary).toBe('change a')
      expect(await ids({ entities: ['service/cart'] })).toEqual(['a', 'b'])
    })

    it('go when they are old, or too many', async () => {
      await store.changes.add([changeOf('a', 10), changeOf('b', 20), changeOf('c', 30), changeOf('d', 40)])
      expect(await store.changes.deleteBefore(startMs + 20_000)).toBe(1)
      expect(await ids()).toEqual(['d', 'c', 'b'])
      expect(await store.changes.keepNewest('default', 1)).toBe(2)
      expect(await store.changes.keepNewest('default', 1)).toBe(0)
      expect(await ids({ entities: ['service/cart'] })).toEqual(['d'])
    })
  })
}
