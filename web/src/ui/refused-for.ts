import { ApiError } from '@aiops/contract/client'

/** What to ask for, where somebody may not do what they tried. */
export const refusedFor = (error: unknown, permission: string): string | undefined =>
  error instanceof ApiError && error.status === 403
    ? `You need the permission ${permission}; an administrator can give it.`
    : undefined
