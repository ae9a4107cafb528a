import type { Budget } from '@aiops/contract/model/budget'
import type { PriceBook } from '@aiops/contract/model/price-book'
import type { TenantId } from '@aiops/contract/model/tenant'

/** What one thing cost in one hour. `usd` is all of it; the parts of a thing with several kinds of cost sum to it. */
export type CostHourRow = {
  cluster: string
  namespace: string
  service: string
  team: string
  environment: string
  /** ALLOCATION: of a cluster. PLACEMENT: of a service at a provider. */
  from: 'ALLOCATION' | 'PLACEMENT'
  provider: string
  usd: number
  parts: Record<string, number>
}
/** `coverage`: the share of the hour in which anything was known. */
export type CostHour = { hourMs: number; coverage: number; sources: string[]; rows: CostHourRow[] }

/** Price books with all their versions, budgets, and spend by the hour. */
export interface CostRepository {
  /** A version: by name and `as_of`; the same again replaces it. */
  saveBook(tenant: TenantId, book: PriceBook): Promise<void>
  /** Every version, newest `as_of` first. */
  books(tenant: TenantId): Promise<PriceBook[]>
  /** Throws CONFLICT where the tenant has a budget of this name. */
  insertBudget(tenant: TenantId, budget: Budget): Promise<void>
  /** False, and nothing changed, where there is none of this id. Throws CONFLICT where another has its name. */
  updateBudget(tenant: TenantId, budget: Budget): Promise<boolean>
  deleteBudget(tenant: TenantId, id: string): Promise<boolean>
  /** By name. */
  budgets(tenant: TenantId): Promise<Budget[]>
  /** Inserts or replaces the hour. */
  saveHour(tenant: TenantId, hour: CostHour): Promise<void>
  /** Hours that begin in [fromMs, toMs), oldest first. */
  hours(tenant: TenantId, fromMs: number, toMs: number): Promise<CostHour[]>
  /** Beginnings of the hours that are kept within, ascending. */
  knownHours(tenant: TenantId, fromMs: number, toMs: number): Promise<number[]>
  /** Of all tenants; returns how many went. */
  deleteHoursBefore(timeMs: number): Promise<number>
}
