import type { TenantId } from '@aiops/contract/model/tenant'
import type { MetricStore, SeriesRef } from '../../../../port/metric-store.ts'
import {
  accumulates,
  foldWindows,
  increaseGapMs,
  joinWindows,
  widenWindows,
  windowsWithin,
} from '../../../../port/metric-window.ts'
import type { Write } from '../message.ts'
import { createPause } from '../pause.ts'
import { coarseMs, dayMs, fineMs, putRollups, type RollupTable } from './rollup-table.ts'

/** Series read at once: a day of a series sampled every second is 86,400 samples. */
const seriesAtOnce = 16
/** How much of a day is made at once: each time its row is written anew, and what is not made yet is read from samples. */
const pieceMs = 21_600_000
/** Rows of one transaction, so that entries waiting to be committed wait for milliseconds only. */
const rowsAtOnce = 256

export type RollupBuilderDeps = {
  store: Pick<MetricStore, 'range' | 'latest' | 'catalog'>
  refsOf(tenant: TenantId): Uint32Array
  tenants(): readonly TenantId[]
  table: RollupTable
  write(writes: readonly Write[]): Promise<unknown>
  /** Kept with the rollups, to go on after a restart. */
  progress: { get(name: string): number | undefined; set(name: string, value: number): Promise<void> }
  outOfOrderMs: number
}
/** A day's windows up to `until` at most; those before `finalMs` whatever else may come. */
type Sweep = { dayStart: number; until: number; finalMs: number }
type Row = Parameters<typeof putRollups>[0][number]

/**
 * Makes windows of samples, a day at a time. A window is final, and only then written, once its series has a sample so much newer
 * that nothing for the window would be accepted any more; or, before samples are dropped, since there will be none to make it of.
 * What is not final is read from samples: see `RollupReader`.
 */
export class RollupBuilder {
  readonly #deps: RollupBuilderDeps
  constructor(deps: RollupBuilderDeps) {
    this.#deps = deps
  }
  /** What has ended since the last time, of all series: whole days, and of the last one pieces. `oldestMs`: where to begin the first time. */
  async build(nowMs: number, oldestMs: number): Promise<void> {
    const { progress, outOfOrderMs } = this.#deps
    const end = Math.floor((nowMs - outOfOrderMs - fineMs) / pieceMs) * pieceMs
    const name = 'rollup.until'
    let at = progress.get(name) ?? progress.get('rollup.day')
    if (at === undefined) await progress.set(name, floorDay(oldestMs))
    at ??= floorDay(oldestMs)
    while (at < end) {
      const day = floorDay(at)
      const until = Math.min(day + dayMs, end)
      for (const tenant of this.#deps.tenants())
        await this.#sweep(tenant, { dayStart: day, until, finalMs: Number.NEGATIVE_INFINITY })
      await progress.set(name, until)
      at = until
    }
  }
  /** All that is older than `timeMs` of a tenant's samples, which are about to go. */
  async finish(tenant: TenantId, timeMs: number): Promise<void> {
    const { progress } = this.#deps
    const name = `rollup.finished/${tenant}`
    const from = progress.get(name) ?? timeMs - dayMs
    if (timeMs <= from) return
    for (let day = floorDay(from); day < timeMs; day += dayMs) {
      const sweep = { dayStart: day, until: day + dayMs, finalMs: timeMs }
      await this.#sweep(tenant, sweep)
    }
    await progress.set(name, Math.floor(timeMs / fineMs) * fineMs)
  }

  async #sweep(tenant: TenantId, sweep: Sweep): Promise<void> {
    const refs = this.#deps.refsOf(tenant)
    const pause = createPause()
    let rows: Row[] = []
    for (let at = 0; at < refs.length; at += seriesAtOnce) {
      rows.push(...(await this.#rowsOf(tenant, [...refs.subarray(at, at + seriesAtOnce)], sweep)))
      if (rows.length >= rowsAtOnce) {
        await this.#deps.write([putRollups(rows)])
        rows = []
      }
      await pause()
    }
    if (rows.length > 0) await this.#deps.write([putRollups(rows)])
  }
  async #rowsOf(tenant: TenantId, refs: SeriesRef[], sweep: Sweep): Promise<Row[]> {
    const { dayStart, finalMs } = sweep
    const { store, table, outOfOrderMs } = this.#deps
    const newest = store.latest(refs)
    const wanted = refs
      .map((ref) => {
        const settledMs = (newest.get(ref)?.timeMs ?? Number.NEGATIVE_INFINITY) - outOfOrderMs
        const until = Math.min(sweep.until, Math.floor(Math.max(settledMs, finalMs) / fineMs) * fineMs)
        // Decoding a whole row to learn how far it goes costs little beside reading a day of samples.
        const before = until > dayStart ? table.rows(ref, fineMs, dayStart, dayStart + 1)[0] : undefined
        return { ref, before, from: before?.upToMs ?? dayStart, until }
      })
      .filter(({ from, until }) => until > from)
    if (wanted.length === 0) return []
    const data = await store.range({
      tenant,
      refs: wanted.map(({ ref }) => ref),
      startMs: Math.min(...wanted.map(({ from }) => from)) - increaseGapMs,
      endMs: Math.max(...wanted.map(({ until }) => until)) - 1,
      samplesMax: Number.MAX_SAFE_INTEGER,
    })
    const samples = new Map(data.map((one) => [one.ref, one]))
    return wanted.flatMap(({ ref, before, from, until }) => {
      const own = samples.get(ref)
      if (!own) return []
      const withIncrease =
        accumulates(store.catalog.kindOf(ref)) &&
        (before === undefined || before.windows.increase !== undefined)
      const added = foldWindows(own, fineMs, from, until, withIncrease)
      const fine = before ? joinWindows([before.windows, added], withIncrease) : added
      if (fine.timesMs.length === 0) return []
      const hours = Math.floor(until / coarseMs) * coarseMs
      const coarse = widenWindows(windowsWithin(fine, dayStart, hours), coarseMs)
      const row = (stepMs: number, upToMs: number, windows: Row['windows']): Row => ({
        stepMs,
        ref,
        startMs: dayStart,
        upToMs,
        windows,
      })
      return coarse.timesMs.length === 0
        ? [row(fineMs, until, fine)]
        : [row(fineMs, until, fine), row(coarseMs, hours, coarse)]
    })
  }
}

const floorDay = (timeMs: number): number => Math.max(0, Math.floor(timeMs / dayMs) * dayMs)
