import type { Permission } from '@aiops/contract/api/operation'
import type { Fault } from '../kernel/fault.ts'
import type { Quota } from '../kernel/quota.ts'
import type { Caller } from './operation-client.ts'

/**
 * A path of a protocol whose library speaks the web's Request and Response. The caller is known and holds the permission before the body
 * is read. The request's signal ends when whoever asked has gone; a body that streams is cancelled then, and after an hour.
 */
export type WebRoute = {
  methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[]
  path: string
  summary: string
  /** The name in the audit log. */
  action: string
  /** null: open to everybody who can reach the port. */
  permission: Permission | null
  bodyBytesMax: number
  /** The API key, where the protocol carries it elsewhere than in a bearer token, such as the password of basic authentication. */
  credential?(headers: Readonly<Record<string, string | undefined>>): string | undefined
  /** What is left of the rate limit that `handle` holds a caller to; told with every answer. */
  quota?(caller: Caller): Quota
  handle(request: Request, caller: Caller): Promise<Response>
  /** A fault in the protocol's own form, also where `handle` was not reached. */
  refuse?(
    fault: Fault,
    headers: Readonly<Record<string, string | undefined>>,
  ): { status: number; headers: Record<string, string>; body: string }
}
