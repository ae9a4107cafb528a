/** Cost: what things cost where they run, by what prices; budgets; and what could be saved without moving anything. */

import type { Allocation } from '@aiops/contract/model/allocation'
import type { Budget, BudgetInput, BudgetStatus } from '@aiops/contract/model/budget'
import type { Opportunity } from '@aiops/contract/model/decision'
import type { Labels } from '@aiops/contract/model/label'
import type { HourlyUsd, Usd } from '@aiops/contract/model/money'
import type { PriceBook, TransferPrice } from '@aiops/contract/model/price-book'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { CostRepository } from '../../port/cost-repository.ts'
import type { DocumentSource } from '../../port/document-source.ts'
import type { Window } from './allocation/window.ts'
import type { BookProblem } from './price/price-document.ts'
import type { ShownBook } from './price/price-shelf.ts'
import type { FoundPrice, PriceAsk } from './price/price-table.ts'

export type CostSample = { labels: Labels; value: number }
/** Times ascending, each a multiple of the step after the first that was asked for. */
export type CostPoints = { labels: Labels; timesMs: ArrayLike<number>; values: ArrayLike<number> }
/** A sample to be stored; `labels` with `__name__`. */
export type CostWritten = { labels: Labels; timeMs: number; value: number }

export type BudgetAlert = {
  /** The same for the same state of the same budget. */
  key: string
  labels: Labels
  severity: 'medium' | 'high' | 'critical'
  message: string
  firing: boolean
  sinceMs: number
}

/** What a watched cluster tells of itself now. */
export type CostInventory = {
  cluster: string
  nodes: readonly { name: string; labels: Labels; allocatable: Readonly<Record<string, number>> }[]
  pods: readonly {
    namespace: string
    name: string
    node: string
    labels: Labels
    owner: { kind: string; name: string } | undefined
    phase: string
    requests: Readonly<Record<string, number>>
  }[]
}

export type CostDeps = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  tenants: readonly TenantId[]
  repository: CostRepository
  /** Files with price books. */
  priceSource: DocumentSource
  /** PromQL over the tenant's own store at one moment. */
  query(tenant: TenantId, promql: string, timeMs: number): Promise<readonly CostSample[]>
  queryRange(
    tenant: TenantId,
    promql: string,
    startMs: number,
    endMs: number,
    stepMs: number,
  ): Promise<readonly CostPoints[]>
  /** Watched clusters; none where nothing is watched. */
  inventory(tenant: TenantId): Promise<readonly CostInventory[]>
  /** Resolves once they can be queried. */
  record(tenant: TenantId, samples: readonly CostWritten[]): Promise<void>
  alert(tenant: TenantId, alerts: readonly BudgetAlert[]): Promise<void>
}

export type AllocationAsk = {
  window: Window
  aggregate: readonly string[]
  stepMs?: number | undefined
  resolutionMs?: number | undefined
  includeIdle: boolean
  shareIdle: boolean
  idleByNode?: boolean | undefined
}
/** Parts of an allocation that its form on the wire has only the sums of. USD. */
export type AllocationParts = {
  idleUsd: { cpu: number; ram: number; gpu: number }
  zoneUsd: number
  regionUsd: number
  internetUsd: number
  networkBytes: number
  storageByteHours: number
}
type AllocationsOfWindow = Window & {
  allocations: Allocation[]
  /** By name. */
  parts: ReadonlyMap<string, AllocationParts>
}
export type PricedBy = { name: string; asOfMs: number; stale: boolean; measured: boolean }
export type AllocationAnswer = {
  resolutionMs: number
  stepMs: number
  /** Of the window that was computed: whole steps of the resolution, up to now. */
  total: AllocationsOfWindow
  sets: AllocationsOfWindow[]
  totalUsd: Usd
  sources: PricedBy[]
  notices: string[]
}

export type UnitCost = {
  service: string
  usd: Usd
  requests: number
  thousandRequestsUsd: Usd
  source: string
}

/** Rates now, as they were written a moment ago. */
export type CurrentSpend = {
  /** Undefined before the first measurement. */
  atMs: number | undefined
  hourlyUsd: HourlyUsd
  byService: readonly {
    service: string
    provider: string
    hourlyUsd: HourlyUsd
    from: 'ALLOCATION' | 'PLACEMENT'
  }[]
  sources: readonly PricedBy[]
}

export type Freeze = { budgetId: string; budget: string; band: BudgetStatus['band']; reason: string }

export type FoundHourlyPrice = FoundPrice & { stale: boolean }
export type FoundTransferPrice = FoundPrice<Usd> & { stale: boolean }

export interface Cost extends Lifecycle {
  /** Throws INVALID_REQUEST and QUERY_TOO_LARGE. */
  allocation(tenant: TenantId, ask: AllocationAsk): Promise<AllocationAnswer>
  units(tenant: TenantId, window: Window): Promise<{ units: UnitCost[]; notices: string[] }>

  books(
    tenant: TenantId,
  ): Promise<{ books: ShownBook[]; staleAfterDays: number; problems: readonly BookProblem[] }>
  putBook(tenant: TenantId, book: PriceBook): Promise<PriceBook>
  /** A price of a book as it holds now; undefined where none has one. */
  price(tenant: TenantId, ask: PriceAsk): Promise<FoundHourlyPrice | undefined>
  transferPrice(
    tenant: TenantId,
    ask: { provider: string; region?: string; to: TransferPrice['to'] },
  ): Promise<FoundTransferPrice | undefined>

  /** Whether what is spent now is priced by prices young enough to decide by, in words. */
  pricesFresh(tenant: TenantId): { fresh: boolean; detail: string }

  budgets(tenant: TenantId): Promise<BudgetStatus[]>
  /** Throws CONFLICT where there is one of this name. */
  createBudget(tenant: TenantId, actor: string, input: BudgetInput): Promise<Budget>
  /** Throws NOT_FOUND and CONFLICT. */
  updateBudget(tenant: TenantId, id: string, input: BudgetInput): Promise<Budget>
  /** Throws NOT_FOUND. */
  deleteBudget(tenant: TenantId, id: string): Promise<void>
  /** The budget that keeps a service from costing more, from FREEZE on; the strictest. */
  frozen(tenant: TenantId, service: string): Freeze | undefined

  spend(tenant: TenantId): CurrentSpend
  /** What could be saved of what runs where it is, the most first. */
  opportunities(tenant: TenantId): Promise<{ opportunities: Opportunity[]; notices: string[] }>
  /** Rows of a FOCUS data set as lines of CSV, its header first. */
  focus(tenant: TenantId, window: Window): AsyncIterable<string>
}

export { parseWindow, stepMsOf, type Window } from './allocation/window.ts'
export { CostConfig } from './config.ts'
export { createCost } from './cost.ts'
export { priceBookOfCsv } from './price/price-csv.ts'
export type { FoundPrice, PriceAsk, PriceSource } from './price/price-table.ts'
