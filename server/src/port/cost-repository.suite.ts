import type { Budget } from '@aiops/contract/model/budget'
import { hourly, monthly } from '@aiops/contract/model/money'
import type { PriceBook } from '@aiops/contract/model/price-book'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CostHour } from './cost-repository.ts'
import type { RecordStore } from './record-store.ts'

const bookOf = (name: string, as_of: string, rate = 0.05): PriceBook => ({
  ...{ name, as_of, provenance: 'a contract', transfer: [] },
  prices: [
    { provider: 'aws', region: '', resource: 'CPU_CORE', kind: '', spot: false, hourly_usd: hourly(rate) },
  ],
})
const budgetOf = (id: string, name: string): Budget => ({
  ...{ id, name, selector: { team: 'a', environment: '', namespace: '', service: '' } },
  ...{ limit_monthly_usd: monthly(100), hard_limit_monthly_usd: null, thresholds: [0.8, 0.9, 1] },
  ...{ created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', created_by: 'anna' },
})
const hourOf = (hourMs: number, usd: number): CostHour => ({
  ...{ hourMs, coverage: 1, sources: ['opencost-default'] },
  rows: [
    {
      ...{ cluster: 'c', namespace: 'n', service: 's', team: 't', environment: 'e' },
      ...{ from: 'ALLOCATION', provider: '', usd, parts: { cpu: usd } },
    },
  ],
})

/** What every RecordStore keeps of money. */
export function costRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('cost', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`cost-${count}`)
    })
    afterEach(() => store.close())

    it('keeps every version of a price book, newest first, to its tenant alone', async () => {
      await store.costs.saveBook('default', bookOf('aws', '2026-01-01T00:00:00.000Z'))
      await store.costs.saveBook('default', bookOf('aws', '2026-03-01T00:00:00.000Z', 0.06))
      await store.costs.saveBook('default', bookOf('aws', '2026-03-01T00:00:00.000Z', 0.07))
      expect(
        (await store.costs.books('default')).map(({ as_of, prices }) => [as_of, prices[0]?.hourly_usd]),
      ).toEqual([
        ['2026-03-01T00:00:00.000Z', 0.07],
        ['2026-01-01T00:00:00.000Z', 0.05],
      ])
      expect(await store.costs.books('shop')).toEqual([])
    })

    it('keeps budgets by name, which is unique in a tenant', async () => {
      await store.costs.insertBudget('default', budgetOf('2', 'b'))
      await store.costs.insertBudget('default', budgetOf('1', 'c'))
      await store.costs.insertBudget('shop', budgetOf('3', 'b'))
      await expect(store.costs.insertBudget('default', budgetOf('4', 'b'))).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      await expect(store.costs.updateBudget('default', budgetOf('1', 'b'))).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      expect(await store.costs.updateBudget('default', budgetOf('1', 'a'))).toBe(true)
      expect(await store.costs.updateBudget('shop', budgetOf('1', 'a'))).toBe(false)
      expect((await store.costs.budgets('default')).map(({ id, name }) => [id, name])).toEqual([
        ['1', 'a'],
        ['2', 'b'],
      ])
      expect(await store.costs.deleteBudget('shop', '1')).toBe(false)
      expect(await store.costs.deleteBudget('default', '1')).toBe(true)
      expect(await store.costs.budgets('default')).toHaveLength(1)
    })

    it('keeps spend by the hour, replaced where it is said again, and lets old hours go', async () => {
      await store.costs.saveHour('default', hourOf(7_200_000, 2))
      await store.costs.saveHour('default', hourOf(3_600_000, 1))
      await store.costs.saveHour('default', hourOf(7_200_000, 3))
      await store.costs.saveHour('shop', hourOf(3_600_000, 9))
      expect(await store.costs.hours('default', 0, 10_800_000)).toEqual([
        hourOf(3_600_000, 1),
        hourOf(7_200_000, 3),
      ])
      expect(await store.costs.hours('default', 3_600_000, 7_200_000)).toEqual([hourOf(3_600_000, 1)])
      expect(await store.costs.knownHours('default', 0, 7_200_001)).toEqual([3_600_000, 7_200_000])
      expect(await store.costs.deleteHoursBefore(7_200_000)).toBe(2)
      expect(await store.costs.knownHours('default', 0, 10_800_000)).toEqual([7_200_000])
    })
  })
}
