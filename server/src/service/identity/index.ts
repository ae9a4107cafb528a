/** Identity: who is calling, for which tenant, and what they may do; what they did goes to the audit log. */
import type { Permission } from '@aiops/contract/api/operation'
import type { TenantId } from '@aiops/contract/model/tenant'

export type Principal = {
  /** Name for timelines and the audit log. */
  actor: string
  tenant: TenantId
  permissions: readonly Permission[]
}

export interface Identity {
  /** Whether callers must show a key. */
  readonly required: boolean
  /** Lower-case header names. Throws UNAUTHENTICATED, TENANT_UNKNOWN, or PERMISSION_DENIED for another tenant than the key's. */
  authenticate(headers: Readonly<Record<string, string | undefined>>): Principal
  /** Throws PERMISSION_DENIED. */
  authorize(principal: Principal, permission: Permission | null): void
  /** Whether who has this name holds a right, without a key of theirs; keys of one name all have to. */
  holds(tenant: TenantId, name: string, permission: Permission): boolean
  audit(
    principal: Principal,
    action: string,
    resource: string,
    outcome: 'SUCCESS' | 'FAILURE' | 'DENIED',
    details?: Record<string, unknown>,
  ): Promise<void>
}

export { type Audit, type AuditDeps, createAudit } from './audit/audit.ts'
export { publicKeysOf } from './audit/checkpoint.ts'
export { checkpointObjects } from './audit/checkpoint-objects.ts'
export { verifyAudit } from './audit/verify.ts'
export { auditEntry, auditFilter } from './audit/wire.ts'
export { IdentityConfig } from './config.ts'
export { createIdentity } from './identity.ts'
export { createLentKeys, type LentKeys } from './lent-keys.ts'
export { checkOrigin, isLoopbackAddress } from './origin.ts'
