import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'
import type { StateKey, StoredState } from './state-repository.ts'

const key: StateKey = { tenant: 'default', project: 'shop', name: 'prod' }
const stateOf = (number: number, more: Partial<StoredState> = {}): StoredState => ({
  ...{ number, serial: number, lineage: 'l', deleted: false, sha256: 'a'.repeat(64), sizeBytes: 10 },
  ...{ createdMs: 1_700_000_000_000 + number, createdBy: 'ci', sealed: `sealed-${number}` },
  ...more,
})
const lock = { id: 'lock-1', info: '{"ID":"lock-1"}', lockedMs: 1, lockedBy: 'ci' }
const free = { lockId: null, keep: 50 }

/** What every RecordStore keeps of states of infrastructure. */
export function stateRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('states of infrastructure', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`states-${count}`)
    })
    afterEach(() => store.close())

    it('are told newest first, each to its own tenant, project and name', async () => {
      const { states } = store
      expect(await states.newest(key)).toBeUndefined()
      for (const number of [1, 2, 3]) expect(await states.add(key, stateOf(number), free)).toBe('ADDED')
      await states.add({ ...key, tenant: 'other' }, stateOf(1), free)
      await states.add({ ...key, name: 'staging' }, stateOf(1, { deleted: true, sealed: '' }), free)
      expect(await states.newest(key)).toEqual(stateOf(3))
      expect(await states.version(key, 2)).toEqual(stateOf(2))
      expect(await states.version({ ...key, project: 'x' }, 2)).toBeUndefined()
      expect((await states.versions(key, 2)).map(({ number }) => number)).toEqual([3, 2])
      const { sealed: _, ...third } = stateOf(3)
      expect(await states.list('default', 10)).toMatchObject([
        { project: 'shop', name: 'prod', newest: third, lock: null },
        { project: 'shop', name: 'staging', newest: { deleted: true } },
      ])
    })

    it('are added by one of two that saw the same version', async () => {
      const added = await Promise.all(
        ['a', 'b', 'c', 'd'].map((createdBy) => store.states.add(key, stateOf(1, { createdBy }), free)),
      )
      expect(added.toSorted()).toEqual(['ADDED', 'MOVED_ON', 'MOVED_ON', 'MOVED_ON'])
      expect(await store.states.add(key, stateOf(3), free)).toBe('MOVED_ON')
    })

    it('keep so many versions and no more', async () => {
      for (let number = 1; number <= 6; number += 1)
        await store.states.add(key, stateOf(number), { lockId: null, keep: 3 })
      expect((await store.states.versions(key, 50)).map(({ number }) => number)).toEqual([6, 5, 4])
    })

    it('are locked by one, who alone writes and unlocks', async () => {
      const { states } = store
      const held = await Promise.all(
        ['a', 'b', 'c'].map((id) => states.lock(key, { ...lock, id, info: `{"ID":"${id}"}` })),
      )
      expect(held.filter((one) => one === undefined)).toHaveLength(1)
      const { id } = (await states.lockOf(key))!
      expect(await states.add(key, stateOf(1), free)).toBe('LOCKED')
      expect(await states.add(key, stateOf(1), { ...free, lockId: 'other' })).toBe('LOCKED')
      expect(await states.add(key, stateOf(1), { ...free, lockId: id })).toBe('ADDED')
      expect(await states.unlock(key, 'other')).toBeUndefined()
      expect(await states.unlock({ ...key, tenant: 'other' }, null)).toBeUndefined()
      expect((await states.unlock(key, id))?.id).toBe(id)
      expect(await states.lockOf(key)).toBeUndefined()
    })

    it('give a lock to who asks for the same one again, and back to anybody by force', async () => {
      const { states } = store
      expect(await states.lock(key, lock)).toBeUndefined()
      expect(await states.lock(key, lock)).toBeUndefined()
      expect(await states.lock(key, { ...lock, lockedBy: 'eve' })).toEqual(lock)
      expect((await states.list('default', 10)).length).toBe(0)
      expect(await states.unlock(key, null)).toEqual(lock)
      expect(await states.unlock(key, null)).toBeUndefined()
    })
  })
}
