import { TenantId } from '@aiops/contract/model/tenant'
import { z } from 'zod'

export const Role = z.enum(['viewer', 'developer', 'operator', 'approver', 'admin', 'auditor', 'sender'])
export type Role = z.infer<typeof Role>

export const IdentityConfig = z.object({
  tenants: z
    .array(TenantId)
    .min(1)
    .default(['default'])
    .describe('Tenants that exist; a request that names another is refused.'),
  api_keys: z
    .array(
      z.object({
        name: z.string().min(1).max(64).describe('Shown in the timeline and the audit log.'),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the key, 64 hex digits'),
        tenant: TenantId.default('default'),
        role: Role,
      }),
    )
    .max(10_000)
    .default([])
    .describe(
      'Who may call, each by the SHA-256 of a random key. With none, whoever reaches the loopback port is a local admin.',
    ),
})
export type IdentityConfig = z.infer<typeof IdentityConfig>
