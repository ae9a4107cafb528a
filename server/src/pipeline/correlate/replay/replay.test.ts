import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSqliteRecordStore } from '../../../adapter/kysely/record-store.ts'
import { createMemoryBus } from '../../../adapter/memory/event-bus.ts'
import { Fault } from '../../../kernel/fault.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { CorrelateConfig } from '../config.ts'
import { alertAt, exampleCore, resolvedAt, shop, t0, topologyOf } from '../core/example.suite.ts'
import { settingsOf } from '../core/settings.ts'
import type { Output } from '../core/turn.ts'
import { acts, Story } from '../edit/edited.suite.ts'
import { openLifeWorld } from '../edit/life-world.suite.ts'
import { recordCore } from './record.ts'
import { outputText, replayIncidentFile } from './replay.ts'

const recorded = () => {
  let given = 0
  return recordCore({
    tenant: 'default',
    topology: topologyOf(shop.edges),
    settings: settingsOf(CorrelateConfig.parse({})),
    newId() {
      given += 1
      return `incident-${given}`
    },
  })
}

describe('an incident file', () => {
  it('replayed says byte by byte what was said when it was recorded, whatever people did', () => {
    fc.assert(
      fc.property(acts, (drawn) => {
        const recording = recorded()
        const story = new Story(recording.core)
        const steps: Output[][] = []
        for (const act of drawn) {
          const event = story.eventOf(act)
          if (!event) continue
          try {
            steps.push(recording.step(event))
          } catch (error) {
            if (!(error instanceof Fault)) throw error
          }
        }
        const text = recording.text()
        expect(outputText(replayIncidentFile(text))).toBe(outputText(steps))
        expect(outputText(replayIncidentFile(text))).toBe(outputText(replayIncidentFile(text)))
      }),
      { numRuns: 40 },
    )
  })

  it('follows a topology that grew meanwhile', () => {
    const edges = [['payments', 'ledger']]
    const recording = recordCore({
      ...{ tenant: 'default', newId: () => 'one', settings: exampleCore().settings },
      topology: {
        neighbourhood: (entity, depth) => topologyOf(edges).neighbourhood(entity, depth),
        dependencies: (entity) => topologyOf(edges).dependencies(entity),
        dependents: (entity) => topologyOf(edges).dependents(entity),
      },
    })
    const { signal, rest } = signals()
    const steps = [recording.step({ type: 'SIGNAL', nowMs: t0, signal })]
    edges.push(['checkout', 'payments'])
    steps.push(recording.step({ type: 'TOPOLOGY', nowMs: t0 + 1 }))
    steps.push(recording.step({ type: 'SIGNAL', nowMs: t0 + 2, signal: rest }))
    expect(outputText(replayIncidentFile(recording.text()))).toBe(outputText(steps))
    expect(recording.core.groups.all.size).toBe(1)
  })

  it('that cannot be read is refused with the line', () => {
    const text = recorded().text()
    const read = (file: string) => () => outputText(replayIncidentFile(file))
    expect(read('')).toThrow(/Line 1 .* not JSON/)
    expect(read('{}')).toThrow(/Line 1/)
    expect(read(`${text}{"event":{"type":"TICK"}}\n`)).toThrow(/Line 2/)
    expect(read(`${text}\n{"event":{"type":"TICK","nowMs":1}}\n`)).not.toThrow()
  })

  it('of a stored incident tells its alerts as they came, and replays to one incident that is over', async () => {
    const bus = createMemoryBus({ log: silentLog, metrics: createMetrics() })
    const world = await openLifeWorld({ records: await openSqliteRecordStore(':memory:'), bus })
    const alerts = [alertAt('service/payments'), alertAt('service/checkout')]
    await world.receive(...alerts)
    await world.receive(...alerts.map((alert) => resolvedAt(alert, t0 + 60_000)))
    const text = await world.life.file('default', '1')
    expect(text).toBe(await world.life.file('default', '1'))
    const outputs = [...replayIncidentFile(text)].flat()
    expect(outputs.filter(({ type }) => type === 'OPENED')).toHaveLength(1)
    expect(outputs.filter(({ type }) => type === 'MEMBER')).toHaveLength(2)
    expect(outputText([outputs])).toContain('Resolved: everything in it has ended.')
    await world.correlate.stop()
  })
})

function signals() {
  const recording = new Story(exampleCore())
  const act = { what: 'ALERT', other: 0, many: 5 } as const
  const [first, second] = [recording.eventOf({ ...act, one: 2 }), recording.eventOf({ ...act, one: 1 })]
  if (first?.type !== 'SIGNAL' || second?.type !== 'SIGNAL') throw new Error('alerts are signals')
  return { signal: first.signal, rest: second.signal }
}
