import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecordStore } from './record-store.ts'
import type { StoredReport, StoredSchedule } from './report-repository.ts'

const startMs = 1_700_000_000_000
const at = (second: number): string => new Date(startMs + second * 1_000).toISOString()
const reportOf = (id: string, second: number, more: Partial<StoredReport> = {}): StoredReport => ({
  ...{ id, tenant_id: 'default', title: `Report ${id}`, report_type: 'EXECUTIVE_SUMMARY', format: 'HTML' },
  ...{ cluster_scope: [], time_range: { start: at(0), end: at(second) }, incident_id: null },
  ...{
    generated_by: 'dana',
    schedule_id: null,
    status: 'COMPLETED',
    error: null,
    storage_path: `reports/${id}`,
  },
  ...{ size_bytes: 10, sha256: null, created_at: at(second), expires_at: at(second + 1_000) },
  ...more,
})
const scheduleOf = (id: string, tenant: string): StoredSchedule => ({
  ...{ id, tenant_id: tenant, title: id, report_type: 'CAPACITY_PLAN', format: 'PDF', cluster_scope: [] },
  ...{ lookback: '7d', cron: '0 7 * * 1', enabled: true, created_by: 'dana', created_at: at(1) },
  ...{ last_run_at: null, next_run_at: at(60) },
})

/** What every RecordStore keeps of reports. */
export function reportRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('reports', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`reports-${count}`)
    })
    afterEach(() => store.close())
    const ids = async (
      filter: Partial<Parameters<RecordStore['reports']['list']>[1]> = {},
      tenant = 'default',
    ) =>
      (await store.reports.list(tenant, { search: '', limit: 10, offset: 0, ...filter })).reports.map(
        ({ id }) => id,
      )

    it('are told newest first, to their tenant alone, by type and by words of the title', async () => {
      await store.reports.save(reportOf('a', 10))
      await store.reports.save(
        reportOf('b', 30, { title: 'Weekly 100% Noise', report_type: 'NOISE_AND_COST' }),
      )
      await store.reports.save(reportOf('c', 20, { tenant_id: 'other' }))
      expect(await ids()).toEqual(['b', 'a'])
      expect(await ids({}, 'other')).toEqual(['c'])
      expect(await ids({ type: 'NOISE_AND_COST' })).toEqual(['b'])
      expect(await ids({ search: '100% n' })).toEqual(['b'])
      expect(await ids({ search: '_' })).toEqual([])
      expect(await ids({ limit: 1, offset: 1 })).toEqual(['a'])
      expect((await store.reports.list('default', { search: '', limit: 1, offset: 0 })).total).toBe(2)
    })

    it('are replaced by id, and deleted only by their own tenant', async () => {
      await store.reports.save(reportOf('a', 10, { status: 'PENDING' }))
      expect((await store.reports.pending()).map(({ id }) => id)).toEqual(['a'])
      await store.reports.save(reportOf('a', 10))
      expect(await store.reports.pending()).toEqual([])
      await store.reports.delete('other', 'a')
      expect(await store.reports.get('default', 'a')).toEqual(reportOf('a', 10))
      await store.reports.delete('default', 'a')
      expect(await store.reports.get('default', 'a')).toBeUndefined()
    })

    it('expire in the order of their time', async () => {
      await store.reports.save(reportOf('a', 20))
      await store.reports.save(reportOf('b', 10))
      await store.reports.save(reportOf('c', 90))
      expect((await store.reports.expired(startMs + 1_020_000, 10)).map(({ id }) => id)).toEqual(['b', 'a'])
    })

    it('keep their schedules by tenant', async () => {
      await store.reports.saveSchedule(scheduleOf('s', 'default'))
      await store.reports.saveSchedule(scheduleOf('t', 'other'))
      expect((await store.reports.schedules('default')).map(({ id }) => id)).toEqual(['s'])
      expect(await store.reports.schedules()).toHaveLength(2)
      expect(await store.reports.deleteSchedule('default', 't')).toBe(false)
      expect(await store.reports.deleteSchedule('other', 't')).toBe(true)
    })
  })
}
