import type { Alert } from '@aiops/contract/model/alert'
import { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import type { DocumentFile } from '../../../port/document-source.ts'
import { createKnowledge, KnowledgeConfig } from '../../../service/knowledge/index.ts'
import { alertAt, resolvedAt, t0 } from '../core/example.suite.ts'
import type { CorrelateDeps } from '../index.ts'
import * as rig from './rule-world.suite.ts'

const parts: rig.RuleWorldParts = {
  openRecords: () => openSqliteRecordStore(':memory:'),
  createBus: createMemoryBus,
  createKnowledge: (base, { topologies, changes }) =>
    createKnowledge({ ...base, topologies, changes, tenants: ['default'] }, KnowledgeConfig.parse({})),
}

const worlds: rig.RuleWorld[] = []
const createWorld = async (from?: rig.RuleWorld, documents?: CorrelateDeps['ruleDocuments']) => {
  const world = await rig.createRuleWorld(parts, from, documents)
  worlds.push(world)
  return world
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.correlate.stop()
})

const { alertOf, incidentsOf, pass, receive, rule } = rig
let fingerprint = 0
function alert(
  name: string,
  service: string,
  labels: Record<string, string> = {},
  parts: Partial<Alert> = {},
): Alert {
  fingerprint += 1
  return alertAt(`service/${service}`, {
    ...{ id: `${name}-${service}-${fingerprint}`, fingerprint: `f${fingerprint}`, name },
    ...{ labels: { alertname: name, ...labels }, severity: 'HIGH', ...parts },
  })
}

describe('SUPPRESS', () => {
  it('keeps what matches out of incidents, names itself as the reason, and frees it when it goes', async () => {
    const world = await createWorld()
    const { id } = await rule(world, { when: 'labels.env == "test"', action: 'SUPPRESS' })
    await receive(world, alert('A', 'cart', { env: 'test' }), alert('B', 'web', { env: 'prod' }))
    expect((await incidentsOf(world)).map((one) => one.primary_entity)).toEqual(['service/web'])
    expect(await alertOf(world, 'A')).toMatchObject({ silenced_by: [`rule:${id}`], incident_id: null })
    expect(world.correlate.rules.get('default', id).hits.count).toBe(1)
    await world.correlate.rules.delete('default', id)
    expect(await incidentsOf(world)).toHaveLength(2)
    expect(await alertOf(world, 'A')).not.toHaveProperty('silenced_by')
  })

  it('made while something fires holds back what waits, worsens nothing that is open, and holds after a restart', async () => {
    const world = await createWorld()
    await receive(world, alert('Open', 'web'), alert('Waits', 'cart', {}, { severity: 'LOW' }))
    expect(await incidentsOf(world)).toMatchObject([{ alert_count: 1 }])
    const { id } = await rule(world, { when: 'true', action: 'SUPPRESS', name: 'all' })
    expect(await alertOf(world, 'Waits')).toMatchObject({ silenced_by: [`rule:${id}`] })
    await receive(world, alert('More', 'web'))
    await world.correlate.stop()
    const again = await createWorld(world)
    await pass(again, 2)
    expect(await incidentsOf(again)).toMatchObject([{ alert_count: 1, status: 'OPEN' }])
    expect(await alertOf(again, 'More')).toMatchObject({ silenced_by: [`rule:${id}`], incident_id: null })
    expect(again.correlate.rules.get('default', id).hits.count).toBe(3)
    await again.correlate.rules.update(
      'default',
      id,
      { ...again.correlate.rules.get('default', id), enabled: false },
      'anna',
    )
    expect((await alertOf(again, 'More')).incident_id).toEqual(expect.any(String))
  })

  it('lets a CRITICAL through that its condition does not name', async () => {
    const world = await createWorld()
    await rule(world, { when: 'name == "A"', action: 'SUPPRESS' })
    await receive(world, alert('A', 'cart', {}, { severity: 'CRITICAL' }))
    expect(await incidentsOf(world)).toMatchObject([{ severity: 'CRITICAL' }])
  })
})

describe('INHIBIT', () => {
  const down = {
    action: 'INHIBIT' as const,
    source_when: 'name == "NodeDown"',
    when: 'name != "NodeDown"',
    by: ['node'],
  }

  it('holds back while a source fires, whichever came first in the delivery, and frees it when the source ends', async () => {
    const world = await createWorld()
    const { id } = await rule(world, down)
    const source = alert('NodeDown', 'node', { node: '1' })
    await receive(world, alert('Slow', 'cart', { node: '1' }), alert('Other', 'web', { node: '2' }), source)
    expect((await alertOf(world, 'Slow')).silenced_by).toEqual([`rule:${id}:${source.id}`])
    expect(await alertOf(world, 'Other')).not.toHaveProperty('silenced_by')
    expect((await incidentsOf(world)).map((one) => one.primary_entity).sort()).toEqual([
      'service/node',
      'service/web',
    ])
    await pass(world, 5)
    await receive(world, resolvedAt(source, world.clock.now()))
    expect(await alertOf(world, 'Slow')).not.toHaveProperty('silenced_by')
    expect((await alertOf(world, 'Slow')).incident_id).toEqual(expect.any(String))
  })

  it('holds back later what was firing before the source, and goes on after a restart', async () => {
    const world = await createWorld()
    await rule(world, down)
    await receive(world, alert('Waits', 'cart', { node: '1' }, { severity: 'LOW' }))
    await receive(world, alert('NodeDown', 'node', { node: '1' }))
    expect((await alertOf(world, 'Waits')).silenced_by).toHaveLength(1)
    await world.correlate.stop()
    const again = await createWorld(world)
    await receive(again, alert('Slow', 'web', { node: '1' }))
    expect((await alertOf(again, 'Slow')).silenced_by).toHaveLength(1)
    expect(await incidentsOf(again)).toHaveLength(1)
  })
})

describe('GROUP and SEPARATE', () => {
  it('joins what is equal into one incident, with the rule as the reason, also after a restart', async () => {
    const world = await createWorld()
    await rule(world, { name: 'by region', when: 'has(labels.region)', action: 'GROUP', by: ['region'] })
    await receive(world, alert('A', 'cart', { region: 'eu' }))
    await pass(world, 400)
    await receive(
      world,
      alert('B', 'far', { region: 'eu' }, { starts_at: new Date(world.clock.now()).toISOString() }),
    )
    await receive(
      world,
      alert('C', 'farther', { region: 'us' }, { starts_at: new Date(world.clock.now()).toISOString() }),
    )
    const [first, second, ...rest] = await incidentsOf(world)
    expect([first?.alert_count, second?.alert_count, rest.length]).toEqual([2, 1, 0])
    const reasons = await world.records.memberships.reasons(first?.id ?? '')
    expect(reasons[(await alertOf(world, 'B')).id]).toBe('Kept together by the rule “by region”: region=eu.')
    await world.correlate.stop()
    const again = await createWorld(world)
    await pass(again, 400)
    await receive(
      again,
      alert('D', 'else', { region: 'eu' }, { starts_at: new Date(again.clock.now()).toISOString() }),
    )
    expect((await alertOf(again, 'D')).incident_id).toBe(first?.id)
  })

  it('keeps apart what else would be one incident', async () => {
    const world = await createWorld()
    const three = () => [
      alert('A', 'cart', { job: 'x' }),
      alert('B', 'cart'),
      alert('C', 'cart', { job: 'y' }),
    ]
    await rule(world, { when: 'has(labels.job)', action: 'SEPARATE', by: ['job'] })
    await receive(world, ...three())
    await receive(world, alert('D', 'cart', { job: 'x' }))
    const homes = await Promise.all(
      ['A', 'B', 'C', 'D'].map(async (name) => (await alertOf(world, name)).incident_id),
    )
    expect(new Set(homes.slice(0, 3)).size).toBe(3)
    expect(homes[3]).toBe(homes[0])
    const plain = await createWorld()
    await receive(plain, ...three())
    expect(await incidentsOf(plain)).toHaveLength(1)
  })
})

describe('ROUTE', () => {
  it('gives the incident the first route of its members, and keeps it', async () => {
    const world = await createWorld()
    await rule(world, { name: 'rest', when: 'true', action: 'ROUTE', route: 'ops', order: 2 })
    await rule(world, {
      name: 'shop',
      when: 'labels.team == "shop"',
      action: 'ROUTE',
      route: 'shop',
      order: 1,
    })
    await receive(world, alert('A', 'cart'))
    expect(await incidentsOf(world)).toMatchObject([{ route: 'ops' }])
    await receive(world, alert('B', 'cart', { team: 'shop' }))
    await pass(world, 2)
    expect(await incidentsOf(world)).toMatchObject([{ route: 'shop', alert_count: 2 }])
    await world.correlate.stop()
    const again = await createWorld(world)
    const [incident] = await incidentsOf(again)
    await again.correlate.setStatus('default', incident?.id ?? '', 'ACKNOWLEDGED', 'anna')
    expect(await incidentsOf(again)).toMatchObject([{ route: 'shop', status: 'ACKNOWLEDGED' }])
  })
})

describe('rules', () => {
  const parse = (rest: object) => CorrelationRuleInput.parse({ name: 'x', when: 'true', ...rest })

  it.each([
    [{ action: 'INHIBIT' }, 'source_when'],
    [{ action: 'ROUTE' }, 'route'],
    [{ action: 'SUPPRESS', by: ['a'] }, 'by'],
    [{ action: 'GROUP', route: 'x' }, 'route'],
    [{ action: 'SUPPRESS', when: 'nope' }, 'Unknown variable: nope at 1:1'],
  ])('%j are refused', async (rest, why) => {
    const world = await createWorld()
    await expect(world.correlate.rules.create('default', parse(rest), 'anna')).rejects.toThrow(why)
    expect(world.correlate.rules.list('default')).toEqual([])
  })

  it('of documents take effect as they change; one with a problem leaves the last good state', async () => {
    const files: DocumentFile[] = []
    const source = { load: async () => files.map((file) => ({ ...file })) }
    const world = await createWorld(undefined, [{ tenant: 'default', source }])
    await receive(world, alert('Waits', 'cart', {}, { severity: 'LOW' }))
    files.push({ file: 'a.yaml', text: 'rules:\n  - { name: quiet, when: "true", action: SUPPRESS }\n' })
    await pass(world, 11)
    const [made] = world.correlate.rules.list('default')
    expect(made).toMatchObject({ origin: 'FILE', created_by: 'a.yaml' })
    expect(await alertOf(world, 'Waits')).toMatchObject({ silenced_by: [`rule:${made?.id}`] })
    await expect(world.correlate.rules.delete('default', made?.id ?? '')).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    files[0] = { file: 'a.yaml', text: 'rules:\n  - { name: quiet, when: "tru", action: SUPPRESS }\n' }
    await pass(world, 11)
    expect(world.correlate.rules.problems('default')).toEqual([
      { file: 'a.yaml', message: expect.stringContaining('rules[0].when: Unknown variable: tru') },
    ])
    expect(world.correlate.rules.list('default')).toHaveLength(1)
    files.pop()
    await pass(world, 11)
    expect(await alertOf(world, 'Waits')).not.toHaveProperty('silenced_by')
  })

  it('tell beforehand what they would have met', async () => {
    const world = await createWorld()
    const source = alert('NodeDown', 'node', { node: '1' })
    await receive(world, source, alert('Slow', 'cart', { node: '1' }), alert('Slow', 'web', { node: '2' }))
    const range = { fromMs: t0 - 3_600_000, toMs: t0 + 3_600_000 }
    const preview = (rest: object) => world.correlate.rules.preview('default', parse(rest), range)
    expect(
      await preview({
        action: 'INHIBIT',
        source_when: 'name == "NodeDown"',
        when: 'name == "Slow"',
        by: ['node'],
      }),
    ).toMatchObject({ examined: 3, matched: 2, sources: 1, held: 1, truncated: false })
    expect(await preview({ action: 'GROUP', by: ['node'] })).toMatchObject({ matched: 3, groups: 2, held: 0 })
    expect(world.correlate.rules.list('default')).toEqual([])
  })

  it('of one tenant say nothing to another', async () => {
    const world = await createWorld()
    await rule(world, { when: 'true', action: 'SUPPRESS' })
    await receive(world, alert('A', 'cart', {}, { tenant_id: 'other' }))
    const { alerts } = await world.records.alerts.list('other', { severities: [], limit: 1 })
    expect(alerts[0]?.incident_id).toEqual(expect.any(String))
  })
})
