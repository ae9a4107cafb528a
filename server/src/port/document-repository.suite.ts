import type { KnowledgeDocument } from '@aiops/contract/model/knowledge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

const documentOf = (id: string, version = 1, text = `text ${version}`): KnowledgeDocument => ({
  ...{ id, kind: 'DOCUMENT', title: `Title ${id}`, text, url: null, entities: ['service/cart'], tags: ['a'] },
  ...{ origin: 'API', source: null, created_by: 'anna', created_at: '2026-01-01T00:00:00.000Z' },
  ...{ updated_by: 'anna', updated_at: '2026-01-01T00:00:00.000Z', version, size_bytes: text.length },
})

/** What every RecordStore keeps of documents. */
export function documentRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('documents', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`document-${count}`)
    })
    afterEach(() => store.close())

    it('are kept whole, in order of id and in pages, to their tenant alone', async () => {
      for (const id of ['b', 'a', 'c']) await store.documents.insert('default', documentOf(id))
      await store.documents.insert('shop', documentOf('a', 1, 'of the shop'))
      expect((await store.documents.list('default', '', 2)).map(({ id }) => id)).toEqual(['a', 'b'])
      expect((await store.documents.list('default', 'b', 2)).map(({ id }) => id)).toEqual(['c'])
      expect(await store.documents.get('default', 'a')).toEqual(documentOf('a'))
      expect((await store.documents.get('shop', 'a'))?.text).toBe('of the shop')
      expect(await store.documents.get('nobody', 'a')).toBeUndefined()
    })

    it('keep the versions before, as many as they may, and refuse one that does not follow', async () => {
      await store.documents.insert('default', documentOf('a'))
      for (const version of [2, 3, 4])
        expect(await store.documents.update('default', documentOf('a', version), 2)).toBe(true)
      expect(await store.documents.update('default', documentOf('a', 4), 2)).toBe(false)
      expect(await store.documents.update('default', documentOf('a', 6), 2)).toBe(false)
      expect(await store.documents.update('shop', documentOf('a', 5), 2)).toBe(false)
      expect((await store.documents.versions('default', 'a')).map(({ version }) => version)).toEqual([
        4, 3, 2,
      ])
      expect((await store.documents.get('default', 'a', 3))?.text).toBe('text 3')
      expect(await store.documents.get('default', 'a', 1)).toBeUndefined()
      expect(await store.documents.versions('shop', 'a')).toEqual([])
    })

    it('go with their versions and vectors, from their own tenant', async () => {
      await store.documents.insert('default', documentOf('a'))
      await store.documents.update('default', documentOf('a', 2), 5)
      await store.documents.saveVectors('default', {
        ...{ documentId: 'a', model: 'm', hash: 'h', vectors: [Float32Array.of(1, 0)] },
      })
      expect(await store.documents.delete('shop', 'a')).toBe(false)
      expect(await store.documents.delete('default', 'a')).toBe(true)
      expect(await store.documents.delete('default', 'a')).toBe(false)
      expect(await store.documents.versions('default', 'a')).toEqual([])
      expect(await store.documents.listVectors('default', '', 10)).toEqual([])
    })

    it('have vectors that come back bit by bit, and are replaced', async () => {
      const vectors = [Float32Array.of(0.1, -2.5e-8, 3), Float32Array.of(1, 2, 3)]
      await store.documents.saveVectors('default', { documentId: 'a', model: 'm', hash: 'h', vectors })
      expect(await store.documents.listVectors('default', '', 10)).toEqual([
        { documentId: 'a', model: 'm', hash: 'h', vectors },
      ])
      await store.documents.saveVectors('default', { documentId: 'a', model: 'n', hash: 'i', vectors: [] })
      expect(await store.documents.listVectors('default', '', 10)).toEqual([
        { documentId: 'a', model: 'n', hash: 'i', vectors: [] },
      ])
      expect(await store.documents.listVectors('shop', '', 10)).toEqual([])
      await store.documents.deleteVectors('default', 'a')
      expect(await store.documents.listVectors('default', '', 10)).toEqual([])
    })

    it('of incidents are made of profiles, which are replaced and removed', async () => {
      await store.documents.saveProfile('default', { incidentId: 'b', updatedMs: 1, body: '{}' })
      await store.documents.saveProfile('default', { incidentId: 'a', updatedMs: 1, body: '{}' })
      await store.documents.saveProfile('default', { incidentId: 'b', updatedMs: 2, body: '[]' })
      expect(await store.documents.listProfiles('default', '', 10)).toEqual([
        { incidentId: 'a', updatedMs: 1, body: '{}' },
        { incidentId: 'b', updatedMs: 2, body: '[]' },
      ])
      await store.documents.deleteProfile('shop', 'a')
      await store.documents.deleteProfile('default', 'a')
      expect(await store.documents.listProfiles('default', '', 10)).toHaveLength(1)
    })
  })
}
