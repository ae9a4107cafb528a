import type { Permission } from '@aiops/contract/api/operation'
import type { Client } from '@aiops/contract/client'
import type { TenantId } from '@aiops/contract/model/tenant'

/** On whose behalf something is done. */
export type Caller = {
  /** Name for timelines and the audit log. */
  actor: string
  tenant: TenantId
  permissions: readonly Permission[]
}

/**
 * The platform's own operations as this caller may use them: input is checked, permission is held, what changes something is audited.
 * Operating errors are Faults. In one process it is a call, across processes HTTP.
 */
export type ClientOf = (caller: Caller) => Client
