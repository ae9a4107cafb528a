import type { MaintenanceWindow } from '@aiops/contract/model/maintenance'
import type { TenantId } from '@aiops/contract/model/tenant'

/** What was made of one occurrence. */
export type MadeOccurrence = {
  silenceId: string
  startMs: number
  endMs: number
  /** Its end has been announced. */
  isReminded: boolean
}

/** A window without what follows from the time, and with its occurrences that have not ended as far as they are made. */
export type StoredWindow = Omit<MaintenanceWindow, 'state' | 'next' | 'silences'> & {
  tenant_id: TenantId
  made: MadeOccurrence[]
}

export interface MaintenanceRepository {
  /** Inserts or replaces by tenant and id. */
  save(window: StoredWindow): Promise<void>
  delete(tenant: TenantId, id: string): Promise<boolean>
  /** Of all tenants, by id. */
  all(): Promise<StoredWindow[]>
}
