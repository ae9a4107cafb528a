import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import { messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { LogStore } from '../../../port/log-store.ts'
import type { MetricStore } from '../../../port/metric-store.ts'
import type { ObjectStore } from '../../../port/object-store.ts'
import type { Position, TelemetryLog } from '../../../port/telemetry-log.ts'
import type { TraceStore } from '../../../port/trace-store.ts'
import { loadCatalog } from './catalog-recovery.ts'
import type { TelemetryStoreConfig } from './config.ts'
import { isDamageAtStart } from './connection.ts'
import { Damage } from './damage.ts'
import { markForRebuild, rebuild, rebuildIfMarked } from './damage-rebuild.ts'
import { lockFolder } from './folder-lock.ts'
import { createKeeping } from './keep/keeping.ts'
import { SqliteLogStore } from './log-store.ts'
import type { Signal } from './message.ts'
import { SqliteMetricStore } from './metric-store.ts'
import { ReaderThreads } from './reader-threads.ts'
import { prepareFile, setAside } from './schema.ts'
import { InternedCatalog } from './series-catalog.ts'
import { storeMetrics } from './store-metrics.ts'
import { SqliteTelemetryLog } from './telemetry-log.ts'
import { ColdReader } from './tier/cold-reader.ts'
import { SqliteTraceStore } from './trace-store.ts'
import { Watermark } from './watermark.ts'
import { lastPosition, newestSeq, readMeta, totalsOf } from './write-session.ts'
import { Writer } from './writer.ts'

export type TelemetryStoreOptions = {
  folder: string
  clock: Clock
  log: Log
  metrics: Metrics
  config: TelemetryStoreConfig
  /** Where `config.cold` moves old telemetry; absent for nowhere. Closed by who opened it. */
  objects?: ObjectStore
  /** Position up to which stores that stand elsewhere hold the log, too; it is never cut beyond. Absent for none. */
  heldBy?: () => Position
  /** Told before each step of a move to objects, so that a test can stop there. */
  onMoveStep?: (step: string) => void
}
export type TelemetryStore = {
  telemetryLog: TelemetryLog
  metricStore: MetricStore
  logStore: LogStore
  traceStore: TraceStore
  /** All three stores, then the log is cut to what they all have. One at a time; a call during one waits for it and starts another. */
  checkpoint(): Promise<void>
  /** Rollups, moving of old data, retention: once an hour by itself. A call during one waits for it and starts another. Never rejects. */
  maintain(): Promise<void>
  /** Bytes of the file and its write-ahead log. */
  fileBytes(): number
  /** Damaged pieces met since the start. */
  damaged(): number
  /** Last checkpoint, then everything is released. */
  close(): Promise<void>
}

/**
 * Opens the telemetry file of a folder, which no other process may have open (CONFLICT). Stores hold what was checkpointed; the entries
 * of `telemetryLog.read(min of the three checkpointed())` bring the rest back, before anything new is appended. Whoever appends an entry
 * hands its contents to the stores in the turn in which `telemetryLog.append` resolved: see Watermark.
 */
export async function openTelemetryStore(options: TelemetryStoreOptions): Promise<TelemetryStore> {
  const { folder } = options
  mkdirSync(folder, { recursive: true })
  const unlock = lockFolder(folder)
  const path = join(folder, 'telemetry.db')
  try {
    return await openAnyhow(path, options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/** A damaged file is built anew, and set aside for an empty one only where that does not help either. */
async function openAnyhow(
  path: string,
  options: TelemetryStoreOptions,
  unlock: () => void,
): Promise<TelemetryStore> {
  const { clock, log } = options
  let rebuilt = rebuildIfMarked(path, clock.now(), log)
  for (;;) {
    try {
      return await open(path, options, unlock)
    } catch (error) {
      if (!isDamageAtStart(error, mayWrite(path))) throw error
      if (rebuilt) {
        setAside(path, clock.now() + 1, messageOf(error), log)
        return open(path, options, unlock)
      }
      rebuild(path, clock.now(), messageOf(error), log)
      rebuilt = true
    }
  }
}

async function open(
  path: string,
  options: TelemetryStoreOptions,
  unlock: () => void,
): Promise<TelemetryStore> {
  const { file_bytes_max: bytesMax, queue_bytes_max: queueBytesMax } = options.config
  const commitWindowMs = durationMs(options.config.commit_window)
  prepareFile(path)
  // The worker starts while the catalogue loads.
  const damage = new Damage(options.metrics, options.log)
  const writer = new Writer({ path, bytesMax, commitWindowMs }, queueBytesMax, options.log, (reason) => {
    damage.report('file', { reason })
    markForRebuild(path, options.log)
  })
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    return assemble(path, options, { writer, reader, damage }, unlock)
  } catch (error) {
    reader.close()
    await writer.close().catch(() => undefined)
    throw error
  }
}

/** Straight-line wiring. */
function assemble(
  path: string,
  { clock, log, metrics, config, objects, heldBy, onMoveStep }: TelemetryStoreOptions,
  { writer, reader, damage }: { writer: Writer; reader: DatabaseSync; damage: Damage },
  unlock: () => void,
): TelemetryStore {
  const catalog: InternedCatalog = new InternedCatalog(config.series_max, () =>
    writer.seriesChanged(takeSeries),
  )
  const takeSeries = () => catalog.take()
  loadCatalog(reader, catalog, damage)
  const meta = readMeta(reader)
  const positionOf = (signal: Signal): number => meta.get(`position.${signal}`) ?? 0
  const position = { metric: positionOf('metric'), log: positionOf('log'), span: positionOf('span') }
  const watermark = new Watermark(Math.min(position.metric, position.log, position.span))
  const totals = totalsOf(meta)
  const cold = objects && new ColdReader(objects, reader, damage, config.cold.cache_bytes)
  const deps = { writer, reader, watermark, damage, ...(cold ? { cold } : {}) }
  const readerThreads = new ReaderThreads(path, (kind, fields) => damage.report(kind, fields))
  const metricStore = new SqliteMetricStore(
    { ...deps, catalog, readerThreads },
    {
      outOfOrderMs: durationMs(config.out_of_order),
      checkpointed: position.metric,
      // A number that is in use is not given out again, whatever became of the row that counts them.
      nextSeq: Math.max(meta.get('seq') ?? 1, newestSeq(reader) + 1),
      totals: totals.metric,
    },
  )
  const logStore = new SqliteLogStore(deps, position.log, totals)
  const traceStore = new SqliteTraceStore(deps, position.span, totals)
  const telemetryLog = new SqliteTelemetryLog(writer, reader, lastPosition(reader, meta), damage)
  const fileBytes = (): number => sizeOf(path) + sizeOf(`${path}-wal`)
  const observed = storeMetrics(metrics, {
    metricStore,
    logStore,
    traceStore,
    fileBytes,
    queueBytes: () => writer.queueBytes,
  })

  const keeping = createKeeping(
    {
      ...{
        reader,
        metricStore,
        logStore,
        traceStore,
        objects,
        cold,
        damage,
        clock,
        log,
        metrics,
        onMoveStep,
      },
      run: (task) => writer.run(task),
    },
    config,
  )
  let running: Promise<void> = Promise.resolve()
  const checkpoint = (): Promise<void> => {
    const next = running
      .catch(() => undefined)
      .then(() =>
        observed(async () => {
          const positions = [
            await metricStore.checkpoint(),
            await logStore.checkpoint(),
            await traceStore.checkpoint(),
          ]
          await telemetryLog.truncate(Math.min(...positions, heldBy?.() ?? Number.POSITIVE_INFINITY))
        }),
      )
    running = next
    return next
  }
  const quietly = (what: string, work: () => Promise<unknown>) => () => {
    work().catch((error) => log.warn({ reason: messageOf(error) }, what))
  }
  const stopCheckpoints = clock.every(
    durationMs(config.checkpoint_interval),
    quietly('A checkpoint failed; the log keeps what it would have covered', checkpoint),
  )
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    stopCheckpoints()
    await keeping.stop()
    try {
      await checkpoint()
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'The last checkpoint failed; the next start replays the log')
    }
    // The writer last: the last connection to close empties the write-ahead log, which a reader cannot.
    reader.close()
    await readerThreads.close()
    await writer.close().catch(() => undefined)
    unlock()
  }
  return {
    telemetryLog,
    metricStore: keeping.metricStore,
    logStore: keeping.logStore,
    traceStore: keeping.traceStore,
    checkpoint,
    maintain: keeping.maintain,
    fileBytes,
    damaged: () => damage.count,
    close: () => (closing ??= close()),
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
