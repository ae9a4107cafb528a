import { untouchedIncident } from '@aiops/contract/model/incident'
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../kernel/clock.ts'
import { t0 } from '../core/example.suite.ts'
import type { IncidentDraft } from '../core/incident-of.ts'
import { type ImpactSources, impactOf, weighBy } from './impact.ts'

const draft: IncidentDraft = {
  ...{
    id: 'one',
    tenant_id: 'default',
    title: '',
    description: '',
    severity: 'HIGH',
    status: 'OPEN',
    priority: 2,
  },
  ...{
    affected_entities: ['service/cart', 'host/a'],
    primary_entity: null,
    anomaly_count: 1,
    alert_count: 0,
  },
  ...{ escalation_level: 0, assigned_to: null, started_at: isoTime(t0), created_at: isoTime(t0) },
  ...{ updated_at: isoTime(t0), acknowledged_at: null, resolved_at: null, ttd: 0, ttr: null, cause: null },
  ...untouchedIncident,
}
const open = (tiers: Record<string, string>, slos: { service: string; state: string }[] = []) => {
  const asked = { count: 0 }
  const sources: ImpactSources = {
    tier(_, entity) {
      asked.count += 1
      return tiers[entity]
    },
    slos: () => slos.map((slo, i) => ({ id: `${i}`, name: `objective ${i}`, ...slo })),
  }
  return { asked, sources }
}
const weigh = (tiers: Record<string, string>, slos?: { service: string; state: string }[]) =>
  weighBy(open(tiers, slos).sources)({ ...draft, affected_entities: [...draft.affected_entities] })

describe('impact', () => {
  it('says what no source tells, and leaves the priority as it was', () => {
    expect(weigh({})).toEqual({
      priority: 2,
      impact: {
        ...{ entities: 2, tier: null, slos: [] },
        notes: [
          'No affected entity has a label "tier".',
          'No objective is set for an affected service.',
          'No source tells how many users are affected.',
        ],
      },
    })
  })

  it.each([
    [{ 'service/cart': '1' }, [], 1],
    [{ 'service/cart': 'Critical', 'host/a': '3' }, [], 1],
    [{ 'service/cart': 'tier-2' }, [], 2],
    [{ 'service/cart': 'T3' }, [], 3],
    [{ 'service/cart': 'T3' }, [{ service: 'cart', state: 'BURNING' }], 1],
    [{ 'service/cart': 'gold' }, [{ service: 'cart', state: 'OK' }], 2],
    [{}, [{ service: 'other', state: 'EXHAUSTED' }], 2],
  ] as const)(
    'of tiers %j and objectives %j makes priority %i of a HIGH incident',
    (tiers, slos, priority) => {
      expect(weigh(tiers, [...slos]).priority).toBe(priority)
    },
  )

  it('names the highest tier and the objectives that burn', () => {
    const { sources } = open({ 'service/cart': 'tier-2', 'host/a': 'tier-1' }, [
      { service: 'cart', state: 'EXHAUSTED' },
      { service: 'cart', state: 'OK' },
    ])
    expect(impactOf({ ...draft, affected_entities: ['service/cart', 'host/a'] }, sources)).toMatchObject({
      tier: { value: 'tier-1', entity: 'host/a' },
      slos: [{ id: '0', state: 'EXHAUSTED' }],
      notes: ['No source tells how many users are affected.'],
    })
  })

  it('is not asked for again within half a minute, unless there is more of it', () => {
    const { sources, asked } = open({ 'service/cart': '1' })
    const [at, entities] = [(ms: number) => ({ updated_at: isoTime(t0 + ms) }), ['service/cart']]
    const first = { ...draft, links: [], affected_entities: entities }
    const stored = { ...first, number: 1, ...weighBy(sources)(first) }
    expect(asked.count).toBe(1)
    expect(weighBy(sources)({ ...first, ...at(10_000) }, stored).priority).toBe(1)
    expect(asked.count).toBe(1)
    weighBy(sources)({ ...first, ...at(10_000), affected_entities: ['service/cart', 'host/a'] }, stored)
    weighBy(sources)({ ...first, ...at(40_000) }, stored)
    expect(asked.count).toBe(4)
  })
})
