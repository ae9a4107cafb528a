import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { durationMs } from '@aiops/contract/model/time'
import { durableFiles } from '../../adapter/folder/durable-files.ts'
import { openPositionFile } from '../../adapter/folder/position-file.ts'
import { openTelemetryStore, type TelemetryStore } from '../../adapter/sqlite/index.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { Random } from '../../kernel/random.ts'
import type { LogStore } from '../../port/log-store.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { Backlog } from '../../port/remote-store.ts'
import type { SecretSource } from '../../port/secret-source.ts'
import type { Position, TelemetryLog } from '../../port/telemetry-log.ts'
import type { TraceStore } from '../../port/trace-store.ts'
import { credentialsOf, kafkaTopicOf, serviceOf } from './adapter-address.ts'
import {
  type AdapterConfig,
  adapterOf,
  elsewhereOf,
  isEmbedded,
  schemeOf,
  type TelemetryPart,
} from './adapters.ts'

export type TelemetryPortOptions = Parameters<typeof openTelemetryStore>[0] & {
  random: Random
  adapters: AdapterConfig
  secrets: SecretSource
}
type Store = { checkpoint(): Promise<Position>; checkpointed(): Position; close(): Promise<void> }

/**
 * The telemetry log and the three stores, each embedded or on other machines. The embedded file is opened in any case: beside metrics
 * that live elsewhere it keeps the catalogue of series, native histograms and exemplars. What the rest of it is not asked for stays
 * empty. An adapter is loaded only when it is chosen.
 *
 * The log is cut to what every store that is used holds. `append` is refused while what waits for another machine is too much.
 */
export async function openTelemetryPorts(options: TelemetryPortOptions): Promise<TelemetryStore> {
  const { adapters, folder, clock, log, config } = options
  const of = (part: TelemetryPart): string => adapterOf(adapters, part)
  if (elsewhereOf(adapters).length === 0) {
    await checkLog(folder, embeddedLog, () => true)
    return openTelemetryStore(options)
  }

  const positions = openPositionFile(join(folder, 'positions.json'))
  const elsewhere = elsewhereOf(adapters).filter((part) => part !== 'telemetry_log')
  // From the file, so that it holds before those stores are open too.
  const heldElsewhere = (): Position => Math.min(...elsewhere.map((part) => positions.read(part)))
  const remote: (Store & Backlog)[] = []
  const embedded = await openTelemetryStore({ ...options, heldBy: heldElsewhere })
  const keep = <T extends Store & Backlog>(store: T): T => {
    remote.push(store)
    return store
  }
  const deps = { ...options, positions }
  const opened: (() => Promise<void>)[] = [() => embedded.close()]
  try {
    const metricStore = isEmbedded(of('metrics'))
      ? embedded.metricStore
      : keep(await patiently(options, () => openMetrics(of('metrics'), deps, embedded.metricStore)))
    const logStore = isEmbedded(of('logs'))
      ? embedded.logStore
      : keep(await patiently(options, () => openLogs(of('logs'), deps)))
    const traceStore = isEmbedded(of('traces'))
      ? embedded.traceStore
      : keep(await openTraces(of('traces'), deps))
    const stores: readonly Store[] = [metricStore, logStore, traceStore]
    const kafka = isEmbedded(of('telemetry_log')) ? undefined : await openLog(of('telemetry_log'), deps)
    if (kafka) opened.unshift(() => kafka.close())
    const held = (): Position => Math.min(...stores.map((store) => store.checkpointed()))
    await checkSameLog(folder, of('telemetry_log'), kafka ?? embedded.telemetryLog, stores)

    const checkpoint = async (): Promise<void> => {
      await Promise.all([embedded.checkpoint(), ...remote.map((store) => store.checkpoint())])
      await kafka?.truncate(held())
    }
    let busy = false
    const stopCheckpoints = clock.every(durationMs(config.checkpoint_interval), () => {
      // One at a time: one that is slow is not joined by others.
      if (busy) return
      busy = true
      checkpoint()
        .catch((error) =>
          log.warn(
            { reason: messageOf(error) },
            'A checkpoint failed; the log keeps what it would have covered',
          ),
        )
        .finally(() => {
          busy = false
        })
    })
    let closing: Promise<void> | undefined
    const close = async (): Promise<void> => {
      stopCheckpoints()
      // Those elsewhere first: metrics there rest on the embedded catalogue.
      await Promise.all(remote.map((store) => store.close()))
      await embedded.close()
      await kafka?.close()
    }
    return {
      ...embedded,
      ...{ metricStore, logStore, traceStore, checkpoint },
      telemetryLog: refusingWhenFull(kafka ?? embedded.telemetryLog, remote),
      close: () => (closing ??= close()),
    }
  } catch (error) {
    for (const store of remote) opened.unshift(() => store.close())
    for (const close of opened) await close().catch(() => undefined)
    throw error
  }
}

const attemptsMax = 30

/** Servers that start beside the platform may need a little longer than it does. */
export async function patiently<T>(
  { clock, log }: Pick<TelemetryPortOptions, 'clock' | 'log'>,
  open: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open()
    } catch (error) {
      const away = error instanceof Fault && error.code === 'STORAGE_UNAVAILABLE'
      if (!away || attempt >= attemptsMax) throw error
      log.warn({ attempt, reason: error.message }, 'A store elsewhere does not answer yet')
      await clock.sleep(1_000)
    }
  }
}

type Deps = TelemetryPortOptions & { positions: ReturnType<typeof openPositionFile> }

async function openLog(value: string, { secrets, clock, log, metrics }: Deps): Promise<TelemetryLog> {
  const { KafkaConfig, openKafkaTelemetryLog } = await import('../../adapter/kafka/index.ts')
  const { brokers, topic, config } = kafkaTopicOf(value, KafkaConfig)
  const password = config.secret === '' ? {} : { password: await secrets.read(config.secret) }
  return openKafkaTelemetryLog({ ...{ brokers, topic, config, clock, log, metrics }, ...password })
}

async function openMetrics(value: string, deps: Deps, beside: MetricStore): Promise<MetricStore & Backlog> {
  const { openVictoriaMetricStore, VictoriaMetricsConfig } = await import(
    '../../adapter/victoriametrics/index.ts'
  )
  const { url, config } = serviceOf(value, VictoriaMetricsConfig)
  return openVictoriaMetricStore({
    ...depsOf(deps),
    ...credentialsOf(config, deps.secrets),
    url,
    config,
    beside,
  })
}

async function openLogs(value: string, deps: Deps): Promise<LogStore & Backlog> {
  const origin = originOf(adapterOf(deps.adapters, 'telemetry_log'))
  if (schemeOf(value) === 'loki') {
    const { LokiConfig, openLokiLogStore } = await import('../../adapter/loki/index.ts')
    const { url, config } = serviceOf(value, LokiConfig)
    return openLokiLogStore({ ...depsOf(deps), ...credentialsOf(config, deps.secrets), url, config, origin })
  }
  const { openVictoriaLogStore, VictoriaLogsConfig } = await import('../../adapter/victorialogs/index.ts')
  const { url, config } = serviceOf(value, VictoriaLogsConfig)
  return openVictoriaLogStore({
    ...depsOf(deps),
    ...credentialsOf(config, deps.secrets),
    url,
    config,
    origin,
  })
}

async function openTraces(value: string, deps: Deps): Promise<TraceStore & Backlog> {
  const { openTempoTraceStore, TempoConfig } = await import('../../adapter/tempo/index.ts')
  const { url, config } = serviceOf(value, TempoConfig)
  return openTempoTraceStore({ ...depsOf(deps), ...credentialsOf(config, deps.secrets), url, config })
}

const depsOf = ({ positions, clock, random, log, metrics }: Deps) => ({
  positions,
  clock,
  random,
  log,
  metrics,
})

/** Refuses what could only wait longer, before it is durable: its sender still has it. */
function refusingWhenFull(inner: TelemetryLog, remote: readonly Backlog[]): TelemetryLog {
  return {
    append(entry) {
      const full = remote.map((store) => store.backlog()).find((backlog) => backlog.full)
      if (full)
        return Promise.reject(
          new Fault(
            full.problem === null ? 'QUEUE_FULL' : 'STORAGE_UNAVAILABLE',
            `Too much telemetry waits to be written to another store${full.problem === null ? '' : `: ${full.problem}`}.`,
            { retryAfterSeconds: 5 },
          ),
        )
      return inner.append(entry)
    },
    read: (after) => inner.read(after),
    truncate: (upTo) => inner.truncate(upTo),
    last: () => inner.last(),
    close: () => inner.close(),
  }
}

const embeddedLog = 'sqlite:'
const logNameFile = 'telemetry-log.name'
/** A topic of one partition each; settings and brokers may change without it becoming another log. */
const originOf = (value: string): string => {
  if (isEmbedded(value)) return embeddedLog
  const [address = '', query] = value.split('?')
  return `kafka:${address.slice(address.lastIndexOf('/') + 1)}/${new URLSearchParams(query).get('partition') ?? '0'}:`
}

/** Positions of one log mean nothing in another: stores that hold some of the one are not opened over the other. */
async function checkSameLog(
  folder: string,
  value: string,
  log: TelemetryLog,
  stores: readonly Store[],
): Promise<void> {
  const furthest = Math.max(...stores.map((store) => store.checkpointed()))
  await checkLog(folder, originOf(value), () => furthest === 0)
  const last = await log.last()
  if (last < furthest)
    throw new Fault(
      'CONFIG_INVALID',
      `The stores of ${folder} hold the telemetry log up to position ${furthest}, but ${value} ends at ${last}: it is another one, or was made anew. Name the one they had, or begin with an empty data folder.`,
    )
}

async function checkLog(folder: string, name: string, isUnused: () => boolean): Promise<void> {
  const path = join(folder, logNameFile)
  const before = readName(path)
  if (before === name) return
  if (before !== undefined && name === embeddedLog)
    throw new Fault(
      'CONFIG_INVALID',
      `The stores of ${folder} were written from the telemetry log ${before}: name it in adapters.telemetry_log, or begin with an empty data folder.`,
    )
  if (name === embeddedLog) return
  if (before !== undefined || !isUnused())
    throw new Fault(
      'CONFIG_INVALID',
      `The stores of ${folder} were written from the telemetry log ${before ?? embeddedLog}; adapters.telemetry_log names another. Begin with an empty data folder.`,
    )
  await durableFiles.replace(path, name)
}

function readName(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
