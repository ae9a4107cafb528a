import type { TenantId } from '@aiops/contract/model/tenant'

/** What language models were used for; both may be negative where less came of it than was held. */
export type ModelSpending = { tokens: number; usd: number }

/** What language models were used for, by tenant and day. `day` counts from 1970-01-01, UTC. */
export interface ModelSpendingRepository {
  /** Zero where nothing was. */
  spent(tenant: TenantId, day: number): Promise<ModelSpending>
  /**
   * Adds, in one step, where the sums then are within the limits, and answers whether it did: of many at once, in any number of processes,
   * no two pass a limit together. A limit that is left out is none. Days more than 30 before are forgotten.
   */
  reserve(
    tenant: TenantId,
    day: number,
    held: ModelSpending,
    limits: { [K in keyof ModelSpending]?: number },
  ): Promise<boolean>
  /** Adds whatever the sums then are. */
  add(tenant: TenantId, day: number, spent: ModelSpending): Promise<void>
}
