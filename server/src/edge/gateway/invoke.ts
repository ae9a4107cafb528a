import { type Api, api, type OperationId } from '@aiops/contract/api/index'
import type { Operation, OperationOutput } from '@aiops/contract/api/operation'
import { type Client, pathOf } from '@aiops/contract/client'
import type { z } from 'zod'
import { messageOf } from '../../kernel/fault.ts'
import type { Caller, ClientOf } from '../../port/operation-client.ts'
import type { Identity } from '../../service/identity/index.ts'
import { invalid } from './failure.ts'
import type { Handlers } from './handler-deps.ts'

/** The parts of a call as they came, not yet looked at. */
export type RawParts = { params?: unknown; query?: unknown; body?: unknown }

/** One operation for one caller: input parsed, writes audited. Whether the caller may is asked before. */
export function invoke(
  handlers: Partial<Handlers>,
  identity: Identity,
  id: OperationId,
  raw: RawParts,
  caller: Caller,
  resource: string,
): Promise<unknown> {
  const operation: Operation = api[id]
  const handler = handlers[id] as (input: unknown, caller: Caller) => Promise<unknown>
  const input = {
    params: parse(operation.params, raw.params),
    query: parse(operation.query, raw.query),
    body: parse(operation.body, raw.body),
  }
  return audited(identity, caller, id, operation, resource, () => handler(input, caller))
}

/** The platform's operations for callers inside this process: permission held, input parsed and writes audited as over HTTP. */
export function createOperationClient(handlers: () => Handlers, identity: Identity): ClientOf {
  const ids = Object.keys(api) as OperationId[]
  const made = new WeakMap<Caller, Client>()
  const clientOf = (caller: Caller): Client =>
    Object.fromEntries(
      ids.map((id) => [
        id,
        async (parts: RawParts = {}): Promise<OperationOutput<Api[OperationId]>> => {
          const operation: Operation = api[id]
          identity.authorize(caller, operation.permission)
          const given = { params: parts.params ?? {}, query: parts.query ?? {}, body: parts.body }
          const resource = pathOf(operation.path, { params: given.params as Record<string, unknown> })
          return (await invoke(handlers(), identity, id, given, caller, resource)) as never
        },
      ]),
    ) as unknown as Client
  // One client for all that is looked up for one question, so that what is under way can be shared.
  return (caller) => {
    const client = made.get(caller) ?? clientOf(caller)
    made.set(caller, client)
    return client
  }
}

export function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalid(parsed.error)
  return parsed.data
}

const wrote = new Set(['POST', 'PUT', 'DELETE'])

/** What people change is in the audit log; telemetry that senders deliver is not, nor are questions that need a body. */
export async function audited<T>(
  identity: Identity,
  caller: Caller,
  id: string,
  operation: Pick<Operation, 'method' | 'permission'>,
  resource: string,
  run: () => Promise<T>,
): Promise<T> {
  const reads = operation.permission?.endsWith(':read') || operation.permission === 'telemetry:write'
  if (!wrote.has(operation.method) || reads) return run()
  try {
    const output = await run()
    await identity.audit(caller, id, resource, 'SUCCESS')
    return output
  } catch (error) {
    await identity.audit(caller, id, resource, 'FAILURE', { error: messageOf(error) })
    throw error
  }
}
