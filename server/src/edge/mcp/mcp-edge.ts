import { durationMs } from '@aiops/contract/model/time'
import { lazy } from '../../kernel/lazy.ts'
import { Turn } from '../../kernel/turn.ts'
import { onEvent } from '../../port/event-bus.ts'
import type { Caller } from '../../port/operation-client.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { McpConfig } from './config.ts'
import { createGuard } from './guard.ts'
import { incidentUri } from './incident-uri.ts'
import type { McpEdge, McpEdgeDeps } from './index.ts'
import { createLegacySse } from './legacy-sse.ts'
import { basePermission, metadataRoutes, metadataUrlOf } from './metadata.ts'
import { insufficientScope, refusal, refusalOf } from './refusal.ts'
import type { McpProduct, RouteDeps } from './route-deps.ts'
import { mayUse } from './tool-list.ts'
import type { McpTransport } from './transport.ts'

const subscriptionsMax = 200

/** The platform's own tools, resources and prompts at `/mcp`. */
export function createMcpEdge(deps: McpEdgeDeps, config: McpConfig): McpEdge {
  const product = lazy(() => loadProduct(deps, durationMs(config.call_timeout)))
  const edge = createMcpRoutes({ ...deps, product }, config)
  if (!config.enabled) return edge
  let unsubscribe = (): void => undefined
  return {
    ...edge,
    async start() {
      unsubscribe = tellIncidents(deps.bus, edge)
    },
    async stop() {
      unsubscribe()
      await edge.stop()
    },
  }
}

/** The library of the protocol and the tools: nothing of them is needed before a host asks. */
async function loadProduct(deps: McpEdgeDeps, callTimeoutMs: number): Promise<McpProduct> {
  const tools = await deps.tools()
  const turn = new Turn(deps.clock)
  // The library comes in one piece; what waits for the event loop goes before and after it.
  await turn.give()
  await import('@modelcontextprotocol/server')
  await turn.give()
  const { createProductFactory } = await import('./product-server.ts')
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const factory = createProductFactory({ ...deps, tools }, callTimeoutMs)
  return { factory, toolOf: (name) => byName.get(name) }
}

/** A new incident changes the list; any change of one changes what its resource holds. */
const tellIncidents = (bus: McpEdgeDeps['bus'], edge: McpEdge): (() => void) =>
  onEvent(bus, 'mcp', ['INCIDENT_CREATED', 'INCIDENT_UPDATED'], ({ event_type, tenant_id, payload }) => {
    if (event_type === 'INCIDENT_CREATED') edge.changed(tenant_id, { kind: 'resources' })
    edge.changed(tenant_id, { kind: 'resource', uri: incidentUri(payload.id) })
  })

/** The same paths, guards and limits around any server. */
export function createMcpRoutes(deps: RouteDeps, config: McpConfig): McpEdge {
  const start = async (): Promise<void> => undefined
  if (!config.enabled) return { routes: [], changed: () => undefined, start, stop: start }
  let opened: McpTransport | undefined
  const transport = lazy(async () => {
    const { factory } = await deps.product()
    const { createMcpTransport } = await import('./transport.ts')
    opened = createMcpTransport(
      { ...deps, factory },
      {
        bodyBytesMax: config.body_limit_bytes,
        sessionsMax: config.sessions_max,
        sessionIdleMs: durationMs(config.session_idle),
        subscriptionsMax,
      },
    )
    return opened
  })
  const guard = createGuard(deps, config)
  const route = {
    action: 'mcp',
    permission: basePermission,
    bodyBytesMax: config.body_limit_bytes,
    refuse: ((fault, headers) =>
      refusalOf(
        fault,
        metadataUrlOf(deps.publicUrl(), headers.host),
        basePermission,
        headers.authorization !== undefined,
      )) satisfies WebRoute['refuse'],
  } as const
  const sse = createLegacySse(deps, { route, guard, enabled: config.legacy_sse })
  return {
    routes: [
      {
        ...route,
        methods: ['GET', 'POST', 'DELETE'],
        path: '/mcp',
        summary: 'Model Context Protocol, streamable HTTP: tools, resources and prompts.',
        quota: guard.quota,
        handle: (request, caller) =>
          guard.pass(request, caller, async () => {
            const denied = await scopeChallenge(request, caller, deps)
            return denied ?? (await transport()).handle(request, caller)
          }),
      },
      ...sse.routes,
      ...metadataRoutes(deps.publicUrl),
    ],
    // Where nobody has asked yet, nobody listens.
    changed: (tenant, change) => opened?.changed(tenant, change),
    start,
    async stop() {
      sse.close()
      await opened?.close()
    },
  }
}

/** A call of a tool that the caller's key does not reach is told so before it runs, with what it would take. */
async function scopeChallenge(
  request: Request,
  caller: Caller,
  { product, publicUrl }: RouteDeps,
): Promise<Response | undefined> {
  if (request.method !== 'POST') return undefined
  const named = calledTool(await request.clone().text())
  const tool = named === undefined ? undefined : (await product()).toolOf(named)
  if (!tool || mayUse(caller, tool)) return undefined
  const metadataUrl = metadataUrlOf(publicUrl(), request.headers.get('host') ?? undefined)
  return refusal(403, -32_000, `${caller.actor} may not use ${tool.name}: it needs ${tool.permission}.`, {
    'www-authenticate': insufficientScope(metadataUrl, tool.permission),
  })
}

function calledTool(text: string): string | undefined {
  if (!text.includes('"tools/call"')) return undefined
  try {
    const { method, params } = JSON.parse(text) as { method?: unknown; params?: { name?: unknown } }
    return method === 'tools/call' && typeof params?.name === 'string' ? params.name : undefined
  } catch {
    return undefined
  }
}
