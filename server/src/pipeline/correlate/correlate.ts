import type { Event } from '@aiops/contract/event'
import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { Incident } from '@aiops/contract/model/incident'
import type { Silence } from '@aiops/contract/model/silence'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { onEvent } from '../../port/event-bus.ts'
import type { CorrelateConfig } from './config.ts'
import type { CoreEvent } from './core/correlate-core.ts'
import { settingsOf } from './core/settings.ts'
import { signalOfAlert, signalOfAnomaly } from './core/signal.ts'
import { createAlertDeeds } from './edit/alert-deed.ts'
import { createIncidentLife } from './edit/incident-life.ts'
import { LessonBook } from './edit/lesson-book.ts'
import type { Correlate, CorrelateDeps, Silences } from './index.ts'
import { RuleKeeper } from './rule/rules.ts'
import { viewOfAlert, viewOfAnomaly } from './rule/signal-view.ts'
import { labelsOfAlert, labelsOfAnomaly } from './silence/signal-labels.ts'
import { SilenceBook } from './silence/silence-book.ts'
import { type Covering, SilenceGate } from './silence/silence-gate.ts'
import { previewSilence } from './silence/silence-preview.ts'
import { type LaneCounters, TenantLane } from './tenant-lane.ts'

const tickMs = 1_000
const pruneMs = 600_000
/** What has been learned is at most so old after a crash. */
const rememberMs = 60_000
/** Alerts read back at once after a restart. */
const uncorrelatedMax = 50_000

const taken = [
  'ANOMALY_DETECTED',
  'ANOMALY_UPDATED',
  'ANOMALY_ENDED',
  'ALERT_FIRED',
  'ALERT_RESOLVED',
  'RCA_COMPLETE',
  'TOPOLOGY_CHANGED',
] as const

/** The stage around the pure core: a lane per tenant, records, bus, and time. `idle` resolves when all that was taken is written and told. */
export function createCorrelate(
  deps: CorrelateDeps,
  config: CorrelateConfig,
): Correlate & { idle(): Promise<void> } {
  const { bus, records, clock } = deps
  const settings = settingsOf(config)
  const lanes = new Map<TenantId, TenantLane>()
  const cancels: (() => void)[] = []
  const counters = createCounters(deps, lanes)
  const book = new SilenceBook(
    { silences: records.silences, clock, random: deps.random },
    { silencesMax: config.silences_max, retentionMs: durationMs(config.silence_retention) },
  )
  countSilences(deps, book, lanes)
  const keeper = new RuleKeeper({ ...deps, life: () => life }, config.rules, (tenant, rules, counts) =>
    laneOf(tenant).rulesChanged(rules, counts),
  )
  const lessons = new LessonBook(
    { repository: records.incidentLife, clock, random: deps.random },
    {
      halfLifeMs: durationMs(config.lesson_half_life),
      lessonsMax: config.lessons_max,
      actsMax: config.lesson_acts_per_hour,
    },
  )
  const life = createIncidentLife({ ...deps, book: lessons, find, laneOf })

  function laneOf(tenant: TenantId): TenantLane {
    let lane = lanes.get(tenant)
    if (!lane) {
      const covering: Covering = (labels, nowMs) => book.covering(tenant, labels, nowMs)
      const desk = keeper.deskOf(tenant, config.silenced_max)
      const gate = new SilenceGate(covering, config.silenced_max, desk)
      const taught = (of: TenantId) => lessons.taught(of)
      lane = new TenantLane(tenant, { ...deps, taught }, settings, gate, counters)
      lanes.set(tenant, lane)
    }
    return lane
  }

  async function resume(): Promise<void> {
    const unresolved = Map.groupBy(await records.incidents.unresolved(), (incident) => incident.tenant_id)
    await Promise.all([...unresolved].map(([tenant, incidents]) => laneOf(tenant).load(incidents)))
    await keeper.resume()
    for (const tenant of book.tenants) await followSilences(tenant)
    const alerts = await records.alerts.uncorrelated(uncorrelatedMax)
    const anomalies = (await records.anomalies.active()).filter((anomaly) => anomaly.incident_id === null)
    const waiting = [
      ...alerts.map((alert) => ({ tenant: alert.tenant_id, event: alertEvent(alert, clock.now()) })),
      ...anomalies.map((anomaly) => ({
        tenant: anomaly.tenant_id,
        event: anomalyEvent(anomaly, clock.now()),
      })),
    ].map(({ tenant, event }) => ({ tenant, seenMs: event.signal.seenMs, event }))
    for (const { tenant, event } of waiting.sort((a, b) => a.seenMs - b.seenMs))
      await laneOf(tenant).take(event)
    await idle()
  }

  async function idle(): Promise<void> {
    await Promise.all([...lanes.values()].map((lane) => lane.idle()))
  }

  /** By id or number. */
  async function find(tenant: TenantId, id: string): Promise<Incident> {
    const incident = await records.incidents.get(tenant, id)
    if (!incident) throw new Fault('NOT_FOUND', `There is no incident ${id}.`)
    return incident
  }

  /** Where silences began or ended, by somebody's hand or by time. */
  async function followSilences(tenant: TenantId): Promise<void> {
    await book.followed(tenant, () => laneOf(tenant).silencesChanged())
  }

  const silences: Silences = {
    list: (tenant) => book.list(tenant),
    get: (tenant, id) => book.get(tenant, id),
    async put(tenant, draft) {
      const silence = await book.put(tenant, draft)
      await followSilences(tenant)
      return silence
    },
    async keep(tenant, id, draft) {
      const silence = await book.keep(tenant, id, draft)
      await followSilences(tenant)
      return silence
    },
    preview: (tenant, matchers) =>
      previewSilence(records, tenant, matchers, clock.now(), config.rules.preview_alerts_max),
    async putAll(tenant, drafts) {
      const made: Silence[] = []
      try {
        for (const draft of drafts) made.push(await book.put(tenant, draft))
      } finally {
        if (made.length > 0) await followSilences(tenant)
      }
      return made
    },
    async expire(tenant, id) {
      const silence = await book.expire(tenant, id)
      await followSilences(tenant)
      return silence
    },
    covering: (tenant, alert) => book.covering(tenant, labelsOfAlert(alert)),
  }

  return {
    idle,
    silences,
    rules: keeper.door,
    async start() {
      await book.load()
      await keeper.load()
      await resume()
      keeper.start()
      cancels.push(
        onEvent(bus, 'correlate', taken, (event) =>
          laneOf(event.tenant_id).take(coreEventOf(event, clock.now())),
        ),
      )
      cancels.push(
        clock.every(tickMs, () => {
          for (const lane of lanes.values())
            if (lane.sizes.incidents + lane.sizes.pending > 0)
              void lane.take({ type: 'TICK', nowMs: clock.now() })
          for (const tenant of book.tenants)
            followSilences(tenant).catch((error: unknown) => {
              counters.failed()
              deps.log.error({ tenant, error: messageOf(error) }, 'a change of silences was not followed')
            })
        }),
      )
      cancels.push(
        clock.every(rememberMs, () => {
          for (const [tenant, lane] of lanes)
            lane.remember().catch((error: unknown) => {
              deps.log.error({ tenant, error: messageOf(error) }, 'what was learned could not be written')
            })
        }),
      )
      cancels.push(
        clock.every(pruneMs, () => {
          book.prune().catch((error: unknown) => {
            deps.log.error({ error: messageOf(error) }, 'ended silences could not be deleted')
          })
          life.refresh(lanes.keys()).catch((error: unknown) => {
            deps.log.error({ error: messageOf(error) }, 'what people taught could not be weighed again')
          })
        }),
      )
    },
    async stop() {
      for (const cancel of cancels.splice(0)) cancel()
      await keeper.stop()
      await Promise.all([...lanes.values()].map((lane) => lane.stop()))
    },
    life,
    deeds: createAlertDeeds({ records, life, find }),
    setStatus: life.setStatus,
    async comment(tenant, id, actor, comment) {
      return laneOf(tenant).comment(await find(tenant, id), actor, comment)
    },
  }
}

function coreEventOf(event: Event<(typeof taken)[number]>, nowMs: number): CoreEvent {
  switch (event.event_type) {
    case 'ALERT_FIRED':
    case 'ALERT_RESOLVED':
      return alertEvent(withStatus(event.payload, event.event_type), nowMs)
    case 'RCA_COMPLETE':
      return { type: 'DIAGNOSED', nowMs, diagnosis: event.payload }
    case 'TOPOLOGY_CHANGED':
      return { type: 'TOPOLOGY', nowMs }
    default:
      return anomalyEvent(event.payload, nowMs)
  }
}

type SignalEvent = Extract<CoreEvent, { type: 'SIGNAL' }>
const alertEvent = (alert: Alert, nowMs: number): SignalEvent => ({
  type: 'SIGNAL',
  nowMs,
  signal: signalOfAlert(alert),
  labels: labelsOfAlert(alert),
  view: () => viewOfAlert(alert),
})
const anomalyEvent = (anomaly: Anomaly, nowMs: number): SignalEvent => ({
  type: 'SIGNAL',
  nowMs,
  signal: signalOfAnomaly(anomaly),
  labels: labelsOfAnomaly(anomaly),
  view: () => viewOfAnomaly(anomaly),
})

/** What was sent counts: the stored record may meanwhile say something newer, or older. */
function withStatus(alert: Alert, type: 'ALERT_FIRED' | 'ALERT_RESOLVED'): Alert {
  const status = type === 'ALERT_FIRED' ? 'FIRING' : 'RESOLVED'
  return alert.status === status ? alert : { ...alert, status }
}

function createCounters(deps: CorrelateDeps, lanes: ReadonlyMap<TenantId, TenantLane>): LaneCounters {
  const { metrics } = deps
  const signals = metrics.counter(
    'aiops_correlate_signals_total',
    'Anomalies and alerts taken, repetitions included.',
    ['kind'],
  )
  const opened = metrics.counter('aiops_incidents_created_total', 'Incidents opened.', ['severity'])
  const resolved = metrics.counter('aiops_incidents_resolved_total', 'Incidents resolved, by whomever.')
  const merged = metrics.counter('aiops_incidents_merged_total', 'Incidents merged into an older one.')
  const failed = metrics.counter(
    'aiops_correlate_failures_total',
    'Events that could not be followed, and writes that were refused and tried again.',
  )
  const total = (read: (sizes: TenantLane['sizes']) => number): number =>
    [...lanes.values()].reduce((sum, lane) => sum + read(lane.sizes), 0)
  metrics.gauge('aiops_correlate_pending', 'Groups waiting to be worth an incident.', [], (gauge) =>
    gauge.set(total((sizes) => sizes.pending)),
  )
  metrics.gauge('aiops_correlate_members', 'Anomalies and alerts held in memory.', [], (gauge) =>
    gauge.set(total((sizes) => sizes.members)),
  )
  return {
    signals: (kind) => signals.inc({ kind }),
    opened: (severity) => opened.inc({ severity }),
    resolved: () => resolved.inc(),
    merged: () => merged.inc(),
    failed: () => failed.inc(),
  }
}

function countSilences(
  { metrics }: CorrelateDeps,
  book: SilenceBook,
  lanes: ReadonlyMap<TenantId, TenantLane>,
): void {
  metrics.gauge('aiops_silences', 'Silences that are kept.', ['state'], (gauge) => {
    for (const state of ['PENDING', 'ACTIVE', 'EXPIRED'] as const) gauge.set({ state }, book.count(state))
  })
  metrics.gauge('aiops_correlate_silenced', 'Alerts and anomalies held back by silences.', [], (gauge) =>
    gauge.set([...lanes.values()].reduce((sum, lane) => sum + lane.sizes.silenced, 0)),
  )
}
