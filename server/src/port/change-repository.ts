import type { Change, ChangeKind, ChangeSource } from '@aiops/contract/model/change'
import type { EntityId } from '@aiops/contract/model/entity'
import type { TenantId } from '@aiops/contract/model/tenant'

export type ChangeFilter = {
  /** When it was done, both inclusive. */
  startMs: number
  endMs: number
  /** About any of these; left out: all. */
  entities?: readonly EntityId[] | undefined
  /** Empty: all. */
  kinds: readonly ChangeKind[]
  sources: readonly ChangeSource[]
  clusterId?: string | undefined
  limit: number
  offset: number
}

/** What was done to the systems of each tenant. Written once, never altered. */
export interface ChangeRepository {
  /** All or none; one whose id the tenant has already is left as it is. Returns the ids that are new. */
  add(changes: readonly Change[]): Promise<Set<string>>
  get(tenant: TenantId, id: string): Promise<Change | undefined>
  /** Newest first. At most 500 entities are looked for. */
  list(tenant: TenantId, filter: ChangeFilter): Promise<{ changes: Change[]; total: number }>
  /** Done before, of all tenants. Returns how many went. */
  deleteBefore(timeMs: number): Promise<number>
  /** Keeps the newest of the tenant. Returns how many went. */
  keepNewest(tenant: TenantId, count: number): Promise<number>
}
