import type { TenantId } from '@aiops/contract/model/tenant'
import { messageOf } from '../../kernel/fault.ts'
import { eachOf } from '../../kernel/semaphore.ts'
import type { SloDeps, SloSample } from './index.ts'
import { SloAlerts } from './slo-alerts.ts'
import { SloMeter } from './slo-meter.ts'
import type { SloTable } from './slo-table.ts'
import type { TrackedSlo } from './tracked-slo.ts'

/** Samples handed over at once. */
const samplesMax = 20_000

type Deps = Pick<SloDeps, 'clock' | 'log' | 'metrics' | 'tenants' | 'record' | 'alert'>

/** Counts all objectives up to a minute, records what was counted, and tells what burns. */
export class SloCycle {
  readonly #deps: Deps
  readonly #table: SloTable
  readonly #atOnce: number
  readonly #alerts: SloAlerts
  readonly #meter: SloMeter
  /** At most `samplesMax` and those of one cycle. */
  readonly #unsent = new Map<TenantId, SloSample[]>()
  #running: Promise<void> | undefined

  constructor(deps: Deps, table: SloTable, atOnce: number) {
    this.#deps = deps
    this.#table = table
    this.#atOnce = atOnce
    this.#alerts = new SloAlerts(deps)
    this.#meter = new SloMeter(deps.metrics)
  }

  /** Never rejects; while it runs, the same run. */
  run(endMs: number): Promise<void> {
    this.#running ??= this.#all(endMs).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #all(endMs: number): Promise<void> {
    for (const tenant of this.#deps.tenants) {
      try {
        await this.#tenant(tenant, endMs)
      } catch (error) {
        const reason = messageOf(error)
        this.#deps.log.warn({ tenant_id: tenant, reason }, 'objectives could not be told')
      }
    }
  }

  async #tenant(tenant: TenantId, endMs: number): Promise<void> {
    const { clock } = this.#deps
    const startedMs = clock.monotonic()
    const all = this.#table.all(tenant)
    const unsent = this.#unsent.get(tenant) ?? []
    this.#unsent.set(tenant, unsent)
    try {
      await eachOf(all, this.#atOnce, async (one) => {
        const samples = await this.#look(tenant, one, endMs)
        unsent.push(...samples)
        if (unsent.length >= samplesMax) await this.#record(tenant, unsent)
      })
      await this.#record(tenant, unsent)
    } finally {
      // One that went meanwhile has no alerts any more.
      const views = all.filter((one) => this.#table.has(tenant, one)).map(({ view }) => view)
      await this.#alerts.look(tenant, views)
      const states = views.map(({ status }) => status.state)
      this.#meter.evaluated(tenant, states, (clock.monotonic() - startedMs) / 1_000)
    }
  }

  /** What cannot be recorded now is recorded with the next minute: a hole in it would be one after a restart. */
  async #record(tenant: TenantId, unsent: SloSample[]): Promise<void> {
    const part = unsent.splice(0)
    if (part.length === 0) return
    try {
      await this.#deps.record(tenant, part)
    } catch (error) {
      unsent.unshift(...part.slice(-samplesMax))
      throw error
    }
  }

  /** A query that fails leaves how it stood. */
  async #look(tenant: TenantId, one: TrackedSlo, endMs: number): Promise<SloSample[]> {
    if (!one.slo.enabled) {
      one.idle(this.#deps.clock.now(), 'It is switched off.')
      return []
    }
    try {
      return await one.look(endMs)
    } catch (error) {
      this.#meter.failed(tenant)
      const reason = messageOf(error)
      const fields = { tenant_id: tenant, slo: one.slo.name, reason }
      this.#deps.log.warn(fields, 'an objective could not be evaluated')
      one.failed(reason)
      return []
    }
  }
}
