import type { PipelineStats } from '@aiops/contract/event'
import { defaultTenant } from '@aiops/contract/model/tenant'
import { type Clock, isoTime } from '../../kernel/clock.ts'
import { messageOf } from '../../kernel/fault.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Random } from '../../kernel/random.ts'
import type { Detect } from '../../pipeline/detect/index.ts'
import type { Ingest } from '../../pipeline/ingest/index.ts'
import { type EventBus, onEvent } from '../../port/event-bus.ts'
import type { SeriesCatalog } from '../../port/metric-store.ts'
import type { RecordStore } from '../../port/record-store.ts'
import type { Pulse } from './index.ts'

const secondMs = 1_000

export type PulseDeps = {
  ingest: Ingest
  detect: Detect
  catalog: SeriesCatalog
  records: RecordStore
  bus: EventBus
  clock: Clock
  random: Random
  log: Log
}

/** Counts once a second and publishes PIPELINE_STATS. Rates are differences of totals over the time that truly passed. */
export function createPulse(deps: PulseDeps): Pulse & Lifecycle {
  const { clock, ingest } = deps
  let before = ingest.totals()
  let beforeMs = clock.monotonic()
  let alertTimes: { atMs: number; count: number }[] = []
  let openIncidents = 0
  let stale = true
  let stats: PipelineStats = {
    samples_per_second: 0,
    logs_per_second: 0,
    spans_per_second: 0,
    alerts_per_minute: 0,
    active_series: 0,
    active_anomalies: 0,
    open_incidents: 0,
  }
  const stops: (() => void)[] = []

  async function tick(): Promise<void> {
    const now = ingest.totals()
    const nowMs = clock.monotonic()
    const seconds = Math.max(0.001, (nowMs - beforeMs) / secondMs)
    const rate = (of: 'samples' | 'logs' | 'spans'): number => Math.round((now[of] - before[of]) / seconds)
    alertTimes = [
      ...alertTimes.filter((a) => nowMs - a.atMs < 60 * secondMs),
      { atMs: nowMs, count: now.alerts - before.alerts },
    ]
    if (stale) {
      stale = false
      openIncidents = (
        await deps.records.incidents.list(defaultTenant, {
          statuses: ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATING'],
          severities: [],
          sort: '-created_at',
          limit: 1,
          offset: 0,
        })
      ).total
    }
    stats = {
      samples_per_second: rate('samples'),
      logs_per_second: rate('logs'),
      spans_per_second: rate('spans'),
      alerts_per_minute: alertTimes.reduce((sum, a) => sum + a.count, 0),
      active_series: deps.catalog.count(defaultTenant),
      active_anomalies: deps.detect.activeCount(),
      open_incidents: openIncidents,
    }
    before = now
    beforeMs = nowMs
    deps.bus.publish('events', {
      event_id: deps.random.uuid(clock.now()),
      event_type: 'PIPELINE_STATS',
      source: 'live',
      tenant_id: defaultTenant,
      timestamp: isoTime(clock.now()),
      payload: stats,
    })
  }

  return {
    stats: () => stats,
    async start() {
      stops.push(
        clock.every(secondMs, () => {
          tick().catch((error: unknown) => {
            // The store may be failing: the count is asked for again with the next second.
            stale = true
            deps.log.warn({ error: messageOf(error) }, 'the rates of the flow could not be told')
          })
        }),
        onEvent(deps.bus, 'pulse', ['INCIDENT_CREATED', 'INCIDENT_UPDATED'], () => {
          stale = true
        }),
      )
    },
    async stop() {
      for (const stop of stops) stop()
    },
  }
}
