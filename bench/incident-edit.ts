/**
 * What people do to large incidents: CPU of each act, and the longest time that it holds the loop. `node bench/incident-edit.ts
 * [members]`, 5,000 unless given.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Incident } from '@aiops/contract/model/incident'
import { openSqliteRecordStore } from '../server/src/adapter/kysely/record-store.ts'
import { createMemoryBus } from '../server/src/adapter/memory/event-bus.ts'
import { must } from '../server/src/kernel/assert.ts'
import { isoTime, systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'
import { createMetrics } from '../server/src/kernel/metric.ts'
import { seededRandom } from '../server/src/kernel/random.ts'
import { CorrelateConfig, createCorrelate } from '../server/src/pipeline/correlate/index.ts'
import { fixedTopology, type Knowledge } from '../server/src/service/knowledge/index.ts'
import { machine } from './machine.ts'

const count = Number(process.argv[2] ?? 5_000)
const folder = mkdtempSync(join(tmpdir(), 'aiops-incident-edit-'))
const records = await openSqliteRecordStore(join(folder, 'records.db'))
const metrics = createMetrics()
const bus = createMemoryBus({ log: silentLog, metrics })
const services = (side: string) => Array.from({ length: 50 }, (_, i) => `service/${side}${i}`)
const topology = fixedTopology({
  entities: [...services('a'), ...services('b')].map((id) => ({ id, labels: {} })),
  edges: ['a', 'b'].flatMap((side) =>
    services(side)
      .slice(1)
      .map((target) => ({ source: `service/${side}0`, target, type: 'CALLS' as const })),
  ),
})
const knowledge = {
  neighbourhood: (_: string, entity: string, depth: number) => topology.neighbourhood(entity, depth),
  dependencies: (_: string, entity: string) => topology.dependencies(entity),
  dependents: (_: string, entity: string) => topology.dependents(entity),
  setHealth: () => undefined,
} as unknown as Knowledge
const correlate = createCorrelate(
  { bus, records, knowledge, clock: systemClock, random: seededRandom(1), metrics, log: silentLog },
  CorrelateConfig.parse({}),
)
await correlate.start()
const at = isoTime(Date.now())
for (const side of ['a', 'b'])
  for (let i = 0; i < count; i += 500) {
    const alerts = Array.from({ length: Math.min(500, count - i) }, (_, k) => alertOf(side, i + k))
    for (const { alert } of await records.alerts.upsertAll(alerts))
      bus.publish('events', {
        ...{ event_id: alert.id, event_type: 'ALERT_FIRED', source: 'bench', tenant_id: 'default' },
        ...{ timestamp: at, payload: alert },
      })
    await bus.idle()
    await correlate.idle()
  }
await new Promise((resolve) => setTimeout(resolve, 2_000))
await correlate.idle()

const { life } = correlate
const rows: object[] = []
const first = must((await incidents())[0], 'the alerts made incidents')
const members = await records.incidentLife.members('default', first.id, { limit: 20_000, offset: 0 })
const ids = members.members.map(({ id }) => id)
await measure('page of 50 members', () =>
  records.incidentLife.members('default', first.id, { limit: 50, offset: Math.floor(count * 0.8) }),
)
await measure('undo one membership', () => life.remove('default', '1', 'bench', [must(ids[0], 'members')]))
await measure(`merge ${count} into ${count}`, () => life.merge('default', '2', 'bench', '1'))
await measure(`split ${count - 1} off`, () => life.split('default', '1', 'bench', ids.slice(1)))
const split = must((await incidents()).at(-1), 'the split made an incident')
await measure('move one', () => life.move('default', split.id, 'bench', [must(ids[1], 'members')], '1'))
console.log(JSON.stringify({ bench: 'incident-edit', members: count, rows, machine: machine() }, null, 2))
await correlate.stop()
await records.close()
rmSync(folder, { recursive: true })

function alertOf(side: string, i: number) {
  return {
    ...{
      id: `${side} ${i}`,
      tenant_id: 'default',
      fingerprint: `${side} ${i}`,
      source: 'bench',
      name: `Rule${i % 20}`,
    },
    ...({ severity: 'HIGH', status: 'FIRING', message: '', labels: {}, annotations: {} } as const),
    ...{
      entity: `service/${side}${i % 50}`,
      starts_at: at,
      ends_at: null,
      received_at: at,
      incident_id: null,
    },
  }
}

async function incidents(): Promise<Incident[]> {
  const found = await records.incidents.list('default', {
    ...{ statuses: [], severities: [], sort: 'created_at', limit: 200, offset: 0 },
  })
  return found.incidents.sort((a, b) => a.number - b.number)
}

/** CPU of this thread between two turns of the loop is what one step holds it. */
async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
  const turn = { longest: 0, count: 0, isOn: true, before: process.threadCpuUsage() }
  const next = (): void => {
    const { user, system } = process.threadCpuUsage(turn.before)
    turn.longest = Math.max(turn.longest, (user + system) / 1_000)
    turn.count += 1
    turn.before = process.threadCpuUsage()
    if (turn.isOn) setImmediate(next)
  }
  setImmediate(next)
  await new Promise((resolve) => setImmediate(resolve))
  const before = process.cpuUsage()
  await work()
  turn.isOn = false
  const { user, system } = process.cpuUsage(before)
  await new Promise((resolve) => setImmediate(resolve))
  rows.push({
    act: name,
    cpu_ms: Math.round((user + system) / 1_000),
    longest_turn_ms: Math.round(turn.longest * 10) / 10,
    turns: turn.count,
  })
}
