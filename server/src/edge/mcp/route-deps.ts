import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import type { McpFactory } from './exchange.ts'
import type { McpTool } from './tool-list.ts'

/** What is served. */
export type McpProduct = {
  factory: McpFactory
  /** What a call of this tool takes, if it is known here. */
  toolOf: (name: string) => McpTool | undefined
}

export type RouteDeps = {
  /** Loaded by the first request. */
  product: () => Promise<McpProduct>
  /** Origin under which hosts reach the platform; empty: that of the request. */
  publicUrl: () => string
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
}
