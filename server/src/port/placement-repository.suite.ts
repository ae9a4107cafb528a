import type { Decision } from '@aiops/contract/model/decision'
import { usd } from '@aiops/contract/model/money'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DecisionFilter } from './placement-repository.ts'
import type { RecordStore } from './record-store.ts'

const startMs = 1_700_000_000_000
const decisionOf = (id: string, second: number, more: Partial<Decision> = {}): Decision => ({
  ...{
    id,
    service: 'cart',
    at: new Date(startMs + second * 1_000).toISOString(),
    action: 'MOVE',
    state: 'RECOMMENDED',
  },
  ...{
    from: 'aws',
    to: 'alibaba',
    options: [],
    confidence: 0.9,
    calibration: { outcomes: 0, hit_rate: null },
  },
  ...{ runner_up: 'aws', gap: null, flips: [], economics: null, tests: [], emergency: false, signals: [] },
  ...{
    explanation: 'x',
    seed: 1,
    settings_version: 's1',
    deployment_id: null,
    outcome: null,
    hypothetical: false,
  },
  ...more,
})
const all: DecisionFilter = {
  ...{ startMs: 0, endMs: startMs + 1_000_000, services: [], actions: [], states: [], limit: 50, offset: 0 },
}
const outcome = (right: boolean | null) => ({
  realised_usd: { p10: usd(1), p50: usd(2), p90: usd(3) },
  measured_until: new Date(startMs).toISOString(),
  ...{ coverage: 1, right },
})

/** What every RecordStore keeps of placement decisions. */
export function placementRepositoryConformance(open: (name: string) => Promise<RecordStore>): void {
  describe('placement decisions', () => {
    let store: RecordStore
    let count = 0
    beforeEach(async () => {
      count += 1
      store = await open(`placements-${count}`)
    })
    afterEach(() => store.close())
    const ids = async (filter: Partial<DecisionFilter> = {}, tenant = 'default') =>
      (await store.placements.decisions(tenant, { ...all, ...filter })).decisions.map(({ id }) => id)

    it('are told newest first, to their tenant alone, and by time, service, action and state', async () => {
      await store.placements.saveDecisions('default', [
        decisionOf('a', 10),
        decisionOf('b', 30, { service: 'web', state: 'HELD' }),
        decisionOf('c', 20, { action: 'STAY', state: 'STAYING' }),
      ])
      await store.placements.saveDecisions('other', [decisionOf('a', 40)])
      expect(await ids()).toEqual(['b', 'c', 'a'])
      expect(await ids({}, 'other')).toEqual(['a'])
      expect(await ids({ startMs: startMs + 10_000, endMs: startMs + 20_000 })).toEqual(['c', 'a'])
      expect(await ids({ services: ['web'] })).toEqual(['b'])
      expect(await ids({ actions: ['STAY'] })).toEqual(['c'])
      expect(await ids({ states: ['HELD', 'RECOMMENDED'] })).toEqual(['b', 'a'])
      expect(await store.placements.decisions('default', { ...all, limit: 1, offset: 1 })).toMatchObject({
        total: 3,
      })
      expect(await store.placements.decision('default', 'b')).toMatchObject({ service: 'web' })
      expect(await store.placements.decision('other', 'b')).toBeUndefined()
      expect((await store.placements.latestDecisions('default')).map(({ id }) => id).sort()).toEqual([
        'b',
        'c',
      ])
    })

    it('change state once, for whoever comes first', async () => {
      await store.placements.saveDecisions('default', [decisionOf('a', 10)])
      const proposed = decisionOf('a', 10, { state: 'PROPOSED', deployment_id: 'd1' })
      const dropped = decisionOf('a', 10, { state: 'DROPPED' })
      const won = await Promise.all([
        store.placements.transition('default', proposed, 'RECOMMENDED'),
        store.placements.transition('default', dropped, 'RECOMMENDED'),
      ])
      expect(won).toEqual([true, false])
      expect(await store.placements.transition('other', dropped, 'PROPOSED')).toBe(false)
      expect(await store.placements.decision('default', 'a')).toMatchObject({
        state: 'PROPOSED',
        deployment_id: 'd1',
      })
      expect(await ids({ states: ['PROPOSED'] })).toEqual(['a'])
    })

    it('tell what came of them where it is known', async () => {
      await store.placements.saveDecisions('default', [
        decisionOf('a', 10, { outcome: outcome(true) }),
        decisionOf('b', 20, { outcome: outcome(false), confidence: 0.8 }),
        decisionOf('c', 30, { outcome: outcome(null) }),
        decisionOf('d', 40, { outcome: outcome(true), confidence: null }),
        decisionOf('e', 50),
      ])
      expect(await store.placements.outcomes('default')).toEqual([
        { confidence: 0.8, right: false },
        { confidence: 0.9, right: true },
      ])
    })

    it('stand on states and regret of each tenant, and go when they are old', async () => {
      const state = (service: string, movesMs: number[]) => ({
        ...{ service, movesMs, placements: [], lastProposalMs: 5, droppedUntilMs: { aws: 7 } },
      })
      await store.placements.saveStates('default', [state('cart', []), state('web', [1])])
      await store.placements.saveStates('default', [state('cart', [2, 3])])
      await store.placements.saveRegret('default', '{"a":1}')
      await store.placements.saveRegret('default', '{"a":2}')
      const kept = await store.placements.states('default')
      expect(kept.sort((a, b) => (a.service < b.service ? -1 : 1))).toEqual([
        state('cart', [2, 3]),
        state('web', [1]),
      ])
      expect(await store.placements.regret('default')).toBe('{"a":2}')
      expect(await store.placements.regret('other')).toBeUndefined()
      expect(await store.placements.states('other')).toEqual([])
      await store.placements.saveDecisions('default', [decisionOf('a', 10), decisionOf('b', 20)])
      expect(await store.placements.deleteBefore(startMs + 20_000)).toBe(1)
      expect(await ids()).toEqual(['b'])
    })
  })
}
