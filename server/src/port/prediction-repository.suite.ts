import type { Prediction } from '@aiops/contract/model/forecast'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

const at = (minute: number): string => new Date(1_700_000_000_000 + minute * 60_000).toISOString()
const predictionOf = (id: string, minute: number, other: Partial<Prediction> = {}): Prediction => ({
  ...{ id, watch: 'disk', labels: { mountpoint: '/' }, query: 'x', predicted_at: at(minute), value: 0.8 },
  ...{ limit: 0.95, direction: 'ABOVE', probability: 0.7, earliest: at(60), middle: at(90), latest: at(120) },
  ...{ due_at: at(120), method: 'TREND', alerted: true, withheld: null, state: 'OPEN' },
  ...{ settled_at: null, breached_at: null },
  backtest: { origins: 24, targets: 900, coverage: 0.8, error: 0.01, naive_error: 0.02 },
  ...other,
})
const settled = (id: string, minute: number, state: Prediction['state']): Prediction =>
  predictionOf(id, minute, { state, settled_at: at(minute + 10) })

/** What every RecordStore keeps of predictions. */
export function predictionRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('predictions', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`prediction-${count}`)
    })
    afterEach(() => store.close())
    const insert = (prediction: Prediction, series = '/', tenant = 'default') =>
      store.predictions.insert(tenant, { series, prediction })

    it('are one at a time for each series of a watch while they are open', async () => {
      expect(await insert(predictionOf('1', 0))).toBe(true)
      expect(await insert(predictionOf('2', 5))).toBe(false)
      expect(await insert(predictionOf('3', 5), '/data')).toBe(true)
      expect(await insert(predictionOf('4', 5), '/', 'shop')).toBe(true)
      expect(await store.predictions.open('default', 'disk')).toEqual([
        { series: '/', prediction: predictionOf('1', 0) },
        { series: '/data', prediction: predictionOf('3', 5) },
      ])
      expect(await store.predictions.update('default', settled('1', 0, 'HIT'))).toBe(true)
      expect(await insert(predictionOf('5', 9))).toBe(true)
    })

    it('are settled once, by their own tenant', async () => {
      await insert(predictionOf('1', 0))
      expect(await store.predictions.update('shop', settled('1', 0, 'MISS'))).toBe(false)
      expect(await store.predictions.update('default', settled('1', 0, 'HIT'))).toBe(true)
      expect(await store.predictions.update('default', settled('1', 0, 'MISS'))).toBe(false)
      const { predictions } = await store.predictions.list('default', { states: [], limit: 9, offset: 0 })
      expect(predictions).toEqual([settled('1', 0, 'HIT')])
    })

    it('are listed newest first, by watch and state, to their tenant alone', async () => {
      await insert(settled('1', 0, 'MISS'), 'a')
      await insert(settled('2', 2, 'HIT'), 'b')
      await insert(predictionOf('3', 1), 'c')
      await insert(predictionOf('4', 3, { watch: 'memory' }), 'd')
      const idsOf = async (
        filter: { watch?: string; states: Prediction['state'][] },
        limit = 9,
        offset = 0,
      ) => {
        const { predictions, total } = await store.predictions.list('default', { ...filter, limit, offset })
        return [predictions.map(({ id }) => id).join(''), total]
      }
      expect(await idsOf({ states: [] })).toEqual(['4231', 4])
      expect(await idsOf({ states: [], watch: 'disk' })).toEqual(['231', 3])
      expect(await idsOf({ states: ['HIT', 'MISS'] })).toEqual(['21', 2])
      expect(await idsOf({ states: [] }, 2, 1)).toEqual(['23', 4])
      expect((await store.predictions.list('shop', { states: [], limit: 9, offset: 0 })).total).toBe(0)
    })

    it('are counted by what came of the newest, lost ones aside, and let go when they are old', async () => {
      await insert(settled('1', 0, 'HIT'), 'a')
      await insert(settled('2', 1, 'MISS'), 'b')
      await insert(settled('3', 2, 'EARLY'), 'c')
      await insert(settled('4', 3, 'LOST'), 'd')
      await insert(predictionOf('5', 0), 'e')
      expect(await store.predictions.outcomes('default', 'disk', 100)).toEqual({
        hits: 1,
        misses: 2,
        open: 1,
      })
      expect(await store.predictions.outcomes('default', 'disk', 2)).toEqual({ hits: 0, misses: 2, open: 1 })
      expect(await store.predictions.deleteBefore(Date.parse(at(2)))).toBe(2)
      expect(await store.predictions.outcomes('default', 'disk', 100)).toEqual({
        hits: 0,
        misses: 1,
        open: 1,
      })
    })
  })
}
