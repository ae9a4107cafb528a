import type { Anomaly } from '@aiops/contract/model/anomaly'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import { Standstill } from '../../kernel/standstill.ts'
import { Turn } from '../../kernel/turn.ts'
import type { SampleBatch } from '../../port/metric-store.ts'
import { AnomalyBook, openedOf } from './anomaly-book.ts'
import type { DetectConfig } from './config.ts'
import type { EngineReply } from './engine.ts'
import type { Detect, DetectDeps } from './index.ts'
import { Inquiry } from './inquiry/inquiry.ts'
import { Questions } from './inquiry/questions.ts'
import { type EngineLink, type LinkEvents, openInlineLink, openWorkerLink } from './link.ts'
import { signalShapes } from './log/finding.ts'
import { MaintenanceHold } from './maintenance-hold.ts'
import { Replays } from './replay/replay.ts'
import { TenantSettings } from './rule/tenant-settings.ts'
import { settingsOf } from './settings.ts'
import { Keeper } from './snapshot/keeper.ts'
import { WatchList } from './watch-list.ts'

const tickMs = 1_000
/** So long without a turn is no slow moment of a process that ticks every second: the machine slept or was paused. */
const standstillMs = 5_000
/** One that stands still again and again is told about, not waited for. */
const standstillEveryMs = 600_000
const forgetEveryMs = 60_000
/** A detector thread that dies is started again this many times in a run. */
const restartsMax = 5
/** A part of a minute of maintenance that is learned moves nothing. */
const maintenanceEveryMs = 5_000

export function createDetect(deps: DetectDeps, config: DetectConfig): Detect {
  const { bus, catalog, anomalies, clock, metrics, log } = deps
  const settings = settingsOf(config)
  const watch = new WatchList(config, catalog)
  const invocations = metrics.counter('aiops_detection_invocations_total', 'Points judged.', ['tier'])
  const opened = metrics.counter('aiops_anomalies_total', 'Anomalies by what became of them.', ['change'])
  const failures = metrics.counter(
    'aiops_detection_failures_total',
    'Anomalies that could not be recorded, and detector threads that died.',
  )
  metrics.gauge('aiops_detection_series', 'Series watched.', [], (gauge) => gauge.set(watch.count))
  metrics.gauge(
    'aiops_detection_series_refused',
    'Series not watched because there are too many.',
    [],
    (gauge) => gauge.set(watch.refusedCount),
  )
  metrics.gauge('aiops_detection_queue_depth', 'Points on their way to the detector.', [], (gauge) =>
    gauge.set(pending),
  )
  const book = new AnomalyBook(deps, watch, failures)
  const tenants = new TenantSettings(deps.settings, config, clock)
  const questions = new Questions(clock)
  const inquiry = new Inquiry({
    ...{ watch, book, questions, clock },
    link: () => link,
    snapshotMs: () => keeper.takenMs,
  })
  const keeper = new Keeper({
    ...{ store: deps.snapshots, watch, questions, clock, log },
    failed: () => failures.inc(),
  })
  const hold = new MaintenanceHold({
    spans: (tenant) => deps.maintenance?.(tenant) ?? [],
    ...{ watch, clock, settleMs: settings.settleMs },
    send: (command) => link?.send(command),
  })
  const replays = new Replays(
    {
      ...{ watch, catalog, clock, points: deps.points, incidentsOf: deps.incidentsOf },
      settingsOf: (tenant) => tenants.inputOf(tenant),
    },
    config,
    settings,
  )
  /** Settings and corrections are applied one after the other. */
  const applying = new SerialExecutor('settings of detection', 1_000)
  const stops: (() => void)[] = []
  const standstill = new Standstill(clock, standstillMs)
  let stoodStillMs = Number.NEGATIVE_INFINITY
  let link: EngineLink | undefined
  let pending = 0
  let restarts = 0
  const wake: (() => void)[] = []
  /** Points of one batch that are watched. */
  let columns = columnsOf(1_024)

  const events: LinkEvents = {
    reply(reply: EngineReply) {
      pending -= reply.points
      invocations.inc({ tier: 'BASIC' }, reply.points)
      questions.take(reply)
      for (const transition of reply.transitions) {
        // Its series may have been given up meanwhile.
        if (!watch.isWatched(transition.index)) continue
        if (transition.kind === 'OPENED') inquiry.count(transition.index, transition.opened.shape)
        opened.inc({ change: transition.kind })
        book.apply(transition)
      }
      if (pending < config.queue_points_max / 2) for (const resume of wake.splice(0)) resume()
    },
    failed(error) {
      failures.inc()
      log.error({ error: messageOf(error) }, 'the detector thread died; what is usual is learned anew')
      link = undefined
      pending = 0
      questions.giveUp()
      for (const resume of wake.splice(0)) resume()
      if (restarts >= restartsMax) return
      restarts += 1
      open().then(
        () => resume(),
        (again: unknown) => log.error({ error: messageOf(again) }, 'the detector thread does not start'),
      )
    },
  }

  async function open(): Promise<void> {
    link = config.worker ? await openWorkerLink(settings, events) : openInlineLink(settings, events)
  }

  /** Tells a new engine what is watched and which anomalies are active. `restored`: it may know them from a snapshot. */
  function resume(restored = false): void {
    const nowMs = clock.now()
    const series = restored ? watch.takeFresh() : watch.all()
    hold.forget()
    if (series) {
      link?.send({ kind: 'register', series })
      hold.registered(series.indexes)
    }
    for (const { index, anomaly } of book.active())
      link?.send({ kind: 'adopt', index, opened: openedOf(anomaly, nowMs) })
  }

  /** What came in just after the machine slept or was paused is no fall of everything at once. */
  function noticeStandstill(nowMs: number): void {
    const gapMs = standstill.lasted()
    if (gapMs === 0 || nowMs - stoodStillMs < standstillEveryMs) return
    stoodStillMs = nowMs
    log.warn(
      { seconds: Math.round(gapMs / 1_000) },
      'this machine stood still; the first windows after it are not judged',
    )
    link?.send({ kind: 'away', nowMs, gapMs })
  }

  function tick(): void {
    const nowMs = clock.now()
    noticeStandstill(nowMs)
    link?.send({ kind: 'tick', nowMs })
  }

  function onPoints(batch: SampleBatch): void | Promise<void> {
    if (!link) return
    const nowMs = clock.now()
    noticeStandstill(nowMs)
    if (batch.count > columns.series.length) columns = columnsOf(Math.ceil(batch.count * 1.25))
    const { series, timesMs, values } = columns
    let count = 0
    for (let i = 0; i < batch.count; i += 1) {
      const index = watch.indexOf(batch.series[i] as number, nowMs)
      if (index < 0) continue
      series[count] = index
      timesMs[count] = batch.timesMs[i] as number
      values[count] = batch.values[i] as number
      count += 1
    }
    if (count === 0) return
    const fresh = watch.takeFresh()
    if (fresh) {
      link.send({ kind: 'register', series: fresh })
      hold.registered(fresh.indexes)
    }
    pending += count
    link.send({
      kind: 'points',
      nowMs,
      series: series.subarray(0, count),
      timesMs: timesMs.subarray(0, count),
      values: values.subarray(0, count),
    })
    if (pending >= config.queue_points_max) return new Promise((resolve) => wake.push(resolve))
  }

  function release(indexes: number[]): void {
    hold.released(indexes)
    link?.send({ kind: 'release', indexes })
  }

  function forget(): void {
    const indexes = watch.forget(clock.now() - durationMs(config.forget_after), (index) => book.has(index))
    if (indexes.length > 0) release(indexes)
  }

  /** What is watched follows the settings of a tenant as they now are; what was learned stays. */
  async function reprofile(tenant: TenantId): Promise<void> {
    const series = await watch.reprofile(tenant, new Turn(clock), (index) => {
      book.drop(index, 'its series is not watched any more')
      release([index])
    })
    if (series.indexes.length > 0) link?.send({ kind: 'reprofile', series })
  }

  /** An anomaly left active by a process before this one: followed where its series is known and watched, else ended. */
  function readopt(anomaly: Anomaly): void {
    const index = isSameSeries(anomaly) ? watch.indexOf(anomaly.series.id, clock.now()) : -1
    if (index < 0 || book.has(index)) book.close(anomaly, 'its series is not watched since the restart')
    else book.adopt(index, anomaly)
  }

  function isSameSeries(anomaly: Anomaly): boolean {
    try {
      const { labels, tenant } = catalog.describe(anomaly.series.id)
      const kept = anomaly.series.labels
      const names = Object.keys(labels)
      return (
        tenant === anomaly.tenant_id &&
        names.length === Object.keys(kept).length &&
        names.every((name) => labels[name] === kept[name])
      )
    } catch {
      return false
    }
  }

  return {
    async start() {
      for (const stored of await tenants.load()) watch.configure(stored.tenant_id, stored)
      await open()
      await keeper.restore(link)
      for (const anomaly of await anomalies.active()) if (!signalShapes.has(anomaly.shape)) readopt(anomaly)
      resume(true)
      // To begin may take long, and is no standing still.
      standstill.lasted()
      stops.push(
        bus.subscribe('points', 'detect', onPoints),
        clock.every(tickMs, tick),
        clock.every(forgetEveryMs, forget),
        clock.every(maintenanceEveryMs, () => void hold.look()),
        clock.every(durationMs(config.snapshot_every), () => void keeper.write(link)),
        clock.after(durationMs(config.forget_after), () => {
          const indexes = watch.forgetRemembered()
          if (indexes.length > 0) release(indexes)
        }),
      )
    },
    async stop() {
      for (const stop of stops.splice(0)) stop()
      for (const resumeOne of wake.splice(0)) resumeOne()
      restarts = restartsMax
      await keeper.write(link)
      await link?.close()
      link = undefined
      await book.stop()
    },
    activeCount: () => book.activeCount,
    settings: (tenant) => tenants.of(tenant),
    configure: (tenant, settings, actor) =>
      applying.run(async () => {
        const stored = await tenants.put(tenant, settings, actor)
        watch.configure(tenant, tenants.inputOf(tenant))
        await reprofile(tenant)
        return stored
      }),
    correct: (tenant, corrections) =>
      applying.run(() => {
        watch.correct(tenant, corrections)
        return reprofile(tenant)
      }),
    detectors: (tenant, query) => inquiry.detectors(tenant, query),
    funnel: (tenant) => inquiry.funnel(tenant),
    replay: (tenant, request) => replays.run(tenant, request),
  }
}

const columnsOf = (size: number) => ({
  series: new Uint32Array(size),
  timesMs: new Float64Array(size),
  values: new Float64Array(size),
})
