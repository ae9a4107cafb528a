import type { Persona } from '@aiops/contract/model/persona'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

const personaOf = (id: string, more: Partial<Persona> = {}): Persona => ({
  ...{ id, name: id, description: '', system_prompt: 'Be brief.', capabilities: ['list_alerts'] },
  ...{ icon: 'robot', evidence_weights: { LOG: 2 }, focus: ['LOGS'], depth: 'BRIEF', voice: 'TERSE' },
  ...{ is_builtin: false, shared: false, created_by: 'anna' },
  ...{ created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' },
  ...more,
})

/** What every RecordStore keeps of personas. */
export function personaRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('personas', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`personas-${count}`)
    })
    afterEach(() => store.close())

    it('are told by id, to their tenant alone', async () => {
      await store.personas.insert('default', personaOf('zoe'))
      await store.personas.insert('default', personaOf('abe', { shared: true }))
      await store.personas.insert('shop', personaOf('zoe', { name: 'another' }))
      expect(await store.personas.list('default')).toEqual([
        personaOf('abe', { shared: true }),
        personaOf('zoe'),
      ])
      expect((await store.personas.get('shop', 'zoe'))?.name).toBe('another')
      expect(await store.personas.get('shop', 'abe')).toBeUndefined()
    })

    it('have an id of their own, and change and go where they are', async () => {
      await store.personas.insert('default', personaOf('zoe'))
      await expect(store.personas.insert('default', personaOf('zoe'))).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      expect(await store.personas.update('default', personaOf('zoe', { depth: 'DEEP' }))).toBe(true)
      expect((await store.personas.get('default', 'zoe'))?.depth).toBe('DEEP')
      expect(await store.personas.update('shop', personaOf('zoe'))).toBe(false)
      expect(await store.personas.delete('shop', 'zoe')).toBe(false)
      expect(await store.personas.delete('default', 'zoe')).toBe(true)
      expect(await store.personas.list('default')).toEqual([])
    })
  })
}
