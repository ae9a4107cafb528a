import type { Feedback } from '@aiops/contract/model/feedback'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1_000).toISOString()

const feedbackOf = (id: string, more: Partial<Feedback> = {}): Feedback => ({
  ...{ id, tenant_id: 'default', target: 'ANOMALY', target_id: `of-${id}`, subject: 'x is high' },
  ...{ severity: 'MEDIUM', verdict: 'NOISE', explanation: '', cause: null, user: 'anna' },
  ...{ state: 'ACCEPTED', reasons: [], anomalies: [], created_at: at(0), updated_at: at(0) },
  ...{ reviewed_by: null, reviewed_at: null, review_comment: '' },
  ...more,
})
const all = { verdicts: [], states: [], limit: 100, offset: 0 } as const

/** What every RecordStore keeps of what people say. */
export function feedbackRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('feedback', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`feedback-${count}`)
    })
    afterEach(() => store.close())

    it('is told newest first, counted whole, to its tenant alone', async () => {
      await store.feedback.save(feedbackOf('a', { updated_at: at(1) }))
      await store.feedback.save(feedbackOf('b', { updated_at: at(3), user: 'ben', verdict: 'TRUE' }))
      await store.feedback.save(feedbackOf('c', { updated_at: at(2), state: 'QUARANTINED' }))
      await store.feedback.save(feedbackOf('a', { tenant_id: 'shop' }))
      const found = await store.feedback.list('default', { ...all, limit: 2 })
      expect(found.labels.map(({ id }) => id)).toEqual(['b', 'c'])
      expect(found.users).toBe(2)
      expect(found.tally.reduce((sum, one) => sum + one.count, 0)).toBe(3)
      expect(found.tally).toContainEqual({ verdict: 'NOISE', state: 'QUARANTINED', count: 1 })
      expect((await store.feedback.list('default', { ...all, user: 'ben' })).labels).toHaveLength(1)
      expect(
        (await store.feedback.list('default', { ...all, verdicts: ['NOISE'], startMs: Date.parse(at(2)) }))
          .labels,
      ).toHaveLength(1)
      expect(await store.feedback.get('shop', 'b')).toBeUndefined()
      expect(await store.feedback.delete('shop', 'b')).toBe(false)
      expect(await store.feedback.delete('default', 'b')).toBe(true)
    })

    it('has one label of a person on one question of one target', async () => {
      await store.feedback.save(feedbackOf('a', { target_id: 'x' }))
      await store.feedback.save(feedbackOf('a', { target_id: 'x', verdict: 'TRUE' }))
      await store.feedback.save(feedbackOf('b', { target_id: 'x', verdict: 'CAUSE_RIGHT' }))
      await expect(store.feedback.save(feedbackOf('c', { target_id: 'x' }))).rejects.toThrow()
      const found = await store.feedback.ofTarget('default', 'ANOMALY', 'x')
      expect(found.map(({ verdict }) => verdict).sort()).toEqual(['CAUSE_RIGHT', 'TRUE'])
    })

    it('counts submissions of a person, and forgets old ones', async () => {
      for (const second of [1, 2, 3])
        await store.feedback.addSubmission('default', 'anna', Date.parse(at(second)))
      await store.feedback.addSubmission('default', 'ben', Date.parse(at(2)))
      expect(await store.feedback.submissions('default', 'anna', Date.parse(at(1)), 10)).toEqual(
        [2, 3].map((second) => Date.parse(at(second))),
      )
      await store.feedback.pruneSubmissions(Date.parse(at(3)))
      expect(await store.feedback.submissions('default', 'anna', 0, 10)).toEqual([Date.parse(at(3))])
      expect(await store.feedback.submissions('shop', 'anna', 0, 10)).toEqual([])
    })
  })
}
