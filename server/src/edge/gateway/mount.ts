import { isUtf8 } from 'node:buffer'
import { api, type OperationId } from '@aiops/contract/api/index'
import type { Operation, Permission } from '@aiops/contract/api/operation'
import { defaultTenant } from '@aiops/contract/model/tenant'
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { systemClock } from '../../kernel/clock.ts'
import { Fault, messageOf } from '../../kernel/fault.ts'
import { encodeText, jsonText } from '../../kernel/large-text.ts'
import type { Quota } from '../../kernel/quota.ts'
import { Turn } from '../../kernel/turn.ts'
import type { Receiver } from '../../pipeline/ingest/index.ts'
import type { Identity, Principal } from '../../service/identity/index.ts'
import type { GatewayDeps } from './index.ts'
import { invoke } from './invoke.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set before the body is read, on routes that are mounted here. */
    principal: Principal | null
  }
  interface FastifyContextConfig {
    /** How a protocol of senders says a fault, where it has a form of its own. */
    refuse?: Receiver['refuse']
    /** What is left of the route's rate limit, told with every answer to a caller who is known. */
    quota?: (caller: Principal) => Quota | undefined
  }
}

/** `{name}` of the contract as Fastify writes it. */
export const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

export const headersOf = (request: FastifyRequest): Record<string, string | undefined> =>
  request.headers as Record<string, string | undefined>

export const resourceOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? ''

/** Mounts every operation: caller known, permission held, input parsed, output checked, writes audited. */
export async function mountOperations(
  app: FastifyInstance,
  { handlers, identity, quotas = {} }: Pick<GatewayDeps, 'handlers' | 'identity' | 'quotas'>,
  validateResponses: boolean,
): Promise<void> {
  await app.register(async (scope) => {
    acceptJson(scope)
    for (const [id, operation] of Object.entries(api) as [OperationId, Operation][]) {
      if (!handlers[id]) continue
      scope.route({
        method: operation.method,
        url: routeOf(operation.path),
        config: quotaOf(quotas[id]),
        onRequest: admit(identity, id, operation.permission),
        handler: async (request, reply) => {
          const principal = principalOf(request)
          const raw = { params: request.params, query: request.query, body: request.body }
          const output = await invoke(handlers, identity, id, raw, principal, resourceOf(request))
          if (operation.status === 204) return reply.code(204).send()
          reply.code(operation.status ?? 200).type('application/json')
          if (operation.partial && isPartial(output)) reply.code(206).header('cache-control', 'no-store')
          const answer = validateResponses ? checked(operation.response, output) : output
          return jsonText(answer, new Turn(systemClock))
        },
      })
    }
  })
}

/** Mounts the senders' protocols in a scope of their own, where a body of any type arrives as it was sent. */
export async function mountReceivers(
  app: FastifyInstance,
  receivers: readonly Receiver[],
  identity: Identity,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const receiver of receivers) {
      scope.route({
        method: receiver.method ?? 'POST',
        url: routeOf(receiver.path),
        config: {
          ...(receiver.refuse && { refuse: receiver.refuse }),
          ...quotaOf(receiver.quota && (({ tenant }) => receiver.quota?.(tenant))),
        },
        ...admission(identity, receiver),
        handler: async (request, reply) => {
          const answer = await receiver.handle({
            tenant: principalOf(request).tenant,
            actor: principalOf(request).actor,
            headers: headersOf(request),
            params: request.params as Record<string, string>,
            query: queryOf(request),
            body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
          })
          reply.code(answer.status).headers(answer.headers ?? {})
          const { body } = answer
          if (typeof body !== 'string' || body.length < encodedAtOnceMax) return reply.send(body)
          return reply.send(await encodeText(body, new Turn(systemClock)))
        },
      })
    }
  })
}

export const quotaOf = (quota: FastifyContextConfig['quota']): Pick<FastifyContextConfig, 'quota'> =>
  quota ? { quota } : {}

/** Longer texts are encoded giving way. */
const encodedAtOnceMax = 1_048_576

/** Where a protocol carries its key in the body, a stranger's that says it is longer is not read. */
const strangerBytesMax = 1_048_576

function admission(identity: Identity, { permission = 'telemetry:write', credential }: Receiver) {
  const onRequest = admit(identity, 'receive', permission)
  if (!credential || !identity.required) return { onRequest }
  const bearer = (request: FastifyRequest): boolean => /^Bearer /i.test(request.headers.authorization ?? '')
  return {
    onRequest: async (request: FastifyRequest) => {
      if (bearer(request)) return onRequest(request)
      if (Number(request.headers['content-length'] ?? 0) > strangerBytesMax)
        throw new Fault(
          'BODY_TOO_LARGE',
          `Without a bearer token the body may have ${strangerBytesMax} bytes; send the key as "Authorization: Bearer <key>".`,
        )
    },
    preHandler: async (request: FastifyRequest) => {
      if (bearer(request)) return
      const key = credential({
        headers: headersOf(request),
        query: queryOf(request),
        body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
      })
      await admit(identity, 'receive', permission, key)(request)
    },
  }
}

const queryOf = (request: FastifyRequest): URLSearchParams =>
  new URLSearchParams(request.url.split('?')[1] ?? '')

/** Before the body is read: a stranger's megabytes are never parsed. What somebody was denied is in the audit log. */
export function admit(identity: Identity, action: string, permission: Permission | null, key?: string) {
  return async (request: FastifyRequest): Promise<void> => {
    if (permission === null) {
      request.principal = nobody
      return
    }
    const headers = headersOf(request)
    const principal = identity.authenticate(
      key === undefined ? headers : { ...headers, authorization: `Bearer ${key}` },
    )
    request.principal = principal
    try {
      identity.authorize(principal, permission)
    } catch (error) {
      await identity.audit(principal, action, resourceOf(request), 'DENIED', { error: messageOf(error) })
      throw error
    }
  }
}

/** Whoever asks for what is open, such as an orchestrator's probe, which has no key. */
const nobody: Principal = { actor: 'anonymous', tenant: defaultTenant, permissions: [] }

export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error('a handler ran before its caller was admitted')
  return request.principal
}

/** Only JSON, in UTF-8 (RFC 8259 §8.1), uncompressed, without keys that would change an object's prototype. */
export function acceptJson(scope: FastifyInstance): void {
  const parseJson = scope.getDefaultJsonParser('error', 'ignore')
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity')
      return done(new Fault('UNSUPPORTED_MEDIA_TYPE', 'Send the body without a content encoding.'))
    if (body.length === 0)
      return done(new Fault('INVALID_REQUEST', 'The body is empty; it should hold a JSON document.'))
    if (!isUtf8(body)) return done(new Fault('INVALID_REQUEST', 'The body is not UTF-8.'))
    const text = body.toString('utf8')
    parseJson(request, text, (error, value) =>
      error ? done(new Fault('INVALID_REQUEST', sentenceOnJson(text), { cause: error })) : done(null, value),
    )
  })
}

function sentenceOnJson(text: string): string {
  try {
    JSON.parse(text)
    return 'The body has a key "__proto__", which is not accepted.'
  } catch (error) {
    // The parser's message quotes the body, which may hold a secret.
    const why = messageOf(error).replace(/, (?:\.\.\.)?".*$/s, '')
    return `The body is not JSON: ${why.slice(0, 200)}.`
  }
}

/** An answer that does not fit its schema is a defect of ours, never the caller's mistake. */
function checked(schema: z.ZodType, output: unknown): unknown {
  const parsed = schema.safeParse(output)
  if (parsed.success) return parsed.data
  throw new Fault(
    'INTERNAL',
    'The answer did not fit its own schema; the log holds it under this trace id.',
    {
      cause: parsed.error,
    },
  )
}

const isPartial = (output: unknown): boolean =>
  typeof output === 'object' && output !== null && 'partial' in output && output.partial === true
