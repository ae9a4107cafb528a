import type { AlertPreset } from '@aiops/contract/model/alert-preset'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

const limits = { personMax: 2, tenantMax: 3 }
const presetOf = (id: string, more: Partial<AlertPreset> = {}): AlertPreset => ({
  ...{ id, name: id, search: 'state=FIRING', shared: false, created_by: 'anna' },
  created_at: '2026-01-01T00:00:00.000Z',
  ...more,
})

/** What every RecordStore keeps of saved alert searches, and of what correlation has learned. */
export function alertPresetConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('saved alert searches', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`presets-${count}`)
    })
    afterEach(() => store.close())

    it('are told by name to who made them, and shared ones to everybody of the tenant', async () => {
      await store.alertPresets.insert('default', presetOf('b'), limits)
      await store.alertPresets.insert('default', presetOf('a', { shared: true }), limits)
      await store.alertPresets.insert('shop', presetOf('c'), limits)
      expect((await store.alertPresets.list('default', 'anna')).map(({ id }) => id)).toEqual(['a', 'b'])
      expect((await store.alertPresets.list('default', 'bob')).map(({ id }) => id)).toEqual(['a'])
      expect(await store.alertPresets.get('shop', 'a')).toBeUndefined()
      expect(await store.alertPresets.get('shop', 'c')).toEqual(presetOf('c'))
    })

    it('are so many of a person and of a tenant, and make room when they go', async () => {
      for (const id of ['a', 'b']) await store.alertPresets.insert('default', presetOf(id), limits)
      await expect(store.alertPresets.insert('default', presetOf('c'), limits)).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      await store.alertPresets.insert('default', presetOf('d', { created_by: 'bob' }), limits)
      await expect(
        store.alertPresets.insert('default', presetOf('e', { created_by: 'bob' }), limits),
      ).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await store.alertPresets.delete('default', 'a')).toBe(true)
      expect(await store.alertPresets.delete('default', 'a')).toBe(false)
      await store.alertPresets.insert('default', presetOf('c'), limits)
    })
  })

  it('what correlation has learned is the latest that was saved, each tenant its own', async () => {
    const store = await open('memory')
    expect(await store.correlationMemory.load('default')).toBeUndefined()
    await store.correlationMemory.save('default', { savedMs: 1, body: '{"a":1}' })
    await store.correlationMemory.save('default', { savedMs: 2, body: '{"a":2}' })
    expect(await store.correlationMemory.load('default')).toEqual({ savedMs: 2, body: '{"a":2}' })
    expect(await store.correlationMemory.load('shop')).toBeUndefined()
    await store.close()
  })
}
