import { z } from 'zod'

/** Who owns a record or a series. First column of every index; `default` when a sender names none. */
export const TenantId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63 characters')
export type TenantId = z.infer<typeof TenantId>

export const defaultTenant: TenantId = 'default'
