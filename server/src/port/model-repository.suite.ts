import type { ModelVersion } from '@aiops/contract/model/detection-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredModel } from './model-repository.ts'
import type { RecordStore } from './record-store.ts'

const at = '2026-01-01T00:00:00.000Z'
const modelOf = (id: string, more: Partial<StoredModel> = {}): StoredModel => ({
  ...{ id, tenant_id: 'default', kind: 'CORRECTIONS', champion: null, candidate: null },
  ...{ created_at: at, updated_at: at, ...more },
})
const versionOf = (number: number, more: Partial<ModelVersion> = {}): ModelVersion => ({
  ...{
    model_id: 'm',
    number,
    tenant_id: 'default',
    state: 'SHADOW',
    percent: 0,
    sha256: 'a',
    inputs_sha256: 'b',
  },
  ...{ size_bytes: 1, training: { start: null, end: null, labels: 0, users: 0, left_out: {} } },
  ...{ parameters: {}, validation: null, shadow: null, corrections: 0, parent: null, created_at: at },
  ...{ created_by: 'system', trigger: '', reason: '', entered_at: at, promoted_at: null, retired_at: null },
  ...more,
})

/** What every RecordStore keeps of what was learned. */
export function modelRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('models', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`models-${count}`)
    })
    afterEach(() => store.close())

    it('have versions, newest first, whose numbers are not given out again', async () => {
      await store.models.saveModel(modelOf('m'))
      for (const number of [1, 2, 3]) await store.models.saveVersion(versionOf(number))
      await store.models.saveVersion(versionOf(2, { state: 'CANARY' }))
      expect((await store.models.versions('default', 'm')).map(({ state }) => state)).toEqual([
        ...['SHADOW', 'CANARY', 'SHADOW'],
      ])
      await store.models.deleteVersions('default', 'm', [3, 1])
      await store.models.saveModel(modelOf('m', { champion: 2 }))
      expect(await store.models.lastNumber('default', 'm')).toBe(3)
      expect((await store.models.model('default', 'm'))?.champion).toBe(2)
      expect(await store.models.model('shop', 'm')).toBeUndefined()
      expect(await store.models.versions('shop', 'm')).toEqual([])
    })

    it('keep documents by hash, and none that nobody names', async () => {
      for (const name of ['a', 'b']) await store.models.putDocument('default', name, `{"of":"${name}"}`)
      await store.models.putDocument('default', 'a', 'another')
      await store.models.putDocument('shop', 'b', 'theirs')
      expect(await store.models.document('default', 'a')).toBe('{"of":"a"}')
      await store.models.pruneDocuments('default', ['a'])
      expect(await store.models.document('default', 'b')).toBeUndefined()
      expect(await store.models.document('shop', 'b')).toBe('theirs')
    })

    it('move their pointer and the states of versions together, or not at all', async () => {
      await store.models.saveModel(modelOf('m', { champion: 1 }))
      await store.models.saveVersion(versionOf(1, { state: 'CHAMPION' }))
      const failed = store.transaction(async ({ models }) => {
        await models.saveVersion(versionOf(1, { state: 'RETIRED' }))
        await models.saveModel(modelOf('m', { champion: 2 }))
        throw new Error('killed')
      })
      await expect(failed).rejects.toThrow('killed')
      expect((await store.models.model('default', 'm'))?.champion).toBe(1)
      expect((await store.models.version('default', 'm', 1))?.state).toBe('CHAMPION')
    })
  })
}
