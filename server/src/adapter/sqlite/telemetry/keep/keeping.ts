import type { DatabaseSync } from 'node:sqlite'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../../kernel/fault.ts'
import type { Log } from '../../../../kernel/log.ts'
import type { Metrics } from '../../../../kernel/metric.ts'
import type { LogStore } from '../../../../port/log-store.ts'
import type { MetricStore } from '../../../../port/metric-store.ts'
import type { ObjectStore } from '../../../../port/object-store.ts'
import type { TraceStore } from '../../../../port/trace-store.ts'
import type { TelemetryStoreConfig } from '../config.ts'
import type { Damage } from '../damage.ts'
import type { Task, Write } from '../message.ts'
import type { SqliteMetricStore } from '../metric-store.ts'
import { RollupBuilder } from '../rollup/rollup-builder.ts'
import { RollupReader } from '../rollup/rollup-reader.ts'
import { RollupTable } from '../rollup/rollup-table.ts'
import { ColdMover } from '../tier/cold-mover.ts'
import type { ColdReader } from '../tier/cold-reader.ts'
import { TieredMetrics } from '../tier/tiered-metrics.ts'
import { Cutoffs, keptSignals } from './cutoff.ts'
import { KeptMetricStore } from './kept-metric-store.ts'
import { keptLogs, keptTraces } from './kept-records.ts'
import { Retention } from './retention.ts'

const hourMs = 3_600_000
/** Longest that closing waits for a step of the upkeep. */
const stopWithinMs = 3_000
/** After a start, once replay is over. */
const firstMs = 60_000

export type KeepingDeps = {
  reader: DatabaseSync
  metricStore: SqliteMetricStore
  logStore: LogStore
  traceStore: TraceStore
  /** Where old data goes, with what reads it there. */
  objects: ObjectStore | undefined
  cold: ColdReader | undefined
  damage: Damage
  run(task: Task): Promise<unknown>
  clock: Clock
  log: Log
  metrics: Metrics
  onMoveStep: ((step: string) => void) | undefined
}
export type Keeping = {
  metricStore: MetricStore
  logStore: LogStore
  traceStore: TraceStore
  /** Rollups, moving, retention, in this order; once an hour by itself. A call during one waits for it and starts another. Reports its failures, never rejects. */
  maintain(): Promise<void>
  stop(): Promise<void>
}

/** What happens to telemetry once it is stored: how long it stays, in which detail, and where. */
export function createKeeping(deps: KeepingDeps, config: TelemetryStoreConfig): Keeping {
  const { reader, clock, metricStore, damage } = deps
  const { catalog } = metricStore
  let stopped = false
  const whileRunning = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (stopped) throw new Fault('NOT_READY', 'The store is closing.')
      return work(...args)
    }
  }
  const run = whileRunning(deps.run)
  const write = (writes: readonly Write[]): Promise<unknown> => run({ kind: 'write', writes })
  const progress = progressOf(reader, write)
  const cutoffs = new Cutoffs(config.retention, () => clock.now())
  const tiers = new TieredMetrics(metricStore, deps.cold, damage)
  const whole = {
    catalog,
    range: whileRunning((query: Parameters<TieredMetrics['range']>[0]) => tiers.range(query)),
    latest: (refs: readonly number[]) => metricStore.latest(refs),
  }
  const refsOf = (tenant: string): Uint32Array => catalog.refsOf(tenant)
  const tenants = (): string[] => catalog.tenants()
  const table = new RollupTable(reader, damage)
  const outOfOrderMs = durationMs(config.out_of_order)
  const rollups = config.rollup.enabled
    ? new RollupBuilder({ store: whole, refsOf, tenants, table, write, progress, outOfOrderMs })
    : undefined
  const mover =
    deps.objects && deps.cold
      ? new ColdMover({
          objects: deps.objects,
          cold: deps.cold,
          prefix: `telemetry/${storeId(reader)}`,
          ...{ reader, write, progress },
          ...(deps.onMoveStep ? { onStep: deps.onMoveStep } : {}),
        })
      : undefined
  if (!deps.objects && reader.prepare('SELECT 1 FROM object LIMIT 1').get())
    deps.log.warn({}, 'Telemetry was moved to objects, but store.cold.url names no place: it is not shown')
  const stores = { metrics: metricStore, logs: deps.logStore, traces: deps.traceStore }
  const retention = new Retention(
    { reader, stores, cutoffs, refsOf, tenants, run, rollups, cold: mover, now: () => clock.now() },
    config,
  )
  const failures = deps.metrics.counter(
    'aiops_store_maintenance_failures_total',
    'Steps of the hourly upkeep of stored telemetry that failed; each is tried again an hour later.',
    ['step'],
  )
  deps.metrics.gauge(
    'aiops_store_object_bytes',
    'Bytes moved to objects, by signal.',
    ['signal'],
    (gauge) => {
      const sums = 'SELECT signal, sum(bytes) AS bytes FROM object GROUP BY signal'
      for (const row of stopped ? [] : reader.prepare(sums).all())
        gauge.set({ signal: String(row.signal) }, Number(row.bytes))
    },
  )
  const attempt = async (step: string, work: () => Promise<unknown> | undefined): Promise<void> => {
    try {
      if (!stopped) await work()
    } catch (error) {
      if (stopped) return
      failures.inc({ step })
      deps.log.warn({ step, reason: messageOf(error) }, 'A step of the upkeep of stored telemetry failed')
    }
  }
  let recovered = false
  const moveAll = async (): Promise<void> => {
    if (!mover) return
    if (!recovered) await mover.recover()
    recovered = true
    const before = clock.now() - durationMs(config.cold.after)
    for (const tenant of tenants())
      for (const signal of keptSignals) await mover.move(signal, tenant, before, cutoffs.of(signal, tenant))
  }
  const maintainOnce = async (): Promise<void> => {
    const oldestMs = clock.now() - durationMs(config.retention.metrics.age)
    await attempt('rollup', () => rollups?.build(clock.now(), oldestMs))
    await attempt('move', moveAll)
    await attempt('retention', () => retention.run())
  }
  let running: Promise<void> | undefined
  const begin = (): Promise<void> => {
    running = (running ?? Promise.resolve()).then(maintainOnce)
    const own = running
    return own.finally(() => {
      if (running === own) running = undefined
    })
  }
  const byItself = (): void => void (running ?? begin())
  const stops = [clock.after(firstMs, byItself), clock.every(hourMs, byItself)]
  return {
    metricStore: new KeptMetricStore(
      {
        inner: metricStore,
        tiers,
        rollups: rollups && new RollupReader({ catalog, range: (query) => tiers.range(query) }, table),
        cutoffs,
      },
      config.rollup,
      () => clock.now(),
    ),
    logStore: keptLogs(deps.logStore, cutoffs),
    traceStore: keptTraces(deps.traceStore, cutoffs),
    maintain: begin,
    async stop() {
      stopped = true
      for (const stop of stops) stop()
      // A step that waits for a place that does not answer is left behind; the next start clears up after it.
      if (running) await Promise.race([running, clock.sleep(stopWithinMs)])
    },
  }
}

function progressOf(reader: DatabaseSync, write: (writes: readonly Write[]) => Promise<unknown>) {
  return {
    get(name: string): number | undefined {
      const row = reader.prepare('SELECT value FROM meta WHERE key = ?').get(name)
      return row === undefined ? undefined : Number(row.value)
    },
    async set(name: string, value: number): Promise<void> {
      await write([{ sql: 'INSERT OR REPLACE INTO meta VALUES (?, ?)', rows: [[name, value]] }])
    },
  }
}

/** Given to the file when it was made: two stores on one bucket never meet. */
function storeId(reader: DatabaseSync): string {
  return Number(reader.prepare("SELECT value FROM meta WHERE key = 'store.id'").get()?.value ?? 0)
    .toString(16)
    .padStart(12, '0')
}
