import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredDetection } from './detection-repository.ts'
import type { RecordStore } from './record-store.ts'

const settingsOf = (tenant: string, revision: number, sensitivity = 0.5): StoredDetection => ({
  ...{ tenant_id: tenant, revision, updated_at: '2026-01-01T00:00:00.000Z', updated_by: 'dana' },
  defaults: { sensitivity },
  rules: [{ name: 'queues', match: { metric: 'queue.*' }, above: 100, budget: null }],
})

/** What every RecordStore keeps of the settings of detection. */
export function detectionRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('settings of detection', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`detection-${count}`)
    })
    afterEach(() => store.close())

    it('are one document a tenant, as it was given', async () => {
      expect(await store.detection.all()).toEqual([])
      expect(await store.detection.save(settingsOf('default', 1))).toBe(true)
      expect(await store.detection.save(settingsOf('shop', 1, 0.9))).toBe(true)
      expect(await store.detection.save(settingsOf('default', 2, 0.2))).toBe(true)
      const all = await store.detection.all()
      expect(all.sort((a, b) => a.tenant_id.localeCompare(b.tenant_id))).toEqual([
        settingsOf('default', 2, 0.2),
        settingsOf('shop', 1, 0.9),
      ])
    })

    it('are replaced only by whoever has seen the revision that is stored', async () => {
      expect(await store.detection.save(settingsOf('default', 2))).toBe(false)
      expect(await store.detection.save(settingsOf('default', 1))).toBe(true)
      expect(await store.detection.save(settingsOf('default', 1, 0.9))).toBe(false)
      const swaps = [0.1, 0.2, 0.3].map((s) => store.detection.save(settingsOf('default', 2, s)))
      expect((await Promise.all(swaps)).filter(Boolean)).toHaveLength(1)
      expect((await store.detection.all())[0]?.revision).toBe(2)
    })
  })
}
