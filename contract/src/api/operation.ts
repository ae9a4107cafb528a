import type { z } from 'zod'
import type { ErrorCode } from '../error.ts'

export const permissions = [
  'system:read',
  'telemetry:read',
  'telemetry:write',
  'incidents:read',
  'incidents:write',
  'runbooks:read',
  'runbooks:execute',
  'runbooks:approve',
  'topology:read',
  'topology:write',
  'clusters:read',
  'clusters:write',
  'chat:read',
  'chat:write',
  'reports:read',
  'reports:write',
  'cost:read',
  'cost:write',
  'deployments:read',
  'deployments:write',
  'deployments:approve',
  'detection:read',
  'detection:write',
  'slos:read',
  'slos:write',
  'correlation:read',
  'correlation:write',
  'knowledge:read',
  'knowledge:write',
  'feeds:read',
  'config:read',
  'audit:read',
  'system:admin',
] as const
export type Permission = (typeof permissions)[number]

/**
 * One operation of the API, defined once: validation, OpenAPI, the typed client, the permission matrix and the
 * reference pages all come from here. `{name}` in a path is a key of `params`.
 */
export type Operation = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly summary: string
  readonly tag: string
  /** null: open to everybody who can reach the port. */
  readonly permission: Permission | null
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly response: z.ZodType
  /** Status of success; 200 unless said. */
  readonly status?: 200 | 201 | 202 | 204
  /** An answer whose `partial` is true has status 206 and is not to be cached. */
  readonly partial?: true
  readonly errors: readonly ErrorCode[]
}

type In<T> = T extends z.ZodType ? z.input<T> : unknown
type Out<T> = T extends z.ZodType ? z.output<T> : unknown
type Part<O, K extends 'params' | 'query' | 'body'> = O extends { readonly [P in K]: infer S } ? S : undefined

/** What a caller hands over. A part that the operation lacks is absent; a query may be left out whole. */
export type OperationInput<O extends Operation> = (Part<O, 'params'> extends z.ZodType
  ? { params: In<Part<O, 'params'>> }
  : unknown) &
  (Part<O, 'query'> extends z.ZodType ? { query?: In<Part<O, 'query'>> } : unknown) &
  (Part<O, 'body'> extends z.ZodType ? { body: In<Part<O, 'body'>> } : unknown)

/** What a handler receives: every part parsed, defaults filled in. */
export type HandlerInput<O extends Operation> = (Part<O, 'params'> extends z.ZodType
  ? { params: Out<Part<O, 'params'>> }
  : unknown) &
  (Part<O, 'query'> extends z.ZodType ? { query: Out<Part<O, 'query'>> } : unknown) &
  (Part<O, 'body'> extends z.ZodType ? { body: Out<Part<O, 'body'>> } : unknown)

export type OperationOutput<O extends Operation> = z.output<O['response']>

/** Keeps the literal types of a table of operations while checking each. */
export const operations = <const T extends Record<string, Operation>>(table: T): T => table
