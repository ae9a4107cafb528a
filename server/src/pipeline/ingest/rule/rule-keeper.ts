import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { type Clock, isoTime } from '../../../kernel/clock.ts'
import { isFault, messageOf } from '../../../kernel/fault.ts'
import type { Lifecycle } from '../../../kernel/lifecycle.ts'
import type { Log } from '../../../kernel/log.ts'
import type { Metrics } from '../../../kernel/metric.ts'
import type { DocumentSource } from '../../../port/document-source.ts'
import type { MetricStore } from '../../../port/metric-store.ts'
import type { IngestConfig } from '../config.ts'
import type { Decoder } from '../decoder.ts'
import type { Delivery, StreamRulesState } from '../index.ts'
import type { DerivedReading } from './derived-table.ts'
import { RuleLibrary } from './rule-library.ts'
import type { StreamRules } from './stream-rules.ts'

export type RuleKeeperDeps = {
  ruleSource: DocumentSource
  metricStore: MetricStore
  rules: StreamRules
  decoder: Decoder
  deliver(delivery: Delivery): Promise<unknown>
  clock: Clock
  metrics: Metrics
  log: Log
}
/** What one flush derived for a tenant, as it is sent. */
type Batch = { tenant: TenantId; readings: number; body: Buffer }

const FLUSH_MS = 1_000
/** Of batches that wait because the log could not take them; beyond it the oldest is given up, and counted. */
const WAITING_BYTES_MAX = 16 * 1_048_576

/** Keeps the stream rules as their documents are, and sends on what they derive, durably like everybody's. */
export class RuleKeeper implements Lifecycle {
  readonly #deps: RuleKeeperDeps
  readonly #library: RuleLibrary
  readonly #reloadMs: number
  readonly #cancels: (() => void)[] = []
  #running: Promise<void> | undefined
  /** Oldest first. */
  #waiting: Batch[] = []
  readonly #dropped: { inc(labels: Record<string, string>, count: number): void }

  constructor(deps: RuleKeeperDeps, config: IngestConfig['rules']) {
    this.#deps = deps
    this.#dropped = deps.metrics.counter(
      'aiops_rule_readings_dropped_total',
      'Aggregates and counts of stream rules that could not be written.',
      ['tenant_id'],
    )
    this.#library = new RuleLibrary(deps.ruleSource)
    this.#reloadMs = durationMs(config.reload_interval)
  }

  state(): StreamRulesState {
    return {
      rules: this.#library.rules.map(({ name, action, signals }) => ({
        name,
        action: action.do,
        signals: [...signals],
      })),
      problems: this.#library.problems,
    }
  }

  async start(): Promise<void> {
    await this.#reload()
    this.#cancels.push(
      this.#deps.clock.every(this.#reloadMs, () => this.#once(() => this.#reload())),
      this.#deps.clock.every(FLUSH_MS, () => this.#once(() => this.#flush())),
    )
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    await this.#running
    await this.#flush()
  }

  #once(work: () => Promise<void>): void {
    this.#running ??= work().finally(() => {
      this.#running = undefined
    })
  }

  async #reload(): Promise<void> {
    const { rules, decoder, log } = this.#deps
    if (!(await this.#library.reload())) return
    rules.use(this.#library.rules)
    decoder.forget()
    for (const { file, message } of this.#library.problems)
      log.warn(
        { file, reason: message },
        'a document of stream rules cannot be used; its last good state stays',
      )
    if (this.#library.rules.length > 0)
      log.info({ rules: this.#library.rules.length }, 'stream rules are in force')
  }

  /** Each under the time it was derived at, also where it is sent later. */
  async #flush(): Promise<void> {
    const { rules, clock } = this.#deps
    const nowMs = clock.now()
    const due = rules.derived.due(nowMs, (counter) => this.#stored(counter))
    for (const [tenant, readings] of Map.groupBy(due, (reading) => reading.tenant))
      this.#waiting.push(batchOf(tenant, readings, nowMs))
    for (let bytes = bytesOf(this.#waiting); bytes > WAITING_BYTES_MAX; bytes = bytesOf(this.#waiting))
      this.#giveUp(this.#waiting.shift()!, 'too much waits to be written')
    await this.#send()
  }

  /** In order within a tenant: what cannot be taken now is tried again with the next flush. */
  async #send(): Promise<void> {
    const { deliver, log } = this.#deps
    const later: Batch[] = []
    const held = new Set<TenantId>()
    for (const batch of this.#waiting) {
      const { tenant, body } = batch
      if (held.has(tenant)) {
        later.push(batch)
        continue
      }
      try {
        await deliver({ kind: 'plain-metrics', tenant, body, encoding: 'identity', format: 'json' })
      } catch (error) {
        const reason = messageOf(error)
        if (isFault(error) && error.retry && error.code !== 'INTERNAL') {
          held.add(tenant)
          later.push(batch)
          log.warn({ tenant_id: tenant, reason }, 'what stream rules derived cannot be written for now')
        } else this.#giveUp(batch, reason)
      }
    }
    this.#waiting = later
  }

  #giveUp({ tenant, readings }: Batch, reason: string): void {
    this.#dropped.inc({ tenant_id: tenant }, readings)
    this.#deps.log.warn({ tenant_id: tenant, reason }, 'what stream rules derived could not be written')
  }

  /** The total that an earlier process left. */
  #stored({ tenant, metric, labels }: DerivedReading): number {
    const { catalog } = this.#deps.metricStore
    const matchers = Object.entries({ ...labels, __name__: metric }).map(([name, value]) => ({
      name,
      op: '=' as const,
      value,
    }))
    const size = Object.keys(labels).length + 1
    const ref = catalog
      .select(tenant, matchers)
      .find((found) => Object.keys(catalog.describe(found).labels).length === size)
    const before = ref === undefined ? undefined : this.#deps.metricStore.latest([ref]).get(ref)
    return before && Number.isFinite(before.value) ? before.value : 0
  }
}

function batchOf(tenant: TenantId, readings: readonly DerivedReading[], nowMs: number): Batch {
  const metrics = readings.map(({ metric, labels, kind, value }) => ({
    name: metric,
    labels,
    type: kind.toLowerCase(),
    value,
    timestamp: isoTime(nowMs),
  }))
  return { tenant, readings: readings.length, body: Buffer.from(JSON.stringify({ metrics })) }
}

const bytesOf = (batches: readonly Batch[]): number =>
  batches.reduce((total, { body }) => total + body.length, 0)
