import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClusterRecord, StoredPeriod, StoredStatus } from './cluster-repository.ts'
import type { RecordStore } from './record-store.ts'

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1_000).toISOString()
const ms = (second: number): number => 1_700_000_000_000 + second * 1_000

export const clusterRecord = (id: string, change: Partial<ClusterRecord> = {}): ClusterRecord => ({
  ...{ id, tenant_id: 'default', name: `cluster-${id}`, display_name: null },
  ...{ api_server_url: 'https://api.example:6443', cluster_type: 'SPOKE', platform: 'KUBERNETES' },
  ...{ platform_version: null, region: null, environment: 'LAB', capabilities: null, endpoints: {} },
  ...{ labels: {}, tls: null, created_at: at(0), updated_at: at(0), last_seen_at: null },
  ...change,
})
const statusOf = (change: Partial<StoredStatus> = {}): StoredStatus => ({
  ...{ state: 'UNKNOWN', health_score: 0, last_error: null, connectivity: 'DISCONNECTED' },
  ...{ api_server_healthy: false, prometheus_healthy: false, tempo_healthy: false, loki_healthy: false },
  ...{ since: at(0), checked_at: null, checks: [] },
  ...change,
})
const periodOf = (cluster_id: string, from: number, to: number, checks = 1): StoredPeriod => ({
  ...{ cluster_id, from: at(from), to: at(to), checks, state: 'ONLINE', health_score: 100 },
  ...{ connectivity: 'CONNECTED', api_server_healthy: true, prometheus_healthy: false },
  ...{ tempo_healthy: false, loki_healthy: false, last_error: null },
})
const credential = (cluster_id: string, sealed: string) => ({
  ...{ cluster_id, tenant_id: 'default', sealed },
  summary: { auth_type: 'KUBECONFIG' as const, stored_at: at(1), expires_at: null, tokens_for: [] },
})

/** What every RecordStore keeps of clusters. */
export function clusterRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('a cluster repository', () => {
    let store: RecordStore
    let name = ''
    let count = 0
    beforeEach(async () => {
      count += 1
      name = `clusters-${count}`
      store = await open(name)
    })
    afterEach(() => store.close())

    it('remembers how far clusters were copied until they go', async () => {
      const { clusters } = store
      await clusters.insert(clusterRecord('a'), statusOf())
      await clusters.saveCopy('a', { filledMs: 1 })
      await clusters.saveCopy('a', { filledMs: 2 })
      await store.close()
      store = await open(name)
      expect(await store.clusters.copies()).toEqual([{ cluster_id: 'a', body: { filledMs: 2 } }])
      await store.clusters.delete('a')
      expect(await store.clusters.copies()).toEqual([])
    })

    it('has one cluster of a name in each tenant', async () => {
      const { clusters } = store
      await clusters.insert(clusterRecord('a', { name: 'paris' }), statusOf())
      await clusters.insert(clusterRecord('b', { name: 'paris', tenant_id: 'shop' }), statusOf())
      const taken = { code: 'CLUSTER_ALREADY_EXISTS' }
      await expect(clusters.insert(clusterRecord('c', { name: 'paris' }), statusOf())).rejects.toMatchObject(
        taken,
      )
      await clusters.insert(clusterRecord('c', { name: 'lima' }), statusOf())
      await expect(clusters.update(clusterRecord('c', { name: 'paris' }))).rejects.toMatchObject(taken)
      await clusters.update(clusterRecord('c', { name: 'rome', region: 'eu' }))
      await store.close()
      store = await open(name)
      expect(
        (await store.clusters.all()).map(({ record }) => [record.id, record.name, record.region]),
      ).toEqual([
        ['a', 'paris', null],
        ['b', 'paris', null],
        ['c', 'rome', 'eu'],
      ])
    })

    it('keeps the last status and lengthens periods', async () => {
      const { clusters } = store
      await clusters.insert(clusterRecord('a'), statusOf())
      const online = statusOf({ state: 'ONLINE', health_score: 100, checked_at: at(30) })
      await clusters.saveHealth([{ id: 'a', status: online, last_seen_at: at(30) }], [periodOf('a', 0, 30)])
      await clusters.saveHealth([], [periodOf('a', 0, 60, 2), periodOf('a', 90, 90)])
      await clusters.update(clusterRecord('a', { region: 'eu' }))
      expect(await clusters.all()).toEqual([
        { record: clusterRecord('a', { region: 'eu', last_seen_at: at(30) }), status: online },
      ])
      const range = { startMs: 0, endMs: ms(1_000), limit: 10 }
      const { cluster_id: _, ...first } = periodOf('a', 0, 60, 2)
      const { cluster_id: __, ...second } = periodOf('a', 90, 90)
      expect(await clusters.history('a', range)).toEqual([second, first])
      expect(await clusters.history('a', { ...range, startMs: ms(60), endMs: ms(89) })).toEqual([first])
      expect(await clusters.history('a', { ...range, limit: 1 })).toEqual([second])
      expect(await clusters.deleteHistory(ms(61))).toBe(1)
      expect(await clusters.history('a', range)).toEqual([second])
    })

    it('forgets a cluster whole, and takes nothing more for it', async () => {
      const { clusters } = store
      for (const id of ['a', 'b']) await clusters.insert(clusterRecord(id), statusOf())
      for (const id of ['a', 'b']) await clusters.saveCredential(credential(id, `sealed ${id}`))
      await clusters.saveHealth([], [periodOf('a', 0, 30), periodOf('b', 0, 30)])
      await clusters.delete('a')
      const late = [periodOf('a', 30, 60), periodOf('b', 30, 60)]
      await clusters.saveHealth([{ id: 'a', status: statusOf(), last_seen_at: null }], late)
      await expect(clusters.saveCredential(credential('a', 'x'))).rejects.toMatchObject({
        code: 'CLUSTER_NOT_FOUND',
      })
      const range = { startMs: 0, endMs: ms(1_000), limit: 10 }
      expect(await clusters.history('a', range)).toEqual([])
      expect(await clusters.history('b', range)).toHaveLength(2)
      expect((await clusters.all()).map(({ record }) => record.id)).toEqual(['b'])
      expect((await clusters.credentials()).map(({ cluster_id }) => cluster_id)).toEqual(['b'])
    })

    it('replaces a sealed text only where it is still the one that was read', async () => {
      const { clusters } = store
      await clusters.insert(clusterRecord('a'), statusOf())
      await clusters.saveCredential(credential('a', 'one'))
      await clusters.saveCredential(credential('a', 'two'))
      expect(await clusters.replaceSealed('a', 'one', 'three')).toBe(false)
      expect(await clusters.replaceSealed('a', 'two', 'three')).toBe(true)
      expect(await clusters.credentials()).toEqual([credential('a', 'three')])
      await clusters.deleteCredential('a')
      expect(await clusters.credentials()).toEqual([])
    })
  })
}
