import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'

/** What every RecordStore keeps of what language models were used for. */
export function modelSpendingRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('what language models were used for', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`model-spending-${count}`)
    })
    afterEach(() => store.close())

    it('is summed by tenant and day', async () => {
      const { modelSpending } = store
      expect(await modelSpending.spent('default', 20_000)).toEqual({ tokens: 0, usd: 0 })
      expect(await modelSpending.reserve('default', 20_000, { tokens: 700, usd: 0.25 }, {})).toBe(true)
      await modelSpending.add('default', 20_000, { tokens: -200, usd: -0.125 })
      await modelSpending.add('other', 20_000, { tokens: 5, usd: 0 })
      expect(await modelSpending.spent('default', 20_000)).toEqual({ tokens: 500, usd: 0.125 })
      expect(await modelSpending.spent('default', 20_001)).toEqual({ tokens: 0, usd: 0 })
      expect(await modelSpending.spent('other', 20_000)).toEqual({ tokens: 5, usd: 0 })
    })

    it('is never more than its limits, however many want some at once', async () => {
      const { modelSpending } = store
      const want = (limits: object) =>
        modelSpending.reserve('default', 20_000, { tokens: 300, usd: 0.1 }, limits)
      const byTokens = await Promise.all(Array.from({ length: 8 }, () => want({ tokens: 1_000 })))
      expect(byTokens.filter(Boolean)).toHaveLength(3)
      const byMoney = await Promise.all(Array.from({ length: 8 }, () => want({ tokens: 9_000, usd: 0.5 })))
      expect(byMoney.filter(Boolean)).toHaveLength(2)
      const { tokens, usd } = await modelSpending.spent('default', 20_000)
      expect(tokens).toBe(1_500)
      expect(usd).toBeCloseTo(0.5, 9)
    })

    it('is forgotten after 30 days', async () => {
      const { modelSpending } = store
      await modelSpending.add('default', 20_000, { tokens: 1, usd: 0 })
      await modelSpending.add('other', 20_000, { tokens: 1, usd: 0 })
      await modelSpending.reserve('default', 20_031, { tokens: 1, usd: 0 }, {})
      expect((await modelSpending.spent('default', 20_000)).tokens).toBe(0)
      expect((await modelSpending.spent('other', 20_000)).tokens).toBe(1)
    })
  })
}
