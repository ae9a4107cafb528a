import type { ErrorCode } from '@aiops/contract/error'

/** The code of an operating error, whether it comes from this process or over HTTP; undefined for what is none. */
export const codeOf = (error: unknown): ErrorCode | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? (error.code as ErrorCode)
    : undefined

/** `undefined` where the operation fails with one of these codes; other failures go on. */
export async function unless<T>(codes: readonly ErrorCode[], operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation
  } catch (error) {
    const code = codeOf(error)
    if (code && codes.includes(code)) return undefined
    throw error
  }
}
