import { TenantId } from '@aiops/contract/model/tenant'
import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'

export const Role = z.enum([
  'viewer',
  'developer',
  'operator',
  'approver',
  'admin',
  'auditor',
  'sender',
  'feed',
])
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
  audit: z
    .object({
      checkpoint_every: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .default(100)
        .describe('New entries of the audit log after which its chain is signed; looked at once a second.'),
      checkpoint_interval: Duration.default('10m').describe(
        'Time after which the chain is signed where anything is new.',
      ),
      verify_interval: Duration.default('24h').describe(
        'How often the server verifies the whole log itself; what it finds is in its own log and in aiops_audit_broken.',
      ),
      checkpoint_file: z
        .string()
        .max(1_000)
        .default('')
        .describe(
          'Where signed checkpoints are kept, outside the database; without it "audit/checkpoints.jsonl" in the data folder.',
        ),
      checkpoint_copies: z
        .array(z.string().min(1).max(1_000))
        .max(8)
        .default([])
        .describe(
          'Further files, or folders and buckets ("folder:/mnt/worm", "s3://bucket/prefix"), that get every checkpoint: whoever owns the data folder should not own them all.',
        ),
      signing_key_file: z
        .string()
        .max(1_000)
        .default('')
        .describe(
          'The Ed25519 key that signs checkpoints (PKCS #8, PEM); made at the first start. Without it "audit-signing-key.pem" in the data folder.',
        ),
    })
    .prefault({})
    .describe('The tamper-evident audit log.'),
})
export type IdentityConfig = z.infer<typeof IdentityConfig>
