import type { Clock } from '../../kernel/clock.ts'
import { Fault, isFault, messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { EventBus, Topics } from '../../port/event-bus.ts'
import type { LogStore } from '../../port/log-store.ts'
import type { MetricStore } from '../../port/metric-store.ts'
import type { Entry, Position, TelemetryLog } from '../../port/telemetry-log.ts'
import type { TraceStore } from '../../port/trace-store.ts'
import { batchOf, type Decoded, type Decoder, itemsIn, samplesIn } from './decoder.ts'
import { accumulate } from './delta.ts'
import { HistogramTotals, isDelta } from './histogram-delta.ts'
import type { TenantLimits } from './limit/tenant-limit.ts'
import type { IngestMeter } from './meter.ts'
import { recordsEntry } from './rule/records.ts'
import type { Ruled, StreamRules } from './rule/stream-rules.ts'

export type IntakeDeps = {
  telemetryLog: TelemetryLog
  metricStore: MetricStore
  logStore: LogStore
  traceStore: TraceStore
  bus: EventBus
  clock: Clock
  log: Log
}
type TelemetryTopic = 'samples' | 'logs' | 'spans'
/** What each store holds already, by position. */
type Held = { metrics: Position; logs: Position; spans: Position }

const nothingHeld: Held = { metrics: 0, logs: 0, spans: 0 }
const ROOM_POLL_MS = 20
const ROOM_POLLS_MAX = 1_500

/**
 * The one way in for telemetry: limits → decode and validate → stream rules → the log (durable) → the stores (visible) → the bus. A request that fails
 * before the log leaves nothing behind.
 */
export class Intake {
  readonly #deps: IntakeDeps
  readonly #decoder: Decoder
  readonly #rules: StreamRules
  readonly #limits: TenantLimits
  readonly #meter: IngestMeter
  readonly #histograms = new HistogramTotals()

  constructor(
    deps: IntakeDeps,
    parts: { decoder: Decoder; rules: StreamRules; limits: TenantLimits; meter: IngestMeter },
  ) {
    this.#deps = deps
    this.#decoder = parts.decoder
    this.#rules = parts.rules
    this.#limits = parts.limits
    this.#meter = parts.meter
  }

  /** Resolves once all that could be taken is durable and stored; the rest is in `rejections`. `accepted` counts items. */
  async accept(entry: Entry): Promise<{ decoded: Decoded; accepted: number }> {
    this.#limits.admit(entry.tenant, entry.body.length)
    const read = this.#decoder.decode(entry)
    const accepted = itemsIn(read)
    this.#limits.spend(entry.tenant, accepted)
    const decoded = this.#rules.redact(read)
    const { stored, analysed, settle } = this.#rules.apply(decoded, this.#deps.clock.now(), false)
    if (itemsIn(stored) + analysed.logs.length + analysed.spans.length === 0) {
      settle()
      return { decoded, accepted }
    }
    const { bus, telemetryLog } = this.#deps
    const full = topicsOf(decoded).find((topic) => !bus.hasRoom(topic))
    if (full)
      throw new Fault(
        'QUEUE_FULL',
        `What reads ${full} is too far behind; nothing of this request was taken.`,
      )
    const position = await telemetryLog.append(decoded === read ? entry : recordsEntry(entry, decoded))
    this.#store(stored, position, nothingHeld)
    settle()
    await this.#publish(stored, analysed)
    return { decoded, accepted }
  }

  /**
   * Brings the stores and the bus to where they were: the entries after the oldest checkpoint, each store from its own on.
   * An entry that cannot be decoded any more is logged, counted and passed over.
   */
  async replay(): Promise<{ entries: number; failed: number }> {
    const { telemetryLog, metricStore, logStore, traceStore, log } = this.#deps
    const held = {
      metrics: metricStore.checkpointed(),
      logs: logStore.checkpointed(),
      spans: traceStore.checkpointed(),
    }
    let entries = 0
    let failed = 0
    for await (const { position, entry } of telemetryLog.read(
      Math.min(held.metrics, held.logs, held.spans),
    )) {
      entries += 1
      let ruled: Ruled
      try {
        const decoded = this.#rules.redact(this.#decoder.decode(entry))
        ruled = this.#rules.apply(decoded, entry.receivedMs, true)
      } catch (error) {
        failed += 1
        this.#meter.replayFailed()
        log.error(
          { position, kind: entry.kind, tenant_id: entry.tenant, error: messageOf(error) },
          'an entry of the telemetry log cannot be decoded and is passed over',
        )
        continue
      }
      this.#store(ruled.stored, position, held)
      ruled.settle()
      await this.#publish(ruled.stored, ruled.analysed)
    }
    this.#meter.replayed(entries)
    return { entries, failed }
  }

  /**
   * A store with nothing to take is told the position all the same, so that its checkpoint moves on and the log can be cut.
   * Differences whose totals the store already holds are not added again, nor handed on: nobody knows their totals any more.
   */
  #store(decoded: Decoded, position: Position, held: Held): void {
    const { metricStore, logStore, traceStore } = this.#deps
    const { tenant, samples, logs, spans } = decoded
    if (position > held.metrics) {
      const totals = this.#histograms.accumulate(decoded.histograms)
      decoded.histograms = totals.histograms
      this.#meter.deltasRepeated(accumulate(samples, metricStore) + totals.repeated)
      metricStore.append(batchOf(decoded), position)
    } else {
      samples.drop(new Set(samples.deltas))
      decoded.histograms = decoded.histograms.filter((sample) => !isDelta(sample))
    }
    if (position > held.logs) logStore.append({ tenant, records: logs }, position)
    if (position > held.spans) traceStore.append({ tenant, spans }, position)
  }

  /**
   * The batch is durable: it is not refused any more. Where others took the room that was there before the log was written,
   * it waits, for half a minute at most, then is given up for the stages behind and counted; the stores have it.
   */
  async #publish(stored: Decoded, { logs, spans }: Ruled['analysed']): Promise<void> {
    const watched = { ...stored, samples: this.#rules.analysedSamples(stored.samples) }
    const { tenant } = stored
    if (samplesIn(watched) > 0) await this.#publishOn('samples', batchOf(watched))
    if (logs.length > 0) await this.#publishOn('logs', { tenant, records: logs })
    if (spans.length > 0) await this.#publishOn('spans', { tenant, spans })
  }

  async #publishOn<T extends TelemetryTopic>(topic: T, message: Topics[T]): Promise<void> {
    const { bus, clock, log } = this.#deps
    for (let poll = 0; poll < ROOM_POLLS_MAX; poll += 1) {
      if (bus.hasRoom(topic)) {
        try {
          bus.publish(topic, message)
          return
        } catch (error) {
          if (!isFault(error) || error.code !== 'QUEUE_FULL') throw error
        }
      }
      await clock.sleep(ROOM_POLL_MS)
    }
    this.#meter.unpublished(topic)
    log.error({ topic }, 'a stored batch could not be handed on: what reads the topic does not move')
  }
}

const topicsOf = (decoded: Decoded): TelemetryTopic[] => {
  const topics: TelemetryTopic[] = []
  if (samplesIn(decoded) > 0) topics.push('samples')
  if (decoded.logs.length > 0) topics.push('logs')
  if (decoded.spans.length > 0) topics.push('spans')
  return topics
}
