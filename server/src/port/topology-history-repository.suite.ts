import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'
import type { TopologyHistoryBatch } from './topology-history-repository.ts'

const piece = (key: string, fromMs: number, appeared = true) => ({ key, fromMs, appeared, body: `of ${key}` })
const end = (key: string, fromMs: number, toMs: number, vanished = true) => ({
  ...{ key, fromMs, toMs, vanished, seenMs: toMs - 1 },
})
const batch = (more: Partial<TopologyHistoryBatch>): TopologyHistoryBatch => ({
  ...{ opened: [], closed: [], watched: { fromMs: 0, untilMs: 1_000 } },
  ...more,
})

/** What every RecordStore keeps of how topologies were. */
export function topologyHistoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('the past of topologies', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`topology-history-${count}`)
    })
    afterEach(() => store.close())
    const keys = async (timeMs: number, tenant = 'default', after = '', limit = 10) =>
      (await store.topologyHistory.at(tenant, timeMs, after, limit)).map(({ key }) => key)

    it('answers what held at a time, from its beginning on and not at its end, in pages, to its tenant alone', async () => {
      const { topologyHistory: history } = store
      await history.append(
        'default',
        batch({ opened: [piece('e 1', 100), piece('n a', 50), piece('n b', 200)] }),
      )
      await history.append('other', batch({ opened: [piece('n c', 50)] }))
      await history.append('default', batch({ closed: [end('e 1', 100, 300)], opened: [piece('n a', 60)] }))
      expect(await keys(99)).toEqual(['n a', 'n a'])
      expect(await keys(100)).toEqual(['e 1', 'n a', 'n a'])
      expect(await keys(299, 'default', 'e 1')).toEqual(['n a', 'n a', 'n b'])
      expect(await keys(299, 'default', '', 1)).toEqual(['e 1'])
      expect(await keys(300)).toEqual(['n a', 'n a', 'n b'])
      expect(await keys(300, 'other')).toEqual(['n c'])
      expect(await history.at('default', 200, '', 1)).toEqual([
        { ...piece('e 1', 100), toMs: 300, vanished: true, seenMs: 299 },
      ])
      expect((await history.at('default', 200, 'n a', 1))[0]).toMatchObject({ toMs: null, seenMs: null })
      expect(await history.count('default')).toBe(4)
    })

    it('counts what came, went and changed by steps of time', async () => {
      const { topologyHistory: history } = store
      await history.append('default', batch({ opened: [piece('n a', 100), piece('n b', 190)] }))
      await history.append(
        'default',
        batch({ closed: [end('n a', 100, 350, false)], opened: [piece('n a', 350, false)] }),
      )
      await history.append('default', batch({ closed: [end('n b', 190, 380)] }))
      expect(await history.moments('default', { startMs: 100, endMs: 1_000, stepMs: 100 })).toEqual([
        { step: 0, lastMs: 190, added: 2, removed: 0, changed: 0 },
        { step: 2, lastMs: 380, added: 0, removed: 1, changed: 1 },
      ])
      expect(await history.moments('default', { startMs: 400, endMs: 1_000, stepMs: 100 })).toEqual([])
    })

    it('tells when it was watched, and forgets what ended by a time, and that it was watched before', async () => {
      const { topologyHistory: history } = store
      await history.append(
        'default',
        batch({ opened: [piece('n a', 10), piece('n b', 20), piece('n c', 30)] }),
      )
      await history.append(
        'default',
        batch({
          closed: [end('n a', 10, 100), end('n b', 20, 200)],
          watched: { fromMs: 2_000, untilMs: 3_000 },
        }),
      )
      expect(await history.watched('default')).toEqual([
        { fromMs: 0, untilMs: 1_000 },
        { fromMs: 2_000, untilMs: 3_000 },
      ])
      expect(await history.endOfOldest('default', 1)).toBe(100)
      expect(await history.endOfOldest('default', 2)).toBe(200)
      expect(await history.endOfOldest('default', 3)).toBeUndefined()
      expect(await history.deleteBefore('default', 200, 1)).toBe(1)
      expect(await history.deleteBefore('default', 200, 10)).toBe(1)
      expect(await history.watched('default')).toEqual([
        { fromMs: 200, untilMs: 1_000 },
        { fromMs: 2_000, untilMs: 3_000 },
      ])
      expect(await keys(250)).toEqual(['n c'])
      expect(await history.deleteBefore('default', 1_500, 10)).toBe(0)
      expect(await history.watched('default')).toEqual([{ fromMs: 2_000, untilMs: 3_000 }])
    })
  })

  describe('a topology', () => {
    it('forgets what is removed from it, and nothing else', async () => {
      const store = await open('topology-removal')
      const entity = (id: string) => ({ id, labels: {}, firstSeenMs: 1, lastSeenMs: 2 })
      const edge = (target: string) => ({
        ...{ source: 'service/a', target, type: 'CALLS' as const, origin: 'SPANS' as const, confidence: 1 },
        ...{ first_seen: '2026-01-01T00:00:00Z', last_seen: '2026-01-01T00:00:00Z' },
      })
      const ids = ['service/a', 'service/b', 'service/c']
      await store.topologies.save('default', ids.map(entity), [edge('service/b'), edge('service/c')])
      await store.topologies.remove(
        'default',
        ['service/c', 'service/x'],
        [edge('service/c'), edge('service/x')],
      )
      const { entities, edges } = await store.topologies.load('default')
      expect(entities.map(({ id }) => id).sort()).toEqual(['service/a', 'service/b'])
      expect(edges.map(({ target }) => target)).toEqual(['service/b'])
      await store.close()
    })
  })
}
