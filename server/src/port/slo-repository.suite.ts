import { Slo } from '@aiops/contract/model/slo'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

const sloOf = (id: string, name: string): Slo =>
  Slo.parse({
    ...{ id, name, objective: 99.9, indicator: { kind: 'ERRORS', service: 'cart' }, labels: { tier: '1' } },
    ...{ document: null, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' },
    created_by: 'anna',
  })

/** What every RecordStore keeps of objectives. */
export function sloRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('objectives', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`slo-${count}`)
    })
    afterEach(() => store.close())

    it('are kept whole, by name, to their tenant alone', async () => {
      await store.slos.insert('default', sloOf('2', 'b'))
      await store.slos.insert('default', sloOf('1', 'a'))
      await store.slos.insert('shop', sloOf('3', 'a'))
      expect(await store.slos.list('default')).toEqual([sloOf('1', 'a'), sloOf('2', 'b')])
      expect((await store.slos.list('shop')).map(({ id }) => id)).toEqual(['3'])
      expect(await store.slos.list('nobody')).toEqual([])
    })

    it('have names that are unique in a tenant', async () => {
      await store.slos.insert('default', sloOf('1', 'a'))
      await store.slos.insert('default', sloOf('2', 'b'))
      await expect(store.slos.insert('default', sloOf('3', 'a'))).rejects.toMatchObject({ code: 'CONFLICT' })
      await expect(store.slos.update('default', sloOf('2', 'a'))).rejects.toMatchObject({ code: 'CONFLICT' })
      expect((await store.slos.list('default')).map(({ id, name }) => [id, name])).toEqual([
        ['1', 'a'],
        ['2', 'b'],
      ])
    })

    it('are changed and removed by their own tenant', async () => {
      await store.slos.insert('default', sloOf('1', 'a'))
      expect(await store.slos.update('shop', sloOf('1', 'z'))).toBe(false)
      expect(await store.slos.update('default', sloOf('1', 'z'))).toBe(true)
      expect((await store.slos.list('default'))[0]?.name).toBe('z')
      expect(await store.slos.delete('shop', '1')).toBe(false)
      expect(await store.slos.delete('default', '1')).toBe(true)
      expect(await store.slos.delete('default', '1')).toBe(false)
    })
  })
}
