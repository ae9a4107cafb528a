import type { Event } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import { CorrelationRuleInput } from '@aiops/contract/model/correlation-rule'
import type { Incident } from '@aiops/contract/model/incident'
import type { z } from 'zod'
import { isoTime, ManualClock } from '../../../kernel/clock.ts'
import { type Log, silentLog } from '../../../kernel/log.ts'
import { createMetrics, type Metrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import type { Knowledge } from '../../../service/knowledge/index.ts'
import { t0 } from '../core/example.suite.ts'
import { type Correlate, CorrelateConfig, type CorrelateDeps, createCorrelate } from '../index.ts'

/** The stage over real records, with time of our own. */
export type RuleWorld = {
  clock: ManualClock
  bus: EventBus
  records: RecordStore
  correlate: Correlate & { idle(): Promise<void> }
}
let sequence = 0

type Base = { bus: EventBus; clock: ManualClock; metrics: Metrics; log: Log }
/** What a world runs on; tests hand it in, for only they may name it. */
export type RuleWorldParts = {
  openRecords(): Promise<RecordStore>
  createBus(deps: { log: Log; metrics: Metrics }): EventBus
  createKnowledge(base: Base, records: RecordStore): Knowledge
}

/** `from` is a world whose process died; its records are what is left. */
export async function createRuleWorld(
  parts: RuleWorldParts,
  from?: RuleWorld,
  documents: CorrelateDeps['ruleDocuments'] = [],
): Promise<RuleWorld> {
  const clock = from?.clock ?? new ManualClock(t0)
  const metrics = createMetrics()
  const bus = parts.createBus({ log: silentLog, metrics })
  const records = from?.records ?? (await parts.openRecords())
  const base = { bus, clock, metrics, log: silentLog }
  const knowledge = parts.createKnowledge(base, records)
  const correlate = createCorrelate(
    { ...base, records, knowledge, random: seededRandom(from ? 2 : 1), ruleDocuments: documents },
    CorrelateConfig.parse({}),
  )
  await correlate.start()
  return { clock, bus, records, correlate }
}

/** As ingest does; all of one delivery are published before any is taken. */
export async function receive(world: RuleWorld, ...alerts: Alert[]): Promise<void> {
  const stored = await world.records.alerts.upsertAll(alerts)
  for (const { alert: payload } of stored) {
    sequence += 1
    world.bus.publish('events', {
      ...{ event_id: `${sequence}`, source: 'test', tenant_id: payload.tenant_id },
      event_type: payload.status === 'FIRING' ? 'ALERT_FIRED' : 'ALERT_RESOLVED',
      ...{ timestamp: isoTime(world.clock.now()), payload },
    } as Event)
  }
  await settled(world)
}

export async function settled(world: RuleWorld): Promise<void> {
  await world.bus.idle()
  await world.correlate.idle()
  await world.bus.idle()
}

export async function pass(world: RuleWorld, seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 1) {
    await world.clock.advance(1_000)
    await settled(world)
  }
}

export const rule = (world: RuleWorld, input: Partial<z.input<typeof CorrelationRuleInput>>) =>
  world.correlate.rules.create(
    'default',
    CorrelationRuleInput.parse({ name: `rule ${JSON.stringify(input).slice(0, 100)}`, ...input }),
    'anna',
  )

export async function incidentsOf(world: RuleWorld): Promise<Incident[]> {
  const filter = { statuses: [], severities: [], sort: 'created_at' as const, limit: 50, offset: 0 }
  return (await world.records.incidents.list('default', filter)).incidents
}

export async function alertOf(world: RuleWorld, name: string): Promise<Alert> {
  const { alerts } = await world.records.alerts.list('default', { severities: [], limit: 50 })
  const found = alerts.find((alert) => alert.name === name)
  if (!found) throw new Error(`no alert ${name}`)
  return found
}
