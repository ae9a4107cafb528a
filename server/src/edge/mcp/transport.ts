import {
  type AuthInfo,
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  legacyStatelessFallback,
  type McpHttpHandler,
} from '@modelcontextprotocol/server'
import { messageOf } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { Change, McpFactory, TransportLimits } from './exchange.ts'
import { refusal } from './refusal.ts'
import { Sessions, type SessionsDeps } from './session.ts'

export interface McpTransport {
  /** One HTTP request of a caller who may use the protocol. */
  handle(request: Request, caller: Caller): Promise<Response>
  /** The parsed body, where it has been read already. */
  handleParsed(request: Request, body: unknown, caller: Caller): Promise<Response>
  changed(tenant: string, change: Change): void
  close(): Promise<void>
}

/**
 * Streamable HTTP, both eras from one path: requests that carry their own envelope (2026-07-28) each meet a server of their own; those
 * of 2025-11-25 and older have a session where they open one and there is room, and none otherwise.
 */
export function createMcpTransport(
  deps: SessionsDeps & { factory: McpFactory; log: Log },
  limits: TransportLimits,
): McpTransport {
  const { factory, log } = deps
  const onerror = (error: Error): void =>
    log.debug({ error: messageOf(error).slice(0, 300) }, 'an MCP exchange failed')
  const ofAuth = ({ authInfo }: { authInfo?: AuthInfo }) => factory(authInfo?.extra?.caller as Caller)
  const maxRequestBodySize = limits.bodyBytesMax
  const stateless = legacyStatelessFallback(ofAuth, onerror, { maxRequestBodySize })
  const sessions = new Sessions(deps, factory, limits, onerror)
  /** By tenant, so that what changed for one is not told to another. */
  const modern = new Map<string, McpHttpHandler>()
  const modernOf = (tenant: string): McpHttpHandler => {
    const known = modern.get(tenant)
    if (known) return known
    const made = createMcpHandler(ofAuth, {
      ...{ legacy: 'reject', onerror, maxRequestBodySize, maxSubscriptions: limits.subscriptionsMax },
    })
    modern.set(tenant, made)
    return made
  }
  async function handleParsed(request: Request, body: unknown, caller: Caller): Promise<Response> {
    const options = { authInfo: authOf(caller), ...(body === undefined ? {} : { parsedBody: body }) }
    if (!(await isLegacyRequest(request, body))) return modernOf(caller.tenant).fetch(request, options)
    return (await sessions.handle(request, body, caller, options.authInfo)) ?? stateless(request, options)
  }
  return {
    handleParsed,
    async handle(request, caller) {
      if (request.method !== 'POST') return handleParsed(request, undefined, caller)
      if (!isJsonContentType(request.headers.get('content-type')))
        return refusal(415, -32_000, 'Send the message as application/json.')
      const body = await bodyOf(request)
      if (body === undefined) return refusal(400, -32_700, 'The body is not JSON.')
      if (Array.isArray(body) && body.length > batchMax)
        return refusal(400, -32_600, `A batch may hold ${batchMax} messages.`)
      return handleParsed(request, body, caller)
    },
    changed(tenant, change) {
      const notify = modern.get(tenant)?.notify
      if (change.kind === 'resource') notify?.resourceUpdated(change.uri)
      else if (change.kind === 'resources') notify?.resourcesChanged()
      else if (change.kind === 'tools') notify?.toolsChanged()
      else notify?.promptsChanged()
      sessions.changed(tenant, change)
    },
    async close() {
      sessions.close()
      await Promise.all([...modern.values()].map((one) => one.close()))
    },
  }
}

/** Messages of one batch, which revision 2025-03-26 had, at most. */
const batchMax = 20

async function bodyOf(request: Request): Promise<unknown> {
  try {
    return JSON.parse(await request.text()) as unknown
  } catch {
    return undefined
  }
}

/** How the caller reaches the factory: nothing of the credential goes beyond the gateway. */
const authOf = (caller: Caller): AuthInfo => ({
  ...{ token: '', clientId: caller.actor, scopes: [...caller.permissions], extra: { caller } },
})
