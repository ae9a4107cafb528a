import type { TenantId } from '@aiops/contract/model/tenant'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../../kernel/clock.ts'
import type { CostHour, CostHourRow, CostRepository } from '../../../port/cost-repository.ts'
import { type ComputeDeps, type Computed, compute } from '../allocation/compute.ts'
import type { CostConfig } from '../config.ts'
import { spendAggregate, spendKey, spendRowOf } from './spend-key.ts'

type Deps = ComputeDeps & { clock: Clock; repository: CostRepository }

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]
/** Senders may be late by so much before an hour is closed. */
const graceMs = 5 * minuteMs
/** Hours that are looked at once more, since ingest takes what is up to an hour old. */
const lateHours = 2
/** Hours are computed in steps of this. */
const hourResolutionMs = 5 * minuteMs
/** Time that hours of the past may take of one look, so that the present is not kept waiting. */
const backfillMsMax = 2_000
/** Hours in a row of which nothing is known, after which the past is taken to be without metrics. */
const emptyMax = 24
/** Days whose sums are held in memory. */
const daysMax = 64

export type DaySpend = { dayMs: number; coveredHours: number; rows: CostHourRow[]; sources: string[] }
type Open = { hourMs: number; coveredMs: number; rows: Map<string, CostHourRow>; sources: Set<string> }

/** Spend by the hour: closed once and kept, so that a month is known after its metrics are gone and whatever prices do later. */
export class HourBook {
  readonly #deps: Deps
  readonly #config: CostConfig
  readonly #backfillMs: number
  readonly #days = new Map<string, DaySpend>()
  /** The hour that goes on, as it was measured minute by minute. */
  readonly #open = new Map<TenantId, Open>()
  /** Before this all hours are closed. */
  readonly #closedMs = new Map<TenantId, number>()

  constructor(deps: Deps, config: CostConfig) {
    this.#deps = deps
    this.#config = config
    this.#backfillMs = durationMs(config.backfill)
  }

  /** Adds what the last minute cost to the hour that goes on. */
  measured(tenant: TenantId, minute: Computed): void {
    const { startMs, endMs } = minute.grid
    const thisHour = Math.floor(startMs / hourMs) * hourMs
    let open = this.#open.get(tenant)
    if (!open || open.hourMs !== thisHour) {
      open = { hourMs: thisHour, coveredMs: 0, rows: new Map(), sources: new Set() }
      this.#open.set(tenant, open)
    }
    if (minute.sets.some(({ coveredMs }) => coveredMs > 0)) open.coveredMs += endMs - startMs
    for (const tally of minute.total.values()) addRow(open.rows, spendRowOf(tally))
    for (const { name } of minute.sources) open.sources.add(name)
  }

  /** Closes hours that are over, the newest first; returns how many. */
  async close(tenant: TenantId): Promise<number> {
    const { clock, repository } = this.#deps
    const nowMs = clock.now()
    const untilMs = Math.floor((nowMs - graceMs) / hourMs) * hourMs
    const fromMs = Math.max(
      this.#closedMs.get(tenant) ?? 0,
      Math.floor((nowMs - this.#backfillMs) / hourMs) * hourMs,
    )
    if (fromMs >= untilMs) return 0
    const there = new Set(await repository.knownHours(tenant, fromMs, untilMs))
    const begunMs = clock.monotonic()
    let closed = 0
    let empty = 0
    for (let at = untilMs - hourMs; at >= fromMs; at -= hourMs) {
      if (there.has(at)) continue
      if (closed > 0 && clock.monotonic() - begunMs > backfillMsMax) return closed
      empty = (await this.#closeHour(tenant, at)) > 0 ? 0 : empty + 1
      closed += 1
      if (empty >= emptyMax) break
    }
    this.#closedMs.set(tenant, untilMs)
    if (!there.has(untilMs - hourMs)) await this.#closeAgain(tenant, untilMs - hourMs)
    return closed
  }

  /** What came late for the hours before: those that were not whole are computed once more with each hour that is closed. */
  async #closeAgain(tenant: TenantId, lastMs: number): Promise<void> {
    const hours = await this.#deps.repository.hours(tenant, lastMs - lateHours * hourMs, lastMs)
    for (const { hourMs: at, coverage } of hours) if (coverage < 1) await this.#closeHour(tenant, at)
  }

  /** Days within, oldest first; the last holds the hour that goes on where it is within. */
  async days(tenant: TenantId, fromMs: number, toMs: number): Promise<DaySpend[]> {
    const found: DaySpend[] = []
    for (let day = Math.floor(fromMs / dayMs) * dayMs; day < toMs; day += dayMs)
      found.push(await this.#day(tenant, day))
    const open = this.#open.get(tenant)
    const last = found.at(-1)
    if (!open || !last || open.hourMs < last.dayMs || open.hourMs >= last.dayMs + dayMs) return found
    const rows = new Map(last.rows.map((row) => [spendKey(row), { ...row, parts: { ...row.parts } }]))
    for (const row of open.rows.values()) addRow(rows, row)
    found[found.length - 1] = {
      dayMs: last.dayMs,
      coveredHours: last.coveredHours + open.coveredMs / hourMs,
      rows: [...rows.values()],
      sources: [...new Set([...last.sources, ...open.sources])],
    }
    return found
  }

  /** Returns the share of it of which anything is known. */
  async #closeHour(tenant: TenantId, startMs: number): Promise<number> {
    const grid = { startMs, endMs: startMs + hourMs, resolutionMs: hourResolutionMs, stepMs: hourMs }
    const computed = await compute(this.#deps, this.#config, tenant, {
      ...{ grid, aggregate: spendAggregate, includeIdle: true, shareIdle: false },
    })
    const covered = computed.sets.reduce((sum, { coveredMs }) => sum + coveredMs, 0)
    const hour: CostHour = {
      ...{ hourMs: startMs, coverage: covered / hourMs },
      sources: computed.sources.map(({ name }) => name),
      rows: [...computed.total.values()].map(spendRowOf).filter(({ usd }) => usd !== 0),
    }
    await this.#deps.repository.saveHour(tenant, hour)
    this.#days.delete(dayKey(tenant, Math.floor(startMs / dayMs) * dayMs))
    if (this.#open.get(tenant)?.hourMs === startMs) this.#open.delete(tenant)
    return hour.coverage
  }

  async #day(tenant: TenantId, day: number): Promise<DaySpend> {
    const key = dayKey(tenant, day)
    const there = this.#days.get(key)
    if (there) return there
    const hours = await this.#deps.repository.hours(tenant, day, day + dayMs)
    const rows = new Map<string, CostHourRow>()
    for (const hour of hours) for (const row of hour.rows) addRow(rows, row)
    const made: DaySpend = {
      dayMs: day,
      coveredHours: hours.reduce((sum, { coverage }) => sum + coverage, 0),
      rows: [...rows.values()],
      sources: [...new Set(hours.flatMap(({ sources }) => sources))],
    }
    this.#days.set(key, made)
    if (this.#days.size > daysMax * Math.max(1, this.#open.size))
      this.#days.delete(this.#days.keys().next().value!)
    return made
  }
}

const dayKey = (tenant: TenantId, day: number): string => `${tenant}\u0000${day}`

function addRow(rows: Map<string, CostHourRow>, row: CostHourRow): void {
  const key = spendKey(row)
  const there = rows.get(key)
  if (!there) {
    rows.set(key, { ...row, parts: { ...row.parts } })
    return
  }
  there.usd += row.usd
  for (const [name, usd] of Object.entries(row.parts)) there.parts[name] = (there.parts[name] ?? 0) + usd
}
