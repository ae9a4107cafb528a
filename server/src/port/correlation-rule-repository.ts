import type { CorrelationRule } from '@aiops/contract/model/correlation-rule'
import type { TenantId } from '@aiops/contract/model/tenant'

/** A rule without what is counted of it. */
export type StoredCorrelationRule = Omit<CorrelationRule, 'hits'>
export type RuleHits = { tenant: TenantId; ruleId: string; count: number; lastMs: number }

/** Correlation rules that were made through the API; those of documents are not here, what is counted of both is. */
export interface CorrelationRuleRepository {
  /** Inserts or replaces by id. Throws CONFLICT where another of the tenant has its name. */
  save(tenant: TenantId, rule: StoredCorrelationRule): Promise<void>
  delete(tenant: TenantId, id: string): Promise<boolean>
  /** Of all tenants, by id. */
  all(): Promise<{ tenant: TenantId; rule: StoredCorrelationRule }[]>
  /** Replaces what was counted of these. */
  saveHits(hits: readonly RuleHits[]): Promise<void>
  hits(): Promise<RuleHits[]>
}
