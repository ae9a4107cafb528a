import type { Event } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import type { Incident } from '@aiops/contract/model/incident'
import { isoTime, ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import { seededRandom } from '../../../kernel/random.ts'
import type { EventBus } from '../../../port/event-bus.ts'
import type { RecordStore } from '../../../port/record-store.ts'
import type { Knowledge } from '../../../service/knowledge/index.ts'
import { shop, t0, topologyOf } from '../core/example.suite.ts'
import { CorrelateConfig, createCorrelate } from '../index.ts'

/** Who opens it brings the adapters; with those of a world before it, that one's process died. */
export type LifeParts = { records: RecordStore; bus: EventBus; clock?: ManualClock }

/** The stage on a small topology. */
export async function openLifeWorld(parts: LifeParts, config: Partial<CorrelateConfig> = {}) {
  const { records, bus } = parts
  const clock = parts.clock ?? new ManualClock(t0)
  const metrics = createMetrics()
  const topology = topologyOf(shop.edges)
  const knowledge = {
    neighbourhood: (_: string, entity: string, depth: number) => topology.neighbourhood(entity, depth),
    dependencies: (_: string, entity: string) => topology.dependencies(entity),
    dependents: (_: string, entity: string) => topology.dependents(entity),
    setHealth: () => undefined,
  } as unknown as Knowledge
  const correlate = createCorrelate(
    { bus, records, knowledge, clock, random: seededRandom(parts.clock ? 2 : 1), metrics, log: silentLog },
    CorrelateConfig.parse(config),
  )
  const told: Event[] = []
  bus.subscribe('events', 'test', (event) => void (event.source === 'correlate' && told.push(event)))
  await correlate.start()
  return {
    ...{ clock, bus, records, correlate, told, life: correlate.life },
    async receive(...alerts: Alert[]): Promise<void> {
      for (const alert of alerts) {
        const stored = await records.alerts.upsert(alert)
        bus.publish('events', {
          event_id: `${alert.id} ${alert.status} ${clock.now()}`,
          event_type: alert.status === 'FIRING' ? 'ALERT_FIRED' : 'ALERT_RESOLVED',
          ...{ source: 'test', tenant_id: alert.tenant_id, timestamp: isoTime(clock.now()) },
          payload: stored,
        })
      }
      await bus.idle()
      await correlate.idle()
    },
    async pass(seconds: number): Promise<void> {
      for (let s = 0; s < seconds; s += 1) {
        await clock.advance(1_000)
        await correlate.idle()
        await bus.idle()
      }
    },
    async incidents(): Promise<Incident[]> {
      const found = await records.incidents.list('default', {
        ...{ statuses: [], severities: [], sort: 'created_at', limit: 200, offset: 0 },
      })
      return found.incidents.sort((a, b) => a.number - b.number)
    },
    /** Ids of an incident's members as they are stored. */
    async membersOf(id: string): Promise<string[]> {
      const { members } = await records.incidentLife.members('default', id, { limit: 20_000, offset: 0 })
      return members.map((member) => member.id).sort()
    },
  }
}
export type LifeWorld = Awaited<ReturnType<typeof openLifeWorld>>
