import type { Readable } from 'node:stream'
import type { Permission } from '@aiops/contract/api/operation'
import type { z } from 'zod'
import type { Quota } from '../kernel/quota.ts'
import type { Caller } from './operation-client.ts'

export type StreamRequest = {
  /** Read by the schemas of the route. */
  params: unknown
  query: unknown
  body: unknown
  caller: Caller
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>
}

/** `body` is destroyed when its reader has gone; null for an answer without one. */
export type StreamAnswer = { status: number; headers: Record<string, string>; body: Readable | null }

/**
 * A path whose answer is sent while it is being made, for as long as an hour. What is wrong before the first byte is a Fault in the one
 * error form; after it, whatever the stream itself says.
 */
export type StreamRoute = {
  method: 'GET' | 'POST'
  /** `{name}` for a part that varies. */
  path: string
  summary: string
  /** The name in the audit log. */
  action: string
  permission: Permission
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** What is left of the rate limit that `open` holds a caller to; told with every answer. */
  quota?(caller: Caller): Quota
  open(request: StreamRequest): Promise<StreamAnswer>
}
