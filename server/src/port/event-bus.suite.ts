import type { Event } from '@aiops/contract/event'
import { describe, expect, it } from 'vitest'
import { type EventBus, onEvent } from './event-bus.ts'

const topologyEvent = (entities: number, tenant = 'default'): Event => ({
  event_id: `${tenant}-${entities}`,
  event_type: 'TOPOLOGY_CHANGED',
  source: 'suite',
  tenant_id: tenant,
  timestamp: '2026-01-01T00:00:00Z',
  payload: { entities, edges: 0 },
})
const logs = (message: string) => ({
  tenant: 'default',
  records: [
    { timeMs: 0, severity: 'INFO' as const, message, labels: {}, attributes: {}, traceId: '', spanId: '' },
  ],
})

/** What every EventBus keeps. `open` gives a fresh bus whose telemetry subscribers may be at least 4 messages behind. */
export function eventBusConformance(open: () => EventBus): void {
  describe('an event bus', () => {
    it('delivers each message to every subscriber, in order', async () => {
      const bus = open()
      const seen: string[] = []
      bus.subscribe(
        'events',
        'a',
        (event) => void seen.push(`a${(event.payload as { entities: number }).entities}`),
      )
      bus.subscribe('events', 'b', async (event) => {
        await Promise.resolve()
        seen.push(`b${(event.payload as { entities: number }).entities}`)
      })
      for (const n of [1, 2, 3]) bus.publish('events', topologyEvent(n))
      await bus.idle()
      expect(seen.filter((s) => s.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
      expect(seen.filter((s) => s.startsWith('b'))).toEqual(['b1', 'b2', 'b3'])
    })

    it('keeps a failing subscriber away from the others and from the publisher, and counts it', async () => {
      const bus = open()
      let delivered = 0
      bus.subscribe('events', 'bad', () => {
        throw new Error('no')
      })
      bus.subscribe('events', 'worse', () => Promise.reject(new Error('never')))
      bus.subscribe('events', 'good', () => {
        delivered += 1
      })
      bus.publish('events', topologyEvent(1))
      await bus.idle()
      expect(delivered).toBe(1)
      expect(
        bus
          .counts()
          .filter((c) => c.failed === 1)
          .map((c) => c.subscriber)
          .sort(),
      ).toEqual(['bad', 'worse'])
    })

    it('refuses telemetry when a subscriber is too far behind, and takes it again once it caught up', async () => {
      const bus = open()
      let release = (): void => undefined
      const gate = new Promise<void>((resolve) => (release = resolve))
      bus.subscribe('logs', 'slow', () => gate)
      expect(() => {
        for (let i = 0; i < 100_000; i += 1) bus.publish('logs', logs(String(i)))
      }).toThrowError(expect.objectContaining({ code: 'QUEUE_FULL' }))
      expect(bus.hasRoom('logs')).toBe(false)
      release()
      await bus.idle()
      expect(bus.hasRoom('logs')).toBe(true)
    })

    it('stops delivering after unsubscribing', async () => {
      const bus = open()
      let count = 0
      const stop = bus.subscribe('events', 'a', () => {
        count += 1
      })
      bus.publish('events', topologyEvent(1))
      await bus.idle()
      stop()
      bus.publish('events', topologyEvent(2))
      await bus.idle()
      expect(count).toBe(1)
    })

    it('hands onEvent only the types it asked for', async () => {
      const bus = open()
      const seen: string[] = []
      onEvent(bus, 'x', ['INCIDENT_CREATED'], (event) => void seen.push(event.event_type))
      bus.publish('events', topologyEvent(1))
      await bus.idle()
      expect(seen).toEqual([])
      expect(bus.counts()[0]).toMatchObject({ handled: 0 })
    })
  })
}
