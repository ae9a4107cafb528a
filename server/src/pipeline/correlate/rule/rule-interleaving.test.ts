import type { Alert } from '@aiops/contract/model/alert'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { createKnowledge, KnowledgeConfig } from '../../../service/knowledge/index.ts'
import { alertAt, resolvedAt } from '../core/example.suite.ts'
import * as rig from './rule-world.suite.ts'

const parts: rig.RuleWorldParts = {
  openRecords: () => openSqliteRecordStore(':memory:'),
  createBus: createMemoryBus,
  createKnowledge: (base, { topologies, changes }) =>
    createKnowledge({ ...base, topologies, changes, tenants: ['default'] }, KnowledgeConfig.parse({})),
}

type Move = { which: number; begins: boolean; together: boolean; restart: boolean; silence: boolean }
const moves = fc.array(
  fc.record({
    ...{ which: fc.nat(5), begins: fc.boolean(), together: fc.boolean() },
    restart: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
    silence: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
  }),
  { maxLength: 20 },
)
/** By place: a source of each node, and targets; the last fits both sides. */
const kinds = [
  { name: 'Down', node: '1' },
  { name: 'Down', node: '2' },
  { name: 'Slow', node: '1' },
  { name: 'Slow', node: '2' },
  { name: 'Lone', node: '' },
  { name: 'Down', node: '1', both: 'yes' },
] as const

const isHeld = (alert: Alert, firing: readonly Alert[]): boolean =>
  (alert.name === 'Slow' || alert.labels.both === 'yes') &&
  firing.some(
    (source) =>
      source.name === 'Down' &&
      (source.labels.node ?? '') === (alert.labels.node ?? '') &&
      !(alert.labels.both === 'yes' && source.labels.both === 'yes'),
  )

it('after any sequence of beginnings, ends, deliveries, silences and restarts what goes on is held back as Alertmanager would', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (steps: Move[]) => {
      let world = await rig.createRuleWorld(parts)
      await rig.rule(world, {
        ...{ action: 'INHIBIT', source_when: 'name == "Down"', by: ['node'] },
        when: 'name == "Slow" || labels.get("both") == "yes"',
      })
      const firing = new Map<number, Alert>()
      let next = 0
      let waiting: Alert[] = []
      for (const { which, begins, together, restart, silence } of steps) {
        const { name, ...labels } = kinds[which] as (typeof kinds)[number]
        const before = firing.get(which)
        if (begins !== (before === undefined)) continue
        next += 1
        // The same fingerprint and start would be the same alert.
        await world.clock.advance(7)
        const nowMs = world.clock.now()
        const alert = before
          ? resolvedAt(before, nowMs)
          : alertAt(`service/s${next}`, {
              ...{ id: `${next}`, fingerprint: `f${which}`, name, labels: { alertname: name, ...labels } },
              ...{ severity: 'HIGH', atMs: nowMs },
            })
        if (before) firing.delete(which)
        else firing.set(which, alert)
        waiting.push(alert)
        if (together) continue
        await rig.receive(world, ...waiting)
        waiting = []
        if (silence)
          await world.correlate.silences.put('default', {
            ...{ matchers: [{ name: 'alertname', op: '=', value: 'Nothing' }], endMs: nowMs + 5_000 },
            ...{ createdBy: 'anna', comment: 'turns everything over' },
          })
        await rig.pass(world, 1)
        if (restart) {
          await world.correlate.stop()
          world = await rig.createRuleWorld(parts, world)
        }
        await expectHeld(world, [...firing.values()])
      }
      await world.correlate.stop()
      await world.records.close()
    }),
    { numRuns: 12 },
  )
})

async function expectHeld(world: rig.RuleWorld, firing: readonly Alert[]): Promise<void> {
  const { alerts } = await world.records.alerts.list('default', {
    severities: [],
    status: 'FIRING',
    limit: 50,
  })
  const found = alerts.map(({ id, silenced_by = [], incident_id }) => [
    id,
    silenced_by.length > 0,
    incident_id !== null,
  ])
  const wanted = firing.map((alert) => [alert.id, isHeld(alert, firing)])
  expect(found.map(([id, held]) => [id, held]).sort()).toEqual(wanted.sort())
  // Whatever is free is in an incident.
  for (const [id, held, within] of found) if (!held) expect([id, within]).toEqual([id, true])
}
