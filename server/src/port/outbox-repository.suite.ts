import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { incidentOf } from './record-store.suite.ts'
import type { RecordStore } from './record-store.ts'

export function outboxRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('the outbox', () => {
    let store: RecordStore
    let name = 0
    beforeEach(async () => {
      name += 1
      store = await open(`outbox-${name}`)
    })
    afterEach(() => store.close())

    it('keeps a notification until it is sent, once per key', async () => {
      const notification = {
        idempotencyKey: 'k',
        kind: 'INCIDENT_OPENED' as const,
        incident: { ...incidentOf('a'), number: 1 },
        sentence: 's',
        url: 'u',
      }
      await store.outbox.add('log', 'default', notification)
      await store.outbox.add('log', 'default', notification)
      const [due] = await store.outbox.due(1_000, 10)
      expect(due).toMatchObject({ notifier: 'log', attempts: 0 })
      await store.outbox.failed(due?.id ?? 0, 'refused', 5_000)
      expect(await store.outbox.due(4_999, 10)).toEqual([])
      expect((await store.outbox.due(5_000, 10))[0]).toMatchObject({ attempts: 1 })
      await store.outbox.sent(due?.id ?? 0)
      expect(await store.outbox.due(9_999_999, 10)).toEqual([])
      const known = (notifier: string, tenant: string, key: string) =>
        store.outbox.knows(notifier, tenant, key)
      expect(await known('log', 'default', 'k')).toBe(true)
      expect(await known('hook', 'default', 'k')).toBe(false)
      expect(await known('log', 'other', 'k')).toBe(false)
      expect(await known('log', 'default', 'K')).toBe(false)
    })

    it('gives what waits for one notifier though more than asked for waits for another', async () => {
      const about = { kind: 'MAINTENANCE_ENDING' as const, incident: null, sentence: 's', url: '' }
      for (const key of ['1', '2', '3'])
        await store.outbox.add('dead', 'default', { ...about, idempotencyKey: key })
      await store.outbox.add('hook', 'default', { ...about, idempotencyKey: '4' })
      const due = async (...except: string[]) =>
        (await store.outbox.due(1_000, 2, except)).map(({ notifier }) => notifier)
      expect(await due()).toEqual(['dead', 'dead'])
      expect(await due('dead')).toEqual(['hook'])
      expect(await due('dead', 'hook')).toEqual([])
    })
  })
}
