import type { DatabaseSync } from 'node:sqlite'
import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import { increaseGapMs } from '../../../../port/metric-window.ts'
import type { TelemetryStoreConfig } from '../config.ts'
import type { Task, Write } from '../message.ts'
import type { RollupBuilder } from '../rollup/rollup-builder.ts'
import { coarseMs, dayMs, dropRollups, fineMs } from '../rollup/rollup-table.ts'
import type { ColdMover } from '../tier/cold-mover.ts'
import { type Cutoffs, type KeptSignal, keepOf, keptSignals } from './cutoff.ts'
import { oldestThatFits } from './usage.ts'

/** A file with more free pages than this part of it is made smaller; below it they are soon used again. */
const freePartMax = 0.1
const freePagesMin = 256
/** Pages given back in one pass: 256 MB. */
const shrinkPagesMax = 65_536
const seriesAtOnce = 256

export type RetentionDeps = {
  reader: DatabaseSync
  stores: Record<KeptSignal, { deleteBefore(timeMs: number, tenant?: TenantId): Promise<void> }>
  cutoffs: Cutoffs
  refsOf(tenant: TenantId): Uint32Array
  tenants(): readonly TenantId[]
  run(task: Task): Promise<unknown>
  rollups: RollupBuilder | undefined
  cold: ColdMover | undefined
  now(): number
}

/** Deletes what no read shows any more; finishes the rollups of samples before they go. */
export class Retention {
  readonly #deps: RetentionDeps
  readonly #config: Pick<TelemetryStoreConfig, 'retention' | 'rollup'>
  /** How far a tenant's samples were deleted: deleting looks at every series. */
  readonly #deleted = new Map<TenantId, number>()
  /** On which day a tenant's rollups were last looked through. */
  readonly #swept = new Map<TenantId, number>()
  constructor(deps: RetentionDeps, config: Pick<TelemetryStoreConfig, 'retention' | 'rollup'>) {
    this.#deps = deps
    this.#config = config
  }
  async run(): Promise<void> {
    for (const tenant of this.#tenants()) {
      for (const signal of keptSignals) {
        this.#measure(signal, tenant)
        if (signal === 'metrics') await this.#dropSamples(tenant)
        else await this.#deps.stores[signal].deleteBefore(this.#deps.cutoffs.of(signal, tenant), tenant)
        await this.#deps.cold?.dropBefore(signal, tenant, this.#deps.cutoffs.of(signal, tenant))
      }
      await this.#dropRollups(tenant)
    }
    await this.#shrink()
  }

  #tenants(): Set<TenantId> {
    const stored = this.#deps.reader
      .prepare('SELECT DISTINCT tenant FROM block UNION SELECT DISTINCT tenant FROM object')
      .all()
    return new Set([...this.#deps.tenants(), ...stored.map((row) => String(row.tenant))])
  }
  #measure(signal: KeptSignal, tenant: TenantId): void {
    const { reader, cutoffs } = this.#deps
    const { bytes } = keepOf(this.#config.retention, signal, tenant)
    if (bytes === 0) return
    const oldest = oldestThatFits(reader, signal, tenant, bytes)
    if (oldest > Number.NEGATIVE_INFINITY) cutoffs.raise(signal, tenant, oldest)
  }
  /** What is kept for days goes by days, since reads hide it to the millisecond anyway; what is too much goes at once. */
  async #dropSamples(tenant: TenantId): Promise<void> {
    const cutoff = this.#deps.cutoffs.of('metrics', tenant)
    const { ageMs, bytes } = keepOf(this.#config.retention, 'metrics', tenant)
    const unit = bytes === 0 && ageMs >= 2 * dayMs ? dayMs : fineMs
    let before = Math.floor(cutoff / unit) * unit
    if (this.#deps.rollups) {
      await this.#deps.rollups.finish(tenant, before)
      // The windows that come next count from the samples before them.
      before -= increaseGapMs
    }
    if (before <= (this.#deleted.get(tenant) ?? 0)) return
    await this.#deps.stores.metrics.deleteBefore(before, tenant)
    this.#deleted.set(tenant, before)
  }
  async #dropRollups(tenant: TenantId): Promise<void> {
    const refs = this.#deps.refsOf(tenant)
    const now = this.#deps.now()
    const day = Math.floor(now / dayMs)
    if (this.#swept.get(tenant) === day) return
    for (let at = 0; at < refs.length; at += seriesAtOnce) {
      const some = refs.subarray(at, at + seriesAtOnce)
      const writes: Write[] = [
        dropRollups(some, fineMs, now - durationMs(this.#config.rollup.age_5m)),
        dropRollups(some, coarseMs, now - durationMs(this.#config.rollup.age_1h)),
      ]
      await this.#deps.run({ kind: 'write', writes })
    }
    this.#swept.set(tenant, day)
  }
  async #shrink(): Promise<void> {
    const { reader } = this.#deps
    const of = (pragma: string): number =>
      Number(Object.values(reader.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
    if (of('auto_vacuum') !== 2) return
    const free = of('freelist_count')
    const spare = Math.floor(free - of('page_count') * freePartMax)
    if (free >= freePagesMin && spare > 0)
      await this.#deps.run({ kind: 'shrink', pages: Math.min(spare, shrinkPagesMax) })
  }
}
