import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredCorrelationRule } from './correlation-rule-repository.ts'
import type { StoredWindow } from './maintenance-repository.ts'
import type { RecordStore } from './record-store.ts'

const at = '2026-01-01T00:00:00.000Z'
const ruleOf = (id: string, name: string): StoredCorrelationRule => ({
  ...{ id, name, enabled: true, order: 10, when: 'labels.env == "test"', action: 'SUPPRESS', by: [] },
  ...{ source_when: '', route: '', comment: 'quiet', origin: 'API', created_by: 'anna', updated_at: at },
})
const windowOf = (tenant: string, id: string, name: string): StoredWindow => ({
  ...{ id, tenant_id: tenant, name, matchers: [{ name: 'env', op: '=', value: 'test' }], starts_at: at },
  ...{ duration: '2h', recurrence: { frequency: 'WEEKLY', interval: 1, by_day: ['SA'], until: null } },
  ...{ time_zone: 'Europe/Berlin', comment: '', remind_before: '15m', created_by: 'anna', created_at: at },
  ...{ updated_at: at, made: [{ silenceId: 's', startMs: 1, endMs: 2, isReminded: false }] },
})

/** What every RecordStore keeps of correlation rules and maintenance windows. */
export function correlationRuleRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('correlation rules and maintenance windows', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`correlation-rule-${count}`)
    })
    afterEach(() => store.close())

    it('are kept whole, by id, to their tenant alone', async () => {
      await store.correlationRules.save('default', ruleOf('2', 'b'))
      await store.correlationRules.save('shop', ruleOf('1', 'b'))
      await store.maintenance.save(windowOf('shop', 'w', 'x'))
      expect(await store.correlationRules.all()).toEqual([
        { tenant: 'shop', rule: ruleOf('1', 'b') },
        { tenant: 'default', rule: ruleOf('2', 'b') },
      ])
      expect(await store.maintenance.all()).toEqual([windowOf('shop', 'w', 'x')])
    })

    it('are replaced by id; names of rules are unique in a tenant', async () => {
      await store.correlationRules.save('default', ruleOf('1', 'a'))
      await store.correlationRules.save('default', ruleOf('1', 'z'))
      await store.correlationRules.save('default', ruleOf('2', 'a'))
      await expect(store.correlationRules.save('default', ruleOf('2', 'z'))).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      expect((await store.correlationRules.all()).map(({ rule }) => rule.name)).toEqual(['z', 'a'])
      await store.maintenance.save(windowOf('default', 'w', 'x'))
      await store.maintenance.save(windowOf('default', 'w', 'y'))
      expect((await store.maintenance.all()).map(({ name }) => name)).toEqual(['y'])
    })

    it('are removed by their own tenant', async () => {
      await store.correlationRules.save('default', ruleOf('1', 'a'))
      await store.maintenance.save(windowOf('default', 'w', 'x'))
      expect(await store.correlationRules.delete('shop', '1')).toBe(false)
      expect(await store.correlationRules.delete('default', '1')).toBe(true)
      expect(await store.maintenance.delete('shop', 'w')).toBe(false)
      expect(await store.maintenance.delete('default', 'w')).toBe(true)
      expect([...(await store.correlationRules.all()), ...(await store.maintenance.all())]).toEqual([])
    })

    it('keep what was counted of a rule, whether it is stored or not', async () => {
      const hits = { tenant: 'default', ruleId: 'file-1', count: 3, lastMs: 5 }
      await store.correlationRules.saveHits([hits, { ...hits, ruleId: 'x' }])
      await store.correlationRules.saveHits([{ ...hits, count: 4, lastMs: 9 }])
      expect(await store.correlationRules.hits()).toEqual([
        { ...hits, count: 4, lastMs: 9 },
        { ...hits, ruleId: 'x' },
      ])
    })
  })
}
