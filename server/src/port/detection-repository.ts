import type { DetectionSettingsInput } from '@aiops/contract/model/detection'
import type { TenantId } from '@aiops/contract/model/tenant'

/** What a tenant set, as it was given, and who last changed it. `revision` counts from 1. */
export type StoredDetection = DetectionSettingsInput & {
  tenant_id: TenantId
  revision: number
  updated_at: string
  updated_by: string
}

/** Settings of detection, one document a tenant. */
export interface DetectionRepository {
  /** Of all tenants that set something. */
  all(): Promise<StoredDetection[]>
  /** Compare and swap: false, and nothing changed, unless the stored revision is one less (none stored counts as 0). */
  save(settings: StoredDetection): Promise<boolean>
}
