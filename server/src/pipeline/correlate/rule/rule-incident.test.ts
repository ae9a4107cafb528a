import type { Alert } from '@aiops/contract/model/alert'
import { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { createKnowledge, KnowledgeConfig } from '../../../service/knowledge/index.ts'
import { alertAt, anomalyAt, t0 } from '../core/example.suite.ts'
import * as rig from './rule-world.suite.ts'

const parts: rig.RuleWorldParts = {
  openRecords: () => openSqliteRecordStore(':memory:'),
  createBus: createMemoryBus,
  createKnowledge: (base, { topologies, changes }) =>
    createKnowledge({ ...base, topologies, changes, tenants: ['default'] }, KnowledgeConfig.parse({})),
}
const worlds: rig.RuleWorld[] = []
const createWorld = async () => {
  const world = await rig.createRuleWorld(parts)
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.correlate.stop()
})

const { alertOf, receive, rule } = rig
const incidentsOf = async (world: rig.RuleWorld) =>
  (await rig.incidentsOf(world)).sort((a, b) => a.number - b.number)
const alert = (
  name: string,
  service: string,
  labels: Record<string, string> = {},
  rest: Partial<Alert> = {},
) =>
  alertAt(`service/${service}`, {
    ...{ id: `${name}-${service}`, fingerprint: `f-${name}-${service}`, name },
    ...{ labels: { alertname: name, ...labels }, severity: 'HIGH', ...rest },
  })
const group = { name: 'by rack', when: 'has(labels.rack)', action: 'GROUP' as const, by: ['rack'] }
const apart = { name: 'jobs apart', when: 'has(labels.job)', action: 'SEPARATE' as const, by: ['job'] }
const numbers = (all: readonly { number: number }[]): number[] => all.map(({ number }) => number)
const open = async (world: rig.RuleWorld) =>
  (await incidentsOf(world)).filter(({ status }) => status === 'OPEN')

/** Three open incidents of services that are not near; two share a rack. */
async function threeRacks(): Promise<rig.RuleWorld> {
  const world = await createWorld()
  for (const [name, rack] of [
    ['one', '7'],
    ['two', '7'],
    ['three', '8'],
  ] as const)
    await receive(world, alert('Down', name, { rack }))
  expect(await open(world)).toHaveLength(3)
  return world
}

describe('a rule that is made while incidents are open', () => {
  it('changes none of them by itself, and tells which it would join, before and after it is made', async () => {
    const world = await threeRacks()
    const range = { fromMs: t0 - 3_600_000, toMs: t0 + 3_600_000 }
    const before = await world.correlate.rules.preview('default', CorrelationRuleInput.parse(group), range)
    const { id } = await rule(world, group)
    const after = await world.correlate.rules.effect('default', id)
    for (const effect of [before.incidents, after]) {
      expect(effect).toMatchObject({ examined: 3, truncated: false, parts: [], left: [] })
      expect(effect.joins.map(({ into, from }) => [into.number, numbers(from)])).toEqual([[1, [2]]])
    }
    expect(after.joins[0]?.why).toBe('Kept together by the rule “by rack”: rack=7.')
    expect(await open(world)).toHaveLength(3)
  })

  it('joins what was chosen with itself as the reason, teaches nothing, and a split undoes it for good', async () => {
    const world = await threeRacks()
    const { id } = await rule(world, group)
    const applied = await world.correlate.rules.apply('default', id, 'ann', ['1', '2', '3'])
    expect(applied.done).toMatchObject([{ act: 'MERGED', incident: { number: 2 }, into: { number: 1 } }])
    expect(applied.skipped).toEqual([{ incident: '3', why: 'By now the rule has nothing to change in it.' }])
    const [first, second] = await incidentsOf(world)
    expect(first).toMatchObject({ alert_count: 2, status: 'OPEN' })
    expect(second).toMatchObject({ merged_into: first?.id })
    const timeline = await world.records.incidents.timeline(first?.id ?? '')
    expect(timeline.at(-1)).toMatchObject({ type: 'MERGED', actor: 'ann' })
    expect(timeline.at(-1)?.sentence).toContain('the rule “by rack”')
    expect(await world.correlate.life.lessons('default')).toEqual([])
    const { members } = applied.done[0] ?? { members: [] }
    await world.correlate.life.split('default', '1', 'ann', members)
    const effect = await world.correlate.rules.effect('default', id)
    expect(effect.joins).toEqual([])
    expect(effect.left[0]?.why).toMatch(/^Somebody has parted it from INC-1/)
  })

  it('leaves what would touch an incident that was not chosen', async () => {
    const world = await threeRacks()
    const { id } = await rule(world, group)
    const applied = await world.correlate.rules.apply('default', id, 'ann', ['2', '99'])
    expect(applied).toEqual({
      done: [],
      skipped: [
        { incident: '99', why: 'It is not an open incident that was looked at.' },
        { incident: '2', why: 'It would go into INC-1, which was not chosen.' },
      ],
    })
  })

  it('parts what it keeps apart; what comes later goes to the part that is its own', async () => {
    const world = await createWorld()
    await receive(
      world,
      alert('A', 'cart', { job: 'x' }),
      alert('B', 'cart'),
      alert('C', 'cart', { job: 'y' }),
    )
    expect(await incidentsOf(world)).toHaveLength(1)
    const { id } = await rule(world, apart)
    const effect = await world.correlate.rules.effect('default', id)
    expect(effect.parts.map(({ members, into, why }) => [members, into, why])).toEqual([
      [1, null, 'Kept apart by the rule “jobs apart”: job=x.'],
      [1, null, 'Kept apart by the rule “jobs apart”: job=y.'],
    ])
    const { done } = await world.correlate.rules.apply('default', id, 'ann', ['1'])
    expect(done.map(({ act }) => act)).toEqual(['SPLIT', 'SPLIT'])
    const homes = await Promise.all(
      ['A', 'B', 'C'].map(async (name) => (await alertOf(world, name)).incident_id),
    )
    expect(new Set(homes).size).toBe(3)
    await receive(world, alert('D', 'cart', { job: 'x' }), alert('E', 'cart'))
    expect((await alertOf(world, 'D')).incident_id).toBe(homes[0])
    expect((await alertOf(world, 'E')).incident_id).toBe(homes[1])
    expect(await world.correlate.rules.effect('default', id)).toMatchObject({ joins: [], parts: [] })
  })

  it('keeps the incident for the key with most members where nothing else goes on in it, and that key alone', async () => {
    const world = await createWorld()
    await receive(
      world,
      ...['A', 'B'].map((name) => alert(name, 'cart', { job: 'x' })),
      alert('C', 'cart', { job: 'y' }),
    )
    const { id } = await rule(world, apart)
    const { done } = await world.correlate.rules.apply('default', id, 'ann', ['1'])
    expect(done).toMatchObject([{ act: 'SPLIT', members: ['C-cart'] }])
    await receive(world, alert('E', 'cart'))
    const [a, c, e] = await Promise.all(
      ['A', 'C', 'E'].map(async (name) => (await alertOf(world, name)).incident_id),
    )
    expect(new Set([a, c, e]).size).toBe(3)
  })

  it('routes open incidents by itself, and says so beforehand', async () => {
    const world = await threeRacks()
    const input = { name: 'racks', when: 'labels.rack == "8"', action: 'ROUTE', route: 'hall' } as const
    const range = { fromMs: t0 - 3_600_000, toMs: t0 + 3_600_000 }
    const { incidents } = await world.correlate.rules.preview(
      'default',
      CorrelationRuleInput.parse(input),
      range,
    )
    expect(incidents.routes).toMatchObject([{ incident: { number: 3 }, from: null, to: 'hall' }])
    await rule(world, input)
    expect((await incidentsOf(world)).map(({ route }) => route)).toEqual([undefined, undefined, 'hall'])
  })

  it('says nothing of incidents of other tenants, and nothing while it is off', async () => {
    const world = await threeRacks()
    const { id } = await rule(world, { ...group, enabled: false })
    expect(await world.correlate.rules.effect('default', id)).toMatchObject({ joins: [] })
    await expect(world.correlate.rules.effect('other', id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

it('a preview counts anomalies that the rule meets beside alerts', async () => {
  const world = await createWorld()
  await world.records.anomalies.save(anomalyAt('service/cart', { atMs: t0, seriesId: 1 }))
  await receive(world, alert('A', 'cart'))
  const range = { fromMs: t0 - 3_600_000, toMs: t0 + 3_600_000 }
  const input = CorrelationRuleInput.parse({ name: 'x', when: 'service == "cart"', action: 'SUPPRESS' })
  const found = await world.correlate.rules.preview('default', input, range)
  expect(found).toMatchObject({ examined: 2, matched: 2, anomalies: { examined: 1, matched: 1 }, held: 2 })
  expect(found.examples.map(({ kind }) => kind).sort()).toEqual(['ALERT', 'ANOMALY'])
})
