import type { Slo } from '@aiops/contract/model/slo'
import type { TenantId } from '@aiops/contract/model/tenant'

/** Objectives that were set through the API; those of documents are not here, and what is measured of them lies with the telemetry. */
export interface SloRepository {
  /** Throws CONFLICT where the tenant has one of this name. */
  insert(tenant: TenantId, slo: Slo): Promise<void>
  /** False, and nothing changed, where there is none of this id. Throws CONFLICT where another has its name. */
  update(tenant: TenantId, slo: Slo): Promise<boolean>
  delete(tenant: TenantId, id: string): Promise<boolean>
  /** By name. */
  list(tenant: TenantId): Promise<Slo[]>
}
