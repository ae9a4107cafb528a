/** MCP: the platform as a Model Context Protocol server, revisions 2026-07-28 and 2025-11-25 and older, from one path. */
import type { Clock } from '../../kernel/clock.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { EventBus } from '../../port/event-bus.ts'
import type { WebRoute } from '../../port/web-route.ts'
import type { Change } from './exchange.ts'
import type { ProductDeps } from './product-server.ts'

export interface McpEdge extends Lifecycle {
  /** For the gateway to mount. */
  readonly routes: readonly WebRoute[]
  /** Tells the hosts of a tenant that listen. */
  changed(tenant: string, change: Change): void
}

export type McpEdgeDeps = Omit<ProductDeps, 'tools'> & {
  /** In the order in which they are shown; asked for by the first request. */
  tools: () => Promise<ProductDeps['tools']>
  /** Origin under which hosts reach the platform; empty: that of the request. */
  publicUrl: () => string
  /** Incidents that change are told to hosts that listen. */
  bus: Pick<EventBus, 'subscribe'>
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}

export { McpConfig } from './config.ts'
export type { Change, McpFactory } from './exchange.ts'
export { createMcpEdge, createMcpRoutes } from './mcp-edge.ts'
export type { McpTool } from './tool-list.ts'
