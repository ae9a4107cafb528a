import type { AlertPreset } from '@aiops/contract/model/alert-preset'
import type { TenantId } from '@aiops/contract/model/tenant'

/** Searches of alerts that people saved. Ids are unique within a tenant. */
export interface AlertPresetRepository {
  /** CONFLICT, and nothing saved, where the person has `personMax` already or the tenant `tenantMax`. */
  insert(
    tenant: TenantId,
    preset: AlertPreset,
    limits: { personMax: number; tenantMax: number },
  ): Promise<void>
  /** False where there was none. */
  delete(tenant: TenantId, id: string): Promise<boolean>
  get(tenant: TenantId, id: string): Promise<AlertPreset | undefined>
  /** Those that this person made and those that are shared, in the order of their names. */
  list(tenant: TenantId, person: string): Promise<AlertPreset[]>
}
