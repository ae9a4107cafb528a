import type { TenantId } from '@aiops/contract/model/tenant'

/** What correlation has learned of a tenant, as it wrote it: one for each, the later replaces the earlier. */
export interface CorrelationMemoryRepository {
  save(tenant: TenantId, memory: { savedMs: number; body: string }): Promise<void>
  load(tenant: TenantId): Promise<{ savedMs: number; body: string } | undefined>
}
