import { beforeEach, describe, expect, it } from 'vitest'
import { anomalyOf } from './record-store.suite.ts'
import type { RecordStore } from './record-store.ts'

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1_000).toISOString()

/** What every RecordStore keeps of anomalies. */
export function anomalyRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('anomalies', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`anomalies-${count}`)
    })

    it('saves anomalies by id and finds them by state, entity and incident', async () => {
      await store.anomalies.save(anomalyOf('a'))
      await store.anomalies.save(
        anomalyOf('b', { entity: 'service/front', incident_id: 'i1', detected_at: at(9) }),
      )
      await store.anomalies.save(anomalyOf('a', { state: 'ENDED', ended_at: at(20) }))
      const ids = async (filter: object) =>
        (await store.anomalies.list('default', { limit: 10, offset: 0, ...filter })).anomalies.map(
          (a) => a.id,
        )
      expect(await ids({})).toEqual(['b', 'a'])
      expect(await ids({ state: 'ENDED' })).toEqual(['a'])
      expect(await ids({ entity: 'service/front' })).toEqual(['b'])
      expect(await ids({ incidentId: 'i1' })).toEqual(['b'])
      expect((await store.anomalies.active()).map((a) => a.id)).toEqual(['b'])
      await store.anomalies.save(
        anomalyOf('b', { entity: 'service/front', incident_id: null, detected_at: at(9) }),
      )
      expect((await store.anomalies.get('default', 'b'))?.incident_id).toBe('i1')
    })

    it('finds anomalies by kind, words and time, and counts those of each kind as if only the others were chosen', async () => {
      const { save } = store.anomalies
      await save(anomalyOf('a', { shape: 'SPIKE', severity: 'HIGH', tier: 'BASIC', detected_at: at(1) }))
      await save(anomalyOf('b', { shape: 'DROP', severity: 'HIGH', tier: 'AGILE', detected_at: at(2) }))
      await save(anomalyOf('c', { shape: 'SPIKE', severity: 'LOW', tier: 'BASIC', detected_at: at(3) }))
      await save(
        anomalyOf('c', {
          shape: 'SPIKE',
          severity: 'LOW',
          tier: 'BASIC',
          detected_at: at(3),
          sentence: 'Café slow: 100 %',
        }),
      )
      const ids = async (filter: object) =>
        (await store.anomalies.list('default', { limit: 10, offset: 0, ...filter })).anomalies.map(
          (a) => a.id,
        )
      expect(await ids({ shapes: ['SPIKE'] })).toEqual(['c', 'a'])
      expect(await ids({ shapes: ['SPIKE', 'DROP'], severities: ['HIGH'] })).toEqual(['b', 'a'])
      expect(await ids({ tiers: ['AGILE'], severities: [] })).toEqual(['b'])
      expect(await ids({ text: 'SLOW: 100 %' })).toEqual(['c'])
      expect(await ids({ text: "'; drop table anomaly" })).toEqual([])
      expect(await ids({ startMs: Date.parse(at(2)), endMs: Date.parse(at(3)) })).toEqual(['b'])
      expect(await store.anomalies.facets('default', { shapes: ['SPIKE'], severities: ['HIGH'] })).toEqual({
        ...{ shape: { SPIKE: 1, DROP: 1 }, severity: { HIGH: 1, LOW: 1 }, tier: { BASIC: 1 } },
      })
      expect(await store.anomalies.facets('other', {})).toEqual({ shape: {}, severity: {}, tier: {} })
    })
  })
}
