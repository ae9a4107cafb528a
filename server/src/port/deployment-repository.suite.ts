import type { Deployment } from '@aiops/contract/model/deployment'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoredDeployment } from './deployment-repository.ts'
import type { RecordStore } from './record-store.ts'

const startMs = 1_700_000_000_000
const at = (second: number): string => new Date(startMs + second * 1_000).toISOString()

function storedOf(id: string, service: string, more: Partial<Deployment> = {}): StoredDeployment {
  const deployment: Deployment = {
    ...{ id, service, title: id, explanation: '', author: 'aiops-bot', state: 'PROPOSED' },
    ...{ repository: 'infra', stack: 'prod', changes: [], decision_id: null, emergency: false },
    ...{ override: null, branch: null, head_sha: null, merge_request: null, plan: null },
    ...{ no_plan_reason: null, policy: null, approvals: [], merged_sha: null, verification: [] },
    ...{ verify_until: null, reverts: null, reverted_by: null, failure: null },
    ...{ created_at: at(1), updated_at: at(1), steps: [], ...more },
  }
  const work: StoredDeployment['work'] = {
    ...{ target: 'main', baseSha: null, decision: null, evidence: {}, place: null, plan: null },
    ...{ apply: null, outputs: null, told: false, failedLooks: 0, ending: null, failures: 0, waiting: null },
    ...{ dueMs: startMs, staleHours: 0, reviewReminded: false },
  }
  return { tenant: 'default', revision: 1, deployment, work }
}

/** What every RecordStore keeps of changes through Git. */
export function deploymentRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('deployments', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`deployments-${count}`)
    })
    afterEach(() => store.close())
    const swap = (stored: StoredDeployment, holder: string | null = null) =>
      store.deployments.swap(stored, { holder })

    it('are one of a service at a time, and as many as may be', async () => {
      await store.deployments.insert(storedOf('a', 'cart'), 2)
      await store.deployments.insert(storedOf('a', 'cart'), 2)
      await expect(store.deployments.insert(storedOf('b', 'cart'), 2)).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      await store.deployments.insert(storedOf('c', 'search'), 2)
      await expect(store.deployments.insert(storedOf('d', 'pay'), 2)).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      await store.deployments.insert(storedOf('e', 'pay'), null)
      expect(await swap(storedOf('a', 'cart', { state: 'REVERTING' }))).toBe('SWAPPED')
      await store.deployments.insert(storedOf('b', 'cart'), null)
      expect(await store.deployments.counts('default', startMs)).toEqual({ open: 3, applied: 0 })
      await store.deployments.insert({ ...storedOf('f', 'cart'), tenant: 'other' }, 1)
      expect(await store.deployments.get('default', 'f')).toBeUndefined()
    })

    it('change only where nobody else changed them meanwhile', async () => {
      await store.deployments.insert(storedOf('a', 'cart'), null)
      const both = await Promise.all([
        swap(storedOf('a', 'cart', { state: 'REQUESTED' })),
        swap(storedOf('a', 'cart', { state: 'CLOSED' })),
      ])
      expect(both.toSorted()).toEqual(['MOVED', 'SWAPPED'])
      expect((await store.deployments.get('default', 'a'))?.revision).toBe(2)
    })

    it('are driven by one process at a time, until its lease ends', async () => {
      await store.deployments.insert(storedOf('a', 'cart'), null)
      const lease = (holder: string, second: number) =>
        store.deployments.acquire('default', 'a', {
          ...{ holder, nowMs: startMs + second * 1_000, untilMs: startMs + second * 1_000 + 60_000 },
        })
      const first = await lease('one', 0)
      expect(first?.deployment.id).toBe('a')
      expect(await lease('two', 59)).toBeUndefined()
      expect(await lease('one', 59)).toBeDefined()
      expect(await lease('two', 119)).toBeDefined()
      expect(await swap(storedOf('a', 'cart'), 'one')).toBe('MOVED')
      expect(await swap(storedOf('a', 'cart'), 'two')).toBe('SWAPPED')
      await store.deployments.release('default', 'a', 'one')
      expect(await lease('one', 120)).toBeUndefined()
      await store.deployments.release('default', 'a', 'two')
      expect(await lease('one', 120)).toBeDefined()
    })

    it('begin no apply under the kill switch, and no more an hour than may be', async () => {
      for (const id of ['a', 'b']) await store.deployments.insert(storedOf(id, id), null)
      const claim = (id: string) =>
        store.deployments.swap(storedOf(id, id, { state: 'APPLYING' }), {
          holder: null,
          claim: { atMs: startMs + 1, limit: { sinceMs: startMs, max: 1 } },
        })
      const to = { on: true, by: 'dana', at: at(1), reason: 'looking' }
      await store.deployments.setKillSwitch('default', to)
      expect(await store.deployments.killSwitch('default')).toEqual(to)
      expect(await claim('a')).toBe('STOPPED')
      await store.deployments.setKillSwitch('default', { ...to, on: false })
      expect((await Promise.all([claim('a'), claim('b')])).toSorted()).toEqual(['LIMIT', 'SWAPPED'])
      expect(await store.deployments.counts('default', startMs)).toEqual({ open: 2, applied: 1 })
    })

    it('are due in order, and told newest first by service and state', async () => {
      await store.deployments.insert(storedOf('a', 'cart'), null)
      await store.deployments.insert(storedOf('b', 'pay', { created_at: at(5), state: 'CLOSED' }), null)
      expect(await store.deployments.due(startMs, 10)).toEqual([{ tenant: 'default', id: 'a' }])
      expect(await store.deployments.due(startMs - 1, 10)).toEqual([])
      const ids = async (services: string[], states: Deployment['state'][]) =>
        (await store.deployments.list('default', { services, states, limit: 10, offset: 0 })).deployments.map(
          ({ id }) => id,
        )
      expect(await ids([], [])).toEqual(['b', 'a'])
      expect(await ids(['cart'], [])).toEqual(['a'])
      expect(await ids([], ['CLOSED'])).toEqual(['b'])
    })

    it('say which overrides nobody reviewed, and what the policy said', async () => {
      const override = { signals: ['a', 'b'], expires_at: at(60), review_by: at(90), reviewed_by: null }
      const rule = { name: 'saving', outcome: 'REQUIRE_APPROVAL' as const, reason: '', overridden: true }
      const policy = {
        ...{ outcome: 'ALLOW' as const, approvals_needed: 0, rules: [rule] },
        ...{ policy_version: 'v', inputs_sha256: '', at: at(2) },
      }
      await store.deployments.insert(storedOf('a', 'cart', { override, policy, emergency: true }), null)
      await store.deployments.insert(storedOf('b', 'pay'), null)
      expect((await store.deployments.unreviewed(10)).map(({ deployment }) => deployment.id)).toEqual(['a'])
      expect(await store.deployments.said('default')).toEqual({
        ...{ ALLOW: 1, REQUIRE_APPROVAL: 0, DENY: 0, overridden: 1 },
      })
    })

    it('keep the last look at the drift of each stack', async () => {
      const check = {
        ...{ repository: 'infra', stack: 'prod', at: at(1), result: 'NONE' as const, class: null },
        ...{ resources: [], detail: '', since: null, cleanFilesSha256: 'ab' },
      }
      await store.deployments.saveDrift('default', check)
      await store.deployments.saveDrift('default', { ...check, detail: 'again' })
      expect(await store.deployments.drift('default')).toEqual([{ ...check, detail: 'again' }])
      expect(await store.deployments.drift('other')).toEqual([])
    })
  })
}
